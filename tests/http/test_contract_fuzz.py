"""A short run of schemathesis, always the same one; the long one is `nox -s fuzz`."""

from pathlib import Path

import pytest

from tests.http.fuzz import tried


@pytest.mark.timeout(300)
def test_no_generated_request_finds_a_fault_or_an_answer_that_the_contract_does_not_describe(
    tmp_path: Path,
) -> None:
    found = tried(tmp_path / "data", examples=4, phases="examples,fuzzing", seed=3)
    assert found.clean, found.report
    assert found.faults == 0
    assert found.requests > 500
