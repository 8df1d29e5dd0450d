"""Marketplaces: what they tell a seller beside orders. These are records of it, in the marketplace's own words."""

from typing import ClassVar

from attrs import frozen

from helpdesk_core.records import Record


@frozen(kw_only=True)
class Feed(Record):
    """A batch of the seller's that the marketplace has worked off. One that is `DONE` stays so, whatever comes late."""

    kind: ClassVar[str] = "feed"

    status: str
    type: str | None = None
    document: str | None = None
    """The id of the report about it, where there is one."""

    @property
    def final(self) -> bool:
        return self.status == "DONE"

    @property
    def failed(self) -> bool:
        return self.status == "FATAL"


@frozen(kw_only=True)
class ReturnNote(Record):
    """Something that was bought comes back, or is to. `order` is the marketplace's id of the order."""

    kind: ClassVar[str] = "return_note"

    status: str | None = None
    order: str | None = None
    item: str | None = None
    sku: str | None = None
    quantity: int | None = None


@frozen(kw_only=True)
class BuyerRequest(Record):
    """A buyer asks the seller to change an order, or (`cancels`) to cancel it. Who they are is not told."""

    kind: ClassVar[str] = "buyer_request"

    order: str
    cancels: bool = False
    reason: str = ""
