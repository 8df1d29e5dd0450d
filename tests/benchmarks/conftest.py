"""What the benchmarks share: one sending process, one founded desk, and the table that is printed at the end."""

import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender, sending
from tests.benchmarks.servers import Founded, Server, found, starting

FIGURES = Figures()


@pytest.fixture(scope="session")
def quick(pytestconfig: pytest.Config) -> bool:
    """Whether it is only to be seen that they run: smallest sizes, and no figure is judged."""
    return bool(pytestconfig.getoption("--quick"))


@pytest.fixture(scope="session")
def figures() -> Figures:
    return FIGURES


@pytest.fixture(scope="session")
def sender() -> Iterator[Sender]:
    with sending() as process:
        yield process


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A desk's data folder with an organization and a key. `--basetemp` chooses the disk."""
    return found(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def desk(founded: Founded) -> Iterator[Server]:
    """The desk, without its jobs."""
    with starting("tests.benchmarks.desk", founded.environment) as server:
        yield server


@pytest.fixture(scope="module")
def floor(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The bare routes: a store of their own to write to, the desk's to read from."""
    folder: Path = tmp_path_factory.mktemp("floor")
    arguments = (
        "--folder",
        str(folder),
        "--desk",
        str(founded.file),
        "--organization",
        str(founded.organization),
    )
    with starting("tests.benchmarks.floor", founded.environment, *arguments) as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if FIGURES.lines:
        processor = platform.processor() or platform.machine()
        machine = f"{platform.system()}, {processor}, Python {platform.python_version()}"
        terminalreporter.section(f"figures of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}")
        if config.getoption("--quick"):
            terminalreporter.line("with --quick: they only show that the benchmarks run")
        for line in FIGURES.table():
            terminalreporter.line(line)
