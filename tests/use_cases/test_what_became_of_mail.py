"""Reports about our mails: who could not be reached is known, told, and written to no more."""

from typing import Any

import pytest

from helpdesk_core.commands import Done, Nothing, TakeEmail
from helpdesk_core.conversations import AuthorType, Conversation, DeliveryState, Kind
from helpdesk_core.email import parse_mail, undelivered
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, TicketId
from helpdesk_core.jobs import TryLater
from helpdesk_core.paging import Page
from helpdesk_core.ports.mail import Refused
from helpdesk_core.ports.store import View
from helpdesk_core.reply_tokens import bounce_token, reply_token
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.mail.find_receivers import Receivers
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.users import DESK
from tests.use_cases.conftest import Bench
from tests.use_cases.test_answers import NOOR, a_ticket, post
from tests.use_cases.test_mail_in import a_mail, done

IDA = "ida@garden.example"
GONE = "smtp; 550 5.1.1 No such user"


def a_report(
    message_id: str | None,
    *,
    address: str = IDA,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = GONE,
    to: str = "acme@desk.example",
    id: str = "r1@mail.garden.example",
) -> bytes:
    """A report as RFC 3464 has it; without a Message-ID it returns nothing of what it is about."""
    returned = ["--x", "Content-Type: text/rfc822-headers", "", f"Message-ID: <{message_id}>", ""]
    lines = [
        "From: MAILER-DAEMON@mail.garden.example",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{id}>",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
        "",
        "--x",
        "Content-Type: text/plain",
        "",
        "I could not deliver it.",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.garden.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {said}",
        "",
        *(returned if message_id else []),
        "--x--",
    ]
    return "\r\n".join(lines).encode()


async def sent_answer(bench: Bench, **more: Any) -> Conversation:
    answer = await post(bench, await a_ticket(bench), **more)
    await bench.run_jobs()
    return answer


async def received(bench: Bench, raw: bytes) -> Done | Nothing:
    return await bench.desk.receive_email()(raw)


async def fresh(bench: Bench, answer: Conversation) -> Conversation:
    found = await bench.desk.store().read(
        lambda view: view.conversations.get(answer.organization_id, ConversationId(answer.id))
    )
    assert found is not None
    return found


async def told(bench: Bench, answer: Conversation) -> tuple[DeliveryState, str | None]:
    delivery = (await fresh(bench, answer)).delivery
    assert delivery is not None
    return delivery.state, delivery.detail


async def suppressed(bench: Bench) -> list[SuppressedAddress]:
    assert bench.acme is not None
    organization_id = bench.acme.id
    found = await bench.desk.store().read(
        lambda view: view.suppressed_addresses.page(organization_id, Page(sort="since"))
    )
    return list(found.items)


async def thread(bench: Bench, ticket_id: TicketId) -> tuple[Ticket, list[Conversation]]:
    assert bench.acme is not None
    organization_id = bench.acme.id

    async def read(view: View) -> tuple[Ticket, list[Conversation]]:
        ticket = await view.tickets.get(organization_id, ticket_id)
        assert ticket is not None
        page = await view.conversations.of_ticket(organization_id, ticket_id, Page(100, "created_at"))
        return ticket, list(page.items)

    return await bench.desk.store().read(read)


async def test_a_bounce_is_told_on_the_answer_and_in_a_note_and_suppresses_the_address(bench: Bench) -> None:
    answer = await sent_answer(bench, status=Status.PENDING)
    bench.clock.pass_(minutes=1)
    outcome = await received(bench, a_report(answer.mail.message_id))
    assert isinstance(outcome, Done)
    assert await told(bench, answer) == (
        DeliveryState.BOUNCED,
        f"Not delivered to {IDA}: 550 5.1.1 No such user.",
    )
    ticket, messages = await thread(bench, answer.ticket_id)
    note = messages[-1]
    assert outcome == Done(ticket.organization_id, ticket.id, note.id)
    assert (note.kind, note.author.type) == (Kind.NOTE, AuthorType.SYSTEM)
    assert note.content_text == (
        f"Not delivered to {IDA}: 550 5.1.1 No such user.\n\n"
        f"Nothing more is sent to {IDA} until that is lifted under suppressed addresses."
    )
    assert note.raw_id is not None
    # Nobody waits for an answer of hers, since she never got ours.
    assert (ticket.number, ticket.status, len(messages)) == (1, Status.OPEN, 3)
    (one,) = await suppressed(bench)
    assert (one.address, one.reason, one.conversation_id) == (IDA, SuppressionReason.BOUNCED, answer.id)


