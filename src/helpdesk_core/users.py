"""People who work in an organization, how they are recognised, and who did a thing."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.ids import ApiKeyId, OrganizationId, UserId

SESSION_LIFE = timedelta(days=14)
"""A session ends this long after its last use."""


class Role(StrEnum):
    """What a user may do: an agent answers, an admin also decides how the desk works."""

    ADMIN = "admin"
    AGENT = "agent"


class Scope(StrEnum):
    """What an API key may do; each one includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, needed: "Scope") -> bool:
        order = (Scope.READ, Scope.WRITE, Scope.ADMIN)
        return order.index(self) >= order.index(needed)


@frozen
class User:
    """A person who works in an organization; one created without an organization can log in but see nothing."""

    id: UserId
    organization_id: OrganizationId | None
    email: str
    name: str
    role: Role
    created_at: datetime
    password_hash: str = field(repr=False)
    disabled_at: datetime | None = None

    @property
    def called(self) -> str:
        """Their name; their e-mail as long as they have none."""
        return self.name or self.email


@frozen
class Session:
    """A browser that has logged in. The store keeps the digest of the cookie's token, never the token."""

    token_hash: str = field(repr=False)
    user_id: UserId
    created_at: datetime
    expires_at: datetime
    device: str = ""
    """What the browser calls itself, so that its owner knows it again."""


@frozen
class ApiKey:
    """A program's way in. The store keeps the digest of the key, never the key; `hint` is its visible beginning."""

    id: ApiKeyId
    organization_id: OrganizationId
    name: str
    scopes: tuple[Scope, ...]
    key_hash: str = field(repr=False)
    hint: str
    created_at: datetime
    revoked_at: datetime | None = None

    def allows(self, needed: Scope) -> bool:
        return any(scope.covers(needed) for scope in self.scopes)


ActorType = Literal["user", "api_key", "customer", "system"]


@frozen
class Actor:
    """Who did something: a user, a program, a customer, or the desk itself."""

    type: ActorType
    id: UUID | None = None
    name: str = ""

    @classmethod
    def of(cls, user: User) -> "Actor":
        return cls("user", user.id, user.called)


DESK = Actor("system", None, "helpdesk")
