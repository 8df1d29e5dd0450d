"""What mail, time and jobs make of tickets that were taken apart, put off and tagged."""

from datetime import timedelta

import pytest
from attrs import evolve

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import Actor
from tests.use_cases.conftest import Bench
from tests.use_cases.test_mail_in import a_mail, done

NOOR = Actor("user", None, "Noor")


async def ticket(bench: Bench, ticket_id: TicketId) -> Ticket:
    home = _home(bench)
    found = await bench.desk.store().read(lambda view: view.tickets.get(home, ticket_id))
    assert found is not None
    return found


async def opened(bench: Bench, *tags: str) -> Ticket:
    opening = Opening(subject="The kettle", channel=Channel.API, tags=tags)
    requester = Requester(email="ida@garden.example")
    return await bench.desk.open_ticket()(_home(bench), NOOR, opening, requester, "It leaks.")


async def test_mail_finds_an_unmerged_ticket_again_and_merges_it_no_more(bench: Bench) -> None:
    await bench.begin()
    first = (await done(bench, a_mail("The kettle", id="1@garden.example"))).ticket_id
    second = (await done(bench, a_mail("The lid", id="2@garden.example"))).ticket_id
    await bench.desk.merge_tickets()(_home(bench), first, NOOR, second)
    answer = a_mail("Re: The kettle", id="3@garden.example", answers="1@garden.example")
    assert (await done(bench, answer)).ticket_id == second
    await bench.desk.unmerge_ticket()(_home(bench), first, NOOR)
    again = a_mail("Re: The kettle", id="4@garden.example", answers="1@garden.example")
    assert (await done(bench, again)).ticket_id == first
    both = a_mail("Re: both", id="5@garden.example", answers="2@garden.example")
    assert (await done(bench, both)).ticket_id == second
    assert (await ticket(bench, first)).merged_into_id is None
    assert ((await ticket(bench, first)).message_count, (await ticket(bench, second)).message_count) == (2, 3)


async def test_mail_that_answers_a_split_message_finds_the_new_ticket(bench: Bench) -> None:
    await bench.begin()
    first = (await done(bench, a_mail("The kettle", id="1@garden.example"))).ticket_id
    bell = await done(bench, a_mail("Re: The kettle", id="2@garden.example", answers="1@garden.example"))
    assert bell.ticket_id == first
    assert bell.conversation_id is not None
    new = await bench.desk.split_ticket()(_home(bench), first, NOOR, [bell.conversation_id], "The bell")
    answer = a_mail("Re: The bell", id="3@garden.example", answers="2@garden.example")
    assert (await done(bench, answer)).ticket_id == new.id
    other = a_mail("Re: The kettle", id="4@garden.example", answers="1@garden.example")
    assert (await done(bench, other)).ticket_id == first
    assert (await ticket(bench, new.id)).kept_apart


async def test_a_snoozed_ticket_wakes_when_its_time_has_come_and_not_before(bench: Bench) -> None:
    await bench.begin()
    late = (await opened(bench)).id
    until = bench.clock() + timedelta(hours=2)
    change = bench.desk.change_ticket()
    await change(_home(bench), late, NOOR, TicketChange(snoozed_until=until))
    await bench.run_jobs()
    assert (await ticket(bench, late)).snoozed_until == until
    put_off = until + timedelta(hours=1)
    await change(_home(bench), late, NOOR, TicketChange(snoozed_until=put_off))
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    assert (await ticket(bench, late)).snoozed_until == put_off
    bench.clock.pass_(hours=1)
    await bench.run_jobs()
    assert (await ticket(bench, late)).snoozed_until is None


async def test_a_mail_wakes_a_snoozed_ticket(bench: Bench) -> None:
    await bench.begin()
    first = (await done(bench, a_mail("The kettle", id="1@garden.example"))).ticket_id
    until = bench.clock() + timedelta(hours=2)
    await bench.desk.change_ticket()(_home(bench), first, NOOR, TicketChange(snoozed_until=until))
    await done(bench, a_mail("Re: The kettle", id="2@garden.example", answers="1@garden.example"))
    assert (await ticket(bench, first)).snoozed_until is None
    bench.clock.pass_(hours=3)
    before = await ticket(bench, first)
    await bench.run_jobs()
    assert await ticket(bench, first) == before


