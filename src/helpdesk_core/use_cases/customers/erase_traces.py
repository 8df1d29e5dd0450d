"""After somebody was erased: raw webhooks that name them, and what the store's files still hold of them."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
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
from helpdesk_core.privacy_requests import told_by
from helpdesk_core.use_cases.customers.erase_words import empty_event
from helpdesk_core.webhooks import RESTING, WebhookEvent

Scrub = Callable[[], Awaitable[None]]
"""Makes sure that what was removed from the store cannot be read out of its files either."""
Note = Callable[[int, Work], Awaitable[None]]
"""Keeps, in the same unit, how many were emptied."""

AT_ONCE = 50
"""Raw webhooks that are looked through at a time."""


@frozen
class Words:
    """What is looked for, by digests only: whoever keeps them must not keep what is erased."""

    salt: UUID
    digests: frozenset[str]


def digests_of(words: Iterable[str], salt: UUID) -> list[str]:
    """The words, addresses mostly, as a job's payload may hold them."""
    return sorted({_digest(word, salt) for word in words if word})


def sweeping_of(erasure: Erasure, words: Sequence[str], occasion: Occasion) -> Job:
    """The job that sweeps up what names the customer by one of these words."""
    payload = {"customer_id": str(erasure.customer_id), "digests": digests_of(words, erasure.id)}
    return occasion.job(erasure.organization_id, JobKind.ERASE_TRACES, payload)


@frozen
class EraseTraces:
    """Empties the raw webhooks of an organization that name one of the words and came before the erasure."""

    store: Store
    scrub: Scrub

    async def __call__(
        self, organization_id: OrganizationId, customer_id: CustomerId, digests: Sequence[str]
    ) -> None:
        erasure = await self.store.read(lambda view: view.erasures.of_customer(organization_id, customer_id))
        if erasure is None:
            return
        words = Words(erasure.id, frozenset(digests))
        sweep = SweepEvents(self.store)
        await sweep(
            EventFilter(organization_id=organization_id),
            words,
            erasure.requested_at,
            partial(_note, organization_id, customer_id),
        )
        await self.scrub()


@frozen
class SweepEvents:
    """Empties raw webhooks that name one of the words, and were received until then. Again is harmless.

    Those that still are to take effect are left alone.
    """

    store: Store

    async def __call__(
        self,
        among: EventFilter,
        words: Words,
        until: datetime,
        note: Note,
        account: str | None = None,
    ) -> None:
        """account: only those that wait for this account."""
        page: Page | None = Page(limit=AT_ONCE, sort="received_at")
        while page is not None and words.digests:
            look = partial(_looked_through, among, words, until, account, page)
            found, page = await self.store.read(look)
            if found:
                await self.store.transact(partial(_empty, found, note))


async def _looked_through(
    among: EventFilter, words: Words, until: datetime, account: str | None, page: Page, view: View
) -> tuple[list[tuple[WebhookEvent, Person]], Page | None]:
    """The events of one page that name one of the words, and the next page."""
    events = await view.inbox.page(among, page)
    found: list[tuple[WebhookEvent, Person]] = []
    for listed in events.items:
        if listed.received_at > until or listed.state not in RESTING:
            continue
        if account is not None and listed.account != account:
            continue
        event = await view.inbox.get(listed.id)
        named = tuple(_named(event, words)) if event is not None else ()
        if event is not None and named:
            found.append((event, Person(addresses=named)))
    return found, evolve(page, after=events.next) if events.next is not None else None


def _named(event: WebhookEvent, words: Words) -> Iterator[str]:
    """Those of the words that stand in the event."""
    text = f"{event.raw.decode(errors='replace')}\n{event.error or ''}\n{event.external_id}".lower()
    for word in set(_WORD.findall(_ESCAPE.sub(_unescaped, text))):
        # An address may stand behind the name of its channel: whatsapp:+1415…
        bare = word.strip(_MARKS)
        for candidate in {word, word.rpartition(":")[2], bare, bare.rpartition(":")[2]}:
            if not candidate:
                continue
            told = told_by(event.provider, candidate) if candidate[-1].isdigit() else candidate
            if _digest(candidate, words.salt) in words.digests or _digest(told, words.salt) in words.digests:
                yield candidate


async def _empty(found: Sequence[tuple[WebhookEvent, Person]], note: Note, work: Work) -> None:
    done = 0
    for seen, person in found:
        event = await work.inbox.get(seen.id)
        if event is None or not event.raw or event.state not in RESTING:
            continue
        await work.inbox.replace(empty_event(event, person))
        done += 1
    await note(done, work)


async def _note(organization_id: OrganizationId, customer_id: CustomerId, done: int, work: Work) -> None:
    erasure = await work.erasures.of_customer(organization_id, customer_id)
    if erasure is not None:
        await work.erasures.replace(counted(erasure, {"events": done}))


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "


def _digest(word: str, salt: UUID) -> str:
    return sha256(f"{salt}{word.lower()}".encode("utf-8", "surrogatepass")).hexdigest()


_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\[bfnrt]")
"""What JSON writes in place of a character."""
_MARKS = ".:!|*_`~#-"
"""What may stand around an address without a blank: the end of a sentence, the colon of a report."""
_WORD = re.compile(r"""[^\s"'<>,;()\[\]{}\\=&?/]{2,}""")
"""What an address can be: anything between white space, quotes, brackets and other marks."""
