"""Understanding mail costs less than reading it with the standard library does."""

from tests.benchmarks.figures import Figures
from tests.benchmarks.letters import letters
from tests.benchmarks.reading import rates, readable_by_all


def test_a_mail_is_understood_in_half_the_time_that_the_standard_library_takes_to_read_it(
    figures: Figures, quick: bool
) -> None:
    messages = letters(20 if quick else 1000, "read")
    assert all(map(readable_by_all, messages))
    measured = rates(messages, 1 if quick else 5)
    by = measured.equal / measured.standard
    figures.add(
        "mail understood, by the standard library's reading", f"{by:.2f}", "at least 2", measured.told
    )
    assert quick or by >= 2
    assert quick or measured.whole / measured.standard >= 2
