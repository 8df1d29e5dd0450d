"""What every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long one case takes says something about the machine, not about the code. (On CI hypothesis by itself
# also tries the same cases in every run.)
settings.register_profile("desk", deadline=None)
# Mutmut runs the properties some hundred times over: few cases each, and always the same.
settings.register_profile("mutation", deadline=None, max_examples=20, derandomize=True, database=None)
settings.load_profile("desk")


def requires(thing: str, present: bool, install: str) -> None:
    """Go on if `thing` is present on this machine.

    Where it is not, a stranger's run skips the test with one line that names the command to `install` it;
    a run with `CI=true` fails, so that nothing goes unchecked there without anybody noticing.
    """
    if present:
        return
    message = f"needs {thing}, which is not here: {install}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


SLOWEST_FIRST = ("web", "http", "docs", "contracts", "use_cases")
"""Folders whose tests start processes and wait for them: run first, so that no worker waits for the last of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)

    items.sort(key=rank)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="benchmarks: smallest sizes, to see that they run")
