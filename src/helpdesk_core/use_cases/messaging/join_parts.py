"""The parts of a long message, which come one by one and in any order, become one message."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.afterwords import Afterwords, Edit, Piece, ProviderMessage, afterwords_of
from helpdesk_core.commands import Done, HearMessage, HearPart, Nothing, Outcome
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.messages import Message, Sender, subject_with
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.use_cases.messaging.take_afterwords import afterwords_step
from helpdesk_core.users import DESK

PATIENCE: Final = timedelta(seconds=60)
"""How long the first part waits for the others before the message is shown with a gap."""
LATEST: Final = timedelta(hours=24)
"""How long after that a part may still come and fill its gap: as long as Vonage tries to deliver it."""
NEARBY: Final = timedelta(hours=1)
"""Parts that were said further from each other are of two messages with the same reference."""
GAP: Final = "[…]"
_TICK: Final = timedelta(microseconds=1)


async def hear_part(command: HearPart, work: Work, occasion: Occasion, domain: MailDomain) -> Outcome:
    """The step: the part waits for the others; with the last of them the message is there, once.

    One that comes after the message was shown with gaps fills its own. The same part again changes nothing.
    """
    part = command.part
    account = await account_of(part.channel.value, part.account, work)
    if isinstance(account, Nothing):
        return account
    place = (account.organization_id, part.channel, part.account, key_of(command))
    said_at = part.at or occasion.at
    piece = Piece(command.number, part.external_id, said_at, part.threads[0], part.text)
    known = await work.provider_messages.get(*place)
    before = known.afterwords.pieces if known is not None else ()
    if any(one.external_id == piece.external_id for one in before):
        return Nothing("The part was received before.", organization_id=account.organization_id)
    if known is None or not _is_of(piece, before):
        known, before = ProviderMessage(*place, None, Afterwords(), occasion.at), ()
    pieces = tuple(sorted((*before, piece)))
    told = evolve(known, afterwords=Afterwords(pieces=pieces), told_at=occasion.at)
    if known.conversation_id is not None:
        return await _fill_gap(told, command.total, work, occasion)
    if len(pieces) == command.total:
        return await _heard(told, command.total, work, occasion, domain)
    await work.provider_messages.put(told)
    if not before:
        job = _job(told, command.total, piece.external_id, occasion, PATIENCE)
        await work.jobs.add(job)
    return Done(account.organization_id)


def key_of(command: HearPart) -> str:
    """Under what the parts of a message are kept: it tells nobody whose they are."""
    told = f"{command.part.threads[0]}\0{command.reference}\0{command.total}"
    return f"parts:{sha256(told.encode()).hexdigest()[:32]}"


@frozen
class JoinParts:
    """Shows a message of which parts have not come in time, with a gap for each, and in the end waits for them no more.

    Runs at least once.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        channel: Channel,
        account: str,
        key: str,
        total: int,
        first: str,
        *,
        gives_up: bool,
    ) -> None:
        """`first` is the part with which the wait began: another message may have the same key by now."""

        async def unit(work: Work) -> None:
            known = await work.provider_messages.get(organization_id, channel, account, key)
            pieces = known.afterwords.pieces if known is not None else ()
            if known is None or len(pieces) == total or all(one.external_id != first for one in pieces):
                return
            if gives_up:
                await work.provider_messages.remove(organization_id, channel, account, key)
            elif known.conversation_id is None:
                occasion = Occasion(self.clock(), self.new_id, DESK)
                await _heard(known, total, work, occasion, self.domain)
                await work.jobs.add(_job(known, total, first, occasion, LATEST, gives_up=True))

        await self.store.transact(unit)


async def _heard(
    known: ProviderMessage, total: int, work: Work, occasion: Occasion, domain: MailDomain
) -> Outcome:
    """The message as far as it has come. What it was made of is forgotten once it is whole."""
    outcome = await hear_message(HearMessage(_message(known, total)), work, occasion, domain)
    if outcome.conversation_id is None:  # nobody wants to hear it
        await work.provider_messages.remove(
            known.organization_id, known.channel, known.account, known.external_id
        )
        return outcome
    whole = len(known.afterwords.pieces) == total
    after = evolve(known, conversation_id=outcome.conversation_id)
    await work.provider_messages.put(_emptied(after) if whole else after)
    return outcome


async def _fill_gap(known: ProviderMessage, total: int, work: Work, occasion: Occasion) -> Outcome:
    organization_id, pieces = known.organization_id, known.afterwords.pieces
    shown = None
    if known.conversation_id is not None:
        shown = await work.conversations.get(organization_id, known.conversation_id)
    await work.provider_messages.put(_emptied(known) if len(pieces) == total or shown is None else known)
    if shown is None:
        return Nothing("Its message is gone.", organization_id=organization_id)
    newest = max((shown.created_at, *(one.at for one in afterwords_of(shown).edits)))
    filled = Edit(max(occasion.at, newest + _TICK), _text(pieces, total))
    warned = evolve(shown, warnings=_missing(pieces, total))
    return await afterwords_step(warned, Afterwords(edits=(filled,)), work, occasion)


def _message(known: ProviderMessage, total: int) -> Message:
    pieces = known.afterwords.pieces
    thread = pieces[0].thread
    return Message(
        channel=known.channel,
        account=known.account,
        external_id=pieces[0].external_id,
        threads=(thread,),
        sender=Sender(contacts=(Contact(PHONE, thread),) if thread.startswith("+") else ()),
        at=min(one.said_at for one in pieces),
        text=_text(pieces, total),
        subject=subject_with(known.channel, thread),
        warnings=_missing(pieces, total),
    )


def _job(
    known: ProviderMessage,
    total: int,
    first: str,
    occasion: Occasion,
    wait: timedelta,
    *,
    gives_up: bool = False,
) -> Job:
    payload = {
        "channel": known.channel.value,
        "account": known.account,
        "key": known.external_id,
        "total": total,
        "first": first,
        "gives_up": gives_up,
    }
    return occasion.job(known.organization_id, JobKind.JOIN_PARTS, payload, occasion.at + wait)


def _text(pieces: Sequence[Piece], total: int) -> str:
    texts = {one.number: one.text for one in pieces}
    return "".join(texts.get(number, GAP) for number in range(1, total + 1))


def _missing(pieces: Sequence[Piece], total: int) -> tuple[str, ...]:
    there = {one.number for one in pieces}
    gone = [str(number) for number in range(1, total + 1) if number not in there]
    return (f"Part {', '.join(gone)} of {total} of this message has not arrived.",) if gone else ()


def _is_of(piece: Piece, others: Sequence[Piece]) -> bool:
    """Whether it belongs to the same message as these: its place is free, and it was said at about the same time."""
    return all(one.number != piece.number and abs(one.said_at - piece.said_at) <= NEARBY for one in others)


def _emptied(known: ProviderMessage) -> ProviderMessage:
    pieces = tuple(evolve(one, text="", thread="") for one in known.afterwords.pieces)
    return evolve(known, afterwords=Afterwords(pieces=pieces))
