"""Sending an answer as messages: which pieces have left, who has it in their hands, and how it stands after a try.

What has left stays noted, so that a further try goes on behind it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from helpdesk_core.afterwords import PART_COUNT, PARTS, Afterwords, Report, with_afterwords
from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus
from helpdesk_core.messages import Template
from helpdesk_core.sendings import SENDING

SENT_PARTS: Final = "sent_parts"
"""The provider's ids of the pieces that have left, in order."""
UNSURE: Final = "unsure"
"""Set while it is not known whether a piece has left."""
TEMPLATE: Final = "template"

WAITING_FOR_ACCOUNT: Final = "Waits until the account is connected again."


def marked_with(template: Template | None) -> Mapping[str, Any]:
    """What an answer notes of the template that is sent in its place."""
    if template is None:
        return {}
    variables = list(template.variables)
    return {TEMPLATE: {"name": template.name, "language": template.language, "variables": variables}}


def template_of(answer: Conversation) -> Template | None:
    """The template that is sent in place of its words."""
    noted = answer.metadata.get(TEMPLATE)
    return Template(noted["name"], noted["language"], tuple(noted["variables"])) if noted else None


def sent_parts(answer: Conversation) -> tuple[str, ...]:
    """The provider's ids of what has left."""
    return tuple(answer.metadata.get(SENT_PARTS, ()))


def may_have_left(answer: Conversation) -> bool:
    """Whether an earlier try may have sent the next piece, without anybody having noted it."""
    return bool(answer.metadata.get(UNSURE)) or SENDING in answer.metadata


def in_hand(answer: Conversation, job: str, now: datetime) -> Conversation:
    """The answer in the hands of this job."""
    return evolve(answer, metadata={**answer.metadata, SENDING: [job, now.isoformat()]})


def part_sent(answer: Conversation, provider_id: str, state: DeliveryState, count: int) -> Conversation:
    """The answer after one more of its `count` pieces was taken, under that id."""
    parts = tuple(dict.fromkeys((*sent_parts(answer), provider_id)))
    metadata = {name: value for name, value in answer.metadata.items() if name != UNSURE}
    whole = len(parts) >= count
    if whole:
        metadata.pop(SENDING, None)
    noted = evolve(answer, metadata={**metadata, SENT_PARTS: list(parts), PART_COUNT: count})
    return with_afterwords(noted, Afterwords(reports=(Report(provider_id, state),)))


def not_taken(
    answer: Conversation, state: DeliveryState, detail: str | None, *, unsure: bool = False
) -> Conversation:
    """The answer after a try that failed: `queued` to be tried again, or `failed`."""
    metadata = {name: value for name, value in answer.metadata.items() if name not in (SENDING, UNSURE)}
    noted = {**metadata, UNSURE: True} if unsure else metadata
    return evolve(answer, metadata=noted, delivery=DeliveryStatus(state, detail))


def taken_up_again(answer: Conversation) -> Conversation:
    """A failed answer back in line: what was taken and did not fail stays sent, the rest leaves once more."""
    parts = {part: told for part, told in answer.metadata.get(PARTS, {}).items() if told[0] != "failed"}
    left = [part for part in sent_parts(answer) if part in parts]
    still = {**answer.metadata, PARTS: parts, SENT_PARTS: left}
    gone = (SENDING, UNSURE, *(() if left else (SENT_PARTS, PARTS)))
    metadata = {name: value for name, value in still.items() if name not in gone}
    return evolve(answer, metadata=metadata, delivery=DeliveryStatus(DeliveryState.QUEUED))
