"""Sending an answer as messages: which pieces have left, who has it in their hands, and how it stands after a try.

What has left stays noted, so that a further try goes on behind it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from helpdesk_core.afterwords import PART_COUNT, PARTS, RETIRED, Afterwords, Report, with_afterwords
from helpdesk_core.conversations import Conversation, DeliveryState, DeliveryStatus
from helpdesk_core.delivery_reports import ROUND, round_of
from helpdesk_core.messages import Template
from helpdesk_core.sendings import SENDING, is_held

SENT_PARTS: Final = "sent_parts"
"""The provider's ids of the pieces that have left, in the pieces' order; None in the place of one that failed."""
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


def sent_parts(answer: Conversation) -> tuple[str | None, ...]:
    """The provider's ids of what has left, in the order of the pieces; None for one that has to leave once more."""
    return tuple(answer.metadata.get(SENT_PARTS, ()))


def given_ids(answer: Conversation) -> frozenset[str]:
    """The provider's ids of all pieces that have left, those that were sent once more as well."""
    return frozenset(filter(None, (*sent_parts(answer), *answer.metadata.get(RETIRED, ()))))


def has_left(answer: Conversation, number: int) -> bool:
    """Whether the piece of that number, from 0, has left."""
    left = sent_parts(answer)
    return number < len(left) and left[number] is not None


def is_whole(answer: Conversation) -> bool:
    """Whether all its pieces have left, as far as it is known how many they are."""
    count = answer.metadata.get(PART_COUNT, 1)
    return all(has_left(answer, number) for number in range(count))


def key_of(answer: Conversation) -> str:
    """By what a provider recognises a try: the same until somebody takes the answer up again."""
    again = round_of(answer)
    return f"{answer.id}/again-{again}" if again else str(answer.id)


def may_have_left(answer: Conversation) -> bool:
    """Whether an earlier try may have sent the next piece, without anybody having noted it."""
    return bool(answer.metadata.get(UNSURE)) or SENDING in answer.metadata


def in_hand(answer: Conversation, job: str, now: datetime) -> Conversation:
    """The answer in the hands of this job. That an earlier try may have sent a piece stays known."""
    unsure = {UNSURE: True} if may_have_left(answer) else {}
    return evolve(answer, metadata={**answer.metadata, **unsure, SENDING: [job, now.isoformat()]})


def part_sent(
    answer: Conversation, provider_id: str, state: DeliveryState, count: int, number: int | None = None
) -> Conversation:
    """The answer after one more of its `count` pieces was taken, under that id. One that was known changes nothing but
    its state.

    number: which piece it is, from 0; None: the first that had not left, as they leave in their order.
    """
    parts = list(sent_parts(answer))
    if provider_id in answer.metadata.get(RETIRED, ()):
        return answer
    if provider_id not in parts:
        place = number if number is not None else (parts.index(None) if None in parts else len(parts))
        parts += [None] * (place + 1 - len(parts))
        parts[place] = provider_id
    metadata = {name: value for name, value in answer.metadata.items() if name != UNSURE}
    noted = evolve(answer, metadata={**metadata, SENT_PARTS: parts, PART_COUNT: count})
    noted = let_go(noted) if is_whole(noted) else noted
    return with_afterwords(noted, Afterwords(reports=(Report(provider_id, state),)))


def let_go(answer: Conversation) -> Conversation:
    """The answer in nobody's hands."""
    return evolve(answer, metadata={name: one for name, one in answer.metadata.items() if name != SENDING})


def not_taken(
    answer: Conversation, state: DeliveryState, detail: str | None, *, unsure: bool = False
) -> Conversation:
    """The answer after a try that failed: `queued` to be tried again, or `failed`. Where an earlier try may have sent a
    piece, it still may have.
    """
    free = let_go(answer)
    noted = {**free.metadata, UNSURE: True} if unsure else free.metadata
    return evolve(free, metadata=noted, delivery=DeliveryStatus(state, detail))


def taken_up_again(answer: Conversation, now: datetime) -> Conversation:
    """A failed answer back in line: what was taken and did not fail stays sent, the rest leaves once more.

    What is told later of a piece that failed counts no longer. Whoever still has the answer in their hands keeps it.
    """
    failed = {DeliveryState.FAILED.value, DeliveryState.BOUNCED.value}
    known = answer.metadata.get(PARTS, {})
    lost = [part for part, told in known.items() if told[0] in failed]
    left = [None if part in lost else part for part in sent_parts(answer)]
    noted = {
        **answer.metadata,
        PARTS: {part: told for part, told in known.items() if part not in lost},
        SENT_PARTS: left,
        RETIRED: [*answer.metadata.get(RETIRED, ()), *lost],
        ROUND: round_of(answer) + 1,
    }
    gone = {UNSURE} if is_held(answer, "", now) else {UNSURE, SENDING}
    metadata = {name: value for name, value in noted.items() if name not in gone and value not in ({}, [])}
    return evolve(answer, metadata=metadata, delivery=DeliveryStatus(DeliveryState.QUEUED))
