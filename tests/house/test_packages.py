"""The core stays pure: what it may import from outside is a short list, each name with its reason."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import SOURCES, name_of

PURE_LIBRARIES = {
    "attrs": "frozen values",
    "cattrs": "data of vendors into values",
    "cryptography": "primitives: signatures and sealed secrets, keys handed in",
    "nh3": "HTML made harmless",
    "phonenumbers": "telephone numbers, its tables are part of it",
    "selectolax": "the text of HTML",
}


def test_the_core_imports_only_the_standard_library_and_the_listed_pure_libraries() -> None:
    core = [path for path in SOURCES if "helpdesk_core" in path.parts]
    outside = {(name_of(path), package) for path in core for package in imports(path)}
    allowed = PURE_LIBRARIES.keys() | sys.stdlib_module_names | {"helpdesk_core"}
    assert len(core) > 10
    assert {(name, package) for name, package in outside if package not in allowed} == set()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
