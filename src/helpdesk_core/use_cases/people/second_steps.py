"""The second step of a log-in: a code of an app, or a recovery code, after the password."""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from attrs import frozen

from helpdesk_core.errors import WrongCredentials
from helpdesk_core.ids import UserId
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.one_time_codes import OneTimeCodes
from helpdesk_core.ports.secrets import SecretLost, Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.second_factors import (
    FIRST_STEP_LASTS,
    SecondFactor,
    is_recovery_code,
    with_step,
    without_recovery_code,
)
from helpdesk_core.use_cases.people.log_in import LogInLimit, count_step, digest
from helpdesk_core.users import SESSION_LIFE, Session, User

_MARK: Final = "first step of a log-in"
WRONG_CODE: Final = "The code is wrong, or was used already."


@frozen
class Passes:
    """What a browser holds between the two steps: sealed, of one person and their password, for a few minutes."""

    vault: Vault

    def issue(self, user: User, now: datetime) -> str:
        until = int((now + FIRST_STEP_LASTS).timestamp())
        return self.vault.seal("|".join((_MARK, str(user.id), digest(user.password_hash), str(until))))

    def holder(self, sealed: str, now: datetime) -> tuple[UserId, str]:
        """Whose it is, and the digest of the password's hash; WrongCredentials for one that is none, or has ended."""
        try:
            mark, user_id, password, until = self.vault.unseal(sealed).split("|")
        except (SecretLost, ValueError) as error:
            raise WrongCredentials("Log in again.") from error
        if mark != _MARK or now.timestamp() >= int(until):
            raise WrongCredentials("That took too long; log in again.")
        return UserId(UUID(user_id)), password


@frozen
class JudgeCode:
    """Whether a code is right: every one is accepted once, and only so many are judged within a period.

    `count` runs in a unit of its own before `step`, so that many at once cannot slip by.
    """

    codes: OneTimeCodes
    vault: Vault
    clock: Clock
    limit: LogInLimit | None = LogInLimit()

    async def count(self, user_id: UserId, work: Work) -> None:
        """TooManyAttempts once a user has failed too often: the right code does not help then either."""
        await count_step(_subject(user_id), "wrong codes", self.limit, self.clock(), work)

    async def step(self, factor: SecondFactor, code: str, work: Work) -> SecondFactor:
        """The step: the code is used up. WrongCredentials for a wrong one, or one that was used."""
        left = self.judged(factor, code)
        await work.second_factors.put(left)
        await work.log_in_attempts.forget(_subject(factor.user_id))
        return left

    def judged(self, factor: SecondFactor, code: str) -> SecondFactor:
        if is_recovery_code(code):
            left = without_recovery_code(factor, code) if factor.confirmed else None
        else:
            secret = self.vault.unseal(factor.sealed_secret)
            left = with_step(factor, self.codes.step_of(secret, code, self.clock()))
        if left is None:
            raise WrongCredentials(WRONG_CODE)
        return left


@frozen
class FinishLogIn:
    """The second step: starts the session of whoever holds a pass and brings a code; its token, and the user.

    WrongCredentials, also where the password has changed since the first step; TooManyAttempts.
    """

    store: Store
    passes: Passes
    judge: JudgeCode
    clock: Clock
    new_token: NewToken

    async def __call__(self, sealed: str, code: str, device: str = "") -> tuple[str, User]:
        user_id, password = self.passes.holder(sealed, self.clock())
        await self.store.transact(partial(self.judge.count, user_id))
        token = self.new_token()
        user = await self.store.transact(partial(self._finish, user_id, password, code, token, device))
        return token, user

    async def _finish(
        self, user_id: UserId, password: str, code: str, token: str, device: str, work: Work
    ) -> User:
        user = await work.users.by_id(user_id)
        factor = await work.second_factors.get(user_id)
        if user is None or user.disabled_at is not None or digest(user.password_hash) != password:
            raise WrongCredentials("Log in again.")
        if factor is None or not factor.confirmed:
            raise WrongCredentials("Log in again.")
        await self.judge.step(factor, code, work)
        now = self.clock()
        await work.sessions.add(Session(digest(token), user_id, now, now + SESSION_LIFE, device))
        return user


async def confirmed_factor(user_id: UserId, view: View) -> SecondFactor | None:
    """The user's second factor, where they have one that counts."""
    factor = await view.second_factors.get(user_id)
    return factor if factor is not None and factor.confirmed else None


def _subject(user_id: UserId) -> str:
    return f"code:{user_id}"
