"""Schemathesis against a running desk, with all checks: `.venv/bin/python -m tests.http.fuzz --examples 140`.

A desk of its own is started in a new folder, with an organization, a key and something of each kind in it. Exits with 1
where anything was found.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from attrs import frozen

from helpdesk_adapters.container import in_memory
from helpdesk_http.app import operations
from tests.http.running import WEBHOOK_SECRET, RunningDesk

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("schemathesis")
SETTINGS = {
    "HELPDESK_API_RATE_LIMIT": "0",
    "HELPDESK_WIDGET_RATE_LIMIT": "0",
    "HELPDESK_LOG_LEVEL": "error",
    **{provider.secret_setting: WEBHOOK_SECRET for provider in in_memory().webhook_providers().values()},
    "CRON_SECRET": "a secret of the tests",
    "WHATSAPP_VERIFY_TOKEN": "a word of the tests",
    "MESSENGER_VERIFY_TOKEN": "a word of the tests",
}
ENDLESS = [
    one.path
    for one in operations(in_memory())
    if one.answer_media == "text/event-stream" and one.method == "GET"
]
"""Answers that never end: schemathesis waits for the end of every answer."""


@frozen
class Tried:
    """What came of it: the report, and the answers that the desk itself counted, by status."""

    clean: bool
    report: str
    answers: dict[int, int]

    @property
    def requests(self) -> int:
        return sum(self.answers.values())

    @property
    def faults(self) -> int:
        """Answers with 5xx, but for 503: a company that is asked is not there."""
        return sum(count for status, count in self.answers.items() if status >= 500 and status != 503)


def tried(folder: Path, *, examples: int, phases: str, seed: int = 1, budget: int | None = None) -> Tried:
    """Runs schemathesis; `budget` is the most seconds it may take."""
    desk = RunningDesk(folder, SETTINGS)
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "fuzz", "--scope", "admin")["key"]
    options = ["--phases", phases, "--max-examples", str(examples), "--seed", str(seed)]
    options += ["--max-time", str(budget)] if budget else []
    with desk.serving():
        before = counted(desk)
        done = subprocess.run(
            [
                *(COMMAND, "--config-file", str(HERE / "schemathesis.toml")),
                *("run", f"{desk.base}/openapi.json", "--header", f"Authorization: Bearer {key}"),
                *("--continue-on-failure", "--no-color", "--suppress-health-check", "all", "--no-shrink"),
                *(word for path in ENDLESS for word in ("--exclude-path", path)),
                *("--warnings", "off", "--generation-database", "none"),
                *options,
            ],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        after = counted(desk)
    answers = {status: count - before.get(status, 0) for status, count in after.items()}
    return Tried(done.returncode == 0, done.stdout + done.stderr, answers)


def counted(desk: RunningDesk) -> dict[int, int]:
    """How many answers of each status the desk has given."""
    text = httpx2.get(f"{desk.base}/metrics").text
    found = re.findall(r'^helpdesk_http_answers\w*\{status="(\d+)"\} ([\d.e+]+)$', text, re.MULTILINE)
    return {int(status): int(float(count)) for status, count in found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=140)
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-least", type=int, default=0, help="requests below which it counts as failed")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = tried(Path(folder), examples=asked.examples, phases=asked.phases, seed=asked.seed)
    sys.stdout.write(found.report)
    sys.stdout.write(f"{found.requests} requests, {found.faults} faults, by status {found.answers}\n")
    sys.exit(0 if found.clean and not found.faults and found.requests >= asked.at_least else 1)


if __name__ == "__main__":
    main()