async def test_the_log_of_all_this_names_nobody(bench: Bench) -> None:
    answer = await sent_answer(bench)
    await received(bench, a_report(answer.mail.message_id))
    log = await bench.desk.store().read(lambda view: view.log.since(answer.organization_id, 0, 100))
    types = [event.type for event in log.events][-4:]
    assert types == [
        "conversation.delivery",
        "conversation.delivery",
        "address.suppressed",
        "conversation.created",
    ]
    assert not [event for event in log.events if "garden" in str(dict(event.data))]


async def test_a_report_without_our_headers_is_known_by_the_address_it_came_to(bench: Bench) -> None:
    answer = await sent_answer(bench)
    ((_, mail),) = bench.post.sent
    assert mail.bounces_to is not None
    outcome = await received(bench, a_report(None, to=mail.bounces_to.upper()))
    assert isinstance(outcome, Done)
    assert (await told(bench, answer))[0] is DeliveryState.BOUNCED
    assert [one.address for one in await suppressed(bench)] == [IDA]


async def test_an_answer_from_an_address_elsewhere_keeps_its_envelope_sender_there(bench: Bench) -> None:
    await bench.begin()
    domain, organization = bench.desk.domain(), bench.acme
    assert organization is not None
    assert domain.bounce_address_of(organization, 1, "help@acme.example") is None
    assert domain.bounce_address_of(organization, 1, "acme@desk.example") is not None


@pytest.mark.parametrize("to", ["acme@desk.example", "reply address"])
async def test_a_report_that_proves_nothing_is_noted_and_changes_nothing(bench: Bench, to: str) -> None:
    answer = await sent_answer(bench, status=Status.PENDING)
    if to == "reply address":  # every recipient knows that one
        to = f"acme+{reply_token(answer.organization_id, 1, bench.desk.domain().keys[0])}@desk.example"
    before = await told(bench, answer)
    outcome = await received(bench, a_report("made-up@mail.garden.example", to=to))
    assert isinstance(outcome, Done)
    ticket, messages = await thread(bench, answer.ticket_id)
    assert (messages[-1].kind, ticket.status) == (Kind.NOTE, Status.PENDING)
    assert "does not prove" in messages[-1].warnings[0]
    assert (await told(bench, answer), await suppressed(bench)) == (before, [])


async def test_a_report_about_nothing_of_ours_is_a_mail_like_any_other(bench: Bench) -> None:
    await bench.begin()
    outcome = await received(bench, a_report("other@elsewhere.example", address="jo@elsewhere.example"))
    assert isinstance(outcome, Done)
    assert outcome.ticket_id is not None
    assert (await thread(bench, outcome.ticket_id))[0].number == 1


async def test_a_report_about_nothing_of_ours_at_the_address_for_reports_opens_nothing(bench: Bench) -> None:
    acme = await bench.begin()
    token = bounce_token(acme.id, 77, bench.desk.domain().keys[0])
    outcome = await received(bench, a_report("other@x.example", to=f"acme+{token}@desk.example"))
    assert isinstance(outcome, Nothing)
    assert outcome.organization_id == acme.id


async def test_the_same_report_again_or_one_that_says_no_more_changes_nothing(bench: Bench) -> None:
    answer = await sent_answer(bench)
    await received(bench, a_report(answer.mail.message_id))
    before = await thread(bench, answer.ticket_id)
    for id in ("r1@mail.garden.example", "r2@mail.garden.example"):
        assert isinstance(await received(bench, a_report(answer.mail.message_id, id=id)), Nothing)
    assert await thread(bench, answer.ticket_id) == before


async def test_a_delay_is_told_and_moves_nothing_and_the_end_of_it_is_told_too(bench: Bench) -> None:
    answer = await sent_answer(bench, status=Status.PENDING)
    delay = a_report(
        answer.mail.message_id, action="delayed", status="4.4.1", said="smtp; 451 Busy", id="d@x.example"
    )
    assert isinstance(await received(bench, delay), Done)
    assert await told(bench, answer) == (
        DeliveryState.SENT,
        f"Delayed, and still being tried, for {IDA}: 451 Busy.",
    )
    assert (await thread(bench, answer.ticket_id))[0].status is Status.PENDING
    await received(bench, a_report(answer.mail.message_id, status="4.4.7", said="smtp; 451 Given up"))
    assert await told(bench, answer) == (DeliveryState.BOUNCED, f"Not delivered to {IDA}: 451 Given up.")
    # The mailbox may be there tomorrow.
    assert await suppressed(bench) == []
    assert isinstance(await received(bench, delay.replace(b"d@x.example", b"e@x.example")), Nothing)


