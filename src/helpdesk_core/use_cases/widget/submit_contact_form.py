"""A contact form is sent."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, evolve, frozen

from helpdesk_core.customers import Customer
from helpdesk_core.dedup import fingerprint, is_repeat
from helpdesk_core.email import Nature
from helpdesk_core.errors import NotAllowed
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.pre_chat import AboutVisitor
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.know_customer import acquaintance, better_known
from helpdesk_core.use_cases.mail.acknowledge_ticket import acknowledge_step
from helpdesk_core.use_cases.mail.block_senders import refuse_blocked
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import Draft, customer_author, open_with_message
from helpdesk_core.use_cases.widget.chat_in_widget import Taken, check_words, subject_of
from helpdesk_core.users import Actor
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission


@frozen
class Form:
    """A contact form as it was filled in; `custom_fields` land on the ticket, whatever they are called."""

    about: AboutVisitor
    email: str
    message: str
    custom_fields: Mapping[str, Any] = Factory(dict)
    country: str | None = None


@frozen
class SubmitContactForm:
    """Opens a ticket of a contact form; its sender becomes known, or better known.

    The same message of the same address within half a minute is one ticket, on however many processes it arrives.
    NotAllowed for a blocked customer.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(self, widget: Widget, form: Form) -> Taken:
        check_words(form.message)

        async def unit(work: Work) -> Taken:
            occasion = Occasion(self.clock(), self.new_id, Actor("customer", None, form.about.name))
            mark = fingerprint(f"contact:{widget.id}:{form.email}", form.message)
            submission = await work.submissions.get(widget.organization_id, mark)
            before = await _before(submission, work, occasion) if submission is not None else None
            return before or await _open(widget, form, mark, work, occasion, self.domain)

        return await self.store.transact(unit)


async def _before(submission: Submission, work: Work, occasion: Occasion) -> Taken | None:
    """What this very form has just become, if it has."""
    if not is_repeat(submission.accepted_at, occasion.at):
        return None
    conversation = await work.conversations.get(submission.organization_id, submission.conversation_id)
    if conversation is None:
        return None
    ticket = await existing_ticket(submission.organization_id, conversation.ticket_id, work)
    return Taken(ticket, conversation, duplicate=True)


async def _open(
    widget: Widget, form: Form, mark: str, work: Work, occasion: Occasion, domain: MailDomain
) -> Taken:
    about = form.about
    await refuse_blocked(widget.organization_id, about.contacts, work)
    customer = await acquaintance(
        widget.organization_id, about.name, about.contacts[:1], work, occasion, claimed=about.contacts[1:]
    )
    if customer.blocked:
        raise NotAllowed("Messages of this sender are not taken.")
    customer = await _better_known(customer, form, work, occasion)
    opening = Opening(
        subject=subject_of(form.message), channel=Channel.CONTACT_FORM, custom_fields=form.custom_fields
    )
    draft = Draft(content=document_from_text(form.message), author=customer_author(customer))
    ticket, conversation = await open_with_message(opening, customer, draft, work, occasion)
    await work.submissions.put(
        Submission(widget.organization_id, mark, occasion.at, ticket.id, conversation.id)
    )
    organization = await work.organizations.get(widget.organization_id)
    if organization is not None:
        await acknowledge_step(conversation, organization, Nature.PERSON, None, work, occasion, domain)
    return Taken(ticket, conversation)


async def _better_known(customer: Customer, form: Form, work: Work, occasion: Occasion) -> Customer:
    better = evolve(
        customer,
        company=form.about.company or customer.company,
        country=customer.country or form.country,
    )
    return await better_known(customer, better, work, occasion)
