"""What there is of one customer among other things, ratings, and the receipts of erasures."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Select, bindparam, delete, select, text, update

from helpdesk_adapters.storage.sql.conversations import ATTACHMENTS, CONVERSATIONS
from helpdesk_adapters.storage.sql.customers import CUSTOMERS
from helpdesk_adapters.storage.sql.dialects import Among, checked
from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import privacy as mapping
from helpdesk_adapters.storage.sql.messaging import CORRESPONDENCES
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import (
    ErasureRow,
    OrderRow,
    PrivacyRequestRow,
    RatingRow,
    ShopCustomerRow,
    WidgetSessionRow,
    table,
)
from helpdesk_adapters.storage.sql.threads import MENTIONS, PARTICIPANTS
from helpdesk_adapters.storage.sql.ticket_lists import TICKETS
from helpdesk_core.conversations import Conversation
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import AttachmentId, CustomerId, OrganizationId, RatingId, TicketId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import RatingFilter
from helpdesk_core.privacy import Erasure
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.tickets import Ticket

RATINGS = Kept("satisfaction rating", RatingRow, mapping.RATING, mapping.to_rating, mapping.rating_row)
ERASURES = Kept("erasure", ErasureRow, mapping.ERASURE, mapping.to_erasure, mapping.erasure_row)

_VISITS = table(WidgetSessionRow)
_ORDERS, _SHOP_CUSTOMERS, _REQUESTS = table(OrderRow), table(ShopCustomerRow), table(PrivacyRequestRow)

_t, _m, _a, _r = TICKETS.c, CONVERSATIONS.c, ATTACHMENTS.c, RATINGS.c
_ORGANIZATION = bindparam("organization_id", type_=_t.organization_id.type)
_BY_CUSTOMER = text("conversations.author_type = 'customer'")
"""As the partial index says it."""
_FOLLOWED = text("tickets.followers <> '[]'")


class BelongingReads(Repository):
    _TICKETS = TICKETS.select.where(
        checked(_t.organization_id == _ORGANIZATION), _t.customer_id == bindparam("customer_id")
    )
    _MESSAGES = CONVERSATIONS.select.where(
        checked(_m.organization_id == _ORGANIZATION), _m.author_id == bindparam("customer_id"), _BY_CUSTOMER
    )
    _TAKING_PART = Prepared(
        select(PARTICIPANTS.c.ticket_id).where(
            checked(PARTICIPANTS.c.organization_id == _ORGANIZATION),
            PARTICIPANTS.c.customer_id == bindparam("customer_id"),
        )
    )

    _FOLLOWED_TICKETS = Prepared(
        select(_t.id, _t.followers).where(_t.organization_id == _ORGANIZATION, _FOLLOWED)
    )

    async def tickets(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Ticket]:
        check_sort(page, "created_at")
        params = {"organization_id": organization_id, "customer_id": customer_id, **paging(page)}
        prepared = _their_tickets(page.sort, page.after is not None)
        return cut(await TICKETS.every(self._db, prepared, params), page)

    async def messages(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Conversation]:
        check_sort(page, "created_at")
        params = {"organization_id": organization_id, "customer_id": customer_id, **paging(page)}
        prepared = _their_messages(page.sort, page.after is not None)
        return cut(await CONVERSATIONS.every(self._db, prepared, params), page)

    async def taking_part(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[TicketId]:
        params = {"organization_id": organization_id, "customer_id": customer_id}
        return [row[0] for row in await self._db.rows(self._TAKING_PART, params)]

    async def following(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[TicketId]:
        if not addresses:
            return []
        followed = await self._db.rows(self._FOLLOWED_TICKETS, {"organization_id": organization_id})
        return [row[0] for row in followed if not set(addresses).isdisjoint(row[1])]


@lru_cache(8)
def _their_tickets(sort: str, after: bool) -> Prepared:
    statement = BelongingReads._TICKETS
    return Prepared(ordered(statement, _t.created_at, _t.id, Page(sort=sort), after=after))


@lru_cache(8)
def _their_messages(sort: str, after: bool) -> Prepared:
    statement = BelongingReads._MESSAGES
    return Prepared(ordered(statement, _m.created_at, _m.id, Page(sort=sort), after=after))


class Belongings(BelongingReads):
    _HAND_OVER = (
        Prepared(
            update(TICKETS.table)
            .where(_t.customer_id == bindparam("source"))
            .values(customer_id=bindparam("target"), version=_t.version + 1)
        ),
        Prepared(
            update(CONVERSATIONS.table)
            .where(_m.author_id == bindparam("source"), _BY_CUSTOMER)
            .values(author_id=bindparam("target"))
        ),
        Prepared(
            update(RATINGS.table)
            .where(
                Among(_r.ticket_id, "tickets"),
                _r.customer_id == bindparam("source"),
            )
            .values(customer_id=bindparam("target"), version=_r.version + 1)
        ),
        Prepared(
            update(_VISITS)
            .where(_VISITS.c.customer_id == bindparam("source"))
            .values(customer_id=bindparam("target"))
        ),
        Prepared(
            update(_ORDERS)
            .where(_ORDERS.c.customer_id == bindparam("source"))
            .values(customer_id=bindparam("target"), version=_ORDERS.c.version + 1)
        ),
        *(
            Prepared(
                update(one)
                .where(one.c.customer_id == bindparam("source"))
                .values(customer_id=bindparam("target"))
            )
            for one in (_SHOP_CUSTOMERS, _REQUESTS, CORRESPONDENCES)
        ),
    )
    _RELEASE = (
        Prepared(
            update(_ORDERS)
            .where(
                checked(_ORDERS.c.organization_id == _ORGANIZATION),
                _ORDERS.c.customer_id == bindparam("the_customer"),
            )
            .values(customer_id=None, version=_ORDERS.c.version + 1)
        ),
        Prepared(
            update(_REQUESTS)
            .where(
                checked(_REQUESTS.c.organization_id == _ORGANIZATION),
                _REQUESTS.c.customer_id == bindparam("the_customer"),
            )
            .values(customer_id=None)
        ),
        *(
            Prepared(
                delete(one).where(
                    checked(one.c.organization_id == _ORGANIZATION),
                    one.c.customer_id == bindparam("the_customer"),
                )
            )
            for one in (_SHOP_CUSTOMERS, CORRESPONDENCES)
        ),
    )
    _FORGET_VISITS = Prepared(
        delete(_VISITS).where(
            checked(_VISITS.c.organization_id == _ORGANIZATION),
            _VISITS.c.customer_id == bindparam("customer_id"),
        )
    )
    _TAKE_PART = Prepared(inserting(PARTICIPANTS), OR_NOTHING)
    _NO_PART = Prepared(delete(PARTICIPANTS).where(PARTICIPANTS.c.customer_id == bindparam("source")))
    _DIGESTS = Prepared(
        select(_a.id, _a.digest).where(checked(_a.organization_id == _ORGANIZATION), Among(_a.id, "ids"))
    )
    _FORGET_FILES = Prepared(delete(ATTACHMENTS.table).where(Among(_a.id, "ids")))
    _STILL_USED = Prepared(
        select(_a.digest).where(
            _a.organization_id == _ORGANIZATION, Among(_a.digest, "digests"), _a.digest.is_not(None)
        )
    )
    _FORGET_MENTIONS = Prepared(
        delete(MENTIONS).where(
            MENTIONS.c.organization_id == _ORGANIZATION, Among(MENTIONS.c.message_id, "ids")
        )
    )

    async def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId
    ) -> None:
        for one in (source, target):
            found = await CUSTOMERS.get(self._db, one, organization_id)
            if found is None or found.organization_id != organization_id:
                raise NotFound("customer", one)
        taking_part = await self.taking_part(organization_id, source)
        theirs = await self._db.rows(_ALL_TICKETS, {"the_customer": source})
        params = {"source": source, "target": target, "tickets": [row[0] for row in theirs]}
        self._db.marks.seen.clear()
        for passing in self._HAND_OVER:
            await self._db.execute(passing, params)
        await self._db.execute(self._NO_PART, params)
        rows = [
            {"ticket_id": ticket_id, "customer_id": target, "organization_id": organization_id}
            for ticket_id in taking_part
        ]
        if rows:
            await self._db.send(self._TAKE_PART, rows)

    async def release(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        self._db.marks.seen.clear()
        params = {"organization_id": organization_id, "the_customer": customer_id}
        for releasing in self._RELEASE:
            await self._db.execute(releasing, params)

    async def forget_files(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Sequence[str]:
        if not ids:
            return ()
        params = {"organization_id": organization_id, "ids": ids}
        found = await self._db.rows(self._DIGESTS, params)
        self._db.marks.seen.clear()
        await self._db.execute(self._FORGET_FILES, {"ids": [row[0] for row in found]})
        digests = {row[1] for row in found if row[1] is not None}
        if not digests:
            return ()
        params = {"organization_id": organization_id, "digests": sorted(digests)}
        used = {row[0] for row in await self._db.rows(self._STILL_USED, params)}
        return sorted(digests - used)

    async def forget_visits(self, organization_id: OrganizationId, customer_id: CustomerId) -> int:
        self._db.marks.seen.clear()
        params = {"organization_id": organization_id, "customer_id": customer_id}
        return await self._db.execute(self._FORGET_VISITS, params)

    async def forget_mentions(self, organization_id: OrganizationId, message_ids: Sequence[str]) -> None:
        if message_ids:
            await self._db.execute(
                self._FORGET_MENTIONS, {"organization_id": organization_id, "ids": message_ids}
            )


_ALL_TICKETS = Prepared(select(_t.id).where(_t.customer_id == bindparam("the_customer")))


class RatingReads(Repository):
    _OF_TICKET = RATINGS.where(
        checked(_r.organization_id == _ORGANIZATION), _r.ticket_id == bindparam("ticket_id")
    )

    async def get(self, organization_id: OrganizationId, rating_id: RatingId) -> SatisfactionRating | None:
        found = await RATINGS.get(self._db, rating_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> SatisfactionRating | None:
        params = {"organization_id": organization_id, "ticket_id": ticket_id}
        return await RATINGS.first(self._db, self._OF_TICKET, params)

    async def page(
        self, organization_id: OrganizationId, wanted: RatingFilter, page: Page
    ) -> Slice[SatisfactionRating]:
        check_sort(page, "created_at")
        equal = {
            "score": None if wanted.score is None else wanted.score.value,
            "ticket_id": wanted.ticket_id,
            "assignee_id": wanted.assignee_id,
            "created_from": wanted.created_after,
            "created_to": wanted.created_before,
        }
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _ratings(tuple(given), page.sort, page.after is not None)
        params = {**given, **paging(page), "organization_id": organization_id}
        return cut(await RATINGS.every(self._db, prepared, params), page)


@lru_cache(64)
def _ratings(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    ours = _r.organization_id == _ORGANIZATION
    statement: Select[tuple[object, ...]] = RATINGS.select
    if "ticket_id" in given:
        statement = statement.where(checked(ours), _r.ticket_id == bindparam("ticket_id"))
    elif "assignee_id" in given:
        statement = statement.where(checked(ours), _r.assignee_id == bindparam("assignee_id"))
    else:
        statement = statement.where(ours)
    for name in ("score", "assignee_id"):
        if name in given and not (name == "assignee_id" and "ticket_id" not in given):
            statement = statement.where(_r[name] == bindparam(name))
    if "created_from" in given:
        statement = statement.where(_r.created_at >= bindparam("created_from", type_=_r.created_at.type))
    if "created_to" in given:
        statement = statement.where(_r.created_at < bindparam("created_to", type_=_r.created_at.type))
    return Prepared(ordered(statement, _r.created_at, _r.id, Page(sort=sort), after=after))


class Ratings(RatingReads):
    async def add(self, rating: SatisfactionRating) -> None:
        await RATINGS.add(self._db, rating, f"The ticket {rating.ticket_id} is rated already.")

    async def replace(self, rating: SatisfactionRating) -> None:
        await RATINGS.replace(self._db, rating)

    async def remove(self, organization_id: OrganizationId, rating_id: RatingId) -> None:
        if await self.get(organization_id, rating_id) is not None:
            await RATINGS.remove(self._db, rating_id)


class ErasureReads(Repository):
    _OF_CUSTOMER = ERASURES.where(
        checked(ERASURES.c.organization_id == _ORGANIZATION),
        ERASURES.c.customer_id == bindparam("customer_id"),
    )

    async def of_customer(self, organization_id: OrganizationId, customer_id: CustomerId) -> Erasure | None:
        params = {"organization_id": organization_id, "customer_id": customer_id}
        return await ERASURES.first(self._db, self._OF_CUSTOMER, params)


class Erasures(ErasureReads):
    async def add(self, erasure: Erasure) -> None:
        await ERASURES.add(self._db, erasure, "This customer's erasure has been asked for already.")

    async def replace(self, erasure: Erasure) -> None:
        await ERASURES.replace(self._db, erasure)
