"""What has outlived its use is swept out, and nothing that is wanted goes with it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_core.attachments import Attachment
from helpdesk_core.errors import NotFound
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import ConversationId, JobId, OrganizationId, TicketId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.files.upload_file import Upload
from helpdesk_core.use_cases.running import sweep
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import Actor
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.use_cases.conftest import Bench

UMA = Actor("user", None, "Uma")


async def upload(bench: Bench, content: bytes, of: OrganizationId | None = None, **where: Any) -> Attachment:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    organization_id = of or (bench.acme or await bench.begin()).id
    upload = Upload("file.txt", "text/plain", content, **where)
    return await bench.desk.upload_file()(organization_id, UMA, upload, chunks())


async def put_job(bench: Bench, kind: JobKind, **fields: Any) -> None:
    now = bench.clock()
    job = Job(JobId(bench.desk.new_id()()), kind, fields.pop("payload", {}), now, now, **fields)
    await bench.desk.store().transact(lambda work: work.jobs.add(job))


async def swept(bench: Bench) -> None:
    await put_job(bench, JobKind.SWEEP)
    await bench.run_jobs()


async def is_there(bench: Bench, attachment: Attachment) -> tuple[bool, bool]:
    """Whether the row is there, and whether the bytes are."""
    kept = await bench.desk.store().read(
        lambda view: view.attachments.get(attachment.organization_id, attachment.id)
    )
    try:
        await bench.desk.blobs().get(attachment.organization_id, attachment.digest or "")
    except NotFound:
        return kept is not None, False
    return kept is not None, True


async def test_an_upload_that_no_message_claims_within_a_day_goes(bench: Bench) -> None:
    attachment = await upload(bench, b"for nobody")
    bench.clock.pass_(hours=23, minutes=59)
    await swept(bench)
    assert await is_there(bench, attachment) == (True, True)
    bench.clock.pass_(minutes=2)
    await swept(bench)
    assert await is_there(bench, attachment) == (False, False)
    log = await bench.desk.store().read(lambda view: view.log.since(attachment.organization_id, 0, 100))
    assert [event.type for event in log.events][-2:] == ["attachment.created", "attachment.deleted"]


async def test_bytes_that_another_file_has_too_stay(bench: Bench) -> None:
    first = await upload(bench, b"the same")
    bench.clock.pass_(hours=20)
    second = await upload(bench, b"the same")
    bench.clock.pass_(hours=5)
    await swept(bench)
    assert await is_there(bench, first) == (False, True)
    assert await is_there(bench, second) == (True, True)


async def test_the_same_bytes_of_another_organization_are_others(bench: Bench) -> None:
    first = await upload(bench, b"the same")
    other = await bench.desk.create_organization()("other", "Other")
    bench.clock.pass_(hours=20)
    theirs = await upload(bench, b"the same", of=other.id)
    bench.clock.pass_(hours=5)
    await swept(bench)
    assert await is_there(bench, first) == (False, False)
    assert await is_there(bench, theirs) == (True, True)


async def test_a_file_of_a_ticket_or_a_message_stays(bench: Bench) -> None:
    ticket, message_id = await a_ticket(bench)
    bound = [
        await upload(bench, b"for the ticket", ticket_id=ticket),
        await upload(bench, b"for the message", conversation_id=message_id),
    ]
    bench.clock.pass_(days=400)
    await swept(bench)
    assert [await is_there(bench, one) for one in bound] == [(True, True)] * 2


async def test_more_than_a_batch_is_swept_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)
    other = await bench.desk.create_organization()("other", "Other")
    files = [await upload(bench, b"%d" % n, of=None if n % 2 else other.id) for n in range(10)]
    bench.clock.pass_(hours=25)
    await swept(bench)
    assert [await is_there(bench, one) for one in files] == [(False, False)] * 10


async def test_bytes_that_were_just_put_are_not_forgotten_before_their_row_has_come(bench: Bench) -> None:
    acme = await bench.begin()
    digest = sha256(b"on its way").hexdigest()
    await bench.desk.blobs().put(acme.id, b"on its way")
    payload = {"digests": [digest]}
    await put_job(bench, JobKind.FORGET_BLOBS, organization_id=acme.id, payload=payload)
    await bench.run_jobs()
    assert await bench.desk.blobs().get(acme.id, digest) == b"on its way"
    arrived = await upload(bench, b"on its way")
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    assert await is_there(bench, arrived) == (True, True)


async def test_bytes_that_stay_unnamed_go_when_the_hour_is_over(bench: Bench) -> None:
    acme = await bench.begin()
    digest = await bench.desk.blobs().put(acme.id, b"for nobody")
    named = await upload(bench, b"named")
    payload = {"digests": [digest, named.digest, "f" * 64]}
    await put_job(bench, JobKind.FORGET_BLOBS, organization_id=acme.id, payload=payload)
    await bench.run_jobs()
    bench.clock.pass_(minutes=59)
    await bench.run_jobs()
    assert await bench.desk.blobs().get(acme.id, digest) == b"for nobody"
    bench.clock.pass_(minutes=2)
    await bench.run_jobs()
    with pytest.raises(NotFound):
        await bench.desk.blobs().get(acme.id, digest)
    assert await is_there(bench, named) == (True, True)


async def test_the_upload_is_refused_before_its_bytes_are_kept(bench: Bench) -> None:
    await bench.begin()
    for where in ({"ticket_id": TicketId(uuid4())}, {"conversation_id": ConversationId(uuid4())}):
        with pytest.raises(NotFound):
            await upload(bench, b"for nobody at all", **where)
    assert bench.acme is not None
    with pytest.raises(NotFound):
        await bench.desk.blobs().get(bench.acme.id, sha256(b"for nobody at all").hexdigest())


async def test_what_the_desk_remembers_is_forgotten_in_time(bench: Bench) -> None:
    acme = await bench.begin()
    now = bench.clock()
    job = Job(JobId(uuid4()), JobKind.SEND_REPLY, {}, now, now, state=JobState.DONE, finished_at=now)
    dead = evolve(job, id=JobId(uuid4()), state=JobState.DEAD)
    event = WebhookEvent(
        WebhookEventId(uuid4()), "stripe", "evt_1", "a.b", b"{}", now, state=EventState.PROCESSED
    )

    async def remember(work: Work) -> None:
        await work.kept_answers.add(KeptAnswer(acme.id, "key", "print", now, "sealed"))
        await work.log_in_attempts.add("uma", now)
        await work.inbox.admit(event)
        await work.jobs.add(job)
        await work.jobs.add(dead)

    async def recall(work: Work) -> dict[str, Any]:
        found = await work.inbox.get(event.id)
        return {
            "answer": await work.kept_answers.get(acme.id, "key") is not None,
            "attempts": await work.log_in_attempts.count("uma", now - timedelta(days=1)),
            "body": found is not None and found.raw,
            "done job": await work.jobs.get(job.id) is not None,
            "dead job": await work.jobs.get(dead.id) is not None,
        }

    store = bench.desk.store()
    await store.transact(remember)
    await swept(bench)
    everything = {"answer": True, "attempts": 1, "body": b"{}", "done job": True, "dead job": True}
    assert await store.transact(recall) == everything
    bench.clock.pass_(hours=24, minutes=1)
    await swept(bench)
    assert await store.transact(recall) == {**everything, "answer": False, "attempts": 0}
    bench.clock.pass_(days=30)
    await swept(bench)
    assert await store.transact(recall) == {
        "answer": False,
        "attempts": 0,
        "body": b"",
        "done job": False,
        "dead job": True,
    }
    assert not await store.transact(lambda work: work.inbox.admit(evolve(event, id=WebhookEventId(uuid4()))))


async def test_a_sweep_is_planned_every_hour(bench: Bench) -> None:
    kinds: list[JobKind] = []

    async def note(job: Job) -> None:
        kinds.append(job.kind)

    bench.desk.perform_job.override(providers.Object(note))
    for _ in range(3):
        await bench.desk.plan_jobs()()
        await bench.run_jobs()
        bench.clock.pass_(minutes=59)
    assert kinds.count(JobKind.SWEEP) == 2


async def a_ticket(bench: Bench) -> tuple[TicketId, ConversationId]:
    """A ticket with one message."""
    acme = await bench.begin()
    opening = Opening(subject="A hose", channel=Channel.API)
    ticket = await bench.desk.open_ticket()(
        acme.id, UMA, opening, Requester(email="ida@garden.example"), "It leaks"
    )
    found = await bench.desk.store().read(
        lambda view: view.conversations.of_ticket(acme.id, ticket.id, Page(sort="created_at"))
    )
    return ticket.id, found.items[0].id
