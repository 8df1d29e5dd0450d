"""What shops, marketplaces and payments tell."""

from datetime import datetime

from attrs import field, frozen

from helpdesk_core.marketplace import BuyerRequest
from helpdesk_core.notices import DueNotice
from helpdesk_core.orders import ShopPerson, ToldOrder
from helpdesk_core.privacy_requests import AskedPerson
from helpdesk_core.records import Record


@frozen
class EndConnection:
    """The owner of an outside account has taken the desk's access away, at this time by the provider's clock."""

    provider: str
    account: str
    at: datetime


@frozen
class TellOrder:
    """A shop tells of an order."""

    order: ToldOrder


@frozen
class TellShopCustomer:
    """A shop tells of one of its customers."""

    provider: str
    account: str
    person: ShopPerson


@frozen
class AskForData:
    """A shop asks, for one of its customers, what is kept of them."""

    provider: str
    account: str
    request_id: str
    person: AskedPerson
    orders: tuple[str, ...] = ()


@frozen
class RedactPerson:
    """A shop asks that one of its customers be forgotten, and who placed these orders."""

    provider: str
    account: str
    person: AskedPerson
    orders: tuple[str, ...] = ()


@frozen
class RedactShop:
    """A shop that was left asks to be forgotten."""

    provider: str
    account: str


@frozen
class TellRecord:
    """A provider tells of a thing that it keeps for an organization.

    A record without an account is of whoever knows it by its id already.
    """

    record: Record
    claim: str | None = None
    """Id or slug of the organization that it says it is of. It binds an account that is nobody's, and no other."""
    live: bool | None = None
    """Whether it is about real money; None where the provider has no test mode."""
    notices: tuple[DueNotice, ...] = ()


@frozen
class TellBuyerRequest:
    """Somebody who bought on a marketplace asks something of the seller, by way of the marketplace."""

    request: BuyerRequest


@frozen
class HearTopic:
    """An account's notifications come through this topic; one of them did at this time, by the topic's clock."""

    provider: str
    account: str
    topic: str
    at: datetime


@frozen
class ConfirmTopic:
    """A topic asks whether the desk wants to hear from it: whoever calls this address says yes."""

    provider: str
    topic: str
    at: datetime
    url: str = field(repr=False)


@frozen
class EndTopic:
    """A topic was told to send no more."""

    provider: str
    topic: str
    at: datetime
