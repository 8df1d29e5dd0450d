"""Every message of a customer, over whatever channel, has its language told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ConversationId, NewId
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Translator
from helpdesk_core.ports.store import Work
from helpdesk_core.translations import words_of
from helpdesk_core.use_cases.languages.know_language import know_language_step
from helpdesk_core.users import DESK

STILL_NEWS: Final = timedelta(days=1)
"""What happened longer ago is not gone through: a desk that follows its log for the first time has all of it ahead."""


@frozen
class FollowMessages:
    """A follower of the log: one job a run of events tells the languages of those messages whose language nobody has
    told yet; mail comes with its own. History (quiet events) is left as it is.
    """

    translator: Translator | None
    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        now = self.clock()
        news = [
            one for one in events if not one.quiet and now - one.recorded_at < STILL_NEWS and _is_ours(one)
        ]
        organization = await work.organizations.get(news[0].organization_id) if news else None
        if organization is None:
            return
        untold: dict[str, bool] = {}
        for event in news:
            message = await work.conversations.get(organization.id, ConversationId(event.subject_id))
            if message is None or not _can_tell(message):
                continue
            anew = event.type == "conversation.updated"
            if anew or message.language is None:
                untold[str(message.id)] = untold.get(str(message.id), False) or anew
                continue
            occasion = Occasion(now, self.new_id, DESK, cause=str(event.id))
            await know_language_step(
                message,
                message.language,
                organization,
                work,
                occasion,
                translates=self.translator is not None,
            )
        if untold:
            occasion = Occasion(now, self.new_id, DESK, cause=str(news[-1].id))
            payload = {
                "conversation_ids": list(untold),
                "anew": [one for one, anew in untold.items() if anew],
            }
            await work.jobs.add(occasion.job(organization.id, JobKind.ENRICH_MESSAGE, payload))


def _is_ours(event: DomainEvent) -> bool:
    """Whether it tells of new words of a customer, as far as an event can tell."""
    if event.type == "conversation.created":
        return event.data.get("kind") == Kind.INBOUND.value
    return event.type == "conversation.updated" and "content" in event.data.get("changed", ())


def _can_tell(message: Conversation) -> bool:
    spoken = message.kind is Kind.INBOUND and message.redacted_at is None
    return spoken and any(character.isalpha() for character in words_of(message))
