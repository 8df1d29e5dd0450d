"""Answers leave the desk: threaded, once, and visibly when they cannot."""

from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.email import OutgoingMail
from helpdesk_core.errors import Conflict, MissingSetting
from helpdesk_core.ids import ConversationId, JobId, TicketId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.reply_tokens import split_recipient, ticket_number_of
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Status
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from tests.use_cases.conftest import Bench
from tests.use_cases.test_mail_in import a_mail, done

NOOR = Actor("user", None, "Noor")


async def a_ticket(bench: Bench) -> TicketId:
    await bench.begin()
    outcome = await done(bench, a_mail())
    return outcome.ticket_id


async def post(bench: Bench, ticket_id: TicketId, kind: Kind = Kind.REPLY, **more: Any) -> Conversation:
    assert bench.acme is not None
    draft = Draft(content=document_from_text("Here is a new one."), author=agent_author(NOOR), **more)
    return await bench.desk.post_conversation()(bench.acme.id, ticket_id, NOOR, kind, draft)


async def state_of(bench: Bench, conversation: Conversation) -> tuple[DeliveryState, str | None]:
    found = await bench.desk.store().read(
        lambda view: view.conversations.get(conversation.organization_id, ConversationId(conversation.id))
    )
    assert found is not None
    assert found.delivery is not None
    return found.delivery.state, found.delivery.detail


async def test_an_answer_leaves_threaded_and_its_reply_comes_back_to_the_ticket(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    answer = await post(bench, ticket_id)
    assert await state_of(bench, answer) == (DeliveryState.QUEUED, None)
    await bench.run_jobs()
    ((key, mail),) = bench.post.sent
    assert key == f"ticket-reply/{answer.id}"
    assert [to.email for to in mail.to] == ["ida@garden.example"]
    assert (mail.subject, mail.in_reply_to, mail.references) == (
        "Re: The kettle leaks",
        "1@garden.example",
        ("1@garden.example",),
    )
    assert (mail.from_.email, mail.from_.name) == ("acme@desk.example", "Noor (Acme)")
    assert await state_of(bench, answer) == (DeliveryState.SENT, None)
    parts = split_recipient(mail.reply_to.email if mail.reply_to else "")
    assert parts is not None
    assert parts[1] is not None
    assert bench.acme is not None
    assert ticket_number_of(parts[1], bench.acme.id, bench.desk.domain().keys) == 1
    back = a_mail("Re: The kettle leaks", id="2@garden.example", answers=mail.message_id.strip("<>"))
    assert (await done(bench, back)).ticket_id == ticket_id


async def test_an_answer_is_sent_once_however_often_its_job_runs(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))
    await bench.run_jobs()
    await bench.desk.send_reply()(answer.organization_id, answer.id, JobId(UUID(int=7)), 1)
    assert len(bench.post.sent) == 1


async def test_a_passing_failure_is_tried_again_with_the_same_id(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))
    bench.post.failures = [TryLater("greylisted")]
    await bench.run_jobs()
    assert await state_of(bench, answer) == (DeliveryState.QUEUED, "Will be tried again: greylisted")
    bench.clock.pass_(seconds=5)
    await bench.run_jobs()
    assert (await state_of(bench, answer))[0] is DeliveryState.SENT
    assert bench.post.sent[0][1].message_id.strip("<>") == str(answer.mail.message_id).strip("<>")


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        (GiveUp("550 no such user"), "550 no such user"),
        (MissingSetting("SMTP_URL", "no way out"), "SMTP_URL"),
    ],
)
async def test_a_lasting_failure_is_shown_and_can_be_retried(
    bench: Bench, failure: Exception, detail: str
) -> None:
    answer = await post(bench, await a_ticket(bench))
    bench.post.failures = [failure]
    await bench.run_jobs()
    state, shown = await state_of(bench, answer)
    assert state is DeliveryState.FAILED
    assert shown is not None
    assert detail in shown
    await bench.desk.retry_reply()(answer.organization_id, answer.id, NOOR)
    await bench.run_jobs()
    assert (await state_of(bench, answer))[0] is DeliveryState.SENT
    with pytest.raises(Conflict):
        await bench.desk.retry_reply()(answer.organization_id, answer.id, NOOR)


async def test_a_note_never_leaves(bench: Bench) -> None:
    note = await post(bench, await a_ticket(bench), Kind.NOTE)
    await bench.run_jobs()
    assert (note.delivery, bench.post.sent) == (None, [])


async def test_a_reply_moves_the_ticket_as_it_is_told(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    bench.clock.pass_(minutes=7)
    await post(bench, ticket_id, status=Status.PENDING)
    assert bench.acme is not None
    organization_id = bench.acme.id
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(organization_id, ticket_id))
    assert ticket is not None
    assert (ticket.status, ticket.first_response_at, ticket.message_count) == (
        Status.PENDING,
        bench.clock(),
        2,
    )


async def test_an_answer_to_somebody_without_an_address_fails_at_once(bench: Bench) -> None:
    acme = await bench.begin()
    requester = Requester(phone="+31201234567", name="Ida")
    opening = Opening(subject="By phone", channel=Channel.API)
    ticket = await bench.desk.open_ticket()(acme.id, NOOR, opening, requester, "Call me")
    answer = await post(bench, ticket.id)
    assert await state_of(bench, answer) == (DeliveryState.FAILED, "The customer has no e-mail address.")


async def test_two_jobs_do_not_send_one_answer_beside_each_other(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))

    class Meeting:
        """While the first job is handing the mail over, the second one tries."""

        async def send(self, mail: OutgoingMail, key: str) -> Accepted:
            with pytest.raises(TryLater):
                await send(answer.organization_id, answer.id, JobId(UUID(int=2)), 1)
            return await bench.post.send(mail, key)

    send = evolve(bench.desk.send_reply(), sender=Meeting())
    await send(answer.organization_id, answer.id, JobId(UUID(int=1)), 1)
    assert len(bench.post.sent) == 1
    assert (await state_of(bench, answer))[0] is DeliveryState.SENT


@pytest.mark.parametrize(
    ("sender", "reply_to", "to"),
    [
        ("ida@garden.example", "ida@work.example", "ida@work.example"),
        ("ida@garden.example", "acme+anything@desk.example", "ida@garden.example"),
        ("jo@x.example", "jo@evil.example", "ida@garden.example"),
    ],
)
async def test_an_answer_goes_where_the_customer_wants_it_and_nobody_else_diverts_it(
    bench: Bench, sender: str, reply_to: str, to: str
) -> None:
    ticket_id = await a_ticket(bench)
    mail = a_mail("Re: it", id="2@garden.example", answers="1@garden.example", sender=sender)
    assert (await done(bench, f"Reply-To: {reply_to}\n".encode() + mail)).ticket_id == ticket_id
    await post(bench, ticket_id)
    await bench.run_jobs()
    ((_, sent),) = bench.post.sent
    assert [address.email for address in sent.to] == [to]


async def test_a_customers_message_on_a_closed_ticket_opens_one_that_links_back(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    assert bench.acme is not None
    organization_id = bench.acme.id
    await bench.desk.change_ticket()(organization_id, ticket_id, NOOR, TicketChange(status=Status.CLOSED))
    message = await post(bench, ticket_id, Kind.INBOUND)
    opened = await bench.desk.store().read(lambda view: view.tickets.get(organization_id, message.ticket_id))
    assert opened is not None
    assert (opened.follows_id, opened.status, opened.message_count) == (ticket_id, Status.OPEN, 1)
