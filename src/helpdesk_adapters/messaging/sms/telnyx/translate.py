"""From what Telnyx sends to what it means (developers.telnyx.com/docs/messaging/messages/receiving-webhooks)."""

from collections.abc import Mapping, Sequence
from typing import Final

from helpdesk_adapters.messaging.sms.telling import answer_of, heard, refused, sms, stands, worst
from helpdesk_adapters.messaging.sms.telnyx.payloads import Body, Problem
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.charsets import one_line
from helpdesk_core.commands import Command, Nothing
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import RemoteFile
from helpdesk_core.webhooks import UnreadableDelivery

SOURCE: Final = "telnyx"
BLOCKED: Final = "40300"
"""The recipient has said STOP (developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out)."""
STATES: Mapping[str, DeliveryState] = {
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivery_unconfirmed": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "expired": DeliveryState.FAILED,
    "sending_failed": DeliveryState.FAILED,
    "delivery_failed": DeliveryState.FAILED,
}


def received(raw: bytes) -> Sequence[Command]:
    """A message has come in: to one number of ours, or to several people of whom some are ours."""
    body = structured(read_object(raw), Body).data
    message = body.payload
    recipients = dict.fromkeys(one.phone_number for one in (*message.to, *message.cc) if one.phone_number)
    if not recipients:
        raise UnreadableDelivery("The message names no recipient.")
    at = moment(message.received_at) or moment(body.occurred_at)
    files = [
        RemoteFile(SOURCE, file.url, f"{message.id}/{number}", content_type=file.content_type)
        for number, file in enumerate(message.media)
    ]
    return [
        command
        for ours in recipients
        for command in heard(sms(ours, message.sender.phone_number, message.id, at, message.text, files))
    ]


def status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands, with each of those whom it went to."""
    body = structured(read_object(raw), Body).data
    message = body.payload
    states = [state for one in message.to if (state := STATES.get(one.status)) is not None]
    if not states:
        return [Nothing("It tells of no state that means anything here.")]
    state = worst(states)
    detail = _problem(message.errors) if state is DeliveryState.FAILED else ""
    mark = next((tag for tag in message.tags if answer_of(tag)), "")
    account = message.sender.phone_number
    commands = stands(account, message.id, state, detail, mark)
    if any(problem.code == BLOCKED for problem in message.errors):
        at = moment(body.occurred_at)
        commands += [out for one in message.to for out in refused(account, one.phone_number, at)]
    return commands


def _problem(problems: Sequence[Problem]) -> str:
    told = (" ".join(filter(None, (one.code, one.title, one.detail))) for one in problems)
    return one_line("; ".join(told))[:300]
