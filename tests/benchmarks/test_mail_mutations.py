"""50,000 mutated messages: none may raise, and each must be understood in little time. Judged."""

import time

import pytest

from tests.benchmarks.figures import Figures
from tests.core.test_email_mutations import SLOWEST, try_many


@pytest.mark.timeout(3600)
def test_mutated_messages_are_understood(figures: Figures, quick: bool) -> None:
    count = 500 if quick else 50_000
    began = time.perf_counter()
    slowest = try_many(count, seed=5)
    took = time.perf_counter() - began
    figures.add(
        "mutated mails understood",
        f"{count / took:,.0f}/s",
        more=f"{count:,} of them, none raised; the longest took {slowest * 1e3:.0f} ms",
    )
    assert slowest < SLOWEST
