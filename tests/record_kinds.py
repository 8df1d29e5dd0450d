"""Every kind of record that there is."""

from helpdesk_core.billing import (
    CardSetup,
    Checkout,
    ConnectedAccount,
    Invoice,
    Payment,
    PaymentMethod,
    Payout,
    Subscription,
)
from helpdesk_core.calls import Call, CallLeg
from helpdesk_core.marketplace import BuyerRequest, Feed, ReturnNote
from helpdesk_core.notices import GivenNotice
from helpdesk_core.privacy_requests import ErasedAddress, ErasedOrder
from helpdesk_core.records import Record

RECORD_KINDS: tuple[type[Record], ...] = (
    Subscription,
    PaymentMethod,
    Invoice,
    Payment,
    CardSetup,
    Checkout,
    ConnectedAccount,
    GivenNotice,
    Payout,
    ErasedOrder,
    ErasedAddress,
    Feed,
    ReturnNote,
    BuyerRequest,
    Call,
    CallLeg,
)
