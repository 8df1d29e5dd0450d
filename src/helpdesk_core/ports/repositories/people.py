"""Organizations, users, and how callers are recognised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.ids import (
    ApiKeyId,
    OrganizationId,
    UserId,
)
from helpdesk_core.organizations import Organization
from helpdesk_core.users import ApiKey, Session, User


class OrganizationReads(Protocol):
    async def get(self, organization_id: OrganizationId) -> Organization | None: ...

    async def by_slug(self, slug: str) -> Organization | None: ...

    async def all(self) -> Sequence[Organization]:
        """Every organization by slug. For operators; nothing that serves a tenant calls it."""
        ...


class Organizations(OrganizationReads, Protocol):
    async def add(self, organization: Organization) -> None:
        """Raises AlreadyTaken where the slug is in use."""
        ...

    async def replace(self, organization: Organization) -> None: ...


class UserReads(Protocol):
    async def get(self, organization_id: OrganizationId, user_id: UserId) -> User | None: ...

    async def by_id(self, user_id: UserId) -> User | None:
        """Whatever their organization; for recognising a session."""
        ...

    async def by_email(self, email: str) -> User | None:
        """Whatever their organization; e-mails are compared in lower case."""
        ...

    async def of(self, organization_id: OrganizationId | None) -> Sequence[User]:
        """The users of the organization (None: those without one) by e-mail, the disabled ones too."""
        ...


class Users(UserReads, Protocol):
    async def add(self, user: User) -> None:
        """Raises AlreadyTaken where the e-mail is in use, in whatever organization."""
        ...

    async def replace(self, user: User) -> None: ...


class SessionReads(Protocol):
    async def get(self, token_hash: str) -> Session | None: ...

    async def of(self, user_id: UserId) -> Sequence[Session]:
        """The sessions of a user, the newest first."""
        ...


class Sessions(SessionReads, Protocol):
    async def add(self, session: Session) -> None: ...

    async def replace(self, session: Session) -> None: ...

    async def remove(self, token_hash: str) -> None: ...

    async def remove_of(self, user_id: UserId) -> None:
        """Logs a user out everywhere."""
        ...

    async def remove_expired(self, now: datetime) -> int: ...


class ApiKeyReads(Protocol):
    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """Whatever its organization; for recognising a caller."""
        ...

    async def get(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey | None: ...

    async def of(self, organization_id: OrganizationId) -> Sequence[ApiKey]:
        """By age, the revoked ones too."""
        ...


class ApiKeys(ApiKeyReads, Protocol):
    async def add(self, key: ApiKey) -> None: ...

    async def replace(self, key: ApiKey) -> None: ...


class LogInAttempts(Protocol):
    """Failed log-ins, counted in the store so that every process knows of them."""

    async def count(self, subject: str, since: datetime) -> int: ...

    async def add(self, subject: str, at: datetime) -> None: ...

    async def forget(self, subject: str, before: datetime | None = None) -> None:
        """All of a subject, or those of everybody `before` a time where the subject is empty."""
        ...
