"""Customers.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen
from httpx2 import Response

from helpdesk_core.privacy import ErasureState
from helpdesk_core.tickets import Channel
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import CustomerView, TicketView
from helpdesk_http.client.pages import Page, Pages


@frozen(kw_only=True)
class CorrespondenceView:
    """One conversation with a customer at a provider."""

    channel: Channel
    account: str
    """Ours, that it is held with, as integrations name it."""
    thread: str
    """What the provider calls it: answers are addressed to it."""
    ticket_id: UUID | None
    """The ticket in which it went on last."""
    heard_at: datetime | None
    """When the customer spoke last."""
    read_until: datetime | None
    """What was sent until then was read, where the provider tells that."""
    opted_out: bool
    """They want no messages: none is sent until they say otherwise."""
    opted_at: datetime | None
    """When they last said whether they want messages."""


@frozen(kw_only=True)
class ErasureView:
    """The receipt of an erasure."""

    id: UUID
    customer_id: UUID
    state: ErasureState
    """`erasing` while a job goes on with it, then `erased`."""
    erased: Mapping[str, int]
    """How many of each kind were emptied or removed: conversations, attachments, tickets, events,
    ratings, answers, orders.
    """
    requested_at: datetime
    finished_at: datetime | None


@frozen
class Customers:
    """Customers."""

    _calls: Calls

    def list(
        self,
        *,
        q: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        blocked: bool | None = None,
        limit: int | None = None,
        sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] | None = None,
    ) -> Pages[CustomerView]:
        """List or search customers, the newest first.

        q: Words that must all occur; the last may be a beginning.
        phone: International form.
        limit: How many at the most.
        """
        return self._calls.pages(
            CustomerView,
            "/api/v1/customers",
            {"q": q, "email": email, "phone": phone, "blocked": blocked, "limit": limit, "sort": sort},
        )

    async def create(
        self,
        *,
        name: str | Unset = UNSET,
        email: str | None | Unset = UNSET,
        emails: Sequence[str] | Unset = UNSET,
        phones: Sequence[str] | Unset = UNSET,
        company: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        country: str | None | Unset = UNSET,
        city: str | None | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        blocked: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> CustomerView:
        """Enter a customer.

        emails: The main one first.
        phones: The main one first.
        language: ISO 639-1.
        country: ISO 3166 alpha-2.
        metadata: Any members, 65,536 characters of JSON; null removes one.
        """
        answered: CustomerView = await self._calls.answer(
            CustomerView,
            "POST",
            "/api/v1/customers",
            body={
                "name": name,
                "email": email,
                "emails": emails,
                "phones": phones,
                "company": company,
                "language": language,
                "country": country,
                "city": city,
                "metadata": metadata,
                "blocked": blocked,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, customer_id: UUID | str) -> CustomerView:
        """Read a customer.

        One who was merged answers 308 with the address of the other one, and with what is left of
        them as the body.
        """
        answered: CustomerView = await self._calls.answer(
            CustomerView, "GET", f"/api/v1/customers/{segment(customer_id)}", 308
        )
        return answered

    async def change(
        self,
        customer_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        emails: Sequence[str] | Unset = UNSET,
        phones: Sequence[str] | Unset = UNSET,
        company: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        country: str | None | Unset = UNSET,
        city: str | None | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        blocked: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> CustomerView:
        """Correct a customer.

        emails: The main one first.
        phones: The main one first.
        language: ISO 639-1.
        country: ISO 3166 alpha-2.
        metadata: Any members, 65,536 characters of JSON; null removes one.
        """
        answered: CustomerView = await self._calls.answer(
            CustomerView,
            "PATCH",
            f"/api/v1/customers/{segment(customer_id)}",
            body={
                "name": name,
                "emails": emails,
                "phones": phones,
                "company": company,
                "language": language,
                "country": country,
                "city": city,
                "metadata": metadata,
                "blocked": blocked,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, customer_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Delete a customer who has no tickets."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/customers/{segment(customer_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def block(self, customer_id: UUID | str, *, idempotency_key: str | None = None) -> CustomerView:
        """Block a customer: their mail opens no ticket and joins none."""
        answered: CustomerView = await self._calls.answer(
            CustomerView,
            "POST",
            f"/api/v1/customers/{segment(customer_id)}/block",
            key=idempotency_key or True,
        )
        return answered

    async def unblock(self, customer_id: UUID | str, *, idempotency_key: str | None = None) -> CustomerView:
        """Let a customer in again."""
        answered: CustomerView = await self._calls.answer(
            CustomerView,
            "POST",
            f"/api/v1/customers/{segment(customer_id)}/unblock",
            key=idempotency_key or True,
        )
        return answered

    def list_tickets(
        self,
        customer_id: UUID | str,
        *,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[TicketView]:
        """List a customer's tickets, the newest first; of one who was merged, those of the other one.

        limit: How many at the most.
        """
        return self._calls.pages(
            TicketView, f"/api/v1/customers/{segment(customer_id)}/tickets", {"limit": limit, "sort": sort}
        )

    async def list_correspondences(self, customer_id: UUID | str) -> Page[CorrespondenceView]:
        """List the conversations with a customer at providers; of one who was merged, those of the
        other one.
        """
        answered: Page[CorrespondenceView] = await self._calls.answer(
            Page[CorrespondenceView], "GET", f"/api/v1/customers/{segment(customer_id)}/correspondences"
        )
        return answered

    async def merge(
        self, customer_id: UUID | str, *, into_id: UUID, idempotency_key: str | None = None
    ) -> CustomerView:
        """Merge a customer into another one.

        Addresses, tickets and messages pass to the other one, who is the answer; the old id answers
        308 from then on.
        """
        answered: CustomerView = await self._calls.answer(
            CustomerView,
            "POST",
            f"/api/v1/customers/{segment(customer_id)}/merge",
            body={"into_id": into_id},
            key=idempotency_key or True,
        )
        return answered

    async def export(self, customer_id: UUID | str) -> Response:
        """Export everything there is of a customer, as one JSON document.

        `customer` (with every address), `tickets[]` with their `conversations[]` (texts, times,
        authors, names and
        digests of files) and `rating`, `orders[]`, `imported_from[]` (what they are where they came
        from), and `events[]`
        about the customer. It is sent as it is read, however long it is. That it was asked for
        stands in the audit log.
        """
        return await self._calls.response("GET", f"/api/v1/customers/{segment(customer_id)}/export")

    async def erase(self, customer_id: UUID | str, *, idempotency_key: str | None = None) -> ErasureView:
        """Erase a customer for good: name, addresses, words and files, everywhere.

        What is left is an anonymous customer, so that tickets still belong to somebody. Large ones
        take a while: the
        receipt says `erasing` until a job has come to the end. Asked again, the receipt is the
        same.
        """
        answered: ErasureView = await self._calls.answer(
            ErasureView,
            "POST",
            f"/api/v1/customers/{segment(customer_id)}/erase",
            key=idempotency_key or True,
        )
        return answered

    async def read_erasure(self, customer_id: UUID | str) -> ErasureView:
        """Read the receipt of a customer's erasure."""
        answered: ErasureView = await self._calls.answer(
            ErasureView, "GET", f"/api/v1/customers/{segment(customer_id)}/erasure"
        )
        return answered
