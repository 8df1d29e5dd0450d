"""What stores forget when they are told to: so much at a time, the oldest first, and nothing else."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.attachments import Attachment
from helpdesk_core.errors import Conflict
from helpdesk_core.jobs import JobState
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState
from helpdesk_core.webhooks import EventState, WebhookEvent, replayed
from tests.contracts.builders import (
    a_budget,
    a_customer,
    a_job,
    a_kept_answer,
    a_message,
    a_provider_message,
    a_quarantined_mail,
    a_ticket,
    a_webhook_event,
    after,
    an_attachment,
    an_organization,
    fresh,
)
from tests.contracts.desks import put


async def test_answers_are_forgotten_by_age_and_so_many_at_a_time(store: Store) -> None:
    home = an_organization()
    kept = [a_kept_answer(home, key=f"key-{minute}", created_at=after(minute)) for minute in range(5)]
    await put(store, home, *kept)
    assert await store.transact(lambda work: work.kept_answers.forget(after(3), 2)) == 2
    assert await _keys(store, home, kept) == ["key-2", "key-3", "key-4"]
    assert await store.transact(lambda work: work.kept_answers.forget(after(3), 2)) == 1
    assert await store.transact(lambda work: work.kept_answers.forget(after(3), 2)) == 0
    assert await _keys(store, home, kept) == ["key-3", "key-4"]


async def test_only_jobs_that_were_done_before_a_time_are_forgotten(store: Store) -> None:
    old = [a_job(state=JobState.DONE, created_at=after(n), finished_at=after(n + 1)) for n in range(3)]
    late = a_job(state=JobState.DONE, created_at=after(1), finished_at=after(60))
    others = [a_job(state=state, created_at=after(0)) for state in JobState if state is not JobState.DONE]
    await put(store, *old, late, *others)
    assert await store.transact(lambda work: work.jobs.forget_done(after(10), 2)) == 2
    assert await store.transact(lambda work: work.jobs.forget_done(after(10), 2)) == 1
    assert await store.transact(lambda work: work.jobs.forget_done(after(10), 2)) == 0

    async def look(view: View) -> list[Any]:
        return [await view.jobs.get(job.id) for job in (*old, late, *others)]

    assert await store.read(look) == [None, None, None, late, *others]


async def test_a_job_that_was_forgotten_is_never_claimed(store: Store) -> None:
    done = a_job(state=JobState.DONE, created_at=after(0), finished_at=after(1))
    await put(store, done)
    await store.transact(lambda work: work.jobs.forget_done(after(10), 10))
    claimed = await store.job_table.claim("w", 10, after(100))  # type: ignore[attr-defined]
    assert done.id not in [job.id for job in claimed]


async def test_bodies_of_events_at_rest_are_emptied_and_their_ids_stay_known(store: Store) -> None:
    provider = fresh("provider")
    events = [
        a_webhook_event(provider=provider, received_at=after(n), state=state, external_id=f"evt-{state}")
        for n, state in enumerate(EventState)
    ]
    young = a_webhook_event(provider=provider, received_at=after(60), state=EventState.PROCESSED)
    await put(store, *events, young)
    while await store.transact(lambda work: work.inbox.empty(after(30), 1)):
        continue

    async def look(view: View) -> list[Any]:
        return [await view.inbox.get(event.id) for event in (*events, young)]

    waiting = (EventState.RECEIVED, EventState.FAILED)
    expected = [event if event.state in waiting else evolve(event, raw=b"") for event in events]
    assert await store.read(look) == [*expected, young]
    for event in events:
        again = a_webhook_event(provider=provider, external_id=event.external_id, received_at=after(90))
        assert not await store.transact(partial(_admit, again))


async def test_an_event_is_seen_emptied_by_the_unit_that_empties_it(store: Store) -> None:
    event = a_webhook_event(state=EventState.DEAD)
    await put(store, event)

    async def unit(work: Work) -> None:
        assert (await work.inbox.get(event.id)) == event
        assert await work.inbox.empty(after(30), 10) >= 1
        emptied = await work.inbox.get(event.id)
        assert emptied == evolve(event, raw=b"")
        with pytest.raises(Conflict, match="forgotten"):
            replayed(emptied)

    await store.transact(unit)


async def test_loose_files_are_found_by_age(store: Store) -> None:
    home = an_organization()
    customer = a_customer(home)
    ticket = a_ticket(customer, 1)
    message = a_message(ticket)
    loose = [
        an_attachment(ticket, message, ticket_id=None, conversation_id=None, created_at=after(n - 1000))
        for n in range(4)
    ]
    of_ticket = an_attachment(ticket, message, conversation_id=None, created_at=after(-1000))
    bound = an_attachment(ticket, message, created_at=after(-1000))
    await put(store, home, customer, ticket, message, *reversed(loose), of_ticket, bound)
    assert await _loose(store, home.id, 3) == loose[:3]
    assert await _loose(store, home.id, 2, limit=1) == loose[:1]

    async def unit(work: Work) -> None:
        await work.attachments.replace(evolve(loose[0], ticket_id=ticket.id))
        await work.attachments.remove(home.id, loose[1].id)

    await store.transact(unit)
    assert await _loose(store, home.id, 3) == loose[2:3]


async def test_digests_are_named_as_long_as_a_file_has_them(store: Store) -> None:
    home = an_organization()
    customer = a_customer(home)
    ticket = a_ticket(customer, 1)
    message = a_message(ticket)
    one = an_attachment(ticket, message, digest="1" * 64)
    same = an_attachment(ticket, message, digest="1" * 64)
    failed = an_attachment(ticket, message, digest=None)
    await put(store, home, customer, ticket, message, one, same, failed)

    async def named(view: View) -> frozenset[str]:
        return await view.attachments.named(home.id, ["1" * 64, "2" * 64])

    assert await store.read(named) == {"1" * 64}
    await store.transact(lambda work: work.attachments.remove(home.id, one.id))
    assert await store.read(named) == {"1" * 64}
    await store.transact(lambda work: work.attachments.remove(home.id, same.id))
    assert await store.read(named) == frozenset()
    assert await store.read(lambda view: view.attachments.named(home.id, [])) == frozenset()


async def _admit(event: WebhookEvent, work: Work) -> bool:
    return await work.inbox.admit(event)


async def _keys(store: Store, home: Any, kept: Sequence[Any]) -> list[str]:
    async def look(view: View) -> list[str]:
        return [one.key for one in kept if await view.kept_answers.get(home.id, one.key) is not None]

    return await store.read(look)


async def _loose(store: Store, organization_id: Any, minutes: int, limit: int = 100) -> list[Attachment]:
    """Those of the organization; the store may hold what other tests have left."""

    async def look(view: View) -> list[Attachment]:
        found = await view.attachments.loose(after(minutes - 1000), limit)
        return [one for one in found if one.organization_id == organization_id]

    return await store.read(look)


async def test_budgets_are_forgotten_by_their_last_use_and_so_many_at_a_time(store: Store) -> None:
    home = an_organization()
    budgets = [a_budget(home, name=f"b{minute}", at=after(minute)) for minute in range(5)]
    await put(store, home, *budgets)
    assert await store.transact(lambda work: work.budgets.forget(after(3), 2)) == 2
    names = [budget.name for budget in budgets]
    left = await store.read(lambda view: view.budgets.named(home.id, names))
    assert left == {budget.name: budget for budget in budgets[2:]}
    assert await store.transact(lambda work: work.budgets.forget(after(3), 2)) == 1
    assert await store.transact(lambda work: work.budgets.forget(after(3), 2)) == 0


async def test_what_is_known_of_provider_s_messages_is_forgotten_by_age(store: Store) -> None:
    home, other = an_organization(), an_organization()
    known = [
        a_provider_message(of, external_id=f"SM{n}", told_at=after(n))
        for n, of in enumerate((home, other, home, home))
    ]
    await put(store, home, other, *reversed(known))

    async def look(view: View) -> list[Any]:
        return [
            await view.provider_messages.get(one.organization_id, one.channel, one.account, one.external_id)
            for one in known
        ]

    assert await store.transact(lambda work: work.provider_messages.forget(after(3), 2)) == 2
    assert await store.read(look) == [None, None, *known[2:]]
    assert await store.transact(lambda work: work.provider_messages.forget(after(3), 2)) == 1
    assert await store.transact(lambda work: work.provider_messages.forget(after(3), 2)) == 0
    assert await store.read(look) == [None, None, None, known[3]]


async def test_quarantine_is_found_by_age_ids_and_senders(store: Store) -> None:
    home, other = an_organization(), an_organization()
    mails = [
        a_quarantined_mail(
            home, held_at=after(n), external_id=f"ext-{n}", message_id=f"{n}@x", sender=f"s{n}"
        )
        for n in range(3)
    ]
    settled = evolve(mails[2], state=QuarantineState.DISCARDED, command=None)
    foreign = a_quarantined_mail(other, held_at=after(9))
    await put(store, home, other, *mails, foreign)
    await store.transact(lambda work: work.quarantine.replace(settled))
    bare = [evolve(mail, command=None) for mail in (*mails[:2], settled)]

    async def look(view: View) -> list[Any]:
        reads = view.quarantine
        return [
            await reads.before(after(1), 10),
            await reads.before(after(99), 2),
            await reads.known(home.id, "ext-0", "1@x"),
            await reads.known(home.id, "ext-2", "2@x"),
            await reads.known(home.id, None, None),
            await reads.from_senders(home.id, ["s1", "nobody"]),
            await reads.naming(home.id, ["d1", "d2"]),
            await reads.held(10),
            await reads.held(2),
        ]

    assert await store.read(look) == [
        *([mails[0]], mails[:2], bare[:2], [bare[2]], [], [mails[1]], {"d1"}, 3, 2),
    ]
    for mail in mails:
        await store.transact(partial(_remove_held, mail))
    assert await store.read(lambda view: view.quarantine.naming(home.id, ["d1"])) == frozenset()
    assert await store.read(lambda view: view.quarantine.before(after(99), 9)) == [foreign]


async def _remove_held(mail: QuarantinedMail, work: Work) -> None:
    await work.quarantine.remove(mail.organization_id, mail.id)
