"""After a customer was erased: raw webhooks that name them, and what the store's files still hold of them."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy import Erasure, Person, counted
from helpdesk_core.use_cases.erase_words import empty_event
from helpdesk_core.webhooks import RESTING, WebhookEvent

Scrub = Callable[[], Awaitable[None]]
"""Makes sure that what was removed from the store cannot be read out of its files either."""

AT_ONCE = 50
"""Raw webhooks that are looked through at a time."""


def sweeping_of(erasure: Erasure, addresses: Sequence[str], occasion: Occasion) -> Job:
    """The job that sweeps up. It knows the addresses by their digests only: its row must not keep what is erased."""
    return occasion.job(
        erasure.organization_id,
        JobKind.ERASE_TRACES,
        {
            "customer_id": str(erasure.customer_id),
            "digests": sorted(_digest(address, erasure.id) for address in addresses),
        },
    )


@frozen
class EraseTraces:
    """Empties the raw webhooks of an organization that name one of the addresses and came before the erasure."""

    store: Store
    scrub: Scrub

    async def __call__(
        self, organization_id: OrganizationId, customer_id: CustomerId, digests: Sequence[str]
    ) -> None:
        erasure = await self.store.read(lambda view: view.erasures.of_customer(organization_id, customer_id))
        if erasure is None:
            return
        wanted = frozenset(digests)
        page: Page | None = Page(limit=AT_ONCE, sort="received_at")
        while page is not None and wanted:
            found, page = await self.store.read(partial(_looked_through, erasure, wanted, page))
            if found:
                await self.store.transact(partial(_empty, erasure, found))
        await self.scrub()


async def _looked_through(
    erasure: Erasure, wanted: frozenset[str], page: Page, view: View
) -> tuple[list[tuple[WebhookEvent, Person]], Page | None]:
    """The events of one page that name one of the addresses, and the next page."""
    events = await view.inbox.page(EventFilter(organization_id=erasure.organization_id), page)
    found: list[tuple[WebhookEvent, Person]] = []
    for listed in events.items:
        if listed.received_at > erasure.requested_at or listed.state not in RESTING:
            continue
        event = await view.inbox.get(listed.id)
        named = tuple(_named(event, wanted, erasure.id)) if event is not None else ()
        if event is not None and named:
            found.append((event, Person(addresses=named)))
    return found, evolve(page, after=events.next) if events.next is not None else None


def _named(event: WebhookEvent, wanted: frozenset[str], salt: UUID) -> Iterator[str]:
    """Those of the addresses that stand in the event."""
    text = f"{event.raw.decode(errors='replace')}\n{event.error or ''}\n{event.external_id}".lower()
    for word in set(_WORD.findall(_ESCAPE.sub(_unescaped, text))):
        # An address may stand behind the name of its channel: whatsapp:+1415…
        for candidate in {word, word.rpartition(":")[2], word.strip(".-")}:
            if candidate and _digest(candidate, salt) in wanted:
                yield candidate


async def _empty(erasure: Erasure, found: Sequence[tuple[WebhookEvent, Person]], work: Work) -> None:
    done = 0
    for seen, person in found:
        event = await work.inbox.get(seen.id)
        if event is None or not event.raw or event.state not in RESTING:
            continue
        await work.inbox.replace(empty_event(event, person))
        done += 1
    fresh = await work.erasures.of_customer(erasure.organization_id, erasure.customer_id)
    if fresh is not None:
        await work.erasures.replace(counted(fresh, {"events": done}))


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "


def _digest(address: str, salt: UUID) -> str:
    return sha256(f"{salt}{address.lower()}".encode("utf-8", "surrogatepass")).hexdigest()


_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\[bfnrt]")
"""What JSON writes in place of a character."""
_WORD = re.compile(r"""[^\s"'<>,;()\[\]{}\\=&?/]{2,}""")
"""What an address can be: anything between white space, quotes, brackets and other marks."""
