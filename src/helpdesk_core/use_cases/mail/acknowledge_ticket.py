"""Whoever opens a ticket is told that it was received, where the organization wants that."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation
from helpdesk_core.email import Nature
from helpdesk_core.event_log import Occasion
from helpdesk_core.integrations import RECEIVING
from helpdesk_core.letters import ACKNOWLEDGES
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.placeholders import fill, values_of
from helpdesk_core.ports.store import View, Work
from helpdesk_core.reply_tokens import split_recipient
from helpdesk_core.richtext import document_from_text
from helpdesk_core.subjects import reply_subject
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.mail.spare_answers import automatic_answer_allowed
from helpdesk_core.use_cases.tickets.find_reachable import reachable
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import Draft, addressed_reply, queue_reply
from helpdesk_core.users import DESK

ACKNOWLEDGED: Final = frozenset({Channel.EMAIL, Channel.CONTACT_FORM})
"""Channels whose new tickets are acknowledged."""
STILL_NEWS: Final = timedelta(days=1)
"""What was sent longer ago comes out of an old mailbox, or late; its sender does not wait for a receipt."""
VISITORS_WORDS: Final = ("ticket.subject", "customer.name", "customer.first_name", "customer.company")
"""Placeholders of what the visitor of a contact form typed. Anybody can type somebody else's address there, so that
these are not filled in: the desk would carry a stranger's words to whomever they choose."""


async def acknowledge_step(
    message: Conversation,
    organization: Organization,
    nature: Nature,
    sent_at: datetime | None,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Conversation | None:
    """The step: the desk says by itself that it has the message that has just opened a ticket, if that is wanted and
    can do no harm; to be called once a ticket, in the unit that opens it.

    It is no response: neither the status nor the clocks move, and no figure counts it. Automatic mail is never
    answered, nor are lists, addresses that take no answers, the desk's own, and those that are blocked or suppressed
    (RFC 3834 §2).
    """
    said = organization.mail_settings.acknowledgement
    if not said.active or occasion.quiet or message.channel not in ACKNOWLEDGED:
        return None
    if nature is not Nature.PERSON or (sent_at is not None and occasion.at - sent_at > STILL_NEWS):
        return None
    ticket = await existing_ticket(organization.id, message.ticket_id, work)
    # Behind the message that it acknowledges, which may bear the same moment.
    said_at = max(occasion.at, message.created_at + timedelta(microseconds=1))
    by_itself = evolve(occasion, actor=DESK, occurred_at=said_at)
    values = await _values(ticket, organization, work)
    draft = Draft(
        content=document_from_text(fill(said.text, values)),
        author=Author(AuthorType.SYSTEM, None, organization.name, AuthorRole.SYSTEM),
        cc=(),
    )
    letter = await addressed_reply(ticket, draft, work, by_itself, domain)
    to = next(iter(letter.mail.to), None)
    if to is None:
        return None
    # A Reply-To that answers do not follow (one that leads back to the desk) tells as well that no person waits.
    for address in dict.fromkeys((to, *message.mail.reply_to[:1])):
        if not await _takes_answers(address, organization, domain, work):
            return None
    if await automatic_answer_allowed(organization.id, to, nature, work, by_itself) is not None:
        return None
    subject = fill(said.subject, values).strip() or reply_subject(ticket.subject)
    acknowledgement = evolve(
        letter, mail=evolve(letter.mail, subject=subject), metadata={ACKNOWLEDGES: str(message.id)}
    )
    return await queue_reply(ticket, acknowledgement, draft, work, by_itself)


async def _values(ticket: Ticket, organization: Organization, view: View) -> Mapping[str, str]:
    customer = await view.customers.get(organization.id, ticket.customer_id)
    values = values_of(ticket, customer, organization.name, organization.name)
    if ticket.channel is Channel.EMAIL:
        return values
    return {name: value for name, value in values.items() if name not in VISITORS_WORDS}


async def _takes_answers(address: str, organization: Organization, domain: MailDomain, view: View) -> bool:
    """Whether a person may be behind the address, and one who may be written to."""
    parts = split_recipient(address)
    if parts is None or _PROGRAMS.fullmatch(parts[0]) is not None:
        return False
    mailbox, _, host = parts
    bare = f"{mailbox}@{host}"
    if host == domain.name.lower() or bare == (organization.mail_from or "").lower():
        return False
    accounts = [await view.integrations.by_account(provider, bare) for provider in RECEIVING]
    return not any(accounts) and await reachable(organization.id, [address], view) != ()


# As RFC 5230 §4.6 names them, and those that say themselves that they take no answers.
_PROGRAMS = re.compile(
    r"(?:.*[-_.])?(?:no|not|never)[-_.]?repl(?:y|ies)|(?:.*[-_.])?do[-_.]?not[-_.]?reply|owner-.*|.*-owner"
    r"|.*-request|.*-bounces?|bounces?(?:[-_.].*)?|mailer-daemon|postmaster|listserv|majordomo|mdaemon"
)
