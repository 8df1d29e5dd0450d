"""An answer is addressed: to whom it goes as a mail, and by which ids their answer will be known."""

from helpdesk_core.conversations import Conversation, MailHeaders
from helpdesk_core.email import message_id_for, references_for
from helpdesk_core.errors import existing
from helpdesk_core.ids import ConversationId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.mail.find_receivers import is_own
from helpdesk_core.use_cases.tickets.find_reachable import reachable


async def headers_of_reply(
    reply_id: ConversationId,
    ticket: Ticket,
    cc: tuple[str, ...] | None,
    bcc: tuple[str, ...],
    view: View,
    domain: MailDomain,
) -> MailHeaders:
    """The headers of an answer on the ticket; `cc` None: whoever follows it by mail. `to` is empty where the customer
    has no address.
    """
    organization = existing(
        await view.organizations.get(ticket.organization_id), "organization", ticket.organization_id
    )
    parent = await view.conversations.last_mail(ticket.organization_id, ticket.id)
    to = await _recipient(ticket, parent, organization, view, domain)
    return MailHeaders(
        message_id=message_id_for(reply_id, domain.name),
        in_reply_to=(parent.mail.message_id,) if parent and parent.mail.message_id else (),
        references=references_for(parent.mail.message_id, parent.mail.references) if parent else (),
        from_=domain.sender_of(organization),
        reply_to=(domain.reply_address_of(organization, ticket.number),),
        to=(to,) if to else (),
        cc=cc if cc is not None else await _following_by_mail(ticket, to, view),
        bcc=bcc,
        subject=ticket.subject,
    )


async def _following_by_mail(ticket: Ticket, to: str | None, view: View) -> tuple[str, ...]:
    """The followers who are no users, but for whom the answer goes to anyway."""
    customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    known = {*(customer.emails if customer is not None else ()), (to or "").lower()}
    others = [one for one in ticket.followers if "@" in one and one not in known]
    return await reachable(ticket.organization_id, others, view)


async def _recipient(
    ticket: Ticket, parent: Conversation | None, organization: Organization, view: View, domain: MailDomain
) -> str | None:
    """Where the customer wants their answer. Only they decide: a newcomer's Reply-To must not divert it.

    Nor must a list's or a group's, which would send it to all of its members, or back to the desk: one that the mail
    itself went to.
    """
    customer = await view.customers.get(ticket.organization_id, ticket.customer_id)
    known = customer.emails if customer is not None else ()
    if parent is not None and parent.author.id == ticket.customer_id:
        there = {one.lower() for one in (*parent.mail.to, *parent.mail.cc)}
        for address in (one.lower() for one in parent.mail.reply_to[:1]):
            from_a_list = address in there and address not in known
            if not from_a_list and not await is_own(address, organization, domain, view):
                return parent.mail.reply_to[0]
    return customer.email if customer else None
