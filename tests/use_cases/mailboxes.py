"""What the tests of mailboxes do with a desk."""

from collections.abc import Mapping
from datetime import UTC, datetime

from helpdesk_core.integrations import Integration
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.use_cases.mail.sync_mailbox import Synced
from tests.use_cases.conftest import Bench

ADDRESS = "help@acme.example"


def a_message(number: int, *, id: bool = True, size: int = 0) -> bytes:
    lines = [f"From: p{number}@garden.example", "To: somebody@else.example", f"Subject: Kettle {number}"]
    lines += [f"Message-ID: <{number}@garden.example>"] if id else []
    return "\r\n".join([*lines, "", "It drips.", "x" * size, ""]).encode()


async def connect(bench: Bench, settings: Mapping[str, str], address: str = ADDRESS) -> None:
    """Now, by the clocks of other people too."""
    acme = bench.acme or await bench.begin()
    bench.clock.now = datetime.now(UTC)
    await bench.desk.connect_integration()(acme.id, "imap", address, settings)


async def sync(bench: Bench) -> Synced:
    (done,) = await bench.desk.sync_mailboxes()()
    return done


async def subjects(bench: Bench) -> list[str]:
    assert bench.acme is not None
    acme = bench.acme.id
    found = await bench.desk.store().read(
        lambda view: view.tickets.page(acme, TicketFilter(), Page(100, "created_at"))
    )
    assert all(ticket.message_count == 1 for ticket in found.items)
    return [ticket.subject for ticket in found.items]


async def integration(bench: Bench) -> Integration:
    found = await bench.desk.store().read(lambda view: view.integrations.known("imap", ADDRESS))
    assert found is not None
    return found
