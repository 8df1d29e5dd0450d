"""Parts of a long message become one, in whichever order they come, how often, and whatever is waited for."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.commands import Done, HearPart, Nothing, Outcome
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.event_log import Occasion
from helpdesk_core.messages import Message, Sender
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.messaging.join_parts import GAP, LATEST, PATIENCE, hear_part, key_of
from helpdesk_core.users import DESK
from tests.use_cases.conftest import Bench, a_bench

OURS, IDA = "+14155550142", "+14155550117"
TEXTS = ("My bike ", "rattles when", "ever I ", "brake. 🚲")
WHOLE = "".join(TEXTS)


def part(number: int, at: datetime, reference: str = "37", texts: tuple[str, ...] = TEXTS) -> HearPart:
    message = Message(
        channel=Channel.SMS,
        account=OURS,
        external_id=f"{reference}-{at:%d%H}-{number}",
        threads=(IDA,),
        sender=Sender(contacts=(Contact(PHONE, IDA),)),
        at=at + timedelta(seconds=number),
        text=texts[number - 1],
    )
    return HearPart(message, reference, number, len(texts))


async def a_line() -> Bench:
    bench = a_bench()
    acme = await bench.begin()
    await bench.desk.connect_integration()(acme.id, "sms", OURS, {})
    return bench


async def hear(bench: Bench, command: HearPart) -> Outcome:
    occasion = Occasion(bench.clock(), bench.desk.new_id(), DESK)
    step = partial(hear_part, command, occasion=occasion, domain=bench.desk.domain())
    found: Outcome = await bench.desk.store().transact(lambda work: step(work=work))
    return found


async def heard(bench: Bench) -> list[Conversation]:
    assert bench.acme is not None
    id = bench.acme.id

    async def look(view: Any) -> list[Conversation]:
        tickets = await view.tickets.page(id, TicketFilter(), Page(50, "created_at"))
        return [
            one
            for ticket in tickets.items
            for one in (await view.conversations.of_ticket(id, ticket.id, Page(50, "created_at"))).items
        ]

    return list(await bench.desk.store().read(look))


@settings(max_examples=60)
@given(st.permutations([1, 2, 3, 4, 1, 4]), st.integers(0, 6))
async def test_no_order_and_no_wait_makes_a_difference_in_the_end(order: list[int], waited: int) -> None:
    """`waited`: before this part the desk has lost its patience, or it never does."""
    bench = await a_line()
    start = bench.clock()
    for place, number in enumerate(order):
        if place == waited:
            bench.clock.now += PATIENCE
            await bench.run_jobs()
        await hear(bench, part(number, start))
    bench.clock.now += PATIENCE
    await bench.run_jobs()
    [only] = await heard(bench)
    assert (only.content_text, only.warnings) == (WHOLE, ())


async def test_what_is_missing_is_shown_as_a_gap_and_filled_when_it_comes() -> None:
    bench = await a_line()
    start = bench.clock()
    for number in (4, 1):
        assert isinstance(await hear(bench, part(number, start)), Done)
    assert await heard(bench) == []
    bench.clock.now += PATIENCE
    await bench.run_jobs()
    [shown] = await heard(bench)
    assert shown.content_text == f"{TEXTS[0]}{GAP}{GAP}{TEXTS[3]}"
    assert shown.warnings == ("Part 2, 3 of 4 of this message has not arrived.",)
    await hear(bench, part(3, start))
    [shown] = await heard(bench)
    assert shown.warnings == ("Part 2 of 4 of this message has not arrived.",)
    await hear(bench, part(2, start))
    [shown] = await heard(bench)
    assert (shown.content_text, shown.warnings) == (WHOLE, ())
    assert isinstance(await hear(bench, part(2, start)), Nothing)


async def test_a_sender_who_has_begun_to_count_anew_writes_another_message() -> None:
    bench = await a_line()
    texts = ("Now it ", "squeaks.")
    first = bench.clock()
    for number in (1, 2):
        await hear(bench, part(number, first, texts=("It ", "rattles.")))
    bench.clock.pass_(minutes=20)
    for number in (2, 1):
        await hear(bench, part(number, bench.clock() + timedelta(hours=2), texts=texts))
    assert sorted(one.content_text for one in await heard(bench)) == ["It rattles.", "Now it squeaks."]


async def test_nothing_of_a_whole_message_is_kept_beside_it() -> None:
    bench = await a_line()
    start = bench.clock()
    for number in (1, 2, 3, 4):
        await hear(bench, part(number, start))
    assert bench.acme is not None
    place = (bench.acme.id, Channel.SMS, OURS, key_of(part(1, start)))
    kept = await bench.desk.store().read(lambda view: view.provider_messages.get(*place))
    assert kept is not None
    assert {(one.text, one.thread) for one in kept.afterwords.pieces} == {("", "")}
    assert IDA not in place[3]


@pytest.mark.parametrize("number", [1, 2])
async def test_a_part_for_nobodys_number_waits_for_its_owner(number: int) -> None:
    bench = a_bench()
    await bench.begin()
    outcome = await hear(bench, part(number, bench.clock()))
    assert isinstance(outcome, Nothing)
    assert outcome.unmatched


async def test_what_never_comes_is_waited_for_no_longer_than_it_could() -> None:
    bench = await a_line()
    start = bench.clock()
    await hear(bench, part(1, start))
    for wait in (PATIENCE, LATEST):
        bench.clock.now += wait
        await bench.run_jobs()
    assert bench.acme is not None
    place = (bench.acme.id, Channel.SMS, OURS, key_of(part(1, start)))
    assert await bench.desk.store().read(lambda view: view.provider_messages.get(*place)) is None
    [shown] = await heard(bench)
    assert shown.content_text == TEXTS[0] + GAP * 3
