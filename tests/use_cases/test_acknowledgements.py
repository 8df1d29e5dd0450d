"""Whoever opens a ticket is told so, once, and nobody else ever is."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.email import Nature, classify, compose, parse_mail
from helpdesk_core.ids import TicketId
from helpdesk_core.paging import Page
from helpdesk_core.pre_chat import AboutVisitor
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.mail.change_mail_settings import AcknowledgementChange, MailChange
from helpdesk_core.use_cases.widget.submit_contact_form import Form
from helpdesk_core.users import DESK
from tests.use_cases.conftest import Bench
from tests.use_cases.test_mail_in import a_mail, done, tickets


async def acknowledging(bench: Bench, **change: Any) -> None:
    acme = await bench.begin()
    said = AcknowledgementChange(**{"active": True, **change})
    await bench.desk.change_mail_settings()(acme.id, DESK, MailChange(acknowledgement=said))


async def messages(bench: Bench, ticket_id: TicketId) -> list[Conversation]:
    assert bench.acme is not None
    organization_id = bench.acme.id
    found = await bench.desk.store().read(
        lambda view: view.conversations.of_ticket(organization_id, ticket_id, Page(100, sort="created_at"))
    )
    return list(found.items)


async def the_ticket(bench: Bench) -> Ticket:
    assert bench.acme is not None
    (found,) = await tickets(bench, bench.acme.id)
    return found


async def test_nothing_is_said_until_somebody_turns_it_on(bench: Bench) -> None:
    await bench.begin()
    await done(bench, a_mail())
    await bench.run_jobs()
    assert bench.post.sent == []


async def test_a_new_ticket_is_acknowledged_with_its_number(bench: Bench) -> None:
    await acknowledging(bench, text="Dear {{customer.first_name}}, your number is {{ticket.number}}.")
    outcome = await done(bench, a_mail())
    await bench.run_jobs()
    ((_, mail),) = bench.post.sent
    assert [to.email for to in mail.to] == ["ida@garden.example"]
    assert (mail.subject, mail.text) == ("[#1] The kettle leaks", "Dear Ida, your number is 1.")
    assert (mail.in_reply_to, mail.references) == ("1@garden.example", ("1@garden.example",))
    assert (mail.from_.email, mail.from_.name) == ("acme@desk.example", "Acme")
    assert mail.reply_to is not None
    assert mail.reply_to.email.startswith("acme+1-")
    raw = compose(mail)
    assert b"\r\nAuto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" in raw
    assert classify(parse_mail(raw)).nature is Nature.AUTO_REPLY
    inbound, said = await messages(bench, outcome.ticket_id)
    assert (inbound.kind, said.kind, said.author.type, said.author.name) == (
        Kind.INBOUND, Kind.REPLY, "system", "Acme",
    )  # fmt: skip


async def test_an_acknowledgement_is_no_response_and_moves_nothing(bench: Bench) -> None:
    await acknowledging(bench)
    await done(bench, a_mail())
    await bench.run_jobs()
    await bench.desk.follow_log()()
    found = await the_ticket(bench)
    assert (found.status, found.first_response_at, found.message_count) == (Status.OPEN, None, 2)
    assert bench.acme is not None
    day = bench.clock().date()
    counted, _ = await bench.desk.read_figures().report(bench.acme.id, day, day, ())
    assert (counted.messages_in, counted.messages_out, counted.first_response.count) == (1, 0, 0)


async def test_it_is_said_once_a_ticket(bench: Bench) -> None:
    await acknowledging(bench)
    await done(bench, a_mail())
    await bench.desk.receive_email()(a_mail())
    await done(bench, a_mail("Re: The kettle leaks", id="2@garden.example", answers="1@garden.example"))
    await bench.run_jobs()
    assert len(bench.post.sent) == 1


async def test_what_joins_through_the_answer_to_an_acknowledgement_is_the_same_ticket(bench: Bench) -> None:
    await acknowledging(bench)
    first = await done(bench, a_mail())
    await bench.run_jobs()
    ((_, mail),) = bench.post.sent
    assert mail.reply_to is not None
    answer = a_mail("Thanks", to=mail.reply_to.email, id="2@garden.example", answers=mail.message_id)
    assert (await done(bench, answer)).ticket_id == first.ticket_id
    await bench.run_jobs()
    assert len(bench.post.sent) == 1


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "List-Id: <garden.lists.example>",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
        "Reply-To: other@desk.example",
        "Reply-To: help@acme.example",
        "Reply-To: no-reply@garden.example",
        "Reply-To: owner-gardeners@garden.example",
        "Reply-To: gardeners-request@garden.example",
        "Reply-To: bounces+17@garden.example",
        "Reply-To: pest@blocked.example",
        "Reply-To: dead@garden.example",
        "Date: Mon, 30 Mar 2026 09:30:00 +0000",
        "Authentication-Results: mx.desk.example; dmarc=fail header.from=garden.example",
    ],
)
async def test_what_no_person_waits_for_is_not_acknowledged(bench: Bench, headers: str) -> None:
    await acknowledging(bench)
    assert bench.acme is not None
    await bench.desk.block_sender()(bench.acme.id, DESK, "@blocked.example")
    await bench.desk.suppress_address()(bench.acme.id, DESK, "dead@garden.example")
    await bench.desk.change_mail_settings()(bench.acme.id, DESK, MailChange(from_="help@acme.example"))
    await done(bench, headers.encode() + b"\n" + a_mail())
    await bench.run_jobs()
    assert bench.post.sent == []
    assert (await the_ticket(bench)).message_count == 1


async def test_a_mail_of_yesterday_evening_is_still_acknowledged(bench: Bench) -> None:
    await acknowledging(bench)
    sent_at: datetime = bench.clock() - timedelta(hours=15)
    await done(bench, f"Date: {format_datetime(sent_at)}\n".encode() + a_mail())
    await bench.run_jobs()
    assert len(bench.post.sent) == 1


async def test_one_address_is_not_flooded(bench: Bench) -> None:
    await acknowledging(bench)
    for number in range(20):
        await done(bench, a_mail(f"Matter {number:x} of the garden", id=f"{number}@garden.example"))
    await bench.run_jobs()
    assert len(bench.post.sent) == 5


async def test_two_desks_that_acknowledge_each_other_fall_silent(bench: Bench) -> None:
    await acknowledging(bench)
    await done(bench, a_mail())
    for _ in range(10):
        await bench.run_jobs()
        last = bench.post.sent[-1][1]
        theirs = evolve(
            last,
            message_id=f"{len(bench.post.sent)}@garden.example",
            from_=last.to[0],
            to=(last.reply_to or last.from_,),
            reply_to=None,
            in_reply_to=last.message_id,
        )
        await bench.desk.receive_email()(compose(theirs))
    assert len(bench.post.sent) == 1


async def test_a_contact_form_is_acknowledged_without_the_words_of_whoever_filled_it_in(bench: Bench) -> None:
    await acknowledging(bench, text="Dear {{customer.first_name|customer}}, it is number {{ticket.number}}.")
    assert bench.acme is not None
    widget = await bench.desk.arrange_widgets().add(bench.acme.id, DESK, {"name": "Shop"})
    ida = AboutVisitor("Pills Pills", (Contact(EMAIL, "ida@garden.example"),))
    await bench.desk.submit_contact_form()(widget, Form(ida, "ida@garden.example", "Buy pills!"))
    await bench.run_jobs()
    ((_, mail),) = bench.post.sent
    assert (mail.subject, mail.text) == ("[#1]", "Dear customer, it is number 1.")
    assert b"ills" not in compose(mail)
