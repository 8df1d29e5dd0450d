"""A visitor of somebody's page writes in the widget."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.addresses import is_email
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.dedup import fingerprint, is_repeat, plain
from helpdesk_core.errors import InvalidValue, NotAllowed
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, NewId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.pre_chat import AboutVisitor, read_answers
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.customers.know_customer import acquaintance, better_known
from helpdesk_core.use_cases.mail.block_senders import refuse_blocked
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import (
    Draft,
    customer_author,
    open_with_message,
    take_message,
    taken_up_again,
)
from helpdesk_core.use_cases.widget.know_visitor import as_it_is_now, identity_of
from helpdesk_core.users import Actor
from helpdesk_core.widget import VISITOR, Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession, used

LONGEST_SUBJECT = 80


@frozen
class VisitorMessage:
    """A message of a visitor. `client_id` is the widget's own name for it: the same one again is the same message."""

    text: str
    attachment_ids: tuple[AttachmentId, ...] = ()
    client_id: str | None = None
    answers: Mapping[str, Any] | None = None


@frozen
class Taken:
    """What a message has become; `duplicate`: it had before."""

    ticket: Ticket
    conversation: Conversation
    duplicate: bool = False


@frozen
class SendInWidget:
    """Takes a visitor's message: it opens a ticket, or joins the one that their session has.

    The same message within half a minute is one message, on however many processes it arrives, and so is the same
    `client_id` at any time. The visitor was found a moment ago, see `FindVisitor`. InvalidValue for answers that the
    form does not take, NotAllowed for a blocked customer.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, visitor: WidgetSession, widget: Widget, said: VisitorMessage) -> Taken:
        check_words(said.text)
        about = _about(widget, said)

        async def unit(work: Work) -> Taken:
            session = await as_it_is_now(visitor, work)
            mark = await _mark(session, said, work)
            before = await _before(session, said, mark, work, self.clock)
            if before is not None:
                return before
            actor = Actor("customer", session.customer_id, about.name)
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await _take(session, said, mark, about, work, occasion)

        return await self.store.transact(unit)


async def _before(
    session: WidgetSession, said: VisitorMessage, mark: str, work: Work, clock: Clock
) -> Taken | None:
    """What this very message has become already, if it has."""
    organization_id = session.organization_id
    conversation = None
    if said.client_id is not None:
        name = _external_id(session, said.client_id)
        conversation = await work.conversations.by_external_id(organization_id, Channel.WIDGET, name)
    if conversation is None:
        submission = await work.submissions.get(organization_id, mark)
        if submission is not None and is_repeat(submission.accepted_at, clock()):
            conversation = await work.conversations.get(organization_id, submission.conversation_id)
    if conversation is None:
        return None
    ticket = await existing_ticket(organization_id, conversation.ticket_id, work)
    return Taken(ticket, conversation, duplicate=True)


async def _take(
    session: WidgetSession,
    said: VisitorMessage,
    mark: str,
    about: AboutVisitor,
    work: Work,
    occasion: Occasion,
) -> Taken:
    attachments = await _uploaded(session, said.attachment_ids, work)
    customer = await _customer(session, about, work, occasion)
    draft = Draft(
        content=document_from_text(said.text),
        author=customer_author(customer),
        attachment_ids=tuple(attachment.id for attachment in attachments),
        external_id=None if said.client_id is None else _external_id(session, said.client_id),
    )
    ticket = await _ticket(session, work)
    if ticket is None or (ticket.closed and ticket.customer_id != customer.id):
        opening = Opening(
            subject=subject_of(said.text),
            channel=Channel.WIDGET,
            custom_fields=about.others,
            metadata=session.metadata,
        )
        ticket, conversation = await open_with_message(opening, customer, draft, work, occasion)
    else:
        if ticket.closed:
            ticket = await taken_up_again(ticket, work, occasion)
        conversation = await take_message(ticket, draft, work, occasion)
    await work.submissions.put(
        Submission(session.organization_id, mark, occasion.at, ticket.id, conversation.id)
    )
    # A ticket of somebody else's, into which theirs was merged, takes the message but is not theirs to read.
    own_id = ticket.id if ticket.customer_id == customer.id else session.ticket_id
    here = evolve(used(session, occasion.at), customer_id=customer.id, ticket_id=own_id)
    await work.widget_sessions.replace(here)
    return Taken(ticket, conversation)


async def _ticket(session: WidgetSession, work: Work) -> Ticket | None:
    """The ticket that the message joins: the session's, or where that one was merged, the one it went to."""
    if session.ticket_id is None:
        return None
    ticket = await work.tickets.get(session.organization_id, session.ticket_id)
    return None if ticket is None else await existing_ticket(session.organization_id, ticket.id, work)


