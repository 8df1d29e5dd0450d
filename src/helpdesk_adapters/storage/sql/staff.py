"""Links, second factors, settings and notifications of those who work in an organization."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, select, text, update

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import staff as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import (
    NotificationRow,
    PeopleSettingsRow,
    SecondFactorRow,
    UserLinkRow,
    UserSettingsRow,
)
from helpdesk_core.ids import NotificationId, OrganizationId, TicketId, UserId
from helpdesk_core.notifications import MailState, Notification
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.people_settings import PeopleSettings
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings

LINKS = Kept(
    "link", UserLinkRow, mapping.USER_LINK, mapping.to_user_link, mapping.user_link_row, key="token_hash"
)
FACTORS = Kept(
    "second factor",
    SecondFactorRow,
    mapping.SECOND_FACTOR,
    mapping.to_second_factor,
    mapping.second_factor_row,
    key="user_id",
)
OF_USERS = Kept(
    "user's settings",
    UserSettingsRow,
    mapping.USER_SETTINGS,
    mapping.to_user_settings,
    mapping.user_settings_row,
    key="user_id",
)
OF_PEOPLE = Kept(
    "people's settings",
    PeopleSettingsRow,
    mapping.PEOPLE_SETTINGS,
    mapping.to_people_settings,
    mapping.people_settings_row,
    key="organization_id",
)
NOTIFICATIONS = Kept(
    "notification",
    NotificationRow,
    mapping.NOTIFICATION,
    mapping.to_notification,
    mapping.notification_row,
)


class UserLinkReads(Repository):
    _OF = LINKS.where(LINKS.c.user_id == bindparam("user_id"), LINKS.c.purpose == bindparam("purpose"))

    async def get(self, token_hash: str) -> UserLink | None:
        return await LINKS.get(self._db, token_hash)

    async def of(self, user_id: UserId, purpose: Purpose) -> UserLink | None:
        return await LINKS.first(self._db, self._OF, {"user_id": user_id, "purpose": purpose.value})


class UserLinks(UserLinkReads):
    _REMOVE_OF = Prepared(delete(LINKS.table).where(LINKS.c.user_id == bindparam("user_id")))
    _OLD = (
        select(LINKS.c.token_hash)
        .where(LINKS.c.expires_at < bindparam("before"))
        .order_by(LINKS.c.expires_at)
        .limit(bindparam(LIMIT))
    )
    _FORGET = Prepared(delete(LINKS.table).where(LINKS.c.token_hash.in_(_OLD)))

    async def put(self, link: UserLink) -> None:
        former = await self.of(link.user_id, link.purpose)
        if former is not None:
            await LINKS.remove(self._db, former.token_hash)
        await LINKS.add(self._db, link, "This link exists already.")

    async def remove_of(self, user_id: UserId) -> None:
        self._db.marks.seen.clear()
        await self._db.execute(self._REMOVE_OF, {"user_id": user_id})

    async def forget(self, before: datetime, limit: int) -> int:
        self._db.marks.seen.clear()
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})


class SecondFactorReads(Repository):
    _OF_USERS = Prepared(FACTORS.select.where(Among(FACTORS.c.user_id, "user_ids")))

    async def get(self, user_id: UserId) -> SecondFactor | None:
        return await FACTORS.get(self._db, user_id)

    async def of_users(self, user_ids: Sequence[UserId]) -> Sequence[SecondFactor]:
        return await FACTORS.every(self._db, self._OF_USERS, {"user_ids": list(user_ids)})


class SecondFactors(SecondFactorReads):
    async def put(self, factor: SecondFactor) -> None:
        if await self.get(factor.user_id) is None:
            await FACTORS.add(self._db, factor, "The user has a second factor already.")
        else:
            await FACTORS.replace(self._db, factor)

    async def remove(self, user_id: UserId) -> None:
        await FACTORS.remove(self._db, user_id)


class UserSettingsReads(Repository):
    _OF = Prepared(OF_USERS.select.where(OF_USERS.c.organization_id == bindparam("organization_id")))

    async def get(self, organization_id: OrganizationId, user_id: UserId) -> UserSettings | None:
        found = await OF_USERS.get(self._db, user_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def of(self, organization_id: OrganizationId) -> Sequence[UserSettings]:
        return await OF_USERS.every(self._db, self._OF, {"organization_id": organization_id})


class UsersSettings(UserSettingsReads):
    async def put(self, settings: UserSettings) -> None:
        if await OF_USERS.get(self._db, settings.user_id, settings.organization_id) is None:
            await OF_USERS.add(self._db, settings, "The user has settings already.")
        else:
            await OF_USERS.replace(self._db, settings)


class PeopleSettingsReads(Repository):
    async def get(self, organization_id: OrganizationId) -> PeopleSettings | None:
        return await OF_PEOPLE.get(self._db, organization_id, organization_id)


class PeoplesSettings(PeopleSettingsReads):
    async def put(self, settings: PeopleSettings) -> None:
        if await self.get(settings.organization_id) is None:
            await OF_PEOPLE.add(self._db, settings, "The organization has such settings already.")
        else:
            await OF_PEOPLE.replace(self._db, settings)


_c = NOTIFICATIONS.c
_THEIRS = (_c.organization_id == bindparam("organization_id"), _c.user_id == bindparam("user_id"))
# As the partial indexes say it, word for word.
_UNREAD, _WAITING = text("read_at IS NULL"), text("mail = 'waiting'")


class NotificationReads(Repository):
    _COUNT = Prepared(
        select(func.count()).select_from(
            select(_c.id).where(*_THEIRS, _UNREAD).limit(bindparam(LIMIT)).subquery()
        )
    )
    _OF_TICKET = Prepared(
        NOTIFICATIONS.select.where(*_THEIRS, _UNREAD, _c.ticket_id == bindparam("ticket_id"))
    )
    _TO_MAIL = Prepared(
        NOTIFICATIONS.select.where(*_THEIRS, _WAITING)
        .order_by(_c.created_at.desc(), _c.id.desc())
        .limit(bindparam(LIMIT))
    )

    async def get(
        self, organization_id: OrganizationId, notification_id: NotificationId
    ) -> Notification | None:
        found = await NOTIFICATIONS.get(self._db, notification_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(self, organization_id: OrganizationId, user_id: UserId, page: Page) -> Slice[Notification]:
        check_sort(page, "created_at")
        params = {"organization_id": organization_id, "user_id": user_id, **paging(page)}
        listing = _listing(page.sort, page.after is not None)
        return cut(await NOTIFICATIONS.every(self._db, listing, params), page)

    async def unread(self, organization_id: OrganizationId, user_id: UserId, most: int) -> int:
        params = {"organization_id": organization_id, "user_id": user_id, LIMIT: most}
        return int((await self._db.rows(self._COUNT, params))[0][0])

    async def unread_of_ticket(
        self, organization_id: OrganizationId, user_id: UserId, ticket_id: TicketId
    ) -> Sequence[Notification]:
        params = {"organization_id": organization_id, "user_id": user_id, "ticket_id": ticket_id}
        return await NOTIFICATIONS.every(self._db, self._OF_TICKET, params)

    async def waiting(
        self, organization_id: OrganizationId, user_id: UserId, limit: int
    ) -> Sequence[Notification]:
        params = {"organization_id": organization_id, "user_id": user_id, LIMIT: limit}
        return await NOTIFICATIONS.every(self._db, self._TO_MAIL, params)


class Notifications(NotificationReads):
    _READ_ALL = Prepared(
        update(NOTIFICATIONS.table)
        .where(*_THEIRS, _UNREAD)
        .values(read_at=bindparam("at"), mail=bindparam("mail_state"))
    )
    _OLD = (
        select(_c.id)
        .where(_c.created_at < bindparam("before"))
        .order_by(_c.created_at)
        .limit(bindparam(LIMIT))
    )
    _FORGET = Prepared(delete(NOTIFICATIONS.table).where(_c.id.in_(_OLD)))

    async def add(self, *notifications: Notification) -> None:
        await NOTIFICATIONS.add_all(self._db, notifications)

    async def replace(self, notification: Notification) -> None:
        await NOTIFICATIONS.replace(self._db, notification)

    async def read_all(self, organization_id: OrganizationId, user_id: UserId, at: datetime) -> int:
        self._db.marks.seen.clear()
        params = {
            "organization_id": organization_id,
            "user_id": user_id,
            "at": at,
            "mail_state": MailState.NONE.value,
        }
        return await self._db.execute(self._READ_ALL, params)

    async def forget(self, before: datetime, limit: int) -> int:
        self._db.marks.seen.clear()
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})


@lru_cache(4)
def _listing(sort: str, after: bool) -> Prepared:
    statement = NOTIFICATIONS.select.where(*_THEIRS)
    return Prepared(ordered(statement, _c.created_at, _c.id, Page(sort=sort), after=after))
