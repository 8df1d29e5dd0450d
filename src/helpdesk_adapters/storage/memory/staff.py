"""Links, second factors, settings and notifications of those who work in an organization."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations, Users
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Sorted, Table, Unique
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import NotificationId, OrganizationId, TicketId, UserId
from helpdesk_core.notifications import MailState, Notification
from helpdesk_core.paging import Page, Slice
from helpdesk_core.people_settings import PeopleSettings
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.tickets import Ticket
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings


class UserLinks:
    def __init__(self, journal: Journal, users: Users) -> None:
        self._of = Unique[str, UserLink](
            lambda row: ((row.user_id, row.purpose),), lambda _: AlreadyTaken("There is such a link already.")
        )
        self._of_user = Groups[str, UserLink](lambda row: row.user_id)
        self._by_end = Sorted[str, UserLink](lambda row: "all", lambda row: (row.expires_at, row.token_hash))
        known = Refers[str, UserLink]("user", lambda row: row.user_id, users.rows)
        self._rows = Table(journal, self._of, self._of_user, self._by_end, known)

    async def get(self, token_hash: str) -> UserLink | None:
        return self._rows.get(token_hash)

    async def of(self, user_id: UserId, purpose: Purpose) -> UserLink | None:
        holder = self._of.holder((user_id, purpose))
        return None if holder is None else self._rows[holder]

    async def put(self, link: UserLink) -> None:
        former = self._of.holder((link.user_id, link.purpose))
        if former is not None:
            self._rows.drop(former)
        self._rows.add(link.token_hash, link)

    async def remove_of(self, user_id: UserId) -> None:
        for token_hash in self._of_user.of(user_id):
            self._rows.drop(token_hash)

    async def forget(self, before: datetime, limit: int) -> int:
        ended = [key for key in self._by_end.ascending("all") if self._rows[key].expires_at < before][:limit]
        for key in ended:
            self._rows.drop(key)
        return len(ended)


class SecondFactors:
    def __init__(self, journal: Journal, users: Users) -> None:
        known = Refers[UserId, SecondFactor]("user", lambda row: row.user_id, users.rows)
        self._rows = Table[UserId, SecondFactor](journal, known)

    async def get(self, user_id: UserId) -> SecondFactor | None:
        return self._rows.get(user_id)

    async def of_users(self, user_ids: Sequence[UserId]) -> Sequence[SecondFactor]:
        found = (self._rows.get(user_id) for user_id in dict.fromkeys(user_ids))
        return [factor for factor in found if factor is not None]

    async def put(self, factor: SecondFactor) -> None:
        self._rows.put(factor.user_id, factor)

    async def remove(self, user_id: UserId) -> None:
        self._rows.drop(user_id)


class UsersSettings:
    def __init__(self, journal: Journal, users: Users) -> None:
        self._of = Groups[UserId, UserSettings](lambda row: row.organization_id)
        known = Refers[UserId, UserSettings]("user", lambda row: row.user_id, users.rows)
        self._rows = Table(journal, self._of, known)

    async def get(self, organization_id: OrganizationId, user_id: UserId) -> UserSettings | None:
        found = self._rows.get(user_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def of(self, organization_id: OrganizationId) -> Sequence[UserSettings]:
        return [self._rows[key] for key in self._of.of(organization_id)]

    async def put(self, settings: UserSettings) -> None:
        known = self._rows.get(settings.user_id)
        if known is not None and known.organization_id != settings.organization_id:
            raise NotFound("user's settings", settings.user_id)
        self._rows.put(settings.user_id, settings)


class PeoplesSettings:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        known = Refers[OrganizationId, PeopleSettings](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table[OrganizationId, PeopleSettings](journal, known)

    async def get(self, organization_id: OrganizationId) -> PeopleSettings | None:
        return self._rows.get(organization_id)

    async def put(self, settings: PeopleSettings) -> None:
        self._rows.put(settings.organization_id, settings)


class Notifications:
    def __init__(self, journal: Journal, users: Users, tickets: Tickets) -> None:
        self._lists = sorted_by(Notification, ("created_at",), lambda row: row.user_id)
        self._unread = Groups[NotificationId, Notification](
            lambda row: None if row.read_at is not None else (row.organization_id, row.user_id)
        )
        self._to_mail = Sorted[NotificationId, Notification](
            lambda row: (row.organization_id, row.user_id) if row.mail is MailState.WAITING else None,
            lambda row: (row.created_at, row.id),
        )
        self._of_ticket = Groups[NotificationId, Notification](lambda row: row.ticket_id)
        self._by_age = Sorted[NotificationId, Notification](
            lambda row: "all", lambda row: (row.created_at, row.id)
        )
        user = Refers[NotificationId, Notification]("user", lambda row: row.user_id, users.rows)
        ticket = Refers[NotificationId, Notification]("ticket", lambda row: row.ticket_id, tickets.rows)
        groups = (self._unread, self._to_mail, self._of_ticket, self._by_age)
        self._rows = Table(journal, *self._lists.values(), *groups, user, ticket)
        tickets.rows.before_drop.append(self._go_with)

    async def get(
        self, organization_id: OrganizationId, notification_id: NotificationId
    ) -> Notification | None:
        found = self._rows.get(notification_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(self, organization_id: OrganizationId, user_id: UserId, page: Page) -> Slice[Notification]:
        return page_of(
            self._lists, user_id, self._rows, page, lambda row: row.organization_id == organization_id
        )

    async def unread(self, organization_id: OrganizationId, user_id: UserId, most: int) -> int:
        return min(self._unread.size((organization_id, user_id)), most)

    async def unread_of_ticket(
        self, organization_id: OrganizationId, user_id: UserId, ticket_id: TicketId
    ) -> Sequence[Notification]:
        rows = (self._rows[key] for key in self._of_ticket.of(ticket_id))
        ours = (row for row in rows if (row.organization_id, row.user_id) == (organization_id, user_id))
        return [row for row in ours if row.read_at is None]

    async def waiting(
        self, organization_id: OrganizationId, user_id: UserId, limit: int
    ) -> Sequence[Notification]:
        keys = self._to_mail.descending((organization_id, user_id))
        return [self._rows[key] for key in islice(keys, limit)]

    async def add(self, *notifications: Notification) -> None:
        for one in notifications:
            self._rows.add(one.id, one)

    async def replace(self, notification: Notification) -> None:
        if await self.get(notification.organization_id, notification.id) is None:
            raise NotFound("notification", notification.id)
        self._rows.put(notification.id, notification)

    async def read_all(self, organization_id: OrganizationId, user_id: UserId, at: datetime) -> int:
        unread = list(self._unread.of((organization_id, user_id)))
        for key in unread:
            self._rows.put(key, evolve(self._rows[key], read_at=at, mail=MailState.NONE))
        return len(unread)

    async def forget(self, before: datetime, limit: int) -> int:
        oldest = islice(self._by_age.ascending("all"), limit)
        old = [key for key in oldest if self._rows[key].created_at < before]
        for key in old:
            self._rows.drop(key)
        return len(old)

    def _go_with(self, ticket: Ticket) -> None:
        for key in tuple(self._of_ticket.of(ticket.id)):
            self._rows.drop(key)