async def _customer(session: WidgetSession, about: AboutVisitor, work: Work, occasion: Occasion) -> Customer:
    identity = identity_of(session)
    page_says = _told_by_page(session)
    # Who is vouched for is that customer, whatever else is said; of others, the address that they give decides.
    contacts = (
        (identity, *page_says, *about.contacts[:1]) if session.verified else (*about.contacts[:1], identity)
    )
    await refuse_blocked(session.organization_id, (*page_says, *about.contacts), work)
    known = None
    if session.customer_id is not None:
        known = await work.customers.get(session.organization_id, session.customer_id)
    if known is not None and not about.contacts and not about.name:
        customer = known
    else:
        contacts = (*(known.contacts[:1] if known else ()), *contacts)
        name = about.name or (known.name if known else "") or VISITOR
        claimed = about.contacts[1:]
        customer = await acquaintance(session.organization_id, name, contacts, work, occasion, claimed)
        customer = await _improved(customer, session, about, work, occasion)
    if customer.blocked:
        raise NotAllowed("Messages of this visitor are not taken.")
    return customer


def _told_by_page(session: WidgetSession) -> tuple[Contact, ...]:
    """The address that the page gives of a visitor for whom it vouches."""
    email = session.metadata.get("email") if session.verified else None
    return (Contact(EMAIL, email.lower()),) if isinstance(email, str) and is_email(email.lower()) else ()


async def _improved(
    customer: Customer, session: WidgetSession, about: AboutVisitor, work: Work, occasion: Occasion
) -> Customer:
    """The customer with what is newly known of them; nothing that was known is overwritten."""
    better = evolve(
        customer,
        name=about.name if about.name and customer.name in ("", VISITOR) else customer.name,
        company=customer.company or about.company,
        country=customer.country or session.metadata.get("country"),
    )
    return await better_known(customer, better, work, occasion)


async def _uploaded(session: WidgetSession, ids: Sequence[AttachmentId], work: Work) -> Sequence[Attachment]:
    """The files, each of which this very session has uploaded; InvalidValue for any other."""
    found = await work.attachments.many(session.organization_id, ids) if ids else {}
    for place, attachment_id in enumerate(ids):
        attachment = found.get(attachment_id)
        if attachment is None or attachment.external_id != uploaded_by(session):
            raise InvalidValue(f"attachments[{place}]", "is not a file that was uploaded here")
    return [found[attachment_id] for attachment_id in dict.fromkeys(ids)]


def uploaded_by(session: WidgetSession) -> str:
    """What an attachment's `external_id` says of the session that has uploaded it."""
    return f"widget:{session.token_hash}"


async def _mark(session: WidgetSession, said: VisitorMessage, work: Work) -> str:
    files = (
        await work.attachments.many(session.organization_id, said.attachment_ids)
        if said.attachment_ids
        else {}
    )
    digests = [attachment.digest or str(attachment.id) for attachment in files.values()]
    return fingerprint(f"session:{session.token_hash}", said.text, digests)


def check_words(text: str) -> None:
    """InvalidValue for a message in which there is nothing to be seen."""
    if not plain(text):
        raise InvalidValue("message", "must not be empty")


def subject_of(text: str) -> str:
    """The subject of a ticket that begins with this text: its first words."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def _about(widget: Widget, said: VisitorMessage) -> AboutVisitor:
    if said.answers is None:
        return AboutVisitor()
    return read_answers(widget.form_fields, said.answers, "preChat")


def _external_id(session: WidgetSession, client_id: str) -> str:
    return f"{session.token_hash[:32]}:{client_id}"
