"""What is left of somebody in what others wrote."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
)
from helpdesk_core.customers import Contact, Customer, emptied, is_empty
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.privacy import GONE, Person, fingerprint, person_of, without_person, without_words
from helpdesk_core.richtext import document_from_html, html_of, text_of
from helpdesk_core.tickets import Channel

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
WILL = Person(names=("Will Turner",), addresses=("will@sea.example", "+14155550123"))


def a_reply(html: str, **fields: Any) -> Conversation:
    content = document_from_html(html)
    return Conversation(
        **{
            "id": ConversationId(uuid4()),
            "organization_id": OrganizationId(uuid4()),
            "ticket_id": TicketId(uuid4()),
            "kind": Kind.REPLY,
            "channel": Channel.EMAIL,
            "author": Author(AuthorType.USER, uuid4(), "Noor", AuthorRole.AGENT),
            "content": content,
            "content_text": text_of(content),
            "content_html": html_of(content),
            "created_at": NOON,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dear Will Turner,", f"Dear {GONE},"),
        ("WILL TURNER", GONE),
        ("Will, we will call.", f"{GONE}, we will call."),
        ("Mr Turner, the turner", f"Mr {GONE}, the turner"),
        ("Willow and Turners", "Willow and Turners"),
        ("<Will@Sea.example>", f"<{GONE}>"),
        ("call +14155550123!", f"call {GONE}!"),
        ("", ""),
    ],
)
def test_names_and_addresses_are_taken_out_of_a_text(text: str, left: str) -> None:
    assert WILL.out_of(text) == left


def test_nobody_is_found_nowhere() -> None:
    assert Person().out_of("Dear Will") == "Dear Will"
    assert not Person().is_in("Dear Will")


def test_a_reply_loses_names_quotes_and_recipients() -> None:
    reply = a_reply(
        "<p>Dear Will Turner, here you are.</p><blockquote><p>My ship sank.</p></blockquote>",
        mail=MailHeaders(
            message_id="a@desk.example",
            in_reply_to=("1@sea.example",),
            references=("0@desk.example", "1@sea.example"),
            from_="acme@desk.example",
            to=("Will Turner <will@sea.example>",),
            cc=("boss@acme.example",),
            subject="My ship",
        ),
        delivery=DeliveryStatus(DeliveryState.BOUNCED, "550 no such user will@sea.example"),
    )
    person = Person(WILL.names, WILL.addresses, frozenset({"1@sea.example"}))
    cleaned = without_person(reply, person, is_theirs=True)
    assert cleaned.content_text == f"Dear {GONE}, here you are."
    assert cleaned.content_html == f"<p>Dear {GONE}, here you are.</p>"
    assert cleaned.mail == MailHeaders(
        message_id="a@desk.example",
        references=("0@desk.example",),
        from_="acme@desk.example",
        cc=("boss@acme.example",),
    )
    assert cleaned.delivery == DeliveryStatus(DeliveryState.BOUNCED, f"550 no such user {GONE}")
    assert without_person(cleaned, person, is_theirs=True) == cleaned


def test_a_message_that_does_not_name_them_stays_as_it_is() -> None:
    reply = a_reply("<p>Thank <strong>you</strong>.</p>", mail=MailHeaders(subject="A lamp"))
    assert without_person(reply, WILL, is_theirs=False) == reply


def test_a_message_of_theirs_is_emptied_once() -> None:
    message = a_reply(
        "<p>My ship sank.</p>",
        kind=Kind.INBOUND,
        author=Author(AuthorType.CUSTOMER, uuid4(), "Will Turner", AuthorRole.CUSTOMER, "https://a/w.png"),
        mail=MailHeaders(message_id="1@sea.example", from_="will@sea.example"),
        external_id="wamid.MTQxNTU1NTAxMjM",
        metadata={"page": "ships"},
    )
    left = without_words(message, NOON)
    assert (left.content_text, left.content_html, left.author.name) == ("", "", "")
    assert (left.mail, left.metadata, left.redacted_at) == (MailHeaders(), {}, NOON)
    assert left.external_id == fingerprint("wamid.MTQxNTU1NTAxMjM")
    assert without_words(left, NOON.replace(hour=13)) == left


def test_an_emptied_customer_tells_nothing() -> None:
    customer = Customer(
        CustomerId(uuid4()),
        OrganizationId(uuid4()),
        NOON,
        NOON,
        name="Will Turner",
        emails=("will@sea.example",),
        identities=(Contact("whatsapp", "14155550123"),),
        city="Port Royal",
        metadata={"a": 1},
        blocked=True,
    )
    left = emptied(customer, NOON)
    assert is_empty(left)
    assert not is_empty(customer)
    assert (left.id, left.version) == (customer.id, 2)


def test_a_person_is_also_known_by_what_they_wrote_under() -> None:
    customer = Customer(CustomerId(uuid4()), OrganizationId(uuid4()), NOON, NOON, name="Will")
    message = a_reply(
        "<p>x</p>",
        author=Author(AuthorType.CUSTOMER, customer.id, "W. Turner", AuthorRole.CUSTOMER),
        mail=MailHeaders(message_id="1@sea.example", from_="w@sea.example", reply_to=("w2@sea.example",)),
    )
    assert person_of(customer, [message]) == Person(
        ("W. Turner", "Will"), ("w2@sea.example", "w@sea.example"), frozenset({"1@sea.example"})
    )
