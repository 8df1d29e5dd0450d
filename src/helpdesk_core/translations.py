"""Translations of messages: what of a message is translated, and answers that leave in another language.

`content` is always what customer and desk say to each other, and `translation` what the organization reads. Of an
answer that its agent wrote in their own language, `translation.text` is therefore what the agent wrote; until it is
translated, `content` is the same, and the answer does not leave.
"""

from typing import Final

from attrs import evolve

from helpdesk_core.conversations import (
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Document,
    Kind,
    Translation,
    TranslationState,
)
from helpdesk_core.richtext import html_of, text_of

TRANSLATE_TO: Final = "translate_to"
"""In the metadata of an answer that its agent wrote in their own language: the one that the customer reads it in."""

LONGEST: Final = 20_000
"""Characters of a message that are translated; a longer answer is refused, of another message it is the beginning."""
CUT: Final = "[…]"
"""Stands where the rest of a longer message would be."""

HOW: Final = "set HELPDESK_AI_BASE_URL and HELPDESK_AI_MODEL"


def words_of(message: Conversation) -> str:
    """What is to be read of a message: what was written for it, without what it quotes."""
    new = message.new_text
    return new if new is not None and new.strip() else message.content_text


def parts_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, of a long one the first; joined with blank lines between them they are it again."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - len(CUT) - 2].rstrip()}\n\n{CUT}"
    return tuple(cut.split("\n\n"))


def leaves_in(answer: Conversation) -> str | None:
    """The language that the customer reads the answer in, where its agent wrote it in another."""
    told = answer.metadata.get(TRANSLATE_TO)
    return told if isinstance(told, str) and answer.kind is Kind.REPLY else None


def waits_for_translation(answer: Conversation) -> bool:
    """Whether it must not leave yet, since it still says what its agent wrote."""
    translation = answer.translation
    return (
        leaves_in(answer) is not None
        and translation is not None
        and translation.state is not TranslationState.TRANSLATED
    )


def to_be_translated(answer: Conversation, target: str, own: str) -> Conversation:
    """An answer in the language `own` that is to leave in `target`. One that cannot leave is not translated either."""
    queued = answer.delivery is not None and answer.delivery.state is DeliveryState.QUEUED
    state = TranslationState.PENDING if queued else TranslationState.FAILED
    return evolve(
        answer,
        translation=Translation(own, answer.content_text, state),
        metadata={**answer.metadata, TRANSLATE_TO: target},
    )


def as_translated(answer: Conversation, content: Document, own: str | None) -> Conversation:
    """The answer as the customer reads it, still to leave; `own` is the language that the agent wrote in, if it is
    known.
    """
    known = answer.translation
    target = leaves_in(answer)
    if known is None or target is None:
        return answer
    return evolve(
        answer,
        content=content,
        content_text=text_of(content),
        content_html=html_of(content),
        language=target,
        translation=Translation(own or known.language, answer.content_text, TranslationState.TRANSLATED),
        delivery=DeliveryStatus(DeliveryState.QUEUED),
    )


def needs_none(answer: Conversation) -> Conversation:
    """The answer, which turns out to be in the customer's language already."""
    metadata = {name: value for name, value in answer.metadata.items() if name != TRANSLATE_TO}
    return evolve(answer, language=leaves_in(answer), translation=None, metadata=metadata)


def awaits_again(answer: Conversation) -> Conversation:
    """The answer before a further try; one that waits for nothing stays as it is."""
    if answer.translation is None or not waits_for_translation(answer):
        return answer
    return evolve(answer, translation=evolve(answer.translation, state=TranslationState.PENDING))


def not_translated(answer: Conversation, detail: str, *, again: bool) -> Conversation:
    """The answer after a try that failed: still in line where it is tried `again` by itself, else failed."""
    if answer.translation is None:
        return answer
    if again:
        return evolve(answer, delivery=DeliveryStatus(DeliveryState.QUEUED, detail))
    return evolve(
        answer,
        delivery=DeliveryStatus(DeliveryState.FAILED, detail),
        translation=evolve(answer.translation, state=TranslationState.FAILED),
    )
