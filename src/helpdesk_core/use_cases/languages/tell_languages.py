"""Messages have their languages told."""

from collections.abc import Collection, Sequence

from attrs import frozen

from helpdesk_core.conversations import Conversation
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Languages, Translator
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.translations import words_of
from helpdesk_core.use_cases.languages.know_language import know_language_step
from helpdesk_core.users import DESK


@frozen
class TellLanguages:
    """Tells in which languages messages are written; what nobody can tell stays unsaid.

    What was written stays as it is. Done again, it changes nothing more. `anew` are those whose words have changed.
    """

    store: Store
    languages: Languages
    translator: Translator | None
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ids: Sequence[ConversationId],
        anew: Collection[ConversationId] = (),
    ) -> None:
        async def read(view: View) -> list[Conversation]:
            found = [await view.conversations.get(organization_id, id_) for id_ in ids]
            return [one for one in found if one is not None and one.redacted_at is None]

        told: dict[ConversationId, tuple[str, str]] = {}
        for message in await self.store.read(read):
            words = words_of(message)
            language = await self.languages.detect(words)
            if language is not None:
                told[message.id] = (words, language)
        if told:
            await self.store.transact(lambda work: self._keep(organization_id, told, anew, work))

    async def _keep(
        self,
        organization_id: OrganizationId,
        told: dict[ConversationId, tuple[str, str]],
        anew: Collection[ConversationId],
        work: Work,
    ) -> None:
        organization = await work.organizations.get(organization_id)
        if organization is None:
            return
        occasion = Occasion(self.clock(), self.new_id, DESK)
        for message_id, (words, language) in told.items():
            message = await work.conversations.get(organization_id, message_id)
            # Words that have changed since are told of once more.
            if message is None or message.redacted_at is not None or words_of(message) != words:
                continue
            await know_language_step(
                message,
                language,
                organization,
                work,
                occasion,
                translates=self.translator is not None,
                anew=message_id in anew,
            )
