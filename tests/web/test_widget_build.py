"""The script that pages load is what its source says, small, and harmless to a strict page."""

import gzip
import json
import re
import shutil
from pathlib import Path

from tests.conftest import requires
from tests.web.widget_tools import WIDGET, node_modules, run

BUILT = WIDGET / "widget.js"
SOURCE = WIDGET / "src"
LARGEST = 20_000
"""Bytes, compressed."""


def test_the_checked_in_script_is_what_the_source_builds(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src")
    shutil.copy(WIDGET / "build.js", tmp_path)
    shutil.copy(WIDGET / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(node_modules())
    run("node", "build.js", cwd=tmp_path)
    built = (tmp_path / "widget.js").read_text("utf-8")
    assert built == BUILT.read_text("utf-8"), (
        "run `npm ci --ignore-scripts && npm run build` in the widget's folder"
    )


def test_the_script_is_sound() -> None:
    requires("node", shutil.which("node") is not None, "apt-get install nodejs")
    run("node", "--check", str(BUILT), cwd=WIDGET)


def test_the_script_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) < LARGEST


def test_nothing_of_it_reads_html_or_code_out_of_texts() -> None:
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\.cookie"
    )
    texts = [BUILT, *SOURCE.rglob("*.js")]
    assert len(texts) > 15
    assert {path.name for path in texts if re.search(forbidden, path.read_text("utf-8"))} == set()


def test_the_versions_of_its_tools_are_exact_and_the_lock_knows_their_hashes_and_no_host() -> None:
    wanted = json.loads((WIDGET / "package.json").read_text())["devDependencies"]
    lock = json.loads((WIDGET / "package-lock.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    packages = {name: told for name, told in lock["packages"].items() if name}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(
        told["integrity"].startswith("sha512-") and "resolved" not in told for told in packages.values()
    )


def test_every_language_has_every_phrase() -> None:
    languages = {
        path.stem: json.loads(path.read_text("utf-8")) for path in (SOURCE / "languages").glob("*.json")
    }
    assert len(languages) >= 10
    assert {tuple(phrases) for phrases in languages.values()} == {tuple(languages["en"])}
    slots = {
        code: [re.findall(r"\{\w+\}", text) for text in told.values()] for code, told in languages.items()
    }
    assert {
        code for code, found in slots.items() if list(map(sorted, found)) != list(map(sorted, slots["en"]))
    } == set()
