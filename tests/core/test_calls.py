"""A call is all that was told of its legs, in whatever order; what it means is read off that."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.messaging.dialpad.translate_calls import call as translated
from helpdesk_core import call_reading, calls
from helpdesk_core.call_messages import marks_of, state_of, subject_of, text_of
from helpdesk_core.calls import MOST_FACTS, Call, Fact, TicketsFor, Told, together
from helpdesk_core.commands import TellCall
from tests.calls import BEGAN, IDA, LINE, Leg

ENTRY, ADA, BEN = Leg(1), Leg(2, "Ada", of=1), Leg(3, "Ben", of=1)


def heard(words: Iterable[Mapping[str, Any]]) -> Call:
    """The call after these words, joined one by one."""
    known: Call | None = None
    for word in words:
        (told,) = translated(json.dumps(word).encode())
        assert isinstance(told, TellCall)
        known = told.call if known is None else together([told.call, known])
    assert known is not None
    return known


def test_a_call_that_was_taken_says_how_long_it_was_and_with_whom() -> None:
    call = heard(Leg(1, "Ada").talks(5_000, 125_000))
    assert text_of(call) == "Call of 2:00 with Ada"
    assert marks_of(call)["call"] == {
        "id": "1",
        "legs": ["1"],
        "direction": "inbound",
        "state": "ended",
        "number": IDA,
        "line": LINE,
        "agents": ["Ada"],
        "started_at": "2026-03-01T09:00:00+00:00",
        "connected_at": "2026-03-01T09:00:05+00:00",
        "ended_at": "2026-03-01T09:02:05+00:00",
        "seconds": 120,
    }


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([Leg(1, "Ada")("ringing", 0)], "Incoming call"),
        (Leg(1, "Ada").talks(5_000, 9_000)[:2], "Call with Ada"),
        (Leg(1, "Ada").misses(0, 30_000), "Missed call"),
        (Leg(1, "Ada", direction="outbound").talks(5_000, 65_000), "Outgoing call of 1:00 by Ada"),
        (
            [
                Leg(1, "Ada", direction="outbound")("calling", 0),
                Leg(1, "Ada", direction="outbound")("hangup", 9),
            ],
            "Outgoing call by Ada, not answered",
        ),
        ([Leg(1, "Ada")("ringing", 0), Leg(1, "Ada")("voicemail_uploaded", 60_000)], "Voicemail"),
        (
            [*Leg(1).misses(0, 9), Leg(1)("transcription", 99, transcription_text="Call me back.")],
            "Voicemail: Call me back.",
        ),
    ],
)
def test_each_way_that_a_call_can_go_has_its_sentence(words: list[Mapping[str, Any]], text: str) -> None:
    assert text_of(heard(words)) == text


def test_what_is_told_after_the_call_stands_beneath_it() -> None:
    leg = Leg(1, "Ada")
    call = heard(
        [
            *leg.talks(5_000, 125_000),
            leg("recording", 130_000, recording_details=[{"id": "r1", "url": "https://dialpad.com/r1.mp3"}]),
            leg("recap_summary", 140_000, recap_summary="Brakes."),
            leg("recap_action_items", 140_001, recap_action_items=["Order pads", "Call Ida"]),
            leg("csat", 150_000, csat_score="5"),
            leg("dispositions", 160_000, call_dispositions=[{"name": "Repair"}]),
            leg("call_transcription", 170_000, transcription_text="Ada: Hello."),
        ]
    )
    assert text_of(call).split("\n\n") == [
        "Call of 2:00 with Ada",
        "Recording: https://dialpad.com/r1.mp3",
        "Summary: Brakes.",
        "To do: Order pads; Call Ida",
        "The customer's rating: 5",
        "Disposition: Repair",
        "Transcript: Ada: Hello.",
    ]


def test_a_call_that_five_phones_missed_and_the_sixth_took_was_not_missed() -> None:
    missed = [word for n in range(2, 7) for word in Leg(n, f"Agent {n}", of=1).misses(1_000, 20_000)]
    words = [ENTRY("ringing", 0), *missed, *Leg(7, "Grace", of=1).talks(21_000, 81_000)]
    before = heard(words[:-3])
    assert (call_reading.is_over(before), call_reading.is_answered(before)) == (False, False)
    after = heard([*words, ENTRY("hangup", 81_200, date_ended=BEGAN + 81_200)])
    assert text_of(after) == "Call of 1:00 with Grace"
    assert not call_reading.opens_ticket(after, TicketsFor.MISSED)


def test_while_one_leg_lives_the_hang_up_of_another_is_not_the_end() -> None:
    words = [
        *ADA.talks(5_000, 60_000),
        BEN("ringing", 58_000),
        BEN("connected", 61_000, date_connected=BEGAN + 61_000),
    ]
    assert state_of(heard(words)) == "connected"
    over = heard([*words, BEN("hangup", 120_000, date_ended=BEGAN + 120_000)])
    assert (state_of(over), text_of(over)) == ("ended", "Call of 1:55 with Ada and Ben")


def test_a_phone_that_rang_until_somebody_else_answered_keeps_no_call_alive() -> None:
    assert call_reading.is_over(heard([BEN("ringing", 1_000), *ADA.talks(5_000, 60_000)]))


def test_a_late_ring_does_not_bring_a_call_back() -> None:
    words = Leg(1, "Ada").talks(5_000, 9_000)
    assert heard([*words[1:], words[0]]) == heard(words)


def test_a_queue_that_takes_a_call_is_not_somebody_who_answers() -> None:
    call = heard([ENTRY("connected", 900, date_connected=BEGAN + 900), ENTRY("hangup", 9_000)])
    assert (text_of(call), call_reading.is_answered(call)) == ("Missed call", False)


def test_ids_are_put_in_order_as_the_numbers_that_they_are() -> None:
    call = heard([Leg(10, "Ada", of=9)("ringing", 0)])
    assert (call.external_id, call.legs) == ("9", ("9", "10"))


@pytest.mark.parametrize("number", ["anonymous", "blocked", "", "unknown"])
def test_a_hidden_number_is_nobodys(number: str) -> None:
    call = heard([Leg(1, "Ada", number=number)("ringing", 0)])
    assert call_reading.first(call, Fact.NUMBER) is None
    assert call_reading.first(call, Fact.NAME) is None
    assert subject_of(call) == "Call: Anonymous caller"


def test_of_a_call_that_nobody_tells_the_end_of_the_last_word_is_the_end() -> None:
    call = heard(ADA.talks(5_000, 60_000)[:3])
    given_up = call_reading.given_up(call)
    assert (call_reading.is_over(call), call_reading.is_over(given_up)) == (False, True)
    assert call_reading.duration(given_up) == timedelta(seconds=1)
    late = together([given_up, heard(ADA.talks(5_000, 60_000))])
    assert call_reading.duration(late) == timedelta(seconds=55)


@pytest.mark.parametrize(
    ("wanted", "rings", "talks", "over", "missed", "ours"),
    [
        (TicketsFor.RING, True, True, True, True, False),
        (TicketsFor.ANSWER, False, True, True, True, False),
        (TicketsFor.END, False, False, True, True, False),
        (TicketsFor.MISSED, False, False, False, True, False),
    ],
)
def test_when_a_call_makes_a_ticket_is_the_lines_to_say(
    wanted: TicketsFor, rings: bool, talks: bool, over: bool, missed: bool, ours: bool
) -> None:
    ada = Leg(1, "Ada")
    for words, opens in (
        ([ada("ringing", 0)], rings),
        (ada.talks(5_000, 9_000)[:2], talks),
        (ada.talks(5_000, 9_000), over),
        (ada.misses(0, 9_000), missed),
        ([Leg(1, "Ada", direction="outbound")("calling", 0)], ours),
    ):
        assert call_reading.opens_ticket(heard(words), wanted) is opens


@given(st.data())
def test_the_order_of_words_and_their_repetition_make_no_difference(data: st.DataObject) -> None:
    words = [
        ENTRY("ringing", 0),
        *ADA.talks(5_000, 60_000),
        *BEN.talks(62_000, 120_000),
        *Leg(4, "Carl", of=1).misses(2_000, 30_000),
        ENTRY("hangup", 120_300, date_ended=BEGAN + 120_300),
        ADA("recording", 130_000, recording_details=[{"id": "r1", "url": "https://dialpad.com/r1.mp3"}]),
        BEN("recap_summary", 131_000, recap_summary="Brakes."),
        BEN("recap_summary", 132_000, recap_summary="Brakes, really."),
    ]
    shuffled = data.draw(st.permutations(words))
    again = data.draw(st.lists(st.sampled_from(words), max_size=5))
    assert heard([*shuffled, *again]) == heard(words)


@given(st.data())
def test_however_legs_are_found_to_belong_together_it_is_the_same_call(data: st.DataObject) -> None:
    parts = [
        heard([leg("ringing", leg.id)])
        for leg in (Leg(1), Leg(2, "Ada"), Leg(3, "Ben", of=2), Leg(4, "Cy", of=1))
    ]
    parts.append(heard([Leg(5, "Di", of=1)("ringing", 5, master_call_id=2)]))
    order = data.draw(st.permutations(parts))
    cut = data.draw(st.integers(1, len(order) - 1))
    grouped = together([together(order[:cut]), together(order[cut:])])
    assert grouped == together(parts)
    assert grouped.external_id == "1"


def test_a_call_is_kept_small_whatever_is_told_and_in_whatever_order() -> None:
    at = call_reading.began_at(heard([ENTRY("ringing", 0)]))
    told = [Told(f"{n}", Fact.AGENT, "", at, "x") for n in range(MOST_FACTS + 5)]
    assert calls.newest(told) == calls.newest(reversed(told))
    assert len(calls.newest(told)) == MOST_FACTS


def test_every_order_of_a_whole_short_call_reads_the_same() -> None:
    leg = Leg(1, "Ada")
    words = [*leg.misses(0, 30_000), leg("voicemail", 60_000, voicemail_link="https://dialpad.com/v.mp3")]
    words.append(leg("transcription", 90_000, transcription_text="Call me."))
    read = {text_of(heard(order)) for order in permutations(words)}
    assert read == {"Voicemail: Call me.\n\nVoicemail recording: https://dialpad.com/v.mp3"}
