"""Mail comes in: the six steps, threads, duplicates, and what is left out."""

import pytest
from attrs import frozen

from helpdesk_core.commands import Done, Nothing
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.reply_tokens import reply_token
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.users import DESK, Role
from tests.use_cases.conftest import Bench

IDA = "Ida <ida@garden.example>"


def a_mail(
    subject: str = "The kettle leaks",
    *,
    sender: str = IDA,
    to: str = "acme@desk.example",
    id: str | None = "1@garden.example",
    answers: str | None = None,
    body: str = "It drips.",
) -> bytes:
    headers = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    headers += [f"Message-ID: <{id}>"] if id else []
    headers += [f"In-Reply-To: <{answers}>"] if answers else []
    return ("\n".join(headers) + f"\n\n{body}\n").encode()


@frozen
class Taken:
    """Where a mail that was wanted has gone."""

    organization_id: OrganizationId
    ticket_id: TicketId
    conversation_id: ConversationId


async def done(bench: Bench, mail: bytes) -> Taken:
    outcome = await bench.desk.receive_email()(mail)
    assert isinstance(outcome, Done), outcome
    assert outcome.organization_id is not None
    assert outcome.ticket_id is not None
    assert outcome.conversation_id is not None
    return Taken(outcome.organization_id, outcome.ticket_id, outcome.conversation_id)


async def left_out(bench: Bench, mail: bytes) -> Nothing:
    outcome = await bench.desk.receive_email()(mail)
    assert isinstance(outcome, Nothing), outcome
    return outcome


async def ticket(bench: Bench, outcome: Taken) -> Ticket:
    found = await bench.desk.store().read(
        lambda view: view.tickets.get(outcome.organization_id, outcome.ticket_id)
    )
    assert found is not None
    return found


async def tickets(bench: Bench, organization_id: OrganizationId) -> list[Ticket]:
    async def all_of(view: View) -> list[Ticket]:
        return list((await view.tickets.page(organization_id, TicketFilter(), Page(100))).items)

    return await bench.desk.store().read(all_of)


async def test_a_mail_opens_a_ticket_of_a_new_customer(bench: Bench) -> None:
    acme = await bench.begin()
    outcome = await done(bench, a_mail())
    opened = await ticket(bench, outcome)
    customer = await bench.desk.store().read(lambda view: view.customers.get(acme.id, opened.customer_id))
    assert customer is not None
    assert (opened.number, opened.subject, opened.status, opened.message_count) == (
        1,
        "The kettle leaks",
        Status.OPEN,
        1,
    )
    assert (customer.name, customer.emails) == ("Ida", ("ida@garden.example",))


async def test_every_change_is_told_in_the_log_in_order_and_without_gaps(bench: Bench) -> None:
    acme = await bench.begin()
    await done(bench, a_mail())
    log = await bench.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    assert [(event.seq, event.type) for event in log.events] == [
        (1, "organization.created"),
        (2, "customer.created"),
        (3, "ticket.created"),
        (4, "conversation.created"),
    ]


async def test_an_answer_by_id_joins_and_reopens(bench: Bench) -> None:
    acme = await bench.begin()
    first = await done(bench, a_mail())
    change = TicketChange(status=Status.RESOLVED)
    await bench.desk.change_ticket()(acme.id, first.ticket_id, DESK, change)
    second = await done(bench, a_mail("Something else", id="2@garden.example", answers="1@garden.example"))
    assert second.ticket_id == first.ticket_id
    assert (await ticket(bench, second)).status is Status.OPEN


async def test_an_answer_to_a_closed_ticket_opens_one_that_links_back(bench: Bench) -> None:
    acme = await bench.begin()
    first = await done(bench, a_mail())
    await bench.desk.change_ticket()(acme.id, first.ticket_id, DESK, TicketChange(status=Status.CLOSED))
    second = await done(
        bench, a_mail("Re: The kettle leaks", id="2@garden.example", answers="1@garden.example")
    )
    assert second.ticket_id != first.ticket_id
    assert (await ticket(bench, second)).follows_id == first.ticket_id


async def test_a_reply_token_finds_the_ticket_whatever_the_headers_say(bench: Bench) -> None:
    acme = await bench.begin()
    first = await done(bench, a_mail())
    token = reply_token(acme.id, 1, bench.desk.domain().keys[0])
    answer = a_mail("Hm", to=f"acme+{token.upper()}@desk.example", id="9@x.example", sender="jo@x.example")
    second = await done(bench, answer)
    message = await bench.desk.store().read(
        lambda view: view.conversations.get(acme.id, second.conversation_id)
    )
    assert second.ticket_id == first.ticket_id
    assert message is not None
    assert message.warnings == ("The sender is new in this conversation.",)


async def test_the_same_subject_of_the_same_customer_joins_but_not_of_a_stranger(bench: Bench) -> None:
    await bench.begin()
    first = await done(bench, a_mail())
    same = await done(bench, a_mail("AW: The kettle leaks", id="2@garden.example"))
    stranger = await done(bench, a_mail("Re: The kettle leaks [#1]", id="3@x.example", sender="jo@x.example"))
    assert same.ticket_id == first.ticket_id
    assert stranger.ticket_id != first.ticket_id


