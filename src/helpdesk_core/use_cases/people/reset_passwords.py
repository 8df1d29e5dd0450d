"""Whoever has forgotten their password chooses another one, by a link that is mailed to them."""

from datetime import timedelta
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue, TooManyAttempts
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.people.mail_links import OpenLink
from helpdesk_core.use_cases.people.manage_people import check_password
from helpdesk_core.use_cases.people.use_links import ReadLink, link_step
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import Actor, User

PERIOD: Final = timedelta(minutes=5)
MOST_MAILS: Final = 2
"""Links that one address is mailed within the period; further ones are not, and nobody is told."""
MOST_ASKED: Final = 20
"""Times that one place may ask within the period, for whomever."""


@frozen
class AskForReset:
    """Mails a link to choose another password, where the e-mail is somebody's who may log in.

    Whether it is, nobody can see. TooManyAttempts where one place asks too often.
    """

    store: Store
    open_link: OpenLink
    clock: Clock
    new_id: NewId

    async def __call__(self, email: str, place: str) -> None:
        try:
            account = normal_email(email)
        except InvalidValue:
            account = ""
        await self.store.transact(partial(self._ask, account, f"reset-from:{place}"))

    async def _ask(self, account: str, place: str, work: Work) -> None:
        now, asked = self.clock(), f"reset:{account}"
        since = now - PERIOD
        if await work.log_in_attempts.count(place, since) >= MOST_ASKED:
            seconds = int(PERIOD.total_seconds())
            raise TooManyAttempts("Too many links were asked for; wait a few minutes and try again.", seconds)
        mailed = await work.log_in_attempts.count(asked, since)
        await work.log_in_attempts.add(place, now)
        await work.log_in_attempts.add(asked, now)
        user = await work.users.by_email(account)
        if user is not None and user.disabled_at is None and mailed < MOST_MAILS:
            occasion = Occasion(now, self.new_id, Actor.of(user))
            await self.open_link(user, Purpose.RESET, work, occasion)


@frozen
class ResetPassword:
    """Gives whoever holds the link another password, and logs them out everywhere; the link is used up.

    A second factor stays. WrongCredentials for a link that is unknown, was used, or has ended.
    """

    store: Store
    passwords: Passwords
    read_link: ReadLink
    clock: Clock
    new_id: NewId

    async def __call__(self, token: str, password: str) -> User:
        check_password(password)
        await self.read_link(token, Purpose.RESET)
        hashed = await self.passwords.hash(password)
        return await self.store.transact(partial(self._reset, token, hashed))

    async def _reset(self, token: str, hashed: str, work: Work) -> User:
        user = await link_step(token, Purpose.RESET, self.clock(), work)
        changed = evolve(user, password_hash=hashed)
        await work.users.replace(changed)
        await work.user_links.remove_of(user.id)
        await work.sessions.remove_of(user.id)
        if user.organization_id is not None:
            occasion = Occasion(self.clock(), self.new_id, Actor.of(user))
            await work.log.append(occasion.event(user.organization_id, "user.password_changed", user.id))
        return changed
