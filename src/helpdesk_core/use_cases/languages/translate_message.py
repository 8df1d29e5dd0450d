"""What a message says in another language stands beside it."""

from functools import partial

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, Kind, Translation, TranslationState
from helpdesk_core.errors import Conflict, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, JobKind, TryLater
from helpdesk_core.languages import check_language
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Languages, Translator
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.translations import HOW, leaves_in, parts_of, words_of
from helpdesk_core.use_cases.languages.know_language import tell_changed
from helpdesk_core.use_cases.languages.read_waiting import read_waiting
from helpdesk_core.users import DESK, Actor


@frozen
class AskTranslation:
    """Puts a message in line for being translated; a job does it.

    Conflict where nothing here translates, for a message without words, and for an answer that was translated for the
    customer: beside it stands what its agent wrote.
    """

    store: Store
    translator: Translator | None
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, actor: Actor, language: str
    ) -> Conversation:
        check_language(language)

        async def unit(work: Work) -> Conversation:
            message = existing(
                await work.conversations.get(organization_id, conversation_id),
                "conversation",
                conversation_id,
            )
            self._check(message, language)
            known = message.translation
            settled = (TranslationState.PENDING, TranslationState.TRANSLATED)
            if known is not None and known.language == language and known.state in settled:
                return message
            asked = evolve(message, translation=Translation(language))
            await work.conversations.replace(asked)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await tell_changed(asked, ["translation"], work, occasion)
            payload = {"conversation_id": str(asked.id)}
            await work.jobs.add(occasion.job(organization_id, JobKind.TRANSLATE_MESSAGE, payload))
            return asked

        return await self.store.transact(unit)

    def _check(self, message: Conversation, language: str) -> None:
        if self.translator is None:
            raise Conflict(f"Nothing here translates; {HOW}.")
        if message.redacted_at is not None:
            raise Conflict("The message was redacted; what is left of it is not translated.")
        if leaves_in(message) is not None:
            raise Conflict("The answer was written in another language already; that stands beside it.")
        if not any(character.isalpha() for character in words_of(message)):
            raise Conflict("The message has no words.")
        if message.language == language:
            raise InvalidValue("language", "is the language that the message is written in")


@frozen
class TranslateMessage:
    """Translates a message that waits for it. Done again, it changes nothing more.

    What nobody can translate says so; what may work another time is raised for the job engine to try again.
    """

    store: Store
    languages: Languages
    translator: Translator | None
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, attempt: int
    ) -> None:
        found = await self.store.read(partial(read_waiting, organization_id, conversation_id, _waits))
        if found is None:
            return
        message, asked, names = found
        language = message.language or await self.languages.detect(words_of(message))
        done = await self._translated(message, asked, language, names, attempt)
        await self.store.transact(lambda work: self._keep(message, asked, done, language, work))

    async def _translated(
        self,
        message: Conversation,
        asked: Translation,
        language: str | None,
        names: tuple[str, ...],
        attempt: int,
    ) -> Translation:
        if self.translator is None:
            return evolve(asked, state=TranslationState.NOT_CONFIGURED)
        if language == asked.language:
            return evolve(asked, text=words_of(message), state=TranslationState.TRANSLATED)
        parts = parts_of(words_of(message))
        try:
            told = await self.translator.translate(parts, language, asked.language, names)
        except GiveUp:
            return evolve(asked, state=TranslationState.FAILED)
        except TryLater:
            if attempt < MAX_ATTEMPTS:
                raise
            return evolve(asked, state=TranslationState.FAILED)
        return Translation(asked.language, "\n\n".join(told), TranslationState.TRANSLATED)

    async def _keep(
        self,
        message: Conversation,
        asked: Translation,
        done: Translation,
        language: str | None,
        work: Work,
    ) -> None:
        """The unit: the translation, unless the message says something else by now, or is wanted otherwise."""
        fresh = await work.conversations.get(message.organization_id, message.id)
        if fresh is None or fresh.redacted_at is not None or _waits(fresh) != asked:
            return
        if words_of(fresh) != words_of(message):
            raise TryLater("The message was changed while it was translated.")
        kept = evolve(fresh, translation=done, language=fresh.language or language)
        await work.conversations.replace(kept)
        changed = ["translation"] if kept.language == fresh.language else ["language", "translation"]
        await tell_changed(kept, changed, work, Occasion(self.clock(), self.new_id, DESK))


def _waits(message: Conversation | None) -> Translation | None:
    """What is asked of the message, if anything is still to be done."""
    if message is None or message.redacted_at is not None:
        return None
    if message.kind is Kind.REPLY and leaves_in(message) is not None:
        return None
    asked = message.translation
    return asked if asked is not None and asked.state is TranslationState.PENDING else None
