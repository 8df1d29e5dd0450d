"""What is found out about a visitor's message after it was taken: its language, and what it says in the desk's own."""

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, Translation, TranslationState
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, Job, JobKind, TryLater
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Languages, Translator
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.customers.know_customer import better_known
from helpdesk_core.use_cases.tickets.tell_changes import changes_told
from helpdesk_core.users import DESK

OURS = "en"
"""The language that agents are taken to read."""


def enriching_of(conversation: Conversation, occasion: Occasion) -> Job:
    """The job that does it."""
    return occasion.job(
        conversation.organization_id, JobKind.ENRICH_MESSAGE, {"conversation_id": str(conversation.id)}
    )


@frozen
class EnrichMessage:
    """Tells the language of a message, and translates what is not in the desk's own.

    What was written stays as it is; the translation stands beside it. Without a translator the message says that it
    was not translated. Done again, it changes nothing more.
    """

    store: Store
    languages: Languages
    translator: Translator | None
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, attempt: int
    ) -> None:
        conversation = await self.store.read(
            lambda view: view.conversations.get(organization_id, conversation_id)
        )
        if conversation is None or conversation.redacted_at is not None:
            return
        language = conversation.language or await self.languages.detect(conversation.content_text)
        if language is None:
            return
        translation = await self._translation(conversation, language, attempt)
        occasion = Occasion(self.clock(), self.new_id, DESK)
        found = evolve(conversation, language=language, translation=translation)
        await self.store.transact(lambda work: _keep(found, work, occasion))

    async def _translation(
        self, conversation: Conversation, language: str, attempt: int
    ) -> Translation | None:
        if language == OURS:
            return None
        if self.translator is None:
            return Translation(OURS, None, TranslationState.NOT_CONFIGURED)
        try:
            text = await self.translator.translate(conversation.content_text, language, OURS)
        except GiveUp:
            return Translation(OURS, None, TranslationState.FAILED)
        except TryLater:
            if attempt < MAX_ATTEMPTS:
                raise
            return Translation(OURS, None, TranslationState.FAILED)
        return Translation(OURS, text, TranslationState.TRANSLATED)


async def _keep(found: Conversation, work: Work, occasion: Occasion) -> None:
    """The step: what was found is kept, and ticket and customer have a language where they had none."""
    current = await work.conversations.get(found.organization_id, found.id)
    if current is None or current.redacted_at is not None:
        return
    changed = evolve(current, language=found.language, translation=found.translation)
    if changed != current:
        await work.conversations.replace(changed)
        data = {"ticket_id": str(changed.ticket_id), "changed": ["language", "translation"]}
        await work.log.append(
            occasion.event(changed.organization_id, "conversation.updated", changed.id, data)
        )
    ticket = await work.tickets.get(changed.organization_id, changed.ticket_id)
    if ticket is None:
        return
    if ticket.language is None:
        told = evolve(
            ticket,
            language=found.language,
            updated_at=max(occasion.at, ticket.updated_at),
            version=ticket.version + 1,
        )
        await work.tickets.replace(told)
        await work.log.append(*changes_told(ticket, told, occasion))
    customer = await work.customers.get(ticket.organization_id, ticket.customer_id)
    if customer is not None and customer.language is None:
        await better_known(customer, evolve(customer, language=found.language), work, occasion)
