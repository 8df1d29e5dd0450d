"""An answer that an agent wrote in their own language leaves in the customer's."""

from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus, Document
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, NewId, OrganizationId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Languages, Translator
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.richtext.lines import lines_of, with_lines
from helpdesk_core.tickets import Channel
from helpdesk_core.translations import (
    HOW,
    as_translated,
    leaves_in,
    needs_none,
    not_translated,
    waits_for_translation,
)
from helpdesk_core.use_cases.languages.know_language import tell_changed
from helpdesk_core.use_cases.languages.read_waiting import read_waiting
from helpdesk_core.use_cases.mail.report_delivery import tell_delivery
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import NO_ADDRESS, sending_of
from helpdesk_core.use_cases.widget.answer_in_widget import show_in_widget, visitor_is_there
from helpdesk_core.users import DESK

MOST_TRIES: Final = 5
"""Within half a minute: whoever answers is still there to hear that it did not work."""
LONGEST_DETAIL: Final = 500


@frozen
class TranslateAnswer:
    """Translates an answer, and puts it in line to leave; what was written stays beside it.

    It never leaves untranslated. A failure is raised for the job engine to try again; after the last try the answer
    stands as `failed` with the reason, and a retry translates it again.
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
        answer, target, names = found
        own = await self.languages.detect(answer.content_text)
        try:
            content = answer.content if own == target else await self._content(answer, own, target, names)
        except GiveUp as never:
            await self.store.transact(
                partial(self._failed, answer, f"It could not be translated: {never}", False)
            )
        except TryLater as later:
            again = attempt < MOST_TRIES
            told = "It will be translated again" if again else "It could not be translated"
            await self.store.transact(partial(self._failed, answer, f"{told}: {later}", again))
            if again:
                raise
        else:
            await self.store.transact(partial(self._leave, answer, content, own))

    async def _content(
        self, answer: Conversation, own: str | None, target: str, names: tuple[str, ...]
    ) -> Document:
        if self.translator is None:
            raise GiveUp(f"nothing here translates; {HOW}.")
        lines = lines_of(answer.content)
        if not lines:
            return answer.content
        return with_lines(answer.content, await self.translator.translate(lines, own, target, names))

    async def _leave(self, answer: Conversation, content: Document, own: str | None, work: Work) -> None:
        """The unit: the answer as the customer reads it, with the job that sends it."""
        fresh = await work.conversations.get(answer.organization_id, answer.id)
        if fresh is None or _waits(fresh) is None:
            return
        if fresh.content != answer.content:
            raise TryLater("The answer was changed while it was translated.")
        occasion = self._occasion(fresh)
        same = own == leaves_in(fresh)
        ready = needs_none(fresh) if same else as_translated(fresh, content, own)
        ticket = await existing_ticket(ready.organization_id, ready.ticket_id, work)
        if await visitor_is_there(ticket, work, occasion):
            ready = await show_in_widget(ready, work, occasion)
        elif ready.channel in BY_MESSAGE or ready.mail.to:
            await work.jobs.add(sending_of(ready, occasion))
        else:
            ready = evolve(ready, delivery=DeliveryStatus(DeliveryState.FAILED, NO_ADDRESS))
        if ready.channel is Channel.WIDGET:
            # A visitor reads on behind the last message that they have; nothing appears in front of it.
            ready = evolve(ready, created_at=max(ready.created_at, occasion.at))
        await work.conversations.replace(ready)
        await tell_changed(ready, ["content", "language", "translation"], work, occasion)
        if ready.delivery is not None and ready.delivery.state is not DeliveryState.QUEUED:
            await tell_delivery(ready, work, occasion)

    async def _failed(self, answer: Conversation, detail: str, again: bool, work: Work) -> None:
        """The unit: the try that failed is noted, for the agent to see."""
        fresh = await work.conversations.get(answer.organization_id, answer.id)
        if fresh is None or _waits(fresh) is None:
            return
        moved = not_translated(fresh, detail[:LONGEST_DETAIL], again=again)
        await work.conversations.replace(moved)
        await tell_delivery(moved, work, self._occasion(moved))

    def _occasion(self, answer: Conversation) -> Occasion:
        return Occasion(self.clock(), self.new_id, DESK, cause=f"conversation:{answer.id}")


def _waits(answer: Conversation | None) -> str | None:
    """The language that it is to be put into, if it still waits for that."""
    if answer is None or answer.redacted_at is not None or not waits_for_translation(answer):
        return None
    queued = answer.delivery is not None and answer.delivery.state is DeliveryState.QUEUED
    return leaves_in(answer) if queued else None
