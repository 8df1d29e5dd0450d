"""Organizations, those who work in them, and how they are let in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from helpdesk_adapters.storage.sql.kept import Kept, Repository
from helpdesk_adapters.storage.sql.mapping import people as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import (
    ApiKeyRow,
    LogInAttemptRow,
    OrganizationRow,
    SessionRow,
    UserRow,
    table,
)
from helpdesk_core.ids import ApiKeyId, OrganizationId, UserId
from helpdesk_core.organizations import Organization
from helpdesk_core.users import ApiKey, Session, User

ORGANIZATIONS = Kept(
    "organization", OrganizationRow, mapping.ORGANIZATION, mapping.to_organization, mapping.organization_row
)
USERS = Kept("user", UserRow, mapping.USER, mapping.to_user, mapping.user_row)
SESSIONS = Kept(
    "session", SessionRow, mapping.SESSION, mapping.to_session, mapping.session_row, key="token_hash"
)
API_KEYS = Kept("API key", ApiKeyRow, mapping.API_KEY, mapping.to_api_key, mapping.api_key_row)


class OrganizationReads(Repository):
    _BY_SLUG = ORGANIZATIONS.where(ORGANIZATIONS.c.slug == bindparam("slug"))
    _ALL = Prepared(ORGANIZATIONS.select.order_by(ORGANIZATIONS.c.slug))

    async def get(self, organization_id: OrganizationId) -> Organization | None:
        return await ORGANIZATIONS.get(self._db, organization_id, organization_id)

    async def by_slug(self, slug: str) -> Organization | None:
        return await ORGANIZATIONS.first(self._db, self._BY_SLUG, {"slug": slug})

    async def all(self) -> Sequence[Organization]:
        return await ORGANIZATIONS.every(self._db, self._ALL)


class Organizations(OrganizationReads):
    async def add(self, organization: Organization) -> None:
        await ORGANIZATIONS.add(self._db, organization, f"The slug {organization.slug} is in use.")

    async def replace(self, organization: Organization) -> None:
        await ORGANIZATIONS.replace(self._db, organization)


class UserReads(Repository):
    _BY_EMAIL = USERS.where(USERS.c.email_key == bindparam("email"))
    _OF = Prepared(
        USERS.select.where(USERS.c.organization_id == bindparam("organization_id")).order_by(
            USERS.c.email_key
        )
    )
    _OF_NONE = Prepared(USERS.select.where(USERS.c.organization_id.is_(None)).order_by(USERS.c.email_key))

    async def get(self, organization_id: OrganizationId, user_id: UserId) -> User | None:
        user = await USERS.get(self._db, user_id, organization_id)
        return user if user is not None and user.organization_id == organization_id else None

    async def by_id(self, user_id: UserId) -> User | None:
        return await USERS.get(self._db, user_id)

    async def by_email(self, email: str) -> User | None:
        return await USERS.first(self._db, self._BY_EMAIL, {"email": email.lower()})

    async def of(self, organization_id: OrganizationId | None) -> Sequence[User]:
        if organization_id is None:
            return await USERS.every(self._db, self._OF_NONE)
        return await USERS.every(self._db, self._OF, {"organization_id": organization_id})


class Users(UserReads):
    async def add(self, user: User) -> None:
        await USERS.add(self._db, user, f"A user of the e-mail {user.email} exists already.")

    async def replace(self, user: User) -> None:
        await USERS.replace(self._db, user)


class SessionReads(Repository):
    _OF = Prepared(
        SESSIONS.select.where(SESSIONS.c.user_id == bindparam("user_id")).order_by(
            SESSIONS.c.created_at.desc(), SESSIONS.c.token_hash
        )
    )

    async def get(self, token_hash: str) -> Session | None:
        return await SESSIONS.get(self._db, token_hash)

    async def of(self, user_id: UserId) -> Sequence[Session]:
        return await SESSIONS.every(self._db, self._OF, {"user_id": user_id})


class Sessions(SessionReads):
    _OF_USER = Prepared(delete(SESSIONS.table).where(SESSIONS.c.user_id == bindparam("user_id")))
    _EXPIRED = Prepared(delete(SESSIONS.table).where(SESSIONS.c.expires_at <= bindparam("now")))

    async def add(self, session: Session) -> None:
        await SESSIONS.add(self._db, session, "This session exists already.")

    async def replace(self, session: Session) -> None:
        await SESSIONS.replace(self._db, session)

    async def remove(self, token_hash: str) -> None:
        await SESSIONS.remove(self._db, token_hash)

    async def remove_of(self, user_id: UserId) -> None:
        self._db.marks.seen.clear()
        await self._db.execute(self._OF_USER, {"user_id": user_id})

    async def remove_expired(self, now: datetime) -> int:
        self._db.marks.seen.clear()
        return await self._db.execute(self._EXPIRED, {"now": now})


class ApiKeyReads(Repository):
    _BY_HASH = API_KEYS.where(API_KEYS.c.key_hash == bindparam("key_hash"))
    _OF = Prepared(
        API_KEYS.select.where(API_KEYS.c.organization_id == bindparam("organization_id")).order_by(
            API_KEYS.c.created_at, API_KEYS.c.id
        )
    )

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        return await API_KEYS.first(self._db, self._BY_HASH, {"key_hash": key_hash})

    async def get(self, organization_id: OrganizationId, key_id: ApiKeyId) -> ApiKey | None:
        key = await API_KEYS.get(self._db, key_id, organization_id)
        return key if key is not None and key.organization_id == organization_id else None

    async def of(self, organization_id: OrganizationId) -> Sequence[ApiKey]:
        return await API_KEYS.every(self._db, self._OF, {"organization_id": organization_id})


class ApiKeys(ApiKeyReads):
    async def add(self, key: ApiKey) -> None:
        await API_KEYS.add(self._db, key, "This API key exists already.")

    async def replace(self, key: ApiKey) -> None:
        await API_KEYS.replace(self._db, key)


_ATTEMPTS = table(LogInAttemptRow)


class LogInAttempts(Repository):
    _COUNT = Prepared(
        select(func.count())
        .select_from(_ATTEMPTS)
        .where(_ATTEMPTS.c.subject == bindparam("subject"), _ATTEMPTS.c.at >= bindparam("since"))
    )
    _ADD = Prepared(inserting(_ATTEMPTS))
    _FORGET = Prepared(delete(_ATTEMPTS).where(_ATTEMPTS.c.subject == bindparam("subject")))
    _FORGET_SUBJECT_BEFORE = Prepared(
        delete(_ATTEMPTS).where(
            _ATTEMPTS.c.subject == bindparam("subject"), _ATTEMPTS.c.at < bindparam("before")
        )
    )
    _FORGET_BEFORE = Prepared(delete(_ATTEMPTS).where(_ATTEMPTS.c.at < bindparam("before")))
    _FORGET_ALL = Prepared(delete(_ATTEMPTS))

    async def count(self, subject: str, since: datetime) -> int:
        return int((await self._db.rows(self._COUNT, {"subject": subject, "since": since}))[0][0])

    async def add(self, subject: str, at: datetime) -> None:
        await self._db.execute(self._ADD, {"subject": subject, "at": at})

    async def forget(self, subject: str, before: datetime | None = None) -> None:
        if subject:
            forget = self._FORGET if before is None else self._FORGET_SUBJECT_BEFORE
        else:
            forget = self._FORGET_ALL if before is None else self._FORGET_BEFORE
        await self._db.execute(forget, {"subject": subject, "before": before})
