"""CI, the README and the list of checks say the same."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import requires
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def sessions() -> list[dict[str, Any]]:
    listing = subprocess.run(
        [sys.executable, "-m", "nox", "--list", "--json"], cwd=ROOT, capture_output=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(listing.stdout)
    return found


def test_contributing_tells_of_every_check_and_of_no_other(sessions: list[dict[str, Any]]) -> None:
    table = re.findall(r"^\| `([\w.-]+)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    here = {session["name"] for session in sessions}
    # Which other Pythons a machine has is its own affair; the table has one row for all of them.
    assert {name for name in here if not name.startswith("tests-")} == set(table) - {"tests-3.X"}
    assert "tests-3.X" in table


def test_ci_runs_every_check_and_the_whole_suite_only_once(sessions: list[dict[str, Any]]) -> None:
    untagged = {session["name"] for session in sessions if not {"ci", "ci-elsewhere"} & set(session["tags"])}
    others = sorted(session["name"] for session in sessions if session["name"].startswith("tests-"))
    parts = {"docs", "migrations", "fuzz"}
    assert untagged - set(others) == {"tests", *parts}, "the suite holds these, and a short run of the last"
    assert not untagged.intersection(others[-1:]), "of the other Pythons the newest is tried"


def test_every_check_says_what_it_checks(sessions: list[dict[str, Any]]) -> None:
    assert {session["name"] for session in sessions if not session["description"]} == set()


def test_the_readmes_first_command_makes_an_environment_and_shows_the_demo() -> None:
    command = readme_command("try")
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install .")
    assert command.endswith(".venv/bin/helpdesk demo"), "CI appends --port to it"


def test_the_readmes_second_command_runs_the_whole_suite() -> None:
    assert readme_command("test") == ".venv/bin/pip install -e '.[dev]' && .venv/bin/pytest"


def test_a_readme_without_the_block_or_with_two_of_them_stops_ci(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "readme-command"
    script.write_bytes((ROOT / ".ci" / "readme-command").read_bytes())
    block = "```sh try\nfirst \\\n  --long\n```\n"
    endings = {}
    for name, text in {
        "one": f"# A\n{block}more",
        "none": "# A\n```sh\nfirst\n```\n",
        "two": block * 2,
    }.items():
        (tmp_path / "README.md").write_text(text)
        done = subprocess.run(["bash", script, "try"], capture_output=True, text=True, check=False)
        endings[name] = (done.returncode, done.stdout if name == "one" else "")
    assert endings == {"one": (0, "first \\\n  --long\n"), "none": (1, ""), "two": (1, "")}


def test_the_scripts_of_ci_are_sound_shell_and_may_be_executed() -> None:
    for script in sorted((ROOT / ".ci").iterdir()):
        subprocess.run(["bash", "-n", script], check=True)
        assert script.stat().st_mode & 0o111, f"{script.name} is not executable"


def readme_command(name: str) -> str:
    done = subprocess.run(
        [ROOT / ".ci" / "readme-command", name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestRequires:
    def test_what_is_there_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        assert requires("a compiler", True, "apt-get install gcc") is None  # type: ignore[func-returns-value]

    def test_a_stranger_is_told_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match=r"needs a compiler, .*: apt-get install gcc"):
            requires("a compiler", False, "apt-get install gcc")

    def test_ci_leaves_nothing_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="needs a compiler"):
            requires("a compiler", False, "apt-get install gcc")
