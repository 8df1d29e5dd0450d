"""What belongs to those who work in an organization: their links, second factors, settings and notifications."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.ids import NotificationId, OrganizationId, TicketId, UserId
from helpdesk_core.notifications import Notification
from helpdesk_core.paging import Page, Slice
from helpdesk_core.people_settings import PeopleSettings
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings


class UserLinkReads(Protocol):
    async def get(self, token_hash: str) -> UserLink | None: ...

    async def of(self, user_id: UserId, purpose: Purpose) -> UserLink | None: ...


class UserLinks(UserLinkReads, Protocol):
    async def put(self, link: UserLink) -> None:
        """Keeps it in the place of the person's link of this purpose."""
        ...

    async def remove_of(self, user_id: UserId) -> None:
        """All links of a person."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes so many that ended before that, at most; how many there were."""
        ...


class SecondFactorReads(Protocol):
    async def get(self, user_id: UserId) -> SecondFactor | None: ...

    async def of_users(self, user_ids: Sequence[UserId]) -> Sequence[SecondFactor]:
        """Those of these users who have one, confirmed or not."""
        ...


class SecondFactors(SecondFactorReads, Protocol):
    async def put(self, factor: SecondFactor) -> None:
        """Keeps it in the place of the user's."""
        ...

    async def remove(self, user_id: UserId) -> None: ...


class UserSettingsReads(Protocol):
    async def get(self, organization_id: OrganizationId, user_id: UserId) -> UserSettings | None:
        """None: they have not set anything."""
        ...

    async def of(self, organization_id: OrganizationId) -> Sequence[UserSettings]:
        """Of all who have set something, or were handed a ticket; in no order."""
        ...


class UsersSettings(UserSettingsReads, Protocol):
    async def put(self, settings: UserSettings) -> None: ...


class PeopleSettingsReads(Protocol):
    async def get(self, organization_id: OrganizationId) -> PeopleSettings | None:
        """None: all is as it comes."""
        ...


class PeoplesSettings(PeopleSettingsReads, Protocol):
    async def put(self, settings: PeopleSettings) -> None: ...


class NotificationReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, notification_id: NotificationId
    ) -> Notification | None: ...

    async def page(self, organization_id: OrganizationId, user_id: UserId, page: Page) -> Slice[Notification]:
        """Of one user. Sorts by created_at."""
        ...

    async def unread(self, organization_id: OrganizationId, user_id: UserId, most: int) -> int:
        """How many a user has not read; `most` means: so many at least."""
        ...

    async def unread_of_ticket(
        self, organization_id: OrganizationId, user_id: UserId, ticket_id: TicketId
    ) -> Sequence[Notification]:
        """Those about one ticket that a user has not read, in no order."""
        ...

    async def waiting(
        self, organization_id: OrganizationId, user_id: UserId, limit: int
    ) -> Sequence[Notification]:
        """Those that a user is still to be mailed, the newest first."""
        ...


class Notifications(NotificationReads, Protocol):
    async def add(self, *notifications: Notification) -> None: ...

    async def replace(self, notification: Notification) -> None: ...

    async def read_all(self, organization_id: OrganizationId, user_id: UserId, at: datetime) -> int:
        """Marks all of a user as read, and nothing is mailed of them; how many there were to mark."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes so many that are older, at most, of whatever organization; how many there were."""
        ...
