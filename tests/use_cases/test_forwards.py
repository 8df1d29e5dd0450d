"""Users pass mail on; customers copy others in; a mail is for several organizations."""

import pytest
from dependency_injector import providers

from helpdesk_core.commands import Done, Nothing
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.email import Mail
from helpdesk_core.email.authentication import Authentication
from helpdesk_core.ids import ConversationId, OrganizationId, SuppressedAddressId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.richtext import document_from_text
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.mail.find_followers import BY_NEWCOMER
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import DESK, Actor, Role
from tests.use_cases.conftest import Bench
from tests.use_cases.test_mail_in import a_mail, done, left_out, ticket, tickets

NOOR = "Noor <noor@acme.example>"
FORWARD = """Please help her.

---------- Forwarded message ---------
From: Ida Green <ida@garden.example>
Date: Mon, 30 Mar 2026 09:30:00 +0000
Subject: The kettle leaks
To: Noor <noor@acme.example>

It drips."""


async def begun(bench: Bench) -> OrganizationId:
    acme = await bench.begin()
    await bench.desk.create_user()(acme.id, "noor@acme.example", "Noor", Role.AGENT, "a long password")
    return acme.id


def a_forward(id: str = "f@acme.example", answers: str = "o@garden.example", body: str = FORWARD) -> bytes:
    return a_mail("Fwd: The kettle leaks", sender=NOOR, id=id, answers=answers, body=body)


async def messages(bench: Bench, organization_id: OrganizationId, ticket_id: TicketId) -> list[Conversation]:
    async def look(view: View) -> list[Conversation]:
        return list((await view.conversations.of_ticket(organization_id, ticket_id, Page(100))).items)

    found = await bench.desk.store().read(look)
    return sorted(found, key=lambda message: (message.created_at, message.id))


async def test_a_users_forward_becomes_the_ticket_of_who_wrote_it(bench: Bench) -> None:
    acme = await begun(bench)
    taken = await done(bench, a_forward())
    opened = await ticket(bench, taken)
    customer = await bench.desk.store().read(lambda view: view.customers.get(acme, opened.customer_id))
    said, note = await messages(bench, acme, taken.ticket_id)
    assert customer is not None
    assert (customer.emails, customer.name) == (("ida@garden.example",), "Ida Green")
    assert (opened.subject, opened.last_message_at) == ("The kettle leaks", bench.clock())
    assert (said.kind, said.content_text, said.author.name) == (Kind.INBOUND, "It drips.", "Ida Green")
    assert (said.created_at.isoformat(), said.mail.message_id) == (
        "2026-03-30T09:30:00+00:00",
        "o@garden.example",
    )
    assert (note.kind, note.author.role.value) == (Kind.NOTE, "system")
    assert note.content_text.endswith("Nothing proves that.\n\nPlease help her.")


async def test_what_is_proven_to_be_a_users_is_their_own_note(bench: Bench) -> None:
    acme = await begun(bench)

    async def proven(mail: Mail, raw: bytes | None) -> Authentication:
        return Authentication(aligned=("acme.example",), trusted=True)

    bench.desk.proofs.override(providers.Object(proven))
    taken = await done(bench, a_forward())
    _, note = await messages(bench, acme, taken.ticket_id)
    assert (note.content_text, note.author.name, note.author.role.value) == (
        "Please help her.",
        "Noor",
        "agent",
    )


async def test_the_customers_own_answer_joins_what_was_passed_on(bench: Bench) -> None:
    await begun(bench)
    taken = await done(bench, a_forward())
    more = await done(bench, a_mail("More", id="2@garden.example", answers="o@garden.example"))
    assert more.ticket_id == taken.ticket_id


async def test_the_same_forward_again_changes_nothing_and_a_second_one_is_a_note(bench: Bench) -> None:
    acme = await begun(bench)
    taken = await done(bench, a_forward())
    again = await bench.desk.receive_email()(a_forward())
    assert isinstance(again, Nothing)
    second = await done(bench, a_forward(id="g@acme.example", body=FORWARD.replace("help her", "hurry")))
    assert second.ticket_id == taken.ticket_id
    assert [one.kind for one in await messages(bench, acme, taken.ticket_id)] == ["inbound", "note", "note"]


