"""What Amazon's Selling Partner API notifies of (developer-docs.amazon.com/sp-api, "Notification type values").

Some types write their names as `SellerId`, some as `sellerId`: they are read in small letters. RETURN_STATUS_CHANGE is
in none of Amazon's published schemas, so that all of it may be missing.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Metadata:
    notification_id: str = named("notificationid", "")


@frozen
class Notification:
    payload: Mapping[str, Any]
    type: str = named("notificationtype")
    event_time: str = named("eventtime", "")
    metadata: Metadata = named("notificationmetadata", Metadata())


@frozen
class Trigger:
    at: str | None = named("timeoforderchange", None)
    reason: str = named("changereason", "")


@frozen
class Item:
    id: str = named("orderitemid")
    sku: str = named("sellersku", "")
    status: str = named("orderitemstatus", "")
    quantity: int = 0
    shipped: int = named("quantityshipped", 0)
    cancels: bool = named("isbuyerrequestedcancel", False)


@frozen
class Summary:
    status: str = named("orderstatus", "")
    purchased: str = named("purchasedate", "")
    postal_code: str = named("destinationpostalcode", "")
    shipped: int = named("numberofitemsshipped", 0)
    unshipped: int = named("numberofitemsunshipped", 0)
    items: tuple[Item, ...] = named("orderitems", ())


@frozen
class OrderChange:
    seller: str = named("sellerid")
    order: str = named("amazonorderid")
    type: str = named("orderchangetype", "")
    trigger: Trigger = named("orderchangetrigger", Trigger())
    summary: Summary = Summary()


@frozen
class MfnStatus:
    """One line of an order that the seller sends. The time of purchase is in milliseconds since 1970."""

    seller: str = named("sellerid")
    order: str = named("amazonorderid")
    status: str = named("orderstatus", "")
    purchased: int | None = named("purchasedate", None)
    postal_code: str = named("destinationpostalcode", "")
    item: str = named("orderitemid", "")
    sku: str = named("sellersku", "")
    quantity: int = 0


@frozen
class ReturnStatus:
    seller: str = named("sellerid")
    id: str = named("returnid", "")
    status: str = named("returnstatus", "")
    order: str = named("amazonorderid", "")
    item: str = named("orderitemid", "")
    sku: str = named("sellersku", "")
    quantity: int | None = None


@frozen
class FeedFinished:
    """Of a vendor, who is no seller, only the account is named."""

    feed: str = named("feedid")
    status: str = named("processingstatus")
    seller: str = named("sellerid", "")
    account: str = named("accountid", "")
    type: str = named("feedtype", "")
    document: str = named("resultfeeddocumentid", "")
