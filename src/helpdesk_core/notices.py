"""Notices: what the desk writes about by mail, and which of them it has given."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from attrs import field, frozen

from helpdesk_core.records import Record


class Notice(StrEnum):
    """What there is to write about."""

    WEBHOOK_ENDPOINT_DISABLED = "webhook_endpoint_disabled"
    INVOICE_PAID = "invoice_paid"
    INVOICE_FAILED = "invoice_failed"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_FAILED = "payment_failed"
    CARD_REFUSED = "card_refused"
    NO_CARD_LEFT = "no_card_left"
    TRIAL_ENDING = "trial_ending"
    SUBSCRIPTION_ENDING = "subscription_ending"
    SUBSCRIPTION_ENDED = "subscription_ended"
    CHARGES_STOPPED = "charges_stopped"
    PAYOUT_FAILED = "payout_failed"
    FEED_FAILED = "feed_failed"
    TOPIC_ENDED = "topic_ended"
    SELLER_UNREACHABLE = "seller_unreachable"
    DATA_REQUESTED = "data_requested"
    DATA_REQUEST_DUE = "data_request_due"
    SHOP_UNREACHABLE = "shop_unreachable"
    """As it stands in older jobs; ACCOUNT_UNREACHABLE is the same of any account."""
    ACCOUNT_UNREACHABLE = "account_unreachable"


@frozen
class DueNotice:
    """A notice that a provider's event gives rise to, about the thing that it tells of.

    `key` names its meaning: of all events that lead to the same key, one is written about. `to` is the address that the
    provider knows for it; without one it goes to the organization's admins.
    """

    what: Notice
    key: str
    to: str | None = field(default=None, repr=False)
    day: datetime | None = None
    """What it announces; it is not given where that is on another day by now."""
    unless_told: bool = False
    """It waits a moment, and is not given where another notice tells the same."""


@frozen(kw_only=True)
class GivenNotice(Record):
    """A notice that was given; `external_id` is its key. `about` is the id of what it is about.

    Created when it was decided on; `due_at` is when it may be written.
    """

    kind: ClassVar[str] = "notice"

    what: Notice
    about: str
    due_at: datetime
    to: str | None = field(default=None, repr=False)
    day: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether another notice may tell the same."""
        return self.due_at > self.created_at