async def test_an_attached_message_is_passed_on_with_its_files(bench: Bench) -> None:
    acme = await begun(bench)
    inner = (
        b"From: Ida <ida@garden.example>\nTo: noor@acme.example\nCc: otto@garden.example\nSubject: Kettle\n"
        b"Message-ID: <o@garden.example>\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nIt drips.\n"
        b"--i\nContent-Type: image/png; name=drip.png\n\nPNG\n--i--\n"
    )
    outer = (
        b"From: Noor <noor@acme.example>\nTo: acme@desk.example\nSubject: See this\nMessage-ID: <f@acme.example>\n"
        b"Content-Type: multipart/mixed; boundary=o\n\n--o\n\nShe is angry.\n--o\nContent-Type: message/rfc822\n\n"
        + inner
        + b"\n--o--\n"
    )
    taken = await done(bench, outer)
    opened = await ticket(bench, taken)
    said, note = await messages(bench, acme, taken.ticket_id)
    files = await bench.desk.store().read(lambda view: view.attachments.many(acme, said.attachment_ids))
    assert (opened.subject, said.mail.message_id, said.content_text) == (
        "Kettle",
        "o@garden.example",
        "It drips.",
    )
    assert [file.filename for file in files.values()] == ["drip.png"]
    assert said.raw_id is not None
    assert note.content_text.endswith("She is angry.")
    assert opened.followers == (), "nobody is copied in by somebody who may not be who they say"


async def test_other_mail_of_a_user_opens_nothing(bench: Bench) -> None:
    acme = await begun(bench)
    await bench.desk.receive_email()(a_mail(sender=NOOR))
    await bench.desk.receive_email()(
        a_forward(body=FORWARD.replace("ida@garden.example", "noor@acme.example"))
    )
    assert await tickets(bench, acme) == []


async def test_a_forward_that_is_proven_to_be_forged_opens_nothing(bench: Bench) -> None:
    acme = await begun(bench)
    forged = b"Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example\n" + a_forward()
    assert "quarantine" in (await left_out(bench, forged)).reason
    assert await tickets(bench, acme) == []


# ------------------------------------------------------------------ copied in


def a_copy(cc: str, **more: str) -> bytes:
    return f"Cc: {cc}\n".encode() + a_mail(**more)


async def answered(
    bench: Bench, organization_id: OrganizationId, ticket_id: TicketId, **more: object
) -> Conversation:
    user = Actor("user", None, "Noor")
    draft = Draft(content=document_from_text("Here."), author=agent_author(user), **more)  # type: ignore[arg-type]
    return await bench.desk.post_conversation()(organization_id, ticket_id, user, Kind.REPLY, draft)


async def test_who_is_copied_in_follows_the_ticket_and_gets_the_answers(bench: Bench) -> None:
    acme = await begun(bench)
    cc = "Otto <Otto@garden.example>, noor@acme.example, acme@desk.example, ida@garden.example, x@bad.example"
    await bench.desk.block_sender()(acme, DESK, "@bad.example")
    taken = await done(bench, a_copy(cc))
    assert (await ticket(bench, taken)).followers == ("otto@garden.example",)
    assert (await answered(bench, acme, taken.ticket_id)).mail.cc == ("otto@garden.example",)
    assert (await answered(bench, acme, taken.ticket_id, cc=())).mail.cc == ()
    assert (await answered(bench, acme, taken.ticket_id, cc=("z@z.example",))).mail.cc == ("z@z.example",)


async def test_nobody_is_copied_in_by_a_mail_that_a_check_speaks_against(bench: Bench) -> None:
    await begun(bench)
    doubted = b"Authentication-Results: mx.example; spf=fail smtp.mailfrom=garden.example; dkim=fail\n"
    taken = await done(bench, doubted + a_copy("thief@x.example"))
    assert (await ticket(bench, taken)).followers == ()