async def test_of_several_recipients_it_is_told_who_and_only_they_are_suppressed(bench: Bench) -> None:
    answer = await sent_answer(bench, cc=("jo@garden.example",), status=Status.PENDING)
    await received(bench, a_report(answer.mail.message_id, address="jo@garden.example"))
    assert await told(bench, answer) == (
        DeliveryState.BOUNCED,
        "Not delivered to jo@garden.example: 550 5.1.1 No such user.",
    )
    assert [one.address for one in await suppressed(bench)] == ["jo@garden.example"]
    # She has it, so the ticket still waits for her.
    assert (await thread(bench, answer.ticket_id))[0].status is Status.PENDING


async def test_an_address_that_passes_mail_on_to_a_dead_one_is_not_suppressed(bench: Bench) -> None:
    answer = await sent_answer(bench)
    await received(bench, a_report(answer.mail.message_id, address="ida@old.example"))
    state, detail = await told(bench, answer)
    assert (state, detail) == (
        DeliveryState.BOUNCED,
        f"Not delivered to {IDA}: (as ida@old.example) 550 5.1.1 No such user.",
    )
    assert await suppressed(bench) == []


async def test_a_note_is_no_answer_and_no_message_of_the_customers(bench: Bench) -> None:
    answer = await sent_answer(bench)
    before, _ = await thread(bench, answer.ticket_id)
    bench.clock.pass_(hours=1)
    await received(bench, a_report(answer.mail.message_id))
    after, _ = await thread(bench, answer.ticket_id)
    assert after.first_response_at == before.first_response_at
    assert after.message_count == before.message_count + 1


async def test_nothing_is_sent_to_a_suppressed_address_and_the_answer_says_why(bench: Bench) -> None:
    answer = await sent_answer(bench)
    await received(bench, a_report(answer.mail.message_id))
    again = await post(bench, answer.ticket_id)
    await bench.run_jobs()
    assert len(bench.post.sent) == 1
    state, detail = await told(bench, again)
    assert state is DeliveryState.FAILED
    assert detail == (
        f"Nothing was sent: {IDA} has been suppressed since 2026-04-06 because mail to it fails for good "
        "(550 5.1.1 No such user). Lift it under suppressed addresses."
    )
    (one,) = await suppressed(bench)
    await bench.desk.release_address()(answer.organization_id, NOOR, one.id)
    await bench.desk.retry_reply()(answer.organization_id, again.id, NOOR)
    await bench.run_jobs()
    assert (await told(bench, again), len(bench.post.sent)) == ((DeliveryState.SENT, None), 2)


