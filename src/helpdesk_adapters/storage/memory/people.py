"""Organizations, those who work in them, and how they are let in."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from attrs import frozen

from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Sorted, Table, Unique
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import ApiKeyId, OrganizationId, UserId
from helpdesk_core.organizations import Organization
from helpdesk_core.users import ApiKey, Session, User


class Organizations:
    def __init__(self, journal: Journal) -> None:
        self._by_slug = Unique[OrganizationId, Organization](
            lambda row: (row.slug,), lambda slug: AlreadyTaken(f"The slug {slug} is in use.")
        )
        self.rows = Table(journal, self._by_slug)

    async def get(self, organization_id: OrganizationId) -> Organization | None:
        return self.rows.get(organization_id)

    async def by_slug(self, slug: str) -> Organization | None:
        holder = self._by_slug.holder(slug)
        return None if holder is None else self.rows[holder]

    async def all(self) -> Sequence[Organization]:
        return sorted(self.rows, key=lambda row: row.slug)

    async def add(self, organization: Organization) -> None:
        self.rows.add(organization.id, organization)

    async def replace(self, organization: Organization) -> None:
        if self.rows.get(organization.id) is None:
            raise NotFound("organization", organization.id)
        self.rows.put(organization.id, organization)


class Users:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_email = Unique[UserId, User](
            lambda row: (row.email.lower(),), lambda email: AlreadyTaken(f"There is a user {email} already.")
        )
        self._of = Groups[UserId, User](lambda row: (row.organization_id,))
        known = Refers[UserId, User]("organization", lambda row: row.organization_id, organizations.rows)
        self.rows = Table(journal, self._by_email, self._of, known)

    async def get(self, organization_id: OrganizationId, user_id: UserId) -> User | None:
        user = self.rows.get(user_id)
        return user if user is not None and user.organization_id == organization_id else None

    async def by_id(self, user_id: UserId) -> User | None:
        return self.rows.get(user_id)

    async def by_email(self, email: str) -> User | None:
        holder = self._by_email.holder(email.lower())
        return None if holder is None else self.rows[holder]

    async def of(self, organization_id: OrganizationId | None) -> Sequence[User]:
        return sorted(
            (self.rows[key] for key in self._of.of((organization_id,))), key=lambda row: row.email.lower()
        )

    async def add(self, user: User) -> None:
        self.rows.add(user.id, user)

    async def replace(self, user: User) -> None:
        if self.rows.get(user.id) is None:
            raise NotFound("user", user.id)
        self.rows.put(user.id, user)


class Sessions:
    def __init__(self, journal: Journal, users: Users) -> None:
        self._of_user = Groups[str, Session](lambda row: row.user_id)
        self._by_end = Sorted[str, Session](lambda row: "all", lambda row: (row.expires_at, row.token_hash))
        known = Refers[str, Session]("user", lambda row: row.user_id, users.rows)
        self._rows = Table(journal, self._of_user, self._by_end, known)

    async def get(self, token_hash: str) -> Session | None:
        return self._rows.get(token_hash)

    async def of(self, user_id: UserId) -> Sequence[Session]:
        theirs = sorted(
            (self._rows[key] for key in self._of_user.of(user_id)), key=lambda row: row.token_hash
        )
        return sorted(theirs, key=lambda row: row.created_at, reverse=True)

    async def add(self, session: Session) -> None:
        self._rows.add(session.token_hash, session)

    async def replace(self, session: Session) -> None:
        if self._rows.get(session.token_hash) is None:
            raise NotFound("session", "with this token")
        self._rows.put(session.token_hash, session)

    async def remove(self, token_hash: str) -> None:
        self._rows.drop(token_hash)

    async def remove_of(self, user_id: UserId) -> None:
        for token_hash in self._of_user.of(user_id):
            self._rows.drop(token_hash)

    async def remove_expired(self, now: datetime) -> int:
        expired = []
        for token_hash in self._by_end.ascending("all"):
            if self._rows[token_hash].expires_at > now:
                break
            expired.append(token_hash)
        for token_hash in expired:
            self._rows.drop(token_hash)
        return len(expired)


class ApiKeys:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_hash = Unique[ApiKeyId, ApiKey](
            lambda row: (row.key_hash,), lambda _: AlreadyTaken("This API key exists already.")
        )
        self._of = Groups[ApiKeyId, ApiKey](lambda row: row.organization_id)
        known = Refers[ApiKeyId, ApiKey]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, self._by_hash, self._of, known)

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        holder = self._by_hash.holder(key_hash)
        return None if holder is None else self._rows[holder]

    async def get(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey | None:
        key = self._rows.get(key_id)
        return key if key is not None and key.organization_id == organization_id else None

    async def of(self, organization_id: OrganizationId) -> Sequence[ApiKey]:
        keys = (self._rows[key_id] for key_id in self._of.of(organization_id))
        return sorted(keys, key=lambda row: (row.created_at, row.id))

    async def add(self, key: ApiKey) -> None:
        self._rows.add(key.id, key)

    async def replace(self, key: ApiKey) -> None:
        if await self.get(key.organization_id, key.id) is None:
            raise NotFound("API key", key.id)
        self._rows.put(key.id, key)


@frozen
class _Attempt:
    subject: str
    at: datetime


class LogInAttempts:
    def __init__(self, journal: Journal) -> None:
        self._keys = count()
        self._of_subject = Groups[int, _Attempt](lambda row: row.subject)
        self._rows = Table(journal, self._of_subject)

    async def count(self, subject: str, since: datetime) -> int:
        return sum(self._rows[key].at >= since for key in self._of_subject.of(subject))

    async def add(self, subject: str, at: datetime) -> None:
        self._rows.add(next(self._keys), _Attempt(subject, at))

    async def forget(self, subject: str, before: datetime | None = None) -> None:
        keys = self._of_subject.of(subject) if subject else self._rows.keys()
        for key in keys:
            if before is None or self._rows[key].at < before:
                self._rows.drop(key)
