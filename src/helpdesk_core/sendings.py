"""Sending an answer: to whom a try goes, and how the answer stands after it.

What a first try has settled stays so for every further one: the other side may have the mail already, and takes the
same thing again for the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve

from helpdesk_core.conversations import AuthorType, Conversation, DeliveryState, DeliveryStatus, with_delivery
from helpdesk_core.delivery_reports import NOTED, ROUND, recipients_of, round_of, shown, with_refusals
from helpdesk_core.email import OutgoingMail, Undelivered
from helpdesk_core.suppression import SuppressedAddress, address_key, left_out

CLAIM = timedelta(minutes=10)
"""How long an answer stays in the hands of one job, longer than any sending may take."""

# What is noted of a sending in the answer's metadata.
SENDING = "sending"
LEFT_OUT = "left_out"
HANDED_OVER = "handed_over"
INTERRUPTED = "interrupted"

MAYBE_TWICE = "The desk was interrupted while it handed this over, so it may have arrived twice."


def is_held(reply: Conversation, job: str, now: datetime) -> bool:
    """Whether another job has the answer in its hands."""
    holder, since = reply.metadata.get(SENDING, (job, now.isoformat()))
    return bool(holder != job and now - datetime.fromisoformat(since) < CLAIM)


def claimed(
    reply: Conversation, suppressed: Sequence[SuppressedAddress], job: str, now: datetime
) -> Conversation:
    """The answer in the hands of this job. Who is left out is settled at the first try.

    A try that was begun and never ended may have handed the mail over; that is remembered.
    """
    interrupted = {INTERRUPTED: True} if SENDING in reply.metadata else {}
    first = {LEFT_OUT: [one.address for one in suppressed], NOTED: left_out(suppressed) if suppressed else ""}
    settled = {} if LEFT_OUT in reply.metadata else first
    sending = {SENDING: [job, now.isoformat()]}
    return evolve(reply, metadata={**reply.metadata, **settled, **interrupted, **sending})


def all_left_out(reply: Conversation, suppressed: Sequence[SuppressedAddress]) -> Conversation | None:
    """The answer, failed, where nobody is left whom it may go to, and no try was made yet; else None."""
    if not suppressed or LEFT_OUT in reply.metadata:
        return None
    if {one.address for one in suppressed}.issuperset(recipients_of(reply.mail)):
        return evolve(reply, delivery=DeliveryStatus(DeliveryState.FAILED, left_out(suppressed)))
    return None


def key_of(reply: Conversation) -> str:
    """By what the other side recognises a try: the same until a provider says that the mail never left."""
    number = round_of(reply)
    return f"ticket-reply/{reply.id}" + (f"/{number}" if number else "")


def for_this_try(mail: OutgoingMail, reply: Conversation, bounces_to: str | None) -> OutgoingMail:
    """The mail as it goes out this time: without who is left out, and past those who have it already."""
    out = frozenset(reply.metadata.get(LEFT_OUT, ()))
    to, cc, bcc = (
        tuple(one for one in group if one.key not in out) for group in (mail.to, mail.cc, mail.bcc)
    )
    had = frozenset(reply.metadata.get(HANDED_OVER, ()))
    still = tuple(one.key for one in (*to, *cc, *bcc) if one.key not in had) if had else ()
    # What a program says by itself, to whomever a mail claimed to be from, must come back to nobody (RFC 3834 §3.3).
    by_itself = reply.author.type is AuthorType.SYSTEM
    return evolve(
        mail,
        to=to or cc,
        cc=cc if to else (),
        bcc=bcc,
        still_to=still,
        bounces_to="" if by_itself else bounces_to,
        marks={"organization": str(reply.organization_id), "conversation": str(reply.id)},
    )


def sent(reply: Conversation, *, repeats: bool, refused: Sequence[Undelivered]) -> Conversation:
    """The answer, handed over to everybody who could be reached."""
    metadata = dict(reply.metadata)
    if metadata.get(INTERRUPTED) and repeats:
        metadata[NOTED] = " ".join(filter(None, (metadata.get(NOTED), MAYBE_TWICE)))
    for name in (SENDING, LEFT_OUT, HANDED_OVER, INTERRUPTED):
        metadata.pop(name, None)
    moved = with_delivery(evolve(reply, metadata=metadata), DeliveryState.SENT)
    return shown(with_refusals(moved, refused))


def partly_sent(reply: Conversation, deferred: Sequence[Undelivered]) -> Conversation:
    """The answer, handed over to some; the deferred are to be tried again."""
    waiting = {address_key(one.email) for one in deferred}
    had = [address for address in recipients_of(reply.mail) if address not in waiting]
    told = "; ".join(f"{one.email}: {one.reason}" for one in deferred)
    metadata = {name: value for name, value in reply.metadata.items() if name != SENDING}
    moved = with_delivery(reply, DeliveryState.QUEUED, f"Will be tried again for {told}"[:500])
    return evolve(moved, metadata={**metadata, HANDED_OVER: had})


def never_left(reply: Conversation, reason: str) -> Conversation:
    """The answer after a provider's word that it took the mail and did not send it: a retry sends another one."""
    if reply.delivery is None or reply.delivery.state not in (DeliveryState.QUEUED, DeliveryState.SENT):
        return reply
    settled = (SENDING, LEFT_OUT, HANDED_OVER, INTERRUPTED)
    metadata = {name: value for name, value in reply.metadata.items() if name not in settled}
    return evolve(
        reply,
        delivery=DeliveryStatus(DeliveryState.FAILED, reason or None),
        metadata={**metadata, ROUND: round_of(reply) + 1},
        external_id=None,
    )


def not_sent(reply: Conversation, state: DeliveryState, detail: str | None) -> Conversation:
    """The answer after a try that failed: `queued` to be tried again, or `failed`."""
    metadata = {name: value for name, value in reply.metadata.items() if name != SENDING}
    return evolve(with_delivery(reply, state, detail), metadata=metadata)
