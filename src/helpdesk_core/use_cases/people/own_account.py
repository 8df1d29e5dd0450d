"""Users see to their own account: name, e-mail, password, sessions, and how they are told of things."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import AlreadyTaken, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.notifications import NotificationKind, Way
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.use_cases.people.log_in import LogInLimit, count_step, digest
from helpdesk_core.use_cases.people.manage_people import check_name, check_password
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import SESSION_LIFE, Actor, Session, User


@frozen
class ChangeOwnAccount:
    """A user changes what is theirs. Whatever could lock them out, or let another in, needs their password.

    InvalidValue for a wrong password; TooManyAttempts once it was wrong too often, as at the log-in.
    """

    store: Store
    passwords: Passwords
    clock: Clock
    new_id: NewId
    new_token: NewToken
    limit: LogInLimit | None = LogInLimit()

    async def name(self, user: User, name: str) -> User:
        named = evolve(user, name=check_name(name))
        return await self.store.transact(partial(self._changed, named, "name"))

    async def email(self, user: User, email: str, password: str) -> User:
        """AlreadyTaken where another user has it. Links that were mailed to the former address lead nowhere."""
        address = normal_email(email)
        await self._check(user, password)

        async def unit(work: Work) -> User:
            holder = await work.users.by_email(address)
            if holder is not None and holder.id != user.id:
                raise AlreadyTaken(f"There is a user {address} already.")
            await work.user_links.remove_of(user.id)
            return await self._changed(evolve(user, email=address), "email", work)

        return await self.store.transact(unit)

    async def password(self, user: User, password: str, new: str, device: str = "") -> str:
        """Ends all sessions of the user; the token of a new one."""
        check_password(new)
        await self._check(user, password)
        hashed, token = await self.passwords.hash(new), self.new_token()

        async def unit(work: Work) -> None:
            now = self.clock()
            fresh = existing(await work.users.by_id(user.id), "user", user.id)
            if fresh.password_hash != user.password_hash:
                raise InvalidValue("password", "has been changed meanwhile")
            await work.users.replace(evolve(fresh, password_hash=hashed))
            await work.user_links.remove_of(user.id)
            await work.sessions.remove_of(user.id)
            await work.sessions.add(Session(digest(token), user.id, now, now + SESSION_LIFE, device))
            if user.organization_id is not None:
                occasion = Occasion(now, self.new_id, Actor.of(user))
                told = occasion.event(user.organization_id, "user.password_changed", user.id)
                await work.log.append(told)

        await self.store.transact(unit)
        return token

    async def log_out_everywhere(self, user: User) -> None:
        await self.store.transact(lambda work: work.sessions.remove_of(user.id))

    async def _check(self, user: User, password: str) -> None:
        subject = (
            f"account:{user.email}"  # as a log-in, so that a session found open is no place to try passwords
        )
        await self.store.transact(partial(self._count, subject))
        if not await self.passwords.matches(password, user.password_hash):
            raise InvalidValue("password", "is not your password")
        await self.store.transact(lambda work: work.log_in_attempts.forget(subject))

    async def _count(self, subject: str, work: Work) -> None:
        await count_step(subject, "wrong passwords", self.limit, self.clock(), work)

    async def _changed(self, user: User, what: str, work: Work) -> User:
        """The user as they are now, with what was changed."""
        fresh = existing(await work.users.by_id(user.id), "user", user.id)
        changed = evolve(fresh, **{what: getattr(user, what)})
        if changed == fresh:
            return fresh
        await work.users.replace(changed)
        if user.organization_id is not None:
            data = {
                "changed": [what],
                "role": changed.role.value,
                "active": changed.disabled_at is None,
            }
            occasion = Occasion(self.clock(), self.new_id, Actor.of(changed))
            await work.log.append(occasion.event(user.organization_id, "user.updated", user.id, data))
        return changed


@frozen(kw_only=True)
class SettingsChange:
    """What is to be different of a user's settings; what is not given stays. Of `ways`, those kinds that it names."""

    available: bool | Unset = UNSET
    away_until: datetime | None | Unset = UNSET
    ways: Mapping[NotificationKind, Way] | Unset = UNSET


@frozen
class ChangeOwnSettings:
    """A user sets whether they take tickets, and how they are told of things."""

    store: Store

    async def __call__(
        self, organization_id: OrganizationId, user: User, change: SettingsChange
    ) -> UserSettings:
        async def unit(work: Work) -> UserSettings:
            known = await work.user_settings.get(organization_id, user.id)
            known = known or UserSettings(user.id, organization_id)
            wanted = given(change)
            ways = {**known.ways, **wanted.pop("ways", {})}
            changed = evolve(known, **wanted, ways=ways)
            await work.user_settings.put(changed)
            return changed

        return await self.store.transact(unit)
