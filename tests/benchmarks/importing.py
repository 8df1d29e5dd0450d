"""A process that brings so many tickets from a source that makes them up, and says what that took."""

import argparse
import asyncio
import json
import re
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_core.imports.brought import (
    BroughtCustomer,
    BroughtMessage,
    BroughtTicket,
    BroughtUser,
    Kind,
    Said,
    Speaker,
)
from helpdesk_core.imports.progress import Import
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.use_cases.importing.order_import import Order, OrderImport
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.users import DESK

PAGE, MESSAGES, THREE = 100, 4, 3
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
SAID = (
    "<p>Hello, the kettle of number {0} leaks from below, and I would like to have a new one, please.</p>" * 3
)


@frozen
class MadeUp:
    """Tickets of four messages each, three to a customer, made when they are asked for."""

    tickets: int

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        start = int(cursor or 0)
        match kind:
            case Kind.USERS:
                return SourcePage(tuple(_agent(one) for one in range(5)), "", last=True)
            case Kind.CUSTOMERS:
                return self._page(_customer, start, -(-self.tickets // THREE))
            case Kind.TICKETS:
                return self._page(_ticket, start, self.tickets)
        return SourcePage((), "", last=True)

    def _page(self, make: Any, start: int, total: int) -> SourcePage:
        end = min(start + PAGE, total)
        return SourcePage(tuple(map(make, range(start, end))), str(end), last=end >= total, total=total)

    async def close(self) -> None:
        """Holds nothing."""


def _agent(number: int) -> BroughtUser:
    return BroughtUser(id=f"u{number}", name=f"Agent {number}", email=f"a{number}@desk.example")


def _customer(number: int) -> BroughtCustomer:
    return BroughtCustomer(id=f"c{number}", name=f"Customer {number}", emails=(f"c{number}@mail.example",))


def _ticket(number: int) -> BroughtTicket:
    at = FIRST + timedelta(minutes=number)
    return BroughtTicket(
        id=f"t{number}",
        number=str(number),
        subject=f"Kettle {number}",
        status="solved",
        customer_id=f"c{number // THREE}",
        assignee_id=f"u{number % 5}",
        tags=("kettle", "leak"),
        created_at=at,
        updated_at=at + timedelta(hours=1),
        messages=tuple(_message(number, place, at) for place in range(MESSAGES)),
    )


def _message(number: int, place: int, at: datetime) -> BroughtMessage:
    asks = place % 2 == 0
    return BroughtMessage(
        id=f"{number}-{place}",
        said=Said.INBOUND if asks else Said.REPLY,
        speaker=Speaker.CUSTOMER if asks else Speaker.USER,
        speaker_id=f"c{number // THREE}" if asks else f"u{number % 5}",
        html=SAID.format(number),
        created_at=at + timedelta(minutes=place),
    )


async def _bring(settings: Settings, tickets: int, slug: str) -> dict[str, Any]:
    desk = Container(settings=settings)
    await desk.migrations().create()
    async with desk.desk().opened():
        organization = await desk.create_organization()(slug, "Acme")
        store, source = desk.store(), MadeUp(tickets)

        async def opened(import_: Import) -> MadeUp:
            return source

        order = OrderImport(store, desk.vault(), {"files": str}, system_clock, new_id)
        run = RunImport(store, {"files": opened}, system_clock, new_id)
        figures: dict[str, Any] = {}
        for name in ("first", "again"):
            # Without marks, so that the second run is told everything anew.
            since = FIRST if name == "again" else None
            made = await order(organization.id, DESK, Order("files", "made up", since=since, foreground=True))
            began = perf_counter()
            ended = await run(organization.id, made.id, 1)
            figures[name] = tickets / (perf_counter() - began)
            assert ended is not None
            assert ended.tallies["tickets"].seen == tickets, ended
            figures[f"{name}_created"] = ended.tallies["tickets"].created
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--database")
    given = parser.parse_args()
    more = {} if given.database is None else {"database_url": given.database}
    settings = Settings(secret_key=("a key for benchmarks",), data_dir=given.folder, **more)
    slug = re.sub(r"\W", "", f"acme{new_id()}")[:30]
    print(json.dumps(asyncio.run(_bring(settings, given.tickets, slug))))


if __name__ == "__main__":
    main()
