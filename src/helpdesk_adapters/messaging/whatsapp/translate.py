"""From what WhatsApp sends to what it means."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from attrs import evolve

from helpdesk_adapters.messaging.numbers import e164
from helpdesk_adapters.messaging.whatsapp.oauth import WABA
from helpdesk_adapters.messaging.whatsapp.payloads import (
    AboutNumber,
    AccountItem,
    MessageItem,
    Reaction,
    StatusItem,
    System,
    TemplateItem,
    Told,
)
from helpdesk_adapters.messaging.whatsapp.people import GROUP, Known, known_by, sender
from helpdesk_adapters.messaging.whatsapp.problems import sentence_of
from helpdesk_adapters.messaging.whatsapp.words import said, sentence
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import since_1970
from helpdesk_core import afterwords
from helpdesk_core.afterwords import Afterwords, Report
from helpdesk_core.charsets import one_line
from helpdesk_core.commands import Command, HearMessage, LinkContacts, Nothing, TellAccount, TellAfterwords
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.integrations import TROUBLE
from helpdesk_core.messages import Message, Sender, subject_with
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

PHONE_APP: Final = "WhatsApp phone app"
CUSTOMER: Final = "customer"
"""Who reacts, where only one customer is there: their ids may change, they do not."""

STATES: Final[Mapping[str, DeliveryState]] = {
    "accepted": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
}
WELL: Final = frozenset({"ACCOUNT_RECONNECTED", "REINSTATE"})
TROUBLES: Final[Mapping[str, str]] = {
    "ACCOUNT_DELETED": "The WhatsApp Business Account was deleted.",
    "ACCOUNT_OFFBOARDED": "The number was taken out of the WhatsApp Cloud API.",
    "ACCOUNT_RESTRICTION": "WhatsApp restricts what this account may send.",
    "ACCOUNT_VIOLATION": "WhatsApp says that this account has broken its rules.",
    "DISABLED_UPDATE": "WhatsApp has disabled this account, or is about to.",
    "PARTNER_REMOVED": "The desk's app was taken off this WhatsApp Business Account: connect it again.",
    "PARTNER_APP_UNINSTALLED": "The desk's app was taken off this WhatsApp Business Account: connect it again.",
}
"""What an account_update means for the desk; others say nothing that matters here."""

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


def message(raw: bytes) -> Sequence[Command]:
    """A customer's message, or what they do about one that was said."""
    item = _read(raw, MessageItem)
    told = item.told
    person = known_by(told.from_user_id, told.from_, item.person.user_id, item.person.wa_id)
    if told.type == "system" and told.system is not None and "changed_number" in told.system.type:
        return [_new_number(item, told.system, person)]
    if told.type == "system" and told.system is not None and "identity" in told.system.type:
        return [Nothing("The customer's phone is another one; their number is the same.")]
    known = TellAccount(Channel.WHATSAPP.value, item.metadata.phone_number_id, {WABA: item.waba or None})
    after = _afterwords(
        item, known_by(told.from_user_id, told.from_).threads[:1] if told.group_id else (CUSTOMER,)
    )
    if after is not None:
        return [after]
    if not person.threads:
        raise UnreadableDelivery("The message does not say whom it is from.")
    threads = (GROUP + told.group_id,) if told.group_id else person.threads
    return [known, HearMessage(_message(item, person, threads))]


def echo(raw: bytes) -> Sequence[Command]:
    """Somebody of the organization has written from the WhatsApp app of their phone, past the desk."""
    item = _read(raw, MessageItem)
    after = _afterwords(item, (PHONE_APP,))
    if after is not None:
        return [after]
    told = item.told
    person = known_by(told.to_user_id, told.to, item.person.user_id, item.person.wa_id)
    if not person.threads:
        raise UnreadableDelivery("The message does not say whom it is to.")
    threads = (GROUP + told.group_id,) if told.group_id else person.threads
    return [HearMessage(evolve(_message(item, person, threads), by_us=PHONE_APP))]


