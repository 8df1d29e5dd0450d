"""From what Twilio sends to what it means (twilio.com/docs/messaging/guides/webhook-request)."""

from collections.abc import Mapping, Sequence

from helpdesk_adapters.messaging.sms.numbers import contact_of, e164
from helpdesk_adapters.messaging.sms.twilio.envelope import parameters
from helpdesk_core.afterwords import Afterwords, Report
from helpdesk_core.commands import Command, HearMessage, Nothing, TellAfterwords
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import Message, Sender, subject_with
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

STATES: Mapping[str, DeliveryState] = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}


def message(raw: bytes) -> Sequence[Command]:
    """An SMS or MMS has come in. Twilio does not say when: it came when it was received here."""
    told = parameters(raw)
    sender, to = told.get("From", "").strip(), told.get("To", "").strip()
    if not sender or not to:
        raise UnreadableDelivery("The message names no From and To.")
    return [
        HearMessage(
            Message(
                channel=Channel.SMS,
                account=e164(to) or to,
                external_id=told.get("MessageSid") or told.get("SmsSid", ""),
                threads=(e164(sender) or sender,),
                sender=Sender(contacts=contact_of(sender)),
                at=None,
                text=told.get("Body", ""),
                subject=subject_with(Channel.SMS, e164(sender) or sender),
            )
        )
    ]


def status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands."""
    told = parameters(raw)
    state = STATES.get(told.get("MessageStatus", ""))
    sid, from_ = told.get("MessageSid") or told.get("SmsSid", ""), told.get("From", "")
    if state is None:
        return [Nothing(f"The status {told.get('MessageStatus', '')!r} means nothing here.")]
    reason = " ".join(filter(None, (told.get("ErrorCode"), told.get("ErrorMessage"))))
    return [
        TellAfterwords(
            Channel.SMS, e164(from_) or from_, sid, Afterwords(reports=(Report(sid, state, reason),))
        )
    ]
