"""Whatever an organization puts around an answer, any mail program reads what was written."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.addresses import Address
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    Kind,
    MailHeaders,
)
from helpdesk_core.customers import Customer
from helpdesk_core.email import MailPart, OutgoingMail, compose, parse_mail
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.letters import ACKNOWLEDGES, UNSEEN, dress_of, letter_of
from helpdesk_core.mail_settings import Acknowledgement, MailSettings, tidied
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.richtext import document_from_text, html_of, sanitize_html, text_of
from helpdesk_core.tickets import Channel, Ticket

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
ACME = Organization(OrganizationId(UUID(int=1)), "acme", "Acme", NOON)
IDA = Customer(CustomerId(UUID(int=2)), ACME.id, NOON, NOON, name="Ida")
KETTLE = Ticket(TicketId(UUID(int=3)), ACME.id, 7, "The kettle leaks", Channel.EMAIL, IDA.id, NOON, NOON)
NOOR = Author(AuthorType.USER, UUID(int=4), "Noor", AuthorRole.AGENT)
DOMAIN = MailDomain("desk.example", (b"a key",))
IMAGE = "018e0000-0000-7000-8000-000000000001"


def an_answer(text: str, html: str | None = None, author: Author = NOOR) -> Conversation:
    document = document_from_text(text)
    return Conversation(
        id=ConversationId(UUID(int=5)),
        organization_id=ACME.id,
        ticket_id=KETTLE.id,
        kind=Kind.REPLY,
        channel=Channel.EMAIL,
        author=author,
        content=document,
        content_text=text_of(document),
        content_html=html or html_of(document),
        created_at=NOON,
        mail=MailHeaders("5@desk.example", ("1@x.example",), ("1@x.example",), to=("ida@garden.example",)),
    )


def the_letter(settings: MailSettings, answer: Conversation, *files: MailPart) -> OutgoingMail:
    organization = evolve(ACME, mail_settings=settings)
    dress = dress_of(organization, KETTLE, IDA, answer)
    return letter_of(organization, KETTLE, answer, dress, files, DOMAIN)


def as_others_read_it(mail: OutgoingMail) -> EmailMessage:
    message = email.message_from_bytes(compose(mail), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


TEXTS = st.text(max_size=200).map(lambda text: text_of(document_from_text(text)).strip()).filter(bool)
TEMPLATES = st.tuples(st.text(max_size=60), st.text(max_size=60)).map(
    lambda parts: sanitize_html(
        f"<table><tr><td>{parts[0]}<p>{{{{content}}}}</p>{parts[1]}</td></tr></table>"
    )
)


@given(TEXTS, TEXTS | st.just(""), TEMPLATES | st.just(""), st.binary(max_size=300))
def test_any_program_reads_the_answer_the_signature_and_the_image(
    text: str, signature: str, template: str, image: bytes
) -> None:
    settings = MailSettings(signature, template if template.count("{{") == 1 else "")
    html = f'{html_of(document_from_text(text))}<img src="cid:{IMAGE}">'
    file = MailPart("plan.png", "image/png", image, IMAGE, inline=True)
    sent = the_letter(settings, an_answer(text, html), file)
    read = as_others_read_it(sent)
    assert [part.defects for part in read.walk() if part.defects] == []
    # Placeholders are filled in; what braces are left is nobody's text here.
    signed = dress_of(evolve(ACME, mail_settings=settings), KETTLE, IDA, an_answer(text)).signature
    whole = f"{text}\n\n-- \n{signed}" if signed else text
    # This parser takes more for the end of a line than mail knows (CPython's str.splitlines).
    assert content(read, "plain").splitlines() == whole.splitlines()
    shown = content(read, "html")
    assert sent.html is not None
    assert shown.splitlines() == sent.html.splitlines()
    assert f'<img src="cid:{IMAGE}@desk.example">' in shown
    related = next(part for part in read.walk() if part.get_content_type() == "multipart/related")
    (part,) = [part for part in related.walk() if part["content-id"] == f"<{IMAGE}@desk.example>"]
    assert part.get_payload(decode=True) == image
    ours = parse_mail(compose(sent))
    assert (ours.text, ours.html) == (sent.text, sent.html)


def test_a_reply_prefix_is_for_answers_and_an_acknowledgement_has_its_own_subject() -> None:
    answer = an_answer("Here.")
    receipt = evolve(
        answer, mail=evolve(answer.mail, subject="We have it"), metadata={ACKNOWLEDGES: str(UUID(int=9))}
    )
    assert the_letter(MailSettings(), answer).subject == "Re: The kettle leaks"
    assert the_letter(MailSettings(), receipt).subject == "We have it"


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        (an_answer("Here."), {}),
        (
            an_answer("Here.", author=Author(AuthorType.SYSTEM, None, "A rule", AuthorRole.SYSTEM)),
            {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        ),
        (
            evolve(
                an_answer("Here."),
                metadata={UNSEEN: True},
                mail=MailHeaders("5@desk.example", to=("ida@garden.example",)),
            ),
            {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        ),
    ],
)
def test_what_nobody_sends_asks_not_to_be_answered(answer: Conversation, asks: dict[str, str]) -> None:
    mail = the_letter(MailSettings(), answer)
    assert dict(mail.asks_for_silence) == asks
    assert {name: as_others_read_it(mail)[name] for name in asks} == asks


def test_who_speaks_is_named_and_a_program_speaks_for_the_organization() -> None:
    settings = MailSettings("{{agent.name}}")
    program = Author(AuthorType.API_KEY, UUID(int=8), "nightly key", AuthorRole.AGENT)
    by_noor, by_program = an_answer("Here."), an_answer("Here.", author=program)
    assert the_letter(settings, by_noor).from_ == Address("acme@desk.example", "Noor (Acme)")
    assert the_letter(settings, by_program).from_ == Address("acme@desk.example", "Acme")
    assert the_letter(settings, by_noor).text == "Here.\n\n-- \nNoor"
    assert the_letter(settings, by_program).text == "Here.\n\n-- \nAcme"


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (MailSettings(signature="x" * 2_001), "signature"),
        (MailSettings(template="x" * 50_001), "template"),
        (MailSettings(template="<p>Hello</p>"), "template"),
        (MailSettings(template='<p title="{{content}}">x</p>'), "template"),
        (MailSettings(template="<p>{{content}}</p>{{content}}"), "template"),
        (MailSettings(acknowledgement=Acknowledgement(text=" \n")), "acknowledgement.text"),
        (MailSettings(acknowledgement=Acknowledgement(text="x" * 10_001)), "acknowledgement.text"),
        (MailSettings(acknowledgement=Acknowledgement(subject="x" * 501)), "acknowledgement.subject"),
    ],
)
def test_what_no_mail_could_be_made_of_is_refused(settings: MailSettings, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        tidied(settings)
    assert refused.value.path == path


def test_settings_are_kept_tidy() -> None:
    loose = MailSettings(
        "\n-- me\r\nAcme\n\n",
        "<p>{{content}}</p>",
        Acknowledgement(active=True, subject=" a\r\nb ", text="\r\nhi "),
    )
    assert tidied(loose) == MailSettings(
        "-- me\nAcme", "<p>{{content}}</p>", Acknowledgement(active=True, subject="a b", text="hi")
    )