def status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands."""
    item = _read(raw, StatusItem)
    told = item.told
    state = STATES.get(told.status)
    if state is None:
        return [Nothing(f"The status {told.status[:40]!r} means nothing here.")]
    problem = next(iter(told.errors), None)
    failed = state is DeliveryState.FAILED and problem is not None
    detail = sentence_of(problem.code, sentence(problem)) if failed and problem is not None else ""
    reports = (Report(told.id, state, detail),)
    ours = told.biz_opaque_callback_data
    account = item.metadata.phone_number_id
    return [TellAfterwords(Channel.WHATSAPP, account, told.id, Afterwords(reports=reports), ours)]


def errors(raw: bytes) -> Sequence[Command]:
    """Something is wrong with the number; no message is the cause of it."""
    item = _read(raw, AboutNumber)
    trouble = "; ".join(filter(None, map(sentence, item.errors)))[:400]
    if not trouble:
        return [Nothing("WhatsApp does not say what is wrong.")]
    return [TellAccount(Channel.WHATSAPP.value, item.metadata.phone_number_id, {TROUBLE: trouble})]


def account(raw: bytes) -> Sequence[Command]:
    """Something has happened to the WhatsApp Business Account, and so to all of its numbers."""
    item = _read(raw, AccountItem)
    told = item.told
    told_of = told.waba_info.get("waba_id")
    waba = told_of if isinstance(told_of, str) and told_of else item.waba
    state = told.ban_info.get("waba_ban_state")
    if told.event in WELL or state in WELL:
        return [TellAccount(Channel.WHATSAPP.value, waba, {TROUBLE: None}, WABA)]
    trouble = TROUBLES.get(told.event)
    if trouble is None:
        return [Nothing(f"{one_line(told.event)[:80]} changes nothing here.")]
    kind = told.violation_info.get("violation_type") or state
    detail = f" ({one_line(kind)[:80]})" if isinstance(kind, str) and kind else ""
    return [TellAccount(Channel.WHATSAPP.value, waba, {TROUBLE: trouble + detail}, WABA)]


def template(raw: bytes) -> Sequence[Command]:
    """WhatsApp has judged a template."""
    item = _read(raw, TemplateItem)
    told = item.told
    name = one_line(f"{told.message_template_name} ({told.message_template_language})")[:200]
    if told.event in ("APPROVED", "REINSTATED"):
        return [TellAccount(Channel.WHATSAPP.value, item.waba, {"templates": f"{name} can be sent."}, WABA)]
    if told.event not in ("REJECTED", "PAUSED", "DISABLED", "FLAGGED", "PENDING_DELETION"):
        return [Nothing(f"The template {name} stands as {one_line(told.event)[:40]}.")]
    reason = f": {one_line(told.reason)[:80]}" if told.reason not in ("", "NONE") else ""
    note = f"{name} cannot be sent, it is {told.event.lower()}{reason}."
    return [TellAccount(Channel.WHATSAPP.value, item.waba, {"templates": note}, WABA)]


def _message(item: MessageItem, person: Known, threads: tuple[str, ...]) -> Message:
    told, words = item.told, said(item.told, item.errors)
    who = _sender(item, person)
    # A number stays what it is, whichever of their messages comes first; a name is not told with each of them.
    whom = e164(person.number) or who.name or person.threads[0]
    return Message(
        channel=Channel.WHATSAPP,
        account=item.metadata.phone_number_id,
        external_id=told.id or "",
        threads=threads,
        sender=who,
        at=since_1970(_seconds(told.timestamp)),
        text=words.text,
        files=words.files,
        subject=subject_with(Channel.WHATSAPP, one_line(whom)),
        warnings=words.warnings,
        marks=words.marks,
    )


def _sender(item: MessageItem, person: Known) -> Sender:
    profile = item.person.profile
    return sender(person, item.waba, one_line(profile.name), one_line(profile.username))


def _afterwords(item: MessageItem, by: tuple[str, ...]) -> TellAfterwords | None:
    """What is told of another message; None where this is one of its own. Without a time it counts as the first."""
    told = item.told
    at = since_1970(_seconds(told.timestamp)) or BEGINNING
    if told.type == "reaction" and told.reaction is not None:
        reaction: Reaction = told.reaction
        who = next(iter(by), CUSTOMER)
        after = Afterwords(reactions=(afterwords.Reaction(who, at, reaction.emoji[:40]),))
        target = reaction.message_id
    elif told.type == "revoke" and told.revoke is not None:
        after, target = Afterwords(deleted_at=at), told.revoke.original_message_id
    elif told.type == "edit" and told.edit is not None:
        now = structured(told.edit.message, Told)
        after, target = (
            Afterwords(edits=(afterwords.Edit(at, said(now).text),)),
            told.edit.original_message_id,
        )
    else:
        return None
    return TellAfterwords(Channel.WHATSAPP, item.metadata.phone_number_id, target, after)


def _new_number(item: MessageItem, system: System, person: Known) -> Command:
    new = known_by(system.user_id, system.new_wa_id or system.wa_id)
    known, added = person.contacts(item.waba), new.contacts(item.waba)
    if not known or not added:
        return Nothing("It is not told which number became which.")
    name = one_line(item.person.profile.name)
    return LinkContacts(Channel.WHATSAPP, item.metadata.phone_number_id, known, added, name)


def _seconds(told: Any) -> int | None:
    """Seconds since 1970, which WhatsApp writes as text; None for what is none."""
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    return (
        int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 16 else None
    )


def _read(raw: bytes, cls: type[T]) -> T:
    item = structured(read_object(raw), cls)
    if isinstance(item, AboutNumber) and not item.metadata.phone_number_id:
        raise UnreadableDelivery("It does not say which number it is about.")
    return item
