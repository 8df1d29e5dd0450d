"""The tools from npm that build the widget and judge its pages, in the versions that its package.json pins."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.conftest import requires

ROOT = Path(__file__).parents[2]
WIDGET = ROOT / "src" / "helpdesk_http" / "widget"
PINS = ("package.json", "package-lock.json")


def node_modules() -> Path:
    """Where the tools are; installed once for each state of the pins, into a folder that git ignores."""
    requires("node and npm", all(map(shutil.which, ("node", "npm"))), "apt-get install nodejs npm")
    pins = b"".join((WIDGET / name).read_bytes() for name in PINS)
    kept = ROOT / "build" / f"widget-tools-{hashlib.sha256(pins).hexdigest()[:12]}"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as name:
            fresh = Path(name, "tools")
            fresh.mkdir()
            for pin in PINS:
                shutil.copy(WIDGET / pin, fresh)
            run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
            if not kept.exists():  # a test of another process may have been quicker
                fresh.rename(kept)
    return kept / "node_modules"


def axe() -> Path:
    """The script of axe-core, which judges a page by the rules of WCAG."""
    return node_modules() / "axe-core" / "axe.min.js"


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
