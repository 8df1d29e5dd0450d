"""From what Amazon notifies of to what it means."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpdesk_adapters.commerce.amazon.envelope import AMAZON, Head, body_of, head_of, notification_of
from helpdesk_adapters.commerce.amazon.payloads import (
    FeedFinished,
    Item,
    MfnStatus,
    Notification,
    OrderChange,
    ReturnStatus,
)
from helpdesk_adapters.web.vendor_values import MILLISECOND, count, moment, since_1970
from helpdesk_core.commands import (
    Command,
    HearTopic,
    Nothing,
    TellBuyerRequest,
    TellOrder,
    TellRecord,
)
from helpdesk_core.marketplace import BuyerRequest, Feed, ReturnNote
from helpdesk_core.notices import DueNotice, Notice
from helpdesk_core.orders import PERSONAL, FulfillmentStatus, LineItem, PostalAddress, ToldOrder
from helpdesk_core.records import Stamp
from helpdesk_core.webhooks import UnreadableDelivery

PROGRESS: Final = (
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "Canceled",
)
"""How far an order has come; of words of the same moment the one that has come further counts."""
OLDER_WORDS: Final = {
    "UPCOMINGORDER": "Pending",
    "PENDING": "Pending",
    "SHIPPING": "Unshipped",
    "WAITING": "Unshipped",
    "SHIPPED": "Shipped",
    "CANCELED": "Canceled",
}
"""What MFN_ORDER_STATUS_CHANGE says, in the words of ORDER_CHANGE."""
MERCHANT: Final = "amzn1.merchant.o."
LONGEST: Final = 200


def order_change(raw: bytes) -> Sequence[Command]:
    """An order has changed, or its buyer wants it to."""
    head, note = _read(raw)
    change = body_of(note, "OrderChangeNotification", OrderChange)
    _require_names(change.seller, change.order)
    at = _time_of(note, change.trigger.at)
    changed_at = moment(change.trigger.at) or at
    stamp = Stamp(at, _progress(change.summary.status), _place(changed_at, note))
    bought_at = moment(change.summary.purchased)
    order = ToldOrder(
        provider=AMAZON,
        account=change.seller,
        external_id=change.order,
        number=change.order,
        created_at=bought_at or at,
        updated_at=max(at, changed_at),
        stamp=stamp,
        fulfillment_status=_sent(change.summary.status, change.summary.shipped, change.summary.unshipped),
        status=change.summary.status or None,
        line_items=tuple(_line(item, stamp) for item in change.summary.items),
        partial=True,
        shipping_address=_address(change.summary.postal_code),
        silent=_silent(change.summary.postal_code),
    )
    asked = [TellBuyerRequest(_request(change, stamp, note))] if change.type == "BuyerRequestedChange" else []
    return [TellOrder(order), *asked, _heard(head, change.seller)]


def mfn_order_status_change(raw: bytes) -> Sequence[Command]:
    """One line of an order that the seller sends has come further. Amazon has stopped to tell of these."""
    head, note = _read(raw)
    told = body_of(note, "MFNOrderStatusChangeNotification", MfnStatus)
    _require_names(told.seller, told.order)
    at = _time_of(note, None)
    status = OLDER_WORDS.get(told.status, told.status)
    stamp = Stamp(at, _progress(status), _place(at, note))
    line = LineItem(
        external_id=told.item[:LONGEST],
        title=told.sku or told.item,
        quantity=count(told.quantity),
        sku=told.sku,
        fulfillment_status=_sent(status, 0, 0),
        status=status,
        told=stamp,
    )
    order = ToldOrder(
        provider=AMAZON,
        account=told.seller,
        external_id=told.order,
        number=told.order,
        created_at=since_1970(told.purchased, MILLISECOND) or at,
        updated_at=at,
        stamp=stamp,
        fulfillment_status=_sent(status, 0, 0),
        status=status or None,
        line_items=(line,) if told.item else (),
        partial=True,
        shipping_address=_address(told.postal_code),
        silent=_silent(told.postal_code),
    )
    return [TellOrder(order), _heard(head, told.seller)]


def return_status_change(raw: bytes) -> Sequence[Command]:
    """Something comes back, or is to; Amazon has published no schema of it, so nothing in it need be there."""
    head, note = _read(raw)
    told = body_of(note, "ReturnStatusChangeNotification", ReturnStatus)
    _require_names(told.seller)
    at = _time_of(note, None)
    record = ReturnNote(
        provider=AMAZON,
        account=told.seller,
        external_id=(told.id or note.metadata.notification_id or head.id)[:LONGEST],
        created_at=at,
        stamp=Stamp(at, 0, note.metadata.notification_id),
        status=told.status or None,
        order=told.order or None,
        item=told.item or None,
        sku=told.sku or None,
        quantity=None if told.quantity is None else count(told.quantity),
    )
    return [TellRecord(record), _heard(head, told.seller)]


def feed_processing_finished(raw: bytes) -> Sequence[Command]:
    """A feed was worked off; of one that failed the admins are told."""
    head, note = _read(raw)
    told = body_of(note, "FeedProcessingFinishedNotification", FeedFinished)
    account = told.seller or told.account.removeprefix(MERCHANT)
    _require_names(account, told.feed)
    at = _time_of(note, None)
    record = Feed(
        provider=AMAZON,
        account=account,
        external_id=told.feed,
        created_at=at,
        stamp=Stamp(at, 0, note.metadata.notification_id),
        status=told.status,
        type=told.type or None,
        document=told.document or None,
    )
    due = DueNotice(Notice.FEED_FAILED, f"feed:{record.external_id}:{record.status}")
    notices = (due,) if record.failed else ()
    return [TellRecord(record, notices=notices), _heard(head, account)]


def other(raw: bytes) -> Sequence[Command]:
    """A notification that means nothing here; what is none cannot be read, and shows as such."""
    note = notification_of(head_of(raw))
    return [Nothing(f"{note.type} is not handled")]


def _read(raw: bytes) -> tuple[Head, Notification]:
    head = head_of(raw)
    return head, notification_of(head)


def _heard(head: Head, seller: str) -> HearTopic:
    return HearTopic(AMAZON, seller, head.topic, head.at)


def _require_names(*names: str) -> None:
    """Whose it is, and what it is of, must be told."""
    if not all(0 < len(name) <= LONGEST for name in names):
        raise UnreadableDelivery("SellerId or the id of what it is about is missing, or too long.")


def _time_of(note: Notification, otherwise: str | None) -> datetime:
    at = moment(note.event_time) or moment(otherwise)
    if at is None:
        raise UnreadableDelivery("EventTime is no time.")
    return at


def _place(changed_at: datetime, note: Notification) -> str:
    """What puts words of the same moment in order: when the order changed, then their ids."""
    return f"{changed_at.isoformat(timespec='microseconds')} {note.metadata.notification_id}"


def _progress(status: str) -> int:
    return PROGRESS.index(status) if status in PROGRESS else 0


def _sent(status: str, shipped: int, unshipped: int) -> FulfillmentStatus:
    if status == "Shipped" or (shipped > 0 and unshipped <= 0):
        return FulfillmentStatus.FULFILLED
    if status == "PartiallyShipped" or shipped > 0:
        return FulfillmentStatus.PARTIAL
    return FulfillmentStatus.UNFULFILLED


def _line(item: Item, stamp: Stamp) -> LineItem:
    return LineItem(
        external_id=item.id[:LONGEST],
        title=item.sku or item.id,
        quantity=count(item.quantity),
        sku=item.sku,
        fulfillment_status=_sent(item.status, item.shipped, item.quantity - item.shipped),
        status=item.status,
        told=stamp,
    )


def _address(postal_code: str) -> PostalAddress | None:
    """All that is told of where it goes."""
    return PostalAddress(postal_code=postal_code) if postal_code else None


def _silent(postal_code: str) -> frozenset[str]:
    """Of who it goes to nothing is told."""
    return frozenset(PERSONAL) - ({"shipping_address"} if postal_code else set())


def _request(change: OrderChange, stamp: Stamp, note: Notification) -> BuyerRequest:
    """Known by when it was made, so that one that is told of twice is one."""
    asked_at = moment(change.trigger.at)
    when = asked_at.isoformat() if asked_at else note.metadata.notification_id or stamp.at.isoformat()
    cancels = any(item.cancels for item in change.summary.items) or "cancel" in change.trigger.reason.lower()
    return BuyerRequest(
        provider=AMAZON,
        account=change.seller,
        external_id=f"{change.order}:{when}"[:LONGEST],
        created_at=stamp.at,
        stamp=stamp,
        order=change.order,
        cancels=cancels,
        reason=change.trigger.reason[:LONGEST],
    )
