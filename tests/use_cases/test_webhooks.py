"""From a delivery to its effect: admitted once, performed once, failing visibly, replayable."""

import json
from functools import partial
from uuid import UUID

import pytest
from attrs import evolve

from helpdesk_core.addresses import Address
from helpdesk_core.email import Mail, MailPart
from helpdesk_core.errors import Conflict, MissingSetting
from helpdesk_core.ids import WebhookEventId
from helpdesk_core.jobs import TryLater
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.signatures import BadSignature, svix
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.webhooks.list_events import list_events, visible_event
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import Delivery, EventState, UnreadableDelivery, WebhookEvent
from tests.use_cases.conftest import Bench

SECRET = "whsec_" + "c2VjcmV0IGZvciB0ZXN0cw=="
MAIL = Mail(
    from_=Address("ida@garden.example", "Ida"),
    subject="The kettle leaks",
    text="It drips.",
    recipients=("acme@desk.example",),
    message_id="1@garden.example",
    parts=(MailPart("photo.jpg", "image/jpeg", b"jpeg", None, False),),
)


def a_delivery(
    bench: Bench, id: str = "msg_1", *, to: str = "acme@desk.example", type: str = "email.received"
) -> Delivery:
    body = json.dumps(
        {
            "type": type,
            "created_at": "2026-04-06T09:30:00.000Z",
            "data": {
                "email_id": "mail-1",
                "from": "Ida <ida@garden.example>",
                "to": [to],
                "message_id": "<1@garden.example>",
                "subject": "The kettle leaks",
            },
        }
    ).encode()
    return Delivery(svix.sign(body, SECRET, bench.clock(), id, brand="svix"), body)


async def deliver(bench: Bench, delivery: Delivery) -> tuple[int, int]:
    provider = bench.desk.webhook_providers()["resend"]
    admitted = await bench.desk.receive_webhook()(provider, [SECRET], delivery)
    return admitted.new, admitted.known


async def events(bench: Bench) -> list[WebhookEvent]:
    async def all_of(view: View) -> list[WebhookEvent]:
        return list((await view.inbox.page(EventFilter(), Page(100, "-received_at"))).items)

    return await bench.desk.store().read(all_of)


async def messages(bench: Bench) -> int:
    async def counted(view: View) -> int:
        assert bench.acme is not None
        return sum(
            one.message_count
            for one in (await view.tickets.page(bench.acme.id, TicketFilter(), Page(100))).items
        )

    return await bench.desk.store().read(counted)


async def test_a_delivery_becomes_a_ticket_with_its_attachment(bench: Bench) -> None:
    acme = await bench.begin()
    bench.post.kept["mail-1"] = MAIL
    assert await deliver(bench, a_delivery(bench)) == (1, 0)
    await bench.run_jobs()
    (event,) = await events(bench)
    assert (event.state, event.organization_id, event.attempts, event.error) == (
        EventState.PROCESSED,
        acme.id,
        1,
        None,
    )
    assert await messages(bench) == 1

    async def file(view: View) -> bytes:
        message = await view.conversations.by_message_id(acme.id, "1@garden.example")
        assert message is not None
        (attachment,) = (await view.attachments.many(acme.id, list(message.attachment_ids))).values()
        assert attachment.digest is not None
        return attachment.digest.encode()

    digest = (await bench.desk.store().read(file)).decode()
    assert await bench.desk.blobs().get(acme.id, digest) == b"jpeg"


async def test_the_same_event_again_and_the_same_mail_under_another_event_change_nothing(
    bench: Bench,
) -> None:
    await bench.begin()
    bench.post.kept["mail-1"] = MAIL
    assert await deliver(bench, a_delivery(bench)) == (1, 0)
    assert await deliver(bench, a_delivery(bench)) == (0, 1)
    assert await deliver(bench, a_delivery(bench, "msg_2")) == (1, 0)
    await bench.run_jobs()
    assert sorted(event.state for event in await events(bench)) == [EventState.IGNORED, EventState.PROCESSED]
    assert await messages(bench) == 1


async def test_an_unproven_delivery_leaves_no_trace(bench: Bench) -> None:
    await bench.begin()
    delivery = a_delivery(bench)
    with pytest.raises(BadSignature):
        await deliver(bench, evolve(delivery, body=delivery.body + b" "))
    bench.clock.pass_(minutes=6)
    with pytest.raises(BadSignature):
        await deliver(bench, delivery)
    assert await events(bench) == []


async def test_an_id_of_ten_thousand_characters_is_refused_alike_by_every_store(bench: Bench) -> None:
    """SQLite kept it, and PostgreSQL told the sender about its indexes."""
    delivery = a_delivery(bench, "m" * 10_000)
    with pytest.raises(UnreadableDelivery, match="too long"):
        await deliver(bench, delivery)
    assert await deliver(bench, a_delivery(bench, "m" * 1000)) == (1, 0)


async def test_without_a_secret_nothing_is_accepted(bench: Bench) -> None:
    provider = bench.desk.webhook_providers()["resend"]
    for secrets in ([], [""]):
        with pytest.raises(MissingSetting, match="RESEND_WEBHOOK_SECRET"):
            await bench.desk.receive_webhook()(provider, secrets, a_delivery(bench))


async def test_an_event_that_is_not_handled_is_kept_and_ignored(bench: Bench) -> None:
    await bench.begin()
    await deliver(bench, a_delivery(bench, type="email.opened"))
    await bench.run_jobs()
    (event,) = await events(bench)
    assert (event.state, event.error) == (EventState.IGNORED, "email.opened is not handled")


