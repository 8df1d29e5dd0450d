"""A desk into which history is brought, and everything that can be seen of it afterwards."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from attrs import define, evolve

from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import OrganizationId
from helpdesk_core.imports.brought import (
    BroughtCustomer,
    BroughtMessage,
    BroughtTicket,
    BroughtUser,
    Said,
    Speaker,
)
from helpdesk_core.imports.progress import Import, ImportState, Problem
from helpdesk_core.jobs import TryLater
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.users import DESK
from tests.fakes.import_source import Script, opening
from tests.use_cases.conftest import Bench, a_bench

THEN = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
ALL = Page(limit=100, sort="created_at")


@define
class Moving:
    """An organization that moves in, and what came of it."""

    bench: Bench
    home: OrganizationId

    async def bring(self, source: Script, **order: Any) -> Import:
        """Orders an import and runs it to its end, as often as that takes."""
        made = await self.order(**order)
        found = made
        for _ in range(200):
            found = await self.run(made, source)
            if found.state in (ImportState.COMPLETED, ImportState.FAILED, ImportState.PAUSED):
                return found
        raise AssertionError(f"It never ends: {found}")

    async def order(self, **order: Any) -> Import:
        given = {"source": "zendesk", "account": "acme", "foreground": True, **order}
        return await self.bench.desk.order_import()(self.home, DESK, Order(**given))

    async def run(self, made: Import, source: Script) -> Import:
        """Runs it once; what the source wants to be tried later is left at that."""
        desk = self.bench.desk
        run = RunImport(desk.store(), opening(source), desk.clock(), desk.new_id())
        with suppress(TryLater):
            await run(self.home, made.id, 1)
        return await self.found(made)

    async def found(self, made: Import) -> Import:
        found = await self.bench.desk.store().read(lambda view: view.imports.get(self.home, made.id))
        assert found is not None
        return found

    async def problems(self, made: Import) -> Sequence[Problem]:
        return await self.bench.desk.store().read(lambda view: view.imports.problems(self.home, made.id))

    async def tickets(self) -> dict[str, Ticket]:
        """Those that were brought, by their ids there; merged ones too."""

        async def unit(view: View) -> dict[str, Ticket]:
            found: dict[str, Ticket] = {}
            number = 1
            while (ticket := await view.tickets.by_number(self.home, number)) is not None:
                found[ticket.metadata.get("imported", {}).get("id", f"ours-{number}")] = ticket
                number += 1
            return found

        return await self.bench.desk.store().read(unit)

    async def ticket(self, external_id: str = "t1") -> Ticket:
        return (await self.tickets())[external_id]

    async def messages(self, ticket: Ticket) -> Sequence[Conversation]:
        async def unit(view: View) -> Sequence[Conversation]:
            return (await view.conversations.of_ticket(self.home, ticket.id, ALL)).items

        return await self.bench.desk.store().read(unit)

    async def customers(self) -> Sequence[Any]:
        async def unit(view: View) -> Sequence[Any]:
            return (await view.customers.page(self.home, CustomerFilter(), ALL)).items

        return await self.bench.desk.store().read(unit)

    async def figures(self) -> Mapping[Any, tuple[int, int]]:
        await self.bench.desk.follow_log()()
        names = ["tickets_created", "messages_in", "messages_out", "first_response", "resolution"]
        names += [f"standing_{one}" for one in ("open", "pending", "on_hold", "resolved", "closed")]
        first, last = THEN.date() - timedelta(days=400), THEN.date() + timedelta(days=1000)
        found = await self.bench.desk.store().read(
            lambda view: view.figures.between(self.home, names, first, last)
        )
        return {(one.measure, one.day, one.agent_id): (one.count, one.total) for one in found}

    async def seen(self) -> dict[str, Any]:
        """Everything that was brought, under names that do not depend on when it was."""
        people = {one.id: one for one in await self.customers()}
        names: dict[UUID | None, str] = {
            one.id: "|".join(sorted(contact.value for contact in one.contacts)) or one.name
            for one in people.values()
        }
        tickets = await self.tickets()
        here: dict[UUID, str] = {one.id: external_id for external_id, one in tickets.items()}
        told = {}
        for external_id, one in tickets.items():
            messages = [_plain_message(message, names) for message in await self.messages(one)]
            told[external_id] = (
                _plain_ticket(one, names, here),
                sorted(messages),
            )
        return {
            "tickets": told,
            "numbers": sorted(one.number for one in tickets.values()),
            "customers": {names[one.id]: _plain_customer(one) for one in people.values()},
        }


async def moving(bench: Bench | None = None) -> Moving:
    at = bench or a_bench()
    return Moving(at, (await at.begin()).id)


def _plain_ticket(one: Ticket, names: Mapping[UUID | None, str], here: Mapping[UUID, str]) -> Any:
    plain = evolve(one, number=0, version=0)
    fields = {
        name: getattr(plain, name)
        for name in (
            "subject status priority tags custom_fields language message_count last_message_at"
            " first_response_at resolved_at closed_at created_at updated_at"
        ).split()
    }
    into = None if one.merged_into_id is None else here[one.merged_into_id]
    return {**fields, "customer": names.get(one.customer_id), "merged_into": into}


def _plain_message(one: Conversation, names: Mapping[UUID | None, str]) -> Any:
    by = (one.author.name, names.get(one.author.id, ""))
    return (one.created_at, one.external_id, one.kind, one.content_text, *by)


def _plain_customer(one: Any) -> Any:
    return (one.name, one.company, sorted(one.emails), sorted(one.phones), one.blocked)


def a_customer(id: str = "c1", **given: Any) -> BroughtCustomer:
    return BroughtCustomer(**{"id": id, "name": f"Carla {id}", "emails": (f"{id}@mail.example",), **given})


def an_agent(id: str = "u1", **given: Any) -> BroughtUser:
    return BroughtUser(**{"id": id, "name": f"Ada {id}", "email": f"{id}@desk.example", **given})


def a_message(id: str, said: Said = Said.INBOUND, **given: Any) -> BroughtMessage:
    speaker = Speaker.CUSTOMER if said is Said.INBOUND else Speaker.USER
    speaker_id = "c1" if said is Said.INBOUND else "u1"
    return BroughtMessage(
        **{
            "id": id,
            "said": said,
            "speaker": speaker,
            "speaker_id": speaker_id,
            "text": f"Words of {id}.",
            "created_at": THEN,
            **given,
        }
    )


def a_ticket(id: str = "t1", **given: Any) -> BroughtTicket:
    return BroughtTicket(
        **{
            "id": id,
            "number": id.removeprefix("t"),
            "subject": f"Kettle {id}",
            "customer_id": "c1",
            "created_at": THEN,
            "updated_at": THEN + timedelta(hours=1),
            "messages": (a_message(f"{id}-1"),),
            **given,
        }
    )


__all__ = ["THEN", "Moving", "a_customer", "a_message", "a_ticket", "an_agent", "moving"]
