"""What shops ask for about the data of people (GDPR, articles 15 and 17), and what became of it.

A request holds no word that tells who somebody is: ids of things, and numbers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar

from attrs import Factory, evolve, field, frozen

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import CustomerId, OrganizationId, PrivacyRequestId
from helpdesk_core.orders import ShopCustomer
from helpdesk_core.records import Record
from helpdesk_core.suppression import address_key

DUE_AFTER = timedelta(days=30)
"""How long there is to do what is asked for."""
REMINDED = timedelta(days=7)
"""How long before it is due the admins are reminded of what is left to them."""


class PrivacyKind(StrEnum):
    DATA_REQUEST = "data_request"
    """A person wants to see what is kept of them; somebody hands it over."""
    REDACTION = "redaction"
    """A person wants to be forgotten."""
    SHOP_REDACTION = "shop_redaction"
    """A shop that has thrown the desk out wants to be forgotten."""


class PrivacyState(StrEnum):
    OPEN = "open"
    DONE = "done"


class Found(StrEnum):
    """What there was of whom it is about."""

    STORED = "stored"
    NOTHING = "nothing_stored"
    ERASED = "erased"
    """They had been erased already."""


@frozen(kw_only=True)
class AskedPerson:
    """Whom a shop means: by its own id of them, or their address alone."""

    external_id: str | None = None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class PrivacyRequest:
    """One request; `provider`, `kind` and `request_key` tell it apart, so that asking twice is asking once.

    `person` and `orders` are the shop's ids. Of a shop that was connected again since, only what was told `before` is
    meant. `erased` counts what was removed or emptied so far.
    """

    id: PrivacyRequestId
    organization_id: OrganizationId
    provider: str
    account: str
    kind: PrivacyKind
    request_key: str
    created_at: datetime
    due_at: datetime
    state: PrivacyState = PrivacyState.OPEN
    finished_at: datetime | None = None
    customer_id: CustomerId | None = None
    found: Found = Found.STORED
    person: str | None = None
    orders: tuple[str, ...] = ()
    before: datetime | None = None
    erased: Mapping[str, int] = Factory(dict)


def with_more_erased(request: PrivacyRequest, more: Mapping[str, int]) -> PrivacyRequest:
    """The request with more counted."""
    names = sorted({*request.erased, *more})
    return evolve(request, erased={name: request.erased.get(name, 0) + more.get(name, 0) for name in names})


def finished(request: PrivacyRequest, at: datetime) -> PrivacyRequest:
    return evolve(request, state=PrivacyState.DONE, finished_at=at)


def handed_over(request: PrivacyRequest, at: datetime) -> PrivacyRequest:
    """A data request that somebody has seen to. Conflict for one that the desk sees to itself."""
    if request.kind is not PrivacyKind.DATA_REQUEST:
        raise Conflict("The desk does this by itself; it is done when the job has come to its end.")
    return request if request.state is PrivacyState.DONE else finished(request, at)


@frozen(kw_only=True)
class ErasedOrder(Record):
    """An order of which nothing may be learned any more that tells who placed it. Its stamp says since when."""

    kind: ClassVar[str] = "erased_order"


@frozen(kw_only=True)
class ErasedAddress(Record):
    """An address that was erased; words that are older than its stamp are not taken in. Its id is a digest of it."""

    kind: ClassVar[str] = "erased_address"


def erased_address_id(organization_id: OrganizationId, account: str, email: str) -> str | None:
    """By what an erased address is known; None for what is no address. The organization's own: nobody else's match."""
    key = address_key(email)
    return None if key is None else _digest(organization_id, account, key)


def redaction_key(
    organization_id: OrganizationId, account: str, person: AskedPerson, orders: Sequence[str]
) -> str:
    """The same for every repetition of a request, and for no other one."""
    who = person.external_id or _digest(organization_id, account, person.email or person.phone or "")
    return f"{account}/{who}/{sha256(' '.join(sorted(set(orders))).encode()).hexdigest()[:32]}"


def shop_words(link: ShopCustomer) -> tuple[str, ...]:
    """By what a shop's customer is found in its raw webhooks."""
    return (told_by(link.provider, link.external_id),)


def told_by(provider: str, word: str) -> str:
    """A word that counts in the webhooks of one provider only: its ids may be anybody's numbers."""
    return f"{provider}/{word}"


def _digest(organization_id: OrganizationId, *parts: Any) -> str:
    return sha256(" ".join(map(str, (organization_id, *parts))).encode("utf-8", "surrogatepass")).hexdigest()
