"""The files of the project."""

import shutil
import subprocess
from pathlib import Path

from tests.conftest import requires

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def files() -> list[Path]:
    """Every text file that belongs to the project, whether or not it is committed yet."""
    requires("a git clone", bool(shutil.which("git")) and (ROOT / ".git").exists(), "install git")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
