"""One delivery of Telnyx is one event, whose id its retries keep."""

from collections.abc import Sequence

from helpdesk_adapters.messaging.sms.telnyx.payloads import Envelope
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

RECEIVED = "telnyx.message.received"
SENT = "telnyx.message.sent"
FINALIZED = "telnyx.message.finalized"
LONGEST_ID = 200


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under Telnyx's id of it."""
    data = structured(read_object(delivery.body), Envelope).data
    if not data.id.strip() or len(data.id) > LONGEST_ID or len(data.event_type) > LONGEST_ID:
        raise UnreadableDelivery("The body names no event.")
    return (Item(f"telnyx:{data.id}", f"telnyx.{data.event_type or 'unknown'}", delivery.body),)