async def test_mail_for_nobody_is_unmatched_is_not_fetched_and_can_be_replayed_once_connected(
    bench: Bench,
) -> None:
    acme = await bench.begin()
    bench.post.kept["mail-1"] = evolve(MAIL, recipients=("help@acme.example",))
    await deliver(bench, a_delivery(bench, to="help@acme.example"))
    await bench.run_jobs()
    (event,) = await events(bench)
    assert (event.state, bench.post.fetched) == (EventState.UNMATCHED, 0)
    await bench.desk.connect_integration()(acme.id, "resend", "help@acme.example", {})
    await bench.desk.replay_events()([event.id])
    await bench.run_jobs()
    assert (await events(bench))[0].state is EventState.PROCESSED
    assert await messages(bench) == 1


async def test_a_fetch_that_fails_is_tried_again_and_leaves_no_empty_ticket(bench: Bench) -> None:
    await bench.begin()
    bench.post.failures = [TryLater("busy"), TryLater("busy")]
    bench.post.kept["mail-1"] = MAIL
    await deliver(bench, a_delivery(bench))
    await bench.run_jobs()
    (event,) = await events(bench)
    assert (event.state, event.attempts, event.error) == (EventState.FAILED, 1, "TryLater: busy")
    assert await messages(bench) == 0
    for _ in range(2):
        bench.clock.pass_(seconds=3)
        await bench.run_jobs()
    (event,) = await events(bench)
    assert (event.state, event.attempts, await messages(bench)) == (EventState.PROCESSED, 3, 1)


async def test_a_mail_that_never_can_be_fetched_stands_as_a_warning_and_a_replay_completes_it(
    bench: Bench,
) -> None:
    acme = await bench.begin()
    await deliver(bench, a_delivery(bench))
    for _ in range(13):
        await bench.run_jobs()
        bench.clock.pass_(hours=2)
    (event,) = await events(bench)
    assert (event.state, event.attempts, event.organization_id) == (EventState.DEAD, 12, acme.id)

    async def message(view: View) -> tuple[str, tuple[str, ...]]:
        found = await view.conversations.by_external_id(acme.id, Channel.EMAIL, "mail-1")
        assert found is not None
        return found.content_text, found.warnings

    assert await bench.desk.store().read(message) == ("", ("Not fetched: The mail is not there yet.",))
    bench.post.kept["mail-1"] = evolve(MAIL, in_reply_to=("0@garden.example",))
    await bench.desk.replay_events()([event.id])
    with pytest.raises(Conflict):
        await bench.desk.replay_events()([event.id])
    await bench.run_jobs()
    assert await bench.desk.store().read(message) == ("It drips.", ())
    assert ((await events(bench))[0].state, await messages(bench)) == (EventState.PROCESSED, 1)
    sibling = (
        b"From: ida@garden.example\nTo: acme@desk.example\nIn-Reply-To: <0@garden.example>\nSubject: Hm\n\nx"
    )
    await bench.desk.receive_email()(sibling)  # what the fetched headers quoted is remembered
    assert await bench.desk.store().read(lambda view: view.tickets.by_number(acme.id, 2)) is None


async def test_a_processed_event_is_not_replayed(bench: Bench) -> None:
    await bench.begin()
    bench.post.kept["mail-1"] = MAIL
    await deliver(bench, a_delivery(bench))
    await bench.run_jobs()
    (event,) = await events(bench)
    with pytest.raises(Conflict):
        await bench.desk.replay_events()([event.id])


async def test_performing_an_event_again_changes_nothing(bench: Bench) -> None:
    await bench.begin()
    bench.post.kept["mail-1"] = MAIL
    await deliver(bench, a_delivery(bench))
    await bench.run_jobs()
    (event,) = await events(bench)
    await bench.desk.perform_event()(event.id, 1)
    await bench.desk.perform_event()(WebhookEventId(UUID(int=5)), 1)
    assert (await events(bench) == [event], await messages(bench)) == (True, 1)


async def test_blocked_senders_are_left_out_before_anything_is_fetched(bench: Bench) -> None:
    acme = await bench.begin()
    await bench.desk.block_sender()(acme.id, DESK, "ida@garden.example")
    await deliver(bench, a_delivery(bench))
    await bench.run_jobs()
    assert ((await events(bench))[0].state, bench.post.fetched) == (EventState.IGNORED, 0)


async def test_an_organization_sees_its_own_events_and_nobodys_without_their_reasons_page_by_page(
    bench: Bench,
) -> None:
    acme = await bench.begin()
    other = await bench.desk.create_organization()("other", "Other")
    bench.post.kept["mail-1"] = MAIL
    for number, to in enumerate(["acme@desk.example", "nobody@desk.example", "other@desk.example"] * 4):
        await deliver(bench, a_delivery(bench, f"msg_{number}", to=to))
        await bench.run_jobs()
        bench.clock.pass_(seconds=1)
    everything = await events(bench)
    visible = [event for event in everything if event.organization_id != other.id]
    shown: list[WebhookEvent] = []
    page = Page(3, "-received_at")
    while True:
        found = await bench.desk.store().read(partial(list_events, acme.id, EventFilter(), page))
        shown += found.items
        if found.next is None:
            break
        page = Page(3, "-received_at", found.next)
    assert [event.id for event in shown] == [event.id for event in visible]
    assert {event.error for event in shown if event.organization_id is None} == {None}
    (foreign,) = {event.organization_id for event in everything} - {acme.id, None}
    assert foreign == other.id
    for event in everything:
        seen = await bench.desk.store().read(partial(visible_event, acme.id, event.id))
        assert (seen is None) == (event.organization_id == other.id)
