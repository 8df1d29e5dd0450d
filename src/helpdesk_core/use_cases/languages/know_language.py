"""The language of a customer's message is known: what follows for it, its ticket and its customer."""

from attrs import evolve

from helpdesk_core.conversations import Conversation, Translation, TranslationState
from helpdesk_core.event_log import Occasion
from helpdesk_core.jobs import JobKind
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.customers.know_customer import better_known
from helpdesk_core.use_cases.tickets.tell_changes import changes_told


async def know_language_step(
    message: Conversation,
    language: str,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    *,
    translates: bool,
    anew: bool = False,
) -> None:
    """The step: the message in its language; ticket and customer have it where they had none.

    What is not in the organization's language is put in line for translation, or says that nothing here translates.
    A translation that is there already stays, unless the message is another one `anew`.
    """
    translation = _translation(message, language, organization, translates=translates, anew=anew)
    found = evolve(message, language=language, translation=translation)
    if found != message:
        await work.conversations.replace(found)
        changed = [
            name for name in ("language", "translation") if getattr(found, name) != getattr(message, name)
        ]
        await tell_changed(found, changed, work, occasion)
    if (
        translation is not None
        and translation.state is TranslationState.PENDING
        and translation != message.translation
    ):
        await work.jobs.add(occasion.job(found.organization_id, JobKind.TRANSLATE_MESSAGE, _named(found)))
    await _known_elsewhere(found, language, work, occasion)


async def tell_changed(message: Conversation, changed: list[str], work: Work, occasion: Occasion) -> None:
    """The step: the log hears what has become known of a message."""
    data = {"ticket_id": str(message.ticket_id), "changed": changed}
    await work.log.append(occasion.event(message.organization_id, "conversation.updated", message.id, data))


def _translation(
    message: Conversation, language: str, organization: Organization, *, translates: bool, anew: bool
) -> Translation | None:
    known = message.translation
    if known is not None and not anew and known.state is not TranslationState.NOT_CONFIGURED:
        return known
    if language == organization.language:
        return None
    state = TranslationState.PENDING if translates else TranslationState.NOT_CONFIGURED
    return Translation(organization.language, None, state)


async def _known_elsewhere(message: Conversation, language: str, work: Work, occasion: Occasion) -> None:
    ticket = await work.tickets.get(message.organization_id, message.ticket_id)
    if ticket is None:
        return
    if ticket.language is None:
        told = evolve(
            ticket,
            language=language,
            updated_at=max(occasion.at, ticket.updated_at),
            version=ticket.version + 1,
        )
        await work.tickets.replace(told)
        await work.log.append(*changes_told(ticket, told, occasion))
    customer = await work.customers.get(ticket.organization_id, ticket.customer_id)
    if customer is not None and customer.language is None:
        await better_known(customer, evolve(customer, language=language), work, occasion)


def _named(message: Conversation) -> dict[str, str]:
    return {"conversation_id": str(message.id)}