async def test_a_renamed_tag_is_renamed_on_all_tickets_merged_ones_too(bench: Bench) -> None:
    await bench.begin()
    many = [await opened(bench, "spout", "lid") for _ in range(203)]
    both = await opened(bench, "spout", "nozzle")
    await bench.desk.merge_tickets()(_home(bench), many[0].id, NOOR, many[1].id)
    await rename(bench, "spout", "NOZZLE2")
    await bench.run_jobs()
    assert await tagged(bench, "spout") == 0
    assert await tagged(bench, "NOZZLE2") == 203
    assert (await ticket(bench, many[0].id)).tags == ("NOZZLE2", "lid")
    assert (await ticket(bench, both.id)).tags == ("NOZZLE2", "nozzle")
    alive = await bench.desk.unmerge_ticket()(_home(bench), many[0].id, NOOR)
    assert alive.tags == ("NOZZLE2", "lid")


async def test_a_renaming_that_was_interrupted_goes_on_where_it_ended(bench: Bench) -> None:
    await bench.begin()
    tickets = [await opened(bench, "spout") for _ in range(3)]
    await rename(bench, "spout", "nozzle")
    store = bench.desk.store()
    half = evolve(tickets[0], tags=("nozzle",), version=9)
    await store.transact(lambda work: work.tickets.replace(half))
    await bench.run_jobs()
    assert await tagged(bench, "nozzle") == 3
    assert await ticket(bench, half.id) == half


async def test_a_tag_that_is_taken_away_comes_off_all_tickets(bench: Bench) -> None:
    await bench.begin()
    marked = await opened(bench, "spout", "lid")
    known = await bench.desk.store().read(lambda view: view.tags.named(_home(bench), "spout"))
    assert known is not None
    await bench.desk.arrange_tags().remove(_home(bench), known.id, NOOR)
    await bench.run_jobs()
    assert (await ticket(bench, marked.id)).tags == ("lid",)
    names = [tag.name for tag in await bench.desk.store().read(lambda view: view.tags.of(_home(bench)))]
    assert names == ["lid"]


async def test_the_customer_of_split_messages_is_whoever_wrote_them(bench: Bench) -> None:
    await bench.begin()
    first = (await done(bench, a_mail("The kettle", id="1@garden.example"))).ticket_id
    strange = a_mail(
        "Re: The kettle", id="2@other.example", answers="1@garden.example", sender="bo@other.example"
    )
    bo = await done(bench, strange)
    assert bo.ticket_id == first
    assert bo.conversation_id is not None
    new = await bench.desk.split_ticket()(_home(bench), first, NOOR, [bo.conversation_id])
    theirs = await bench.desk.store().read(lambda view: view.customers.get(_home(bench), new.customer_id))
    assert theirs is not None
    assert theirs.email == "bo@other.example"
    # Bo takes part in the new ticket only: a number in a subject proves nothing of the old one any more.
    guess = a_mail("[#1] hello", id="9@other.example", sender="bo@other.example")
    assert (await done(bench, guess)).ticket_id != first


async def test_a_message_that_waits_for_its_body_never_gets_it_once_it_is_redacted(bench: Bench) -> None:
    await bench.begin()
    told = await done(bench, a_mail("The kettle", id="1@garden.example"))
    home, store = _home(bench), bench.desk.store()
    conversation = await store.read(lambda view: view.conversations.get(home, told.conversation_id))
    assert conversation is not None
    bare = evolve(conversation, metadata={"incomplete": True})
    await store.transact(lambda work: work.conversations.replace(bare))
    redacted = await bench.desk.redact_conversation()(home, bare.id, NOOR, None)
    assert "incomplete" not in redacted.metadata


async def test_what_is_merged_cannot_be_unmerged_twice(bench: Bench) -> None:
    await bench.begin()
    lone = await opened(bench)
    with pytest.raises(Conflict):
        await bench.desk.unmerge_ticket()(_home(bench), lone.id, NOOR)


async def rename(bench: Bench, tag: str, name: str) -> None:
    home = _home(bench)
    known = await bench.desk.store().read(lambda view: view.tags.named(home, tag))
    assert known is not None
    await bench.desk.arrange_tags().change(home, known.id, NOOR, {"name": name})


async def tagged(bench: Bench, tag: str) -> int:
    """How many tickets are listed by the tag."""
    home, found, page = _home(bench), 0, Page(limit=100, sort="number")
    while True:
        slice_ = await bench.desk.store().read(
            lambda view, page=page: view.tickets.page(home, TicketFilter(tag=tag), page)  # type: ignore[misc]
        )
        found += len(slice_.items)
        if slice_.next is None:
            return found
        page = evolve(page, after=slice_.next)


def _home(bench: Bench) -> OrganizationId:
    assert bench.acme is not None
    return bench.acme.id
