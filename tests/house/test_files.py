"""The tree stays readable, and true on every machine."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCES, files, name_of

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60

# Written as patterns, neither finds itself.
FOLDERS_OF_SOMEBODY = re.compile(r"(?<![\w.:*-])/(work|root|tmp/bash|home/\w+)/")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian")


@pytest.mark.parametrize("pattern", [FOLDERS_OF_SOMEBODY, REGISTRIES], ids=["folders", "registries"])
def test_no_file_names_somebodys_machine(pattern: re.Pattern[str]) -> None:
    texts = {name_of(path): path.read_text("utf-8", errors="replace") for path in files()}
    named = {name: match[0] for name, text in texts.items() if (match := pattern.search(text))}
    assert named == {}


def test_a_machines_folder_would_be_found() -> None:
    assert FOLDERS_OF_SOMEBODY.search("see " + "/ro" + "ot/notes.txt")
    assert FOLDERS_OF_SOMEBODY.search('"' + "/wo" + 'rk/main/src"')
    assert not FOLDERS_OF_SOMEBODY.search("https://desk.example/work/1 and helpdesk_core/work/store.py")


def readable() -> list[Path]:
    """What people read and change; not what machines write: migrations, mostly, and the client's operations."""
    return [path for path in SOURCES if path.parent.name not in ("versions", "generated")]


def test_no_module_is_longer_than_can_be_read_in_one_go() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in readable()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_much_longer_than_a_screen() -> None:
    lengths = {name: length for path in readable() for name, length in functions(path)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def functions(path: Path) -> list[tuple[str, int]]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    found = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        (f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in found
    ]


def test_the_packages_are_the_three_and_each_is_typed() -> None:
    packages = {path.name for path in (ROOT / "src").iterdir() if path.name.isidentifier()}
    assert packages == {"helpdesk_core", "helpdesk_adapters", "helpdesk_http"}
    assert all((ROOT / "src" / name / "py.typed").exists() for name in packages)


def test_the_changelog_has_a_section_for_what_is_not_released() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections[0] == "[Unreleased]"


def test_every_decision_has_its_number_and_all_its_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    parts = {path.name: re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE) for path in decisions}
    wanted = ["Context", "Decision", "Consequences"]
    assert {name: found for name, found in parts.items() if found[: len(wanted)] != wanted} == {}
