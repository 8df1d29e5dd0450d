"""What became of an answer on its way, as mail systems report it: each may report several times, in any order."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.conversations import (
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
    with_delivery,
)
from helpdesk_core.email import Fate, Nature, Undelivered
from helpdesk_core.suppression import address_key, address_keys

LONGEST_DETAIL = 1_000
"""Characters of what is shown of a delivery."""
MOST_IDS = 10
"""Message-IDs that are remembered of one answer beside its own."""


class Reported(StrEnum):
    """What a provider tells of a mail."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    NOT_SENT = "not_sent"
    """It never left, although it had been accepted."""


FATES = {
    Reported.DELAYED: Fate.DELAYED,
    Reported.BOUNCED: Fate.FAILED,
    Reported.COMPLAINED: Fate.COMPLAINED,
}

# What is noted of an answer's way in its metadata.
NOTED = "sending_note"
UNDELIVERED = "undelivered"
MESSAGE_IDS = "message_ids"
ROUND = "round"


@frozen
class Noted:
    """What is known of one recipient; `email` is empty where nobody was named."""

    email: str
    fate: Fate
    reason: str


def recipients_of(mail: MailHeaders) -> tuple[str, ...]:
    """Everybody the answer is for, by `Address.key`."""
    return address_keys((*mail.to, *mail.cc, *mail.bcc))


def meant(mail: MailHeaders, named: Sequence[Undelivered]) -> tuple[Undelivered, ...]:
    """Whom of the answer's recipients a report is about.

    A report that names nobody, or only somebody to whom the mail was passed on, is about the one recipient where there
    is but one; that address works, so such a failure is not its own.
    """
    recipients = recipients_of(mail)
    ours = tuple(evolve(one, email=key) for one in named if (key := address_key(one.email)) in recipients)
    if ours:
        return ours
    if not named:
        return (Undelivered(recipients[0] if len(recipients) == 1 else "", "", None, permanent=False),)
    if len(recipients) != 1:
        return tuple(evolve(one, permanent=False) for one in named)
    told = f"(as {named[0].email}) {named[0].reason}".strip()
    return (evolve(named[0], email=recipients[0], reason=told, permanent=False),)


def with_fates(reply: Conversation, fate: Fate, recipients: Iterable[Undelivered]) -> Conversation:
    """The answer after that report; the very same where it says nothing new."""
    if reply.delivery is None:
        return reply
    if fate is Fate.DELAYED and reply.delivery.state not in (DeliveryState.QUEUED, DeliveryState.SENT):
        return reply
    known = {one.email: one for one in noted(reply.metadata)}
    for one in recipients:
        before = known.get(one.email)
        if before is None or _WEIGHT[fate] > _WEIGHT[before.fate]:
            known[one.email] = Noted(one.email, fate, one.reason)
    state = {
        Fate.FAILED: DeliveryState.BOUNCED,
        Fate.COMPLAINED: DeliveryState.DELIVERED,
        Fate.DELAYED: reply.delivery.state,
    }[fate]
    metadata = {**reply.metadata, UNDELIVERED: [_written(one) for one in known.values()]}
    return shown(evolve(with_delivery(reply, state, reply.delivery.detail), metadata=metadata))


def with_refusals(reply: Conversation, refused: Iterable[Undelivered]) -> Conversation:
    """The answer, noting for which of its recipients a mail server would not take it."""
    known = {one.email: one for one in noted(reply.metadata)}
    for one in refused:
        email = address_key(one.email) or one.email
        known[email] = Noted(email, Fate.FAILED, one.reason)
    if not known:
        return reply
    return evolve(reply, metadata={**reply.metadata, UNDELIVERED: [_written(one) for one in known.values()]})


def with_arrival(reply: Conversation) -> Conversation:
    """The answer after the word that it arrived; what went wrong for others of its recipients stays told."""
    moved = with_delivery(reply, DeliveryState.DELIVERED, reply.delivery.detail if reply.delivery else None)
    return shown(moved)


def round_of(reply: Conversation) -> int:
    """Which sending of the answer this is, from 0: a later one may go out although an earlier one was accepted."""
    found = reply.metadata.get(ROUND, 0)
    return found if isinstance(found, int) else 0


def known_ids(reply: Conversation) -> tuple[str, ...]:
    """The Message-IDs by which the answer may be known: its own, and those that providers gave it."""
    given = tuple(one for one in reply.metadata.get(MESSAGE_IDS, ()) if isinstance(one, str))
    return given if reply.mail.message_id is None else (reply.mail.message_id, *given)


def with_id(reply: Conversation, message_id: str) -> Conversation:
    """The answer, known by that Message-ID too."""
    if message_id in known_ids(reply) or len(reply.metadata.get(MESSAGE_IDS, ())) >= MOST_IDS:
        return reply
    ids = [*reply.metadata.get(MESSAGE_IDS, ()), message_id]
    return evolve(reply, metadata={**reply.metadata, MESSAGE_IDS: ids})


def is_report(message: Conversation) -> bool:
    """Whether it is the note of a report that came by mail, with the report beside it."""
    by_itself = message.kind is Kind.NOTE and message.author.type is AuthorType.SYSTEM
    return by_itself and message.metadata.get("nature") == Nature.BOUNCE.value


def noted(metadata: Mapping[str, Any]) -> tuple[Noted, ...]:
    """What is known of the recipients whom something happened to. Total."""
    return tuple(
        Noted(str(one.get("email", "")), Fate(one["fate"]), str(one.get("reason", "")))
        for one in metadata.get(UNDELIVERED, ())
        if isinstance(one, Mapping) and one.get("fate") in _FATES
    )


def shown(reply: Conversation) -> Conversation:
    """The answer with everything that is known of its way said in its delivery's detail."""
    if reply.delivery is None:
        return reply
    waiting = reply.delivery.state in (DeliveryState.QUEUED, DeliveryState.SENT)
    note = reply.metadata.get(NOTED)
    sentences = [note] if isinstance(note, str) and note else []
    for fate in (Fate.FAILED, Fate.DELAYED, Fate.COMPLAINED):
        them = [one for one in noted(reply.metadata) if one.fate is fate]
        if them and (fate is not Fate.DELAYED or waiting):
            sentences.append(sentence(fate, them))
    detail = " ".join(sentences)[:LONGEST_DETAIL] or None
    return evolve(reply, delivery=DeliveryStatus(reply.delivery.state, detail))


def sentence(fate: Fate, them: Sequence[Noted | Undelivered]) -> str:
    """What happened to these recipients, in a sentence."""
    told = "; ".join(filter(None, (": ".join(filter(None, (one.email, one.reason))) for one in them)))
    if not told:
        return _ALONE[fate]
    return f"{_BEGINNING[fate]} {told}" + ("" if told.endswith((".", "!", "?")) else ".")


_FATES = {fate.value for fate in Fate}
_WEIGHT = {Fate.DELAYED: 0, Fate.FAILED: 1, Fate.COMPLAINED: 2}
_BEGINNING = {
    Fate.FAILED: "Not delivered to",
    Fate.DELAYED: "Delayed, and still being tried, for",
    Fate.COMPLAINED: "Called spam by",
}
_ALONE = {
    Fate.FAILED: "Not delivered.",
    Fate.DELAYED: "Delayed, and still being tried.",
    Fate.COMPLAINED: "Called spam by its reader.",
}


def _written(one: Noted) -> dict[str, str]:
    return {"email": one.email, "fate": one.fate.value, "reason": one.reason}