async def test_two_tickets_that_prove_to_be_one_thread_are_merged(bench: Bench) -> None:
    acme = await bench.begin()
    last = await done(bench, a_mail("Third", id="c@g.example", answers="b@g.example"))
    first = await done(bench, a_mail("First", id="a@g.example"))
    between = await done(bench, a_mail("Second", id="b@g.example", answers="a@g.example"))
    assert between.ticket_id == last.ticket_id
    assert (await ticket(bench, first)).merged_into_id == last.ticket_id
    listed = await tickets(bench, acme.id)
    assert [(one.number, one.message_count) for one in listed] == [(1, 3)]


async def test_the_same_mail_twice_is_one_message(bench: Bench) -> None:
    acme = await bench.begin()
    first = await done(bench, a_mail())
    again = await left_out(bench, a_mail())
    assert again.conversation_id == first.conversation_id
    assert (await tickets(bench, acme.id))[0].message_count == 1


async def test_a_stranger_cannot_push_a_mail_out_by_taking_its_id(bench: Bench) -> None:
    acme = await bench.begin()
    await done(bench, a_mail())
    taken = await done(bench, a_mail("Unrelated", sender="jo@x.example"))
    message = await bench.desk.store().read(
        lambda view: view.conversations.get(acme.id, taken.conversation_id)
    )
    assert message is not None
    assert message.mail.message_id is None
    assert message.warnings[-1] == "Its Message-ID belongs to another message."


async def test_mail_to_nobody_here_is_unmatched_and_goes_to_no_organization(bench: Bench) -> None:
    acme = await bench.begin()
    outcome = await left_out(bench, a_mail(to="else@desk.example"))
    assert outcome.unmatched
    assert outcome.organization_id is None
    assert await tickets(bench, acme.id) == []


async def test_mail_to_a_connected_address_reaches_its_organization(bench: Bench) -> None:
    acme = await bench.begin()
    await bench.desk.connect_integration()(acme.id, "resend", "Support@Acme.Example", {})
    assert (await done(bench, a_mail(to="support@acme.example"))).organization_id == acme.id


@pytest.mark.parametrize("sender", ["acme@desk.example", "acme+x@desk.example", "noor@acme.example"])
async def test_the_organizations_own_mail_opens_nothing(bench: Bench, sender: str) -> None:
    acme = await bench.begin()
    await bench.desk.create_user()(acme.id, "noor@acme.example", "Noor", Role.AGENT, "a long password")
    outcome = await left_out(bench, a_mail(sender=sender))
    assert (outcome.organization_id, outcome.unmatched) == (acme.id, False)


async def test_a_blocked_sender_opens_nothing_until_let_in_again(bench: Bench) -> None:
    acme = await bench.begin()
    rule = await bench.desk.block_sender()(acme.id, DESK, "@garden.example")
    assert "blocked" in (await left_out(bench, a_mail())).reason
    await bench.desk.unblock_sender()(acme.id, DESK, rule.id)
    await done(bench, a_mail())


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"\n\n\n", b"To: acme@desk.example\n\nno sender", b"From" * 9000]
)
async def test_no_bytes_are_too_broken_to_be_received(bench: Bench, raw: bytes) -> None:
    acme = await bench.begin()
    outcome = await bench.desk.receive_email()(raw, ("acme@desk.example",))
    assert isinstance(outcome, Done)
    assert outcome.organization_id == acme.id


async def test_reopening_is_told_in_the_log_and_seen_as_an_update(bench: Bench) -> None:
    acme = await bench.begin()
    first = await done(bench, a_mail())
    await bench.desk.change_ticket()(acme.id, first.ticket_id, DESK, TicketChange(status=Status.PENDING))
    before = await ticket(bench, first)
    bench.clock.pass_(minutes=5)
    await done(bench, a_mail("Re: x", id="2@garden.example", answers="1@garden.example"))
    after = await ticket(bench, first)
    log = await bench.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    assert [(event.type, event.data.get("status")) for event in log.events][-2:] == [
        ("conversation.created", None),
        ("ticket.updated", "open"),
    ]
    assert after.updated_at == bench.clock()
    assert after.version > before.version


async def test_html_too_long_to_be_shown_is_kept_as_a_file(bench: Bench) -> None:
    acme = await bench.begin()
    html = "<p>" + "It drips. " * 110_000 + "</p>"
    raw = a_mail().replace(b"\n\n", b"\nContent-Type: text/html\n\n", 1).replace(b"It drips.", html.encode())
    outcome = await done(bench, raw)
    message = await bench.desk.store().read(
        lambda view: view.conversations.get(acme.id, outcome.conversation_id)
    )
    assert message is not None
    assert len(message.content_html) < 2_000_000
    assert message.warnings == ("Its HTML is too long to be shown and is attached as a file.",)
    (file,) = message.attachment_ids
    kept = await bench.desk.store().read(lambda view: view.attachments.get(acme.id, file))
    assert kept is not None
    assert (kept.filename, kept.content_type) == ("message.html", "text/html")
