"""Real messages are understood at twice the rate at which the standard library reads them, or faster."""

from pathlib import Path

import pytest

from tests.benchmarks.reading import rates, readable_by_all

LARGEST = 300_000
"""Bytes; beyond, both only decode base64."""


@pytest.mark.timeout(900)
def test_real_mail_is_understood_at_twice_the_rate_of_the_standard_library(shared: Path) -> None:
    files = [path for path in (shared / "mail" / "raw").rglob("*") if path.is_file()]
    messages = [path.read_bytes() for path in files if path.name not in ("SOURCE.md", "expected.json")]
    messages = [raw for raw in messages if len(raw) <= LARGEST and readable_by_all(raw)]
    if not messages:
        pytest.skip("no shared mail: set HELPDESK_SHARED to a folder that holds it")
    measured = rates(messages, 3)
    print(f"{len(messages):,} messages: {measured.equal / measured.standard:.2f}, {measured.told}")  # noqa: T201
    assert measured.equal / measured.standard >= 2
