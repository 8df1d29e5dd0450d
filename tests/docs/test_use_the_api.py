"""The page on the API is followed to the letter: its commands run, in order, and show what it says they show."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from tests.docs.pages import ROOT, tokens
from tests.http.running import RunningDesk

PAGE = ROOT / "docs" / "how-to" / "use-the-api.md"
ADDRESS = "http://127.0.0.1:8000"
ELLIPSIS = "…"


@frozen
class Step:
    """A block that runs, and the block behind it that says what it shows."""

    language: str
    code: str
    shown: str | None


def steps() -> Iterator[Step]:
    """The page's blocks of bash and Python, in order."""
    fences = [token for token in tokens(PAGE) if token.type == "fence"]
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        if fence.info in ("sh run", "python"):
            is_output = following is not None and following.info in ("json", "text")
            yield Step(
                fence.info.split()[0], fence.content, following.content if following and is_output else None
            )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    desk = RunningDesk(tmp_path / "data", {"HELPDESK_OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8"})
    with desk.serving():
        yield desk


@pytest.mark.timeout(180)
def test_every_command_runs_and_shows_what_the_page_says(desk: RunningDesk, tmp_path: Path) -> None:
    page = list(steps())
    assert sum(step.language == "sh" for step in page) > 8
    assert sum(step.language == "python" for step in page) > 4
    parts = ["set -euo pipefail"]
    for number, step in enumerate(page):
        code = step.code.replace(ADDRESS, desk.base)
        (tmp_path / f"{number}.py").write_text(code, "utf-8")
        parts += [
            f"printf '\\n=== {number} ===\\n'",
            code if step.language == "sh" else f"{sys.executable} {number}.py",
        ]
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(parts)],
        cwd=tmp_path,
        env={**desk.environment, "PATH": paths},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    outputs = re.split(r"^=== \d+ ===$", done.stdout, flags=re.MULTILINE)[1:]
    assert (done.returncode, done.stderr) == (0, ""), page[len(outputs) - 1].code
    for step, output in zip(page, outputs, strict=True):
        assert step.shown is None or fits(step.shown, output), f"{step.code}\nshowed\n{output}"


def fits(shown: str, output: str) -> bool:
    """Whether the output is as shown: … stands for anything, and members of JSON may be left out."""
    if shown.lstrip().startswith("{"):
        wanted, found = values(shown), values(output)
        return len(wanted) == len(found) and all(
            agrees(one, other) for one, other in zip(wanted, found, strict=True)
        )
    return agrees(shown.strip(), output.replace("\r", "").strip())


def values(text: str) -> list[Any]:
    """JSON values, one behind the other."""
    found, decoder, rest = [], json.JSONDecoder(), text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


def agrees(shown: Any, value: Any) -> bool:
    if isinstance(shown, dict):
        return isinstance(value, dict) and all(
            name in value and agrees(shown[name], value[name]) for name in shown
        )
    if isinstance(shown, list):
        return len(shown) == len(value) and all(
            agrees(one, other) for one, other in zip(shown, value, strict=True)
        )
    if isinstance(shown, str) and ELLIPSIS in shown:
        pattern = "(.+?)".join(map(re.escape, shown.split(ELLIPSIS)))
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    return bool(shown == value)


def test_what_is_shown_is_looked_at() -> None:
    assert fits('{"a": "…", "b": [1]}', '{"a": "x", "b": [1], "c": 2}')
    assert not fits('{"a": "…", "b": [1]}', '{"a": "x", "b": [2]}')
    assert not fits('{"a": 1}', '{"a": 1} {"a": 1}')
    assert fits("r=…;t=…", "r=1;t=2\r\n")
    assert not fits("201 3", "201 4")