async def test_others_get_the_answer_without_the_suppressed_one(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    assert bench.acme is not None
    await bench.desk.suppress_address()(bench.acme.id, NOOR, "JO@Garden.example", "asked for it")
    answer = await post(bench, ticket_id, cc=("jo@garden.example", "al@garden.example"))
    bench.post.failures = [TryLater("busy")]
    await bench.run_jobs()
    # Whom the first try left out, every further one leaves out: the other side may have that one.
    (one,) = await suppressed(bench)
    await bench.desk.release_address()(bench.acme.id, NOOR, one.id)
    bench.clock.pass_(seconds=5)
    await bench.run_jobs()
    ((_, mail),) = bench.post.sent
    assert [one.email for one in (*mail.to, *mail.cc)] == [IDA, "al@garden.example"]
    state, detail = await told(bench, answer)
    assert state is DeliveryState.SENT
    assert detail is not None
    assert "jo@garden.example has been suppressed since 2026-04-06 because somebody wanted it so" in detail


async def test_mail_from_a_bounced_address_lifts_it_and_from_a_complaining_one_does_not(bench: Bench) -> None:
    answer = await sent_answer(bench, cc=("jo@garden.example",))
    await received(bench, a_report(answer.mail.message_id))
    complaint = "\r\n".join(
        [
            "From: complaints@provider.example",
            "To: acme@desk.example",
            "Subject: complaint",
            "Message-ID: <c1@provider.example>",
            'Content-Type: multipart/report; report-type=feedback-report; boundary="x"',
            "",
            "--x",
            "Content-Type: message/feedback-report",
            "",
            "Feedback-Type: abuse",
            "Original-Rcpt-To: jo@garden.example",
            "",
            "--x",
            "Content-Type: message/rfc822",
            "",
            f"Message-ID: <{answer.mail.message_id}>",
            "",
            "Hi",
            "--x--",
        ]
    )
    assert isinstance(await received(bench, complaint.encode()), Done)
    assert {one.address: one.reason for one in await suppressed(bench)} == {
        IDA: SuppressionReason.BOUNCED,
        "jo@garden.example": SuppressionReason.COMPLAINED,
    }
    await done(bench, a_mail("Hello", id="7@garden.example", sender="Ida <IDA@garden.example>"))
    await done(bench, a_mail("Hello", id="8@garden.example", sender="jo@garden.example"))
    assert [one.address for one in await suppressed(bench)] == ["jo@garden.example"]


async def test_erasing_a_customer_forgets_that_their_address_is_suppressed(bench: Bench) -> None:
    answer = await sent_answer(bench)
    await received(bench, a_report(answer.mail.message_id))
    ticket, _ = await thread(bench, answer.ticket_id)
    await bench.desk.erase_customer()(answer.organization_id, ticket.customer_id, DESK)
    assert await suppressed(bench) == []
    _, messages = await thread(bench, answer.ticket_id)
    assert [(one.raw_id, one.attachment_ids) for one in messages] == [(None, ())] * 3
    files = await bench.desk.store().read(
        lambda view: view.attachments.of_ticket(answer.organization_id, answer.ticket_id)
    )
    assert list(files) == []
    assert not [
        one for one in messages if "garden" in f"{one.content_text}{one.delivery}{dict(one.metadata)}"
    ]


async def test_who_is_refused_at_once_is_suppressed_and_the_rest_has_the_answer(bench: Bench) -> None:
    answer = await post(bench, await a_ticket(bench))
    gone = undelivered(IDA, "550 5.1.1 No such user")
    bench.post.failures = [Refused(f"The mail server refused every recipient: {IDA}", (gone,))]
    await bench.run_jobs()
    assert (await told(bench, answer))[0] is DeliveryState.FAILED
    assert [one.address for one in await suppressed(bench)] == [IDA]


async def test_a_closed_ticket_stays_closed_whatever_is_reported(bench: Bench) -> None:
    answer = await sent_answer(bench)
    change = TicketChange(status=Status.CLOSED)
    await bench.desk.change_ticket()(answer.organization_id, answer.ticket_id, DESK, change)
    await received(bench, a_report(answer.mail.message_id))
    ticket, messages = await thread(bench, answer.ticket_id)
    assert (ticket.status, messages[-1].kind) == (Status.CLOSED, Kind.NOTE)


async def test_other_organizations_do_not_hear_of_it(bench: Bench) -> None:
    answer = await sent_answer(bench)
    other = await bench.desk.create_organization()("other", "Other")
    await received(bench, a_report(answer.mail.message_id, to="other@desk.example"))
    found = await bench.desk.store().read(
        lambda view: view.suppressed_addresses.page(other.id, Page(sort="since"))
    )
    assert list(found.items) == []
    assert (await told(bench, answer))[0] is DeliveryState.SENT


async def test_a_report_whose_bytes_nobody_has_is_kept_in_the_words_and_files_of_its_note(
    bench: Bench,
) -> None:
    answer = await sent_answer(bench)
    assert bench.acme is not None
    mail = parse_mail(a_report(answer.mail.message_id))
    command = await bench.desk.prepare_mail()(mail, Receivers(bench.acme), bench.clock(), external_id="in-1")
    step = bench.desk.steps()[TakeEmail]
    occasion = Occasion(bench.clock(), bench.desk.new_id(), DESK)
    outcome = await bench.desk.store().transact(lambda work: step(command, work, occasion))
    assert isinstance(outcome, Done)
    _, messages = await thread(bench, answer.ticket_id)
    note = messages[-1]
    assert note.content_text.endswith("I could not deliver it.")
    assert (note.raw_id, len(note.attachment_ids), note.external_id) == (None, 2, "in-1")
    again = await bench.desk.store().transact(lambda work: step(command, work, occasion))
    assert isinstance(again, Nothing)
