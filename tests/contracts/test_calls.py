"""Calls on every store: one ticket each, whatever the order in which, and how many at once, their words come."""

import json
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import anyio
import pytest

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.messaging.dialpad.translate_calls import call as translated
from helpdesk_core.commands import TellCall
from helpdesk_core.conversations import Conversation
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.accounts.connect_integration import connect_step
from helpdesk_core.use_cases.messaging.tell_call import tell_call
from helpdesk_core.users import DESK
from tests.calls import BEGAN, LINE, Leg
from tests.contracts.builders import NOON, an_organization

Word = Mapping[str, Any]


def an_occasion() -> Occasion:
    return Occasion(NOON, new_id, DESK)


async def a_desk(store: Store, policy: str = "answer") -> OrganizationId:
    acme = an_organization()

    async def unit(work: Work) -> None:
        await work.organizations.add(acme)
        settings = {"tickets_for_calls": policy}
        await connect_step(acme.id, "dialpad", LINE, settings, {}, work, an_occasion())

    await store.transact(unit)
    return acme.id


async def tell(store: Store, word: Word) -> None:
    (command,) = translated(json.dumps(word).encode())
    assert isinstance(command, TellCall)

    async def unit(work: Work) -> None:
        await tell_call(command, work, an_occasion())

    await store.transact(unit)


async def found(
    store: Store, organization_id: OrganizationId, **wanted: Any
) -> list[tuple[Ticket, list[Conversation]]]:
    async def look(view: View) -> list[tuple[Ticket, list[Conversation]]]:
        tickets = (await view.tickets.page(organization_id, TicketFilter(**wanted), Page())).items
        said = await view.conversations.of_tickets(organization_id, [ticket.id for ticket in tickets])
        return [(ticket, list(said.get(ticket.id, ()))) for ticket in tickets]

    return await store.read(look)


def words() -> Iterable[Word]:
    ada, ben = Leg(2, "Ada", of=1), Leg(3, "Ben", of=1)
    return [
        Leg(1)("ringing", 0),
        *Leg(4, "Carl", of=1).misses(1_000, 20_000),
        *ada.talks(21_000, 60_000),
        *ben.talks(62_000, 120_000),
        Leg(1)("hangup", 120_300, date_ended=BEGAN + 120_300),
        ben("transcription", 130_000, transcription_text="It squeaks."),
    ]


@pytest.mark.parametrize("policy", ["ring", "answer", "end"])
async def test_a_call_in_any_order_is_one_message_of_one_ticket(store: Store, policy: str) -> None:
    organization_id = await a_desk(store, policy)
    told = list(words())
    for word in Random(policy).sample([*told, *told], 2 * len(told)):
        await tell(store, word)
    ((ticket, (message,)),) = await found(store, organization_id)
    assert message.content_text == "Call of 1:39 with Ada and Ben\n\nTranscript: It squeaks."
    assert (ticket.message_count, ticket.metadata, message.external_id) == (1, {"call_id": "1"}, "1")


async def test_all_words_at_once_make_one_ticket(store: Store) -> None:
    organization_id = await a_desk(store, "ring")
    async with anyio.create_task_group() as tasks:
        for word in words():
            tasks.start_soon(tell, store, word)
    ((_, (message,)),) = await found(store, organization_id)
    assert message.content_text.startswith("Call of 1:39 with Ada and Ben")


async def test_a_message_that_another_takes_the_place_of_is_found_no_more(store: Store) -> None:
    organization_id = await a_desk(store)
    first, second = Leg(1, "Ada"), Leg(2, "Ben")
    for word in (*first.talks(5_000, 9_000), *second.talks(30_000, 65_000)):
        await tell(store, word)
    await tell(store, second("recap_summary", 66_000, recap_summary="Derailleur."))
    assert len(await found(store, organization_id)) == 2
    assert len(await found(store, organization_id, q="derailleur")) == 1
    await tell(store, second("recap_summary", 67_000, recap_summary="Saddle.", master_call_id=1))
    ((ticket, (message,)),) = await found(store, organization_id)
    assert message.content_text == "Call of 1:00 with Ada and Ben\n\nSummary: Saddle."
    assert await found(store, organization_id, q="derailleur") == []
    assert [one.id for one, _ in await found(store, organization_id, q="saddle")] == [ticket.id]
