"""A fake in a process of its own, as far from the desk's as the company that it stands for."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def fake_process(name: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The fake `tests/fakes/<name>.py`: the first line that it prints, which says where it listens, and its process.

    It ends once its standard input does.
    """
    command = [sys.executable, "-m", f"tests.fakes.{name}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
