"""Letters: an answer as the mail that carries it, with what its organization puts under and around it."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.addresses import Address, parse_addresses
from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.email import MailPart, OutgoingMail
from helpdesk_core.mail_settings import CONTENT
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.placeholders import fill, values_of
from helpdesk_core.richtext.sanitizing import escaped, escaped_attribute
from helpdesk_core.subjects import reply_subject
from helpdesk_core.tickets import Ticket

ACKNOWLEDGES = "acknowledges"
"""In the metadata of an acknowledgement: the id of the message that it acknowledges."""
UNSEEN = "unseen"
"""In the metadata of an answer that leaves by mail because nobody saw it where it was given first."""


@frozen
class Dress:
    """What stands under and around one answer, placeholders filled in; `before` and `after` are HTML."""

    signature: str = ""
    before: str = ""
    after: str = ""


def dress_of(
    organization: Organization, ticket: Ticket, customer: Customer | None, reply: Conversation
) -> Dress:
    """The organization's signature and template as they are to stand in this answer."""
    settings = organization.mail_settings
    if not settings.signature and not settings.template:
        return Dress()
    values = values_of(ticket, customer, _speaker(reply) or organization.name, organization.name)
    quotable = {name: escaped_attribute(value) for name, value in values.items()}
    # It is parted first: nobody's name can take the place of the answer.
    before, _, after = settings.template.partition(CONTENT)
    return Dress(fill(settings.signature, values).strip(), fill(before, quotable), fill(after, quotable))


def letter_of(
    organization: Organization,
    ticket: Ticket,
    reply: Conversation,
    dress: Dress,
    files: Sequence[MailPart],
    domain: MailDomain,
) -> OutgoingMail:
    """The mail. Made of what was fixed when the answer was given, so that a retry sends the same; BadAddress where an
    address cannot be written to.
    """
    headers = reply.mail
    html, parts = with_global_ids(reply.content_html, files, domain.name)
    return OutgoingMail(
        message_id=headers.message_id or "",
        from_=Address(headers.from_ or domain.sender_of(organization), _sender_name(reply, organization)),
        to=_addresses(headers.to),
        cc=_addresses(headers.cc),
        bcc=_addresses(headers.bcc),
        reply_to=Address(
            next(iter(headers.reply_to), domain.reply_address_of(organization, ticket.number)),
            organization.name,
        ),
        subject=subject_of(reply) or reply_subject(ticket.subject),
        text=_text(reply.content_text, dress),
        html=_page(html, dress),
        in_reply_to=headers.in_reply_to[0] if headers.in_reply_to else None,
        references=headers.references,
        attachments=parts,
        date=reply.created_at,
        automatic=is_automatic_answer(reply),
    )


def is_automatic_answer(reply: Conversation) -> bool:
    """Whether no person sends it: a rule's answer, an acknowledgement, or one that was given elsewhere and stayed
    unseen there.
    """
    return reply.author.type is AuthorType.SYSTEM or UNSEEN in reply.metadata


def subject_of(message: Conversation) -> str | None:
    """The subject of the mail that brought a message or carries it, where that says one."""
    subject = message.mail.subject
    if message.kind is not Kind.REPLY or not subject or ACKNOWLEDGES in message.metadata:
        return subject
    return reply_subject(subject)


def with_global_ids(html: str, files: Sequence[MailPart], domain: str) -> tuple[str, tuple[MailPart, ...]]:
    """The HTML and its files, where ids of images are unique in the world (RFC 2045 §7) and not only in the desk."""
    told: list[MailPart] = []
    for file in files:
        name = file.content_id
        if file.inline and name and "@" not in name:
            html = html.replace(f'"cid:{name}"', f'"cid:{name}@{domain}"')
            file = evolve(file, content_id=f"{name}@{domain}")
        told.append(file)
    return html, tuple(told)


def _text(text: str, dress: Dress) -> str:
    # The blank behind the dashes is how programs know a signature (RFC 3676 §4.3).
    return f"{text}\n\n-- \n{dress.signature}" if dress.signature else text


def _page(html: str, dress: Dress) -> str:
    lines = "<br>".join(map(escaped, dress.signature.split("\n")))
    signature = f"<p>-- <br>{lines}</p>" if dress.signature else ""
    inside = f"{dress.before}{html}{signature}{dress.after}"
    return (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"></head>\n<body>\n{inside}\n</body>\n</html>\n'
    )


def _addresses(headers: Sequence[str]) -> tuple[Address, ...]:
    return tuple(address for header in headers for address in parse_addresses(header))


def _speaker(reply: Conversation) -> str:
    return reply.author.name if reply.author.type is AuthorType.USER else ""


def _sender_name(reply: Conversation, organization: Organization) -> str:
    """Who the customer sees as the sender: the person who answered, and for whom."""
    speaker = _speaker(reply)
    return f"{speaker} ({organization.name})" if speaker else organization.name
