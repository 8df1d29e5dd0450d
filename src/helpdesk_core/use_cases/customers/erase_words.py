"""What a customer said on one ticket goes, and what others said of them there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from attrs import evolve

from helpdesk_core.call_messages import call_id_of
from helpdesk_core.conversations import AuthorType, Conversation, files_of
from helpdesk_core.customers import Customer
from helpdesk_core.delivery_reports import is_report
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId, TicketId, WebhookEventId
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import Work
from helpdesk_core.privacy import (
    Person,
    fingerprint,
    not_followed_by,
    person_of,
    without_person,
    without_subject,
    without_words,
)
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.customers.hand_over import messages_of
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.use_cases.knowledge.learn_sources import forget_tickets_step
from helpdesk_core.use_cases.messaging.find_call import forget_call_step
from helpdesk_core.webhooks import RESTING, WebhookEvent

WEBHOOK = "webhook:"
"""How the cause of a domain event names the webhook event that it came from."""


async def erase_on_ticket(
    customer: Customer, ticket_id: TicketId, work: Work, occasion: Occasion
) -> Mapping[str, int]:
    """The step: one ticket without the customer; how many things of each kind were changed. Again: none."""
    organization_id = customer.organization_id
    ticket = await work.tickets.get(organization_id, ticket_id)
    if ticket is None:
        return {}
    messages = await messages_of(ticket, work)
    is_theirs = ticket.customer_id == customer.id
    called = [message for message in messages if is_theirs and call_id_of(message) is not None]
    for message in called:
        await forget_call_step(message, work)
    theirs = [message for message in messages if message in called or _wrote(customer, message)]
    person = person_of(customer, theirs)
    done: Counter[str] = Counter()
    done["attachments"] = await _forget_files(organization_id, theirs, work, occasion)
    await work.belongings.forget_mentions(organization_id, sorted(person.message_ids))
    for message in theirs:
        done["events"] += await empty_causes(organization_id, message.id, person, work)
    for message in messages:
        changed = (
            without_words(message, occasion.at)
            if message in theirs
            else without_person(message, person, is_theirs=is_theirs)
        )
        if changed != message:
            if is_report(message):  # the files of a report about their mailbox name them, as its words did
                changed = evolve(changed, attachment_ids=(), raw_id=None)
            await work.conversations.replace(changed)
            await _forget_raw(message, changed, work, occasion)
            done["conversations"] += 1
    await forget_tickets_step(organization_id, [ticket_id], work)
    done["tickets"] = await _empty_ticket(ticket, person, is_theirs, work, occasion)
    done["ratings"] = await _empty_rating(ticket, work, occasion) if is_theirs else 0
    return done


def empty_event(event: WebhookEvent, person: Person) -> WebhookEvent:
    """A webhook event without what it brought. That it came, and its id, must still be known."""
    name = fingerprint(event.external_id) if person.is_in(event.external_id) else event.external_id
    return evolve(event, raw=b"", error=None, external_id=name)


def _wrote(customer: Customer, message: Conversation) -> bool:
    return message.author.type is AuthorType.CUSTOMER and message.author.id == customer.id


async def _forget_files(
    organization_id: OrganizationId, messages: Iterable[Conversation], work: Work, occasion: Occasion
) -> int:
    ids = [file_id for message in messages for file_id in files_of(message)]
    digests = await work.belongings.forget_files(organization_id, ids)
    if digests:
        await work.jobs.add(forgetting_of(organization_id, digests, occasion))
    return len(ids)


async def _forget_raw(before: Conversation, after: Conversation, work: Work, occasion: Occasion) -> None:
    """The mail as it came, of somebody else's message, which quotes the customer."""
    left = files_of(after)
    gone = [file for file in files_of(before) if file not in left]
    digests = await work.belongings.forget_files(before.organization_id, gone)
    if digests:
        await work.jobs.add(forgetting_of(before.organization_id, digests, occasion))


async def empty_causes(organization_id: OrganizationId, subject_id: UUID, person: Person, work: Work) -> int:
    """The step: empties the raw webhooks from which a thing came, as the event log has them; how many there were."""
    told = await work.log.about(organization_id, subject_id, Page(limit=20, sort="recorded_at"))
    causes = {event.cause for event in told.items if event.cause and event.cause.startswith(WEBHOOK)}
    done = 0
    for cause in sorted(causes):
        event = await work.inbox.get(WebhookEventId(UUID(cause.removeprefix(WEBHOOK))))
        if event is None or event.organization_id != organization_id or not event.raw:
            continue
        if event.state in RESTING:  # else it is a message that has not been read yet
            await work.inbox.replace(empty_event(event, person))
            done += 1
    return done


async def _empty_ticket(
    ticket: Ticket, person: Person, is_theirs: bool, work: Work, occasion: Occasion
) -> int:
    changed = not_followed_by(ticket, person)
    changed = without_subject(changed, occasion.at) if is_theirs else changed
    if changed == ticket:
        return 0
    await work.tickets.replace(evolve(changed, version=ticket.version + 1))
    return 1


async def _empty_rating(ticket: Ticket, work: Work, occasion: Occasion) -> int:
    rating = await work.ratings.of_ticket(ticket.organization_id, ticket.id)
    if rating is None or not rating.comment:
        return 0
    await work.ratings.replace(evolve(rating, comment="", updated_at=occasion.at, version=rating.version + 1))
    return 1
