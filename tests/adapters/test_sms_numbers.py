"""Numbers as carriers and people write them, and what senders choose by a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.messaging.choices import Choice, choice_in
from helpdesk_adapters.messaging.numbers import (
    contact_of,
    e164,
    normal_line,
    normal_number,
    require_answerable,
)
from helpdesk_core.errors import InvalidValue
from helpdesk_core.jobs import GiveUp


@pytest.mark.parametrize(
    "written",
    [
        "+14155550142",
        "14155550142",
        " +1 (415) 555-0142 ",
        "+1.415.555.0142",
        "+1-415-555-0142",
        "001 415 555 0142",
    ],
)
def test_a_number_is_one_number_however_it_is_written(written: str) -> None:
    assert e164(written) == normal_number(written) == normal_line(written) == "+14155550142"


@pytest.mark.parametrize(
    "written", ["384387", "12345", "2021", "FEDEX", "1800FLOWERS", "+FEDEX", "", "+", "+1", "٣"]
)
def test_short_codes_and_names_are_no_numbers(written: str) -> None:
    assert e164(written) is None
    assert contact_of(written) == ()
    with pytest.raises(GiveUp, match="no answer can be sent there"):
        require_answerable(written)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = e164(text)
    assert found is None or (found.startswith("+") and found[1:].isdigit() and e164(found) == found)


@pytest.mark.parametrize("written", ["FEDEX", "12", "+1", "nobody", "+123456789012345678"])
def test_an_account_is_a_number_or_a_short_code(written: str) -> None:
    assert normal_number(" 384387 ") == "384387"
    with pytest.raises(InvalidValue) as refused:
        normal_number(written)
    assert "external_id" in str(vars(refused.value))


def test_a_line_may_be_known_by_its_id() -> None:
    assert normal_line("5137602944860160") == "5137602944860160"


@pytest.mark.parametrize(
    ("text", "told", "choice"),
    [
        ("Stop", "", Choice(True, False)),
        (" stop. ", "", Choice(True, False)),
        ("opt  out", "", Choice(True, False)),
        ("START", "", Choice(False, False)),
        ("Yes!", "", Choice(False, True)),
        ("HELP", "", Choice(None, False)),
        ("Help!", "", Choice()),
        ("Please stop the deliveries", "", Choice()),
        ("Arrêt", "STOP", Choice(True, False)),
        ("HALLO", "HELP", Choice(None, False)),
        ("", "", Choice()),
    ],
)
def test_a_word_alone_is_a_choice(text: str, told: str, choice: Choice) -> None:
    assert choice_in(text, told) == choice
