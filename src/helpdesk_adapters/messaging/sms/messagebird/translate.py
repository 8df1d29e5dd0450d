"""From what MessageBird sends to what it means (developers.messagebird.com/api/sms-messaging/, "Receive a message"
and "Handle a status report").
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from helpdesk_adapters.messaging.numbers import spelled
from helpdesk_adapters.messaging.sms.messagebird.envelope import by_name, message_id, parameters
from helpdesk_adapters.messaging.sms.telling import heard, refused, sms, stands
from helpdesk_adapters.web.vendor_values import moment, since_1970
from helpdesk_core.commands import Command, Nothing, OnLine
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import RemoteFile
from helpdesk_core.tickets import Channel

SOURCE: Final = "messagebird"
STOPPED: Final = "103"
"""The recipient has said STOP."""
STATES: Mapping[str, DeliveryState] = {
    "scheduled": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "buffered": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "expired": DeliveryState.FAILED,
    "delivery_failed": DeliveryState.FAILED,
}


def received(raw: bytes) -> Sequence[Command]:
    """A message has come in, to a number or a short code."""
    pairs = parameters(raw)
    told = by_name(pairs)
    known_as = message_id(told)
    files = [RemoteFile(SOURCE, url, f"{known_as}/{n}") for n, url in enumerate(_media(pairs))]
    lines = [line for name in ("shortcode", "recipient", "receiver") if (line := spelled(told.get(name, "")))]
    text = told.get("body") or told.get("message", "")
    account, *others = dict.fromkeys(lines or [""])
    commands = heard(sms(account, told.get("originator", ""), known_as, _said_at(told), text, files))
    # A short code stands in front of a number: the account may be connected by either.
    return [OnLine(Channel.SMS, (account, *others), tuple(commands))] if others else commands


def status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands. The report does not say from which number it left: our reference does."""
    told = by_name(parameters(raw))
    state = STATES.get(told.get("status", ""))
    known_as = message_id(told)
    if state is None:
        return [Nothing("It tells of no state that means anything here.")]
    account = account_in(told.get("reference", ""))
    if not account:
        return [Nothing("It is of a message that did not leave from this desk.")]
    problem = told.get("statuserrorcode", "")
    reason = told.get("statusreason", "")
    detail = f"{reason} {problem}".strip()[:300] if state is DeliveryState.FAILED else ""
    commands = stands(account, known_as, state, detail, told["reference"])
    if problem == STOPPED:
        commands += refused(account, told.get("recipient", ""), moment(told.get("statusdatetime")))
    return commands


def reference_of(key: str, account: str) -> str:
    """What is given along with a piece, and comes back in its reports: the piece's key, and where it left from."""
    return f"{key}/{account}"


def account_in(reference: str) -> str:
    """Where a piece left from, by its reference; empty for what is none of ours."""
    found = _REFERENCE.fullmatch(reference)
    return found["account"] if found else ""


_REFERENCE = re.compile(r"[0-9a-f-]{36}/[a-z0-9-]{1,10}/(?P<account>[+0-9A-Za-z]{1,20})")
_BETWEEN = re.compile(r"[,;\s]+(?=https?://)")


def _media(pairs: Sequence[tuple[str, str]]) -> list[str]:
    lists = [value for name, value in pairs if name.lower().removesuffix("[]") == "mediaurls"]
    return [url.strip() for urls in lists for url in _BETWEEN.split(urls) if url.strip()]


def _said_at(told: Mapping[str, str]) -> datetime | None:
    at = moment(told.get("createddatetime"))
    seconds = told.get("date_utc", "")
    if at is None and seconds.isascii() and seconds.isdigit() and len(seconds) <= 12:
        return since_1970(int(seconds))
    return at