async def test_no_copy_goes_to_an_address_that_nothing_is_sent_to(bench: Bench) -> None:
    acme = await begun(bench)
    taken = await done(bench, a_copy("otto@garden.example"))
    dead = SuppressedAddress(
        SuppressedAddressId(bench.desk.new_id()()),
        acme,
        "otto@garden.example",
        SuppressionReason.BOUNCED,
        "",
        bench.clock(),
    )
    await bench.desk.store().transact(lambda work: work.suppressed_addresses.add(dead))
    assert (await answered(bench, acme, taken.ticket_id)).mail.cc == ()


async def test_a_follower_who_answers_is_no_newcomer(bench: Bench) -> None:
    acme = await begun(bench)
    taken = await done(bench, a_copy("otto@garden.example"))
    answer = a_mail("Re", sender="otto@garden.example", id="2@garden.example", answers="1@garden.example")
    joined = await done(bench, answer)
    assert joined.ticket_id == taken.ticket_id
    assert (await messages(bench, acme, taken.ticket_id))[-1].warnings == ()


async def test_whom_a_newcomer_copies_in_gets_nothing_and_the_agents_are_told(bench: Bench) -> None:
    acme = await begun(bench)
    taken = await done(bench, a_mail())
    stranger = a_copy(
        "thief@x.example", subject="Re", sender="jo@x.example", id="2@x.example", answers="1@garden.example"
    )
    joined = await done(bench, stranger)
    assert joined.ticket_id == taken.ticket_id
    assert (await ticket(bench, taken)).followers == ()
    assert (await answered(bench, acme, taken.ticket_id)).mail.cc == ()
    warned = await bench.desk.store().read(
        lambda view: view.conversations.get(acme, ConversationId(joined.conversation_id))
    )
    assert warned is not None
    assert warned.warnings == ("The sender is new in this conversation.", BY_NEWCOMER)


@pytest.mark.parametrize("header", ["List-Id: <all.garden.example>", "Auto-Submitted: auto-replied"])
async def test_lists_and_automatic_mail_copy_nobody_in(bench: Bench, header: str) -> None:
    await begun(bench)
    taken = await done(bench, f"{header}\n".encode() + a_copy("otto@garden.example"))
    assert (await ticket(bench, taken)).followers == ()


async def test_an_answer_by_way_of_a_list_finds_its_ticket(bench: Bench) -> None:
    await begun(bench)
    taken = await done(bench, a_mail())
    listed = b"List-Id: <all.garden.example>\nPrecedence: list\n" + a_mail(
        "[all] Re: The kettle leaks", sender="jo@x.example", id="2@x.example", answers="1@garden.example"
    )
    assert (await done(bench, listed)).ticket_id == taken.ticket_id


# ------------------------------------------------------------------ several organizations


async def count(bench: Bench, organization_id: OrganizationId) -> int:
    async def all_of(view: View) -> list[Ticket]:
        return list((await view.tickets.page(organization_id, TicketFilter(), Page(100))).items)

    return len(await bench.desk.store().read(all_of))


async def test_a_mail_to_two_organizations_reaches_both_once(bench: Bench) -> None:
    acme = await begun(bench)
    zeta = (await bench.desk.create_organization()("zeta", "Zeta")).id
    mail = a_mail(to="acme@desk.example, zeta@desk.example")
    assert isinstance(await bench.desk.receive_email()(mail), Done)
    assert isinstance(await bench.desk.receive_email()(mail), Nothing)
    assert (await count(bench, acme), await count(bench, zeta)) == (1, 1)


async def test_one_that_keeps_the_sender_out_does_so_for_itself_only(bench: Bench) -> None:
    acme = await begun(bench)
    zeta = (await bench.desk.create_organization()("zeta", "Zeta")).id
    await bench.desk.block_sender()(acme, DESK, "@garden.example")
    await bench.desk.receive_email()(a_mail(to="acme@desk.example, zeta@desk.example"))
    assert (await count(bench, acme), await count(bench, zeta)) == (0, 1)
