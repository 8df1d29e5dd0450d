"""Answers sent through Resend, end to end: what it reports, in any order, and the ids that it gives them."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from attrs import define, evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.email.resend import sign
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_core.email import OutgoingMail
from helpdesk_core.ids import ConversationId, JobId
from helpdesk_core.paging import Page
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.webhooks import Delivery, WebhookEvent
from tests.due_jobs import run_jobs
from tests.fakes.http_server import Reply
from tests.fakes.resend_api import KEY, FakeResend, Sent, fake_resend
from tests.http.conftest import Office, a_client, an_office

SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw=="
IDA = "ida@garden.example"
GONE = {"type": "Permanent", "subType": "General", "message": "550 5.1.1 No such user"}
FULL = {"type": "Transient", "subType": "MailboxFull", "message": "452 4.2.2 Full"}


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    with fake_resend() as resend:
        yield resend


@pytest.fixture
async def desk(resend: FakeResend) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        inbound_email_domain="desk.example",
        resend_api_key=KEY,
        resend_webhook_secret=(SECRET,),
    )
    return in_memory(evolve(settings, api_bases={"resend": resend.base}))


@define
class Answering:
    """An office that answers one ticket through Resend."""

    office: Office
    resend: FakeResend
    visitor: httpx2.AsyncClient
    ticket: dict[str, Any]
    told: int = 0

    async def answer(self, **more: Any) -> dict[str, Any]:
        path = f"/api/v1/tickets/{self.ticket['id']}/conversations"
        made = await self.office.client.post(path, json={"text": "Here is a new one.", **more})
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def work(self) -> None:
        await run_jobs(self.office.desk, may_fail=True)

    async def events(self) -> list[WebhookEvent]:
        """What Resend told, the newest first."""
        page = Page(100, "-received_at")
        found = await self.office.desk.store().read(lambda view: view.inbox.page(EventFilter(), page))
        return list(found.items)

    async def tell(self, event: str, sent: Sent | None, works: bool = True, **more: Any) -> str:
        """Posts the event as Resend would; what became of it."""
        self.told += 1
        known = sent or Sent("unknown", None, {"to": [IDA], "tags": []})
        data = {
            "email_id": known.id,
            "message_id": known.message_id,
            "to": known.payload["to"],
            "tags": {tag["name"]: tag["value"] for tag in known.payload["tags"]},
            **more,
        }
        body = json.dumps({"type": f"email.{event}", "data": data}).encode()
        url = "/api/webhooks/resend"
        signed = sign(Delivery({}, body, url), SECRET, system_clock(), f"evt_{self.told}")
        answer = await self.visitor.post(url, content=body, headers=dict(signed.headers))
        assert answer.status_code == 200, answer.text
        if works:
            await self.work()
        return (await self.events())[0].state.value

    async def delivery(self, answer: dict[str, Any]) -> tuple[str, str | None]:
        found = (await self.office.client.get(f"/api/v1/conversations/{answer['id']}")).json()
        return found["delivery"]["state"], found["delivery"]["detail"]

    async def suppressed(self) -> list[tuple[str, str]]:
        listed = (await self.office.client.get("/api/v1/suppressed-addresses")).json()["data"]
        return [(one["address"], one["reason"]) for one in listed]


@pytest.fixture
async def acme(desk: Container, app: Any, resend: FakeResend) -> AsyncIterator[Answering]:
    office = await an_office(desk, app, "acme")
    async with office.client, a_client(app) as visitor:
        yield Answering(office, resend, visitor, await office.ticket())


async def test_an_answer_is_sent_delivered_and_read_about(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    (sent,) = acme.resend.sent
    for event, state in (("sent", "sent"), ("delivery_delayed", "sent"), ("delivered", "delivered")):
        assert await acme.tell(event, sent) == "processed"
        assert (await acme.delivery(answer))[0] == state
    assert await acme.delivery(answer) == ("delivered", None)
    # Late, or once more: nothing goes back.
    for event in ("delivery_delayed", "sent", "delivered"):
        assert await acme.tell(event, sent) == "processed"
    assert await acme.delivery(answer) == ("delivered", None)


async def test_a_report_may_overtake_the_record_of_sending(acme: Answering) -> None:
    answer = await acme.answer()
    desk = acme.office.desk
    sender = desk.mail_sender()

    class Slowly:
        """Resend has delivered the mail, and said so, before its answer to us has arrived."""

        async def send(self, mail: OutgoingMail, key: str) -> Accepted:
            accepted: Accepted = await sender.send(mail, key)
            assert await acme.tell("delivered", acme.resend.sent[0], works=False) == "received"
            event = (await acme.events())[0]
            await desk.perform_event()(event.id, 1)
            assert (await acme.delivery(answer))[0] == "delivered"
            return accepted

    conversation_id = ConversationId(UUID(answer["id"]))
    send = evolve(desk.send_reply(), sender=Slowly())
    await send(acme.office.id, conversation_id, JobId(UUID(int=1)), 1)
    await acme.work()
    assert await acme.delivery(answer) == ("delivered", None)
    assert len(acme.resend.sent) == 1


async def test_a_report_about_no_mail_of_ours_waits_unmatched(acme: Answering) -> None:
    await acme.answer()
    await acme.work()
    assert await acme.tell("delivered", None) == "unmatched"
    stray = evolve(
        acme.resend.sent[0], payload={"to": [IDA], "tags": [{"name": "conversation", "value": "x"}]}
    )
    assert await acme.tell("bounced", stray, bounce=GONE) == "unmatched"
    assert await acme.suppressed() == []


@pytest.mark.parametrize("order", [("bounced", "delivered"), ("delivered", "bounced")])
async def test_a_bounce_is_the_last_word_in_whatever_order_it_comes(
    acme: Answering, order: tuple[str, str]
) -> None:
    answer = await acme.answer()
    await acme.work()
    for event in order:
        await acme.tell(event, acme.resend.sent[0], bounce=GONE if event == "bounced" else None)
    assert await acme.delivery(answer) == ("bounced", f"Not delivered to {IDA}: 550 5.1.1 No such user.")
    assert await acme.suppressed() == [(IDA, "bounced")]
    thread = (await acme.office.client.get(f"/api/v1/tickets/{acme.ticket['id']}/conversations")).json()
    assert [one["kind"] for one in thread["data"]].count("note") == 1


async def test_a_full_mailbox_is_no_dead_one(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    await acme.tell("bounced", acme.resend.sent[0], bounce=FULL)
    assert (await acme.delivery(answer))[0] == "bounced"
    assert await acme.suppressed() == []


async def test_of_several_recipients_nobody_is_suppressed_on_a_guess(acme: Answering) -> None:
    answer = await acme.answer(cc=["jo@garden.example"])
    await acme.work()
    await acme.tell("bounced", acme.resend.sent[0], bounce=GONE)
    assert (await acme.delivery(answer))[0] == "bounced"
    assert await acme.suppressed() == []


async def test_a_complaint_is_told_and_ends_the_mail(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    await acme.tell("complained", acme.resend.sent[0])
    assert await acme.delivery(answer) == ("delivered", f"Called spam by {IDA}.")
    assert await acme.suppressed() == [(IDA, "complained")]
    await acme.answer()
    await acme.work()
    assert len(acme.resend.sent) == 1


async def test_what_resend_suppresses_is_suppressed_here_too(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    on_list = {"type": "OnAccountSuppressionList", "message": "It is on the list."}
    await acme.tell("suppressed", acme.resend.sent[0], suppressed=on_list)
    assert await acme.delivery(answer) == ("bounced", f"Not delivered to {IDA}: It is on the list.")
    assert await acme.suppressed() == [(IDA, "bounced")]


async def test_what_never_left_can_be_sent_again_and_is_then_another_mail(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    await acme.tell("failed", acme.resend.sent[0], failed={"reason": "reached_daily_quota"})
    assert await acme.delivery(answer) == ("failed", "reached_daily_quota")
    retried = await acme.office.client.post(f"/api/v1/conversations/{answer['id']}/retry")
    assert retried.status_code == 200, retried.text
    await acme.work()
    first, second = acme.resend.sent
    assert second.key != first.key
    assert await acme.delivery(answer) == ("sent", None)
    # The first one's news are old.
    await acme.tell("bounced", first, bounce=GONE)
    assert await acme.delivery(answer) == ("sent", None)
    await acme.tell("delivered", second)
    assert (await acme.delivery(answer))[0] == "delivered"


@pytest.mark.parametrize("learnt_by", ["asking", "webhook"])
async def test_an_answer_to_the_id_that_resend_gave_comes_to_the_same_ticket(
    acme: Answering, learnt_by: str
) -> None:
    if learnt_by == "webhook":  # the key may only send
        acme.resend.troubles["/emails/"] = [Reply(401, b"{}")]
    await acme.answer()
    await acme.work()
    (sent,) = acme.resend.sent
    if learnt_by == "webhook":
        await acme.tell("sent", sent)
    raw = (
        f"From: Ida <{IDA}>\r\nTo: acme@desk.example\r\nSubject: Something else\r\nMessage-ID: <2@garden.example>\r\n"
        f"In-Reply-To: {sent.message_id}\r\nReferences: {sent.message_id}\r\n\r\nThanks\r\n"
    )
    outcome: Any = await acme.office.desk.receive_email()(raw.encode())
    assert str(outcome.ticket_id) == acme.ticket["id"]


async def test_a_report_by_mail_that_names_the_id_that_resend_gave_is_proven(acme: Answering) -> None:
    answer = await acme.answer()
    await acme.work()
    (sent,) = acme.resend.sent
    raw = "\r\n".join(
        [
            "From: MAILER-DAEMON@amazonses.com",
            "To: acme@desk.example",
            "Subject: Delivery Status Notification (Failure)",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
            "",
            "--x",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; amazonses.com",
            "",
            f"Final-Recipient: rfc822; {IDA}",
            "Action: failed",
            "Status: 5.1.1",
            "",
            "--x",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {sent.message_id}",
            "",
            "--x--",
        ]
    )
    await acme.office.desk.receive_email()(raw.encode())
    assert (await acme.delivery(answer))[0] == "bounced"
    assert await acme.suppressed() == [(IDA, "bounced")]


async def test_a_crash_after_resend_took_the_mail_sends_it_once(acme: Answering) -> None:
    answer = await acme.answer()
    desk = acme.office.desk
    real = desk.mail_sender()

    class Dies:
        """Resend has the mail, and the process ends before it can say so."""

        async def send(self, mail: OutgoingMail, key: str) -> Accepted:
            await real.send(mail, key)
            raise KeyboardInterrupt

    dying = evolve(desk.send_reply(), sender=Dies())
    store: Any = desk.database()
    (job,) = [
        one for one in await store.job_table.claim("tests", 10, system_clock()) if one.kind == "send_reply"
    ]
    organization_id = acme.office.id
    conversation_id = ConversationId(UUID(job.payload["conversation_id"]))
    with pytest.raises(KeyboardInterrupt):
        await dying(organization_id, conversation_id, job.id, 1)
    assert (await acme.delivery(answer))[0] == "queued"
    await desk.send_reply()(organization_id, conversation_id, job.id, 2)
    assert await acme.delivery(answer) == ("sent", None)
    assert len(acme.resend.sent) == 1
