"""People and programs are recognised."""

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from attrs import evolve, frozen

from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue, TooManyAttempts, WrongCredentials
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.users import SESSION_LIFE, ApiKey, Session, User

REFRESH_AFTER = timedelta(hours=1)
"""A session in use is prolonged at most this often, so that reading pages does not write."""


@frozen
class LogInLimit:
    """How many failed log-ins an account or an address may have within a period; None: no limit."""

    failures: int = 20
    period: timedelta = timedelta(minutes=5)


class SecondStepNeeded(WrongCredentials):
    """The password is right, and a code of the second factor is needed besides."""

    code = "second_factor_needed"

    def __init__(self, user: User) -> None:
        super().__init__("A code of the second factor is needed.")
        self.user = user


class SecondFactorDemanded(WrongCredentials):
    """The organization demands a second factor, which is to be set up first."""

    code = "second_factor_demanded"


@frozen
class LogIn:
    """Checks e-mail and password and starts a session; returns its token, which is not kept, and the user.

    A wrong e-mail and a wrong password look the same and take the same time. WrongCredentials, or TooManyAttempts
    once an account or an address has failed too often: the right password does not help then either.
    SecondStepNeeded, and no session, for whoever has a second factor.
    """

    store: Store
    passwords: Passwords
    clock: Clock
    new_token: NewToken
    limit: LogInLimit | None = LogInLimit()

    async def __call__(self, email: str, password: str, address: str, device: str = "") -> tuple[str, User]:
        account = _account(email)
        subjects = (f"account:{account}", f"address:{address}")
        await self.store.transact(partial(self._try, subjects))
        user = await self.store.read(lambda view: view.users.by_email(account))
        fits = await self.passwords.matches(password, user.password_hash if user else None)
        if user is None or not fits or user.disabled_at is not None:
            await self.store.transact(partial(self._note_failure, subjects[1]))
            raise WrongCredentials("The e-mail or the password is wrong.")
        token = self.new_token()
        if not await self.store.transact(partial(self._start, token, user, subjects[0], device)):
            raise SecondStepNeeded(user)
        return token, user

    async def _try(self, subjects: tuple[str, str], work: Work) -> None:
        """Counts a try of the account before it is judged, so that many at once cannot slip by."""
        if self.limit is None:
            return
        since = self.clock() - self.limit.period
        for subject in subjects:
            # An address may stand for many people behind one router.
            allowed = self.limit.failures * (1 if subject.startswith("account:") else 5)
            if await work.log_in_attempts.count(subject, since) >= allowed:
                seconds = int(self.limit.period.total_seconds())
                raise TooManyAttempts("Too many failed log-ins; wait a few minutes and try again.", seconds)
        await work.log_in_attempts.add(subjects[0], self.clock())

    async def _note_failure(self, address: str, work: Work) -> None:
        if self.limit is None:
            return
        now = self.clock()
        await work.log_in_attempts.add(address, now)
        await work.log_in_attempts.forget("", now - self.limit.period)

    async def _start(self, token: str, user: User, account: str, device: str, work: Work) -> bool:
        """False, and no session, where a second factor is to be brought first."""
        now = self.clock()
        fresh = await work.users.by_id(user.id)
        if fresh is None or fresh.password_hash != user.password_hash or fresh.disabled_at is not None:
            raise WrongCredentials(
                "The e-mail or the password is wrong."
            )  # changed while it was being compared
        await work.log_in_attempts.forget(account)
        await work.sessions.remove_expired(now)
        factor = await work.second_factors.get(user.id)
        if factor is not None and factor.confirmed:
            return False
        await work.sessions.add(Session(digest(token), user.id, now, now + SESSION_LIFE, device))
        return True


@frozen
class LogOut:
    """Ends a session; an unknown one is as good as ended."""

    store: Store

    async def __call__(self, token: str) -> None:
        await self.store.transact(lambda work: work.sessions.remove(digest(token)))


@frozen
class RecogniseSession:
    """The user whose session this is, or WrongCredentials. Sessions in use are prolonged.

    SecondFactorDemanded where the organization demands one and the user has none, unless they are `setting_up`.
    """

    store: Store
    clock: Clock

    async def __call__(self, token: str, *, setting_up: bool = False) -> User:
        now = self.clock()
        session, user, lacking = await self.store.read(partial(_session_of, digest(token)))
        if session is None or user is None or session.expires_at <= now or user.disabled_at is not None:
            raise WrongCredentials("The session has ended; log in again.")
        if lacking and not setting_up:
            raise SecondFactorDemanded(
                "Your organization demands a second factor; set it up in your account."
            )
        if session.expires_at - now < SESSION_LIFE - REFRESH_AFTER:
            await self.store.transact(partial(_prolong, session.token_hash, now))
        return user


@frozen
class RecogniseKey:
    """The API key that was shown, or WrongCredentials; a revoked one is not recognised from that moment on."""

    store: Store

    async def __call__(self, key: str) -> ApiKey:
        found = await self.store.read(lambda view: view.api_keys.by_hash(digest(key)))
        if found is None or found.revoked_at is not None:
            raise WrongCredentials("The API key is unknown or was revoked.")
        return found


async def count_step(subject: str, what: str, limit: LogInLimit | None, now: datetime, work: Work) -> None:
    """Counts a try of the subject before it is judged, so that many at once cannot slip by.

    TooManyAttempts, which says `what` there was too much of, once the limit is reached.
    """
    if limit is None:
        return
    if await work.log_in_attempts.count(subject, now - limit.period) >= limit.failures:
        seconds = int(limit.period.total_seconds())
        raise TooManyAttempts(f"Too many {what}; wait a few minutes and try again.", seconds)
    await work.log_in_attempts.add(subject, now)


def digest(token: str) -> str:
    """What the store keeps of a token: tokens are random enough that a plain hash cannot be reversed."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _account(email: str) -> str:
    try:
        return normal_email(email)
    except InvalidValue as refusal:
        raise WrongCredentials("The e-mail or the password is wrong.") from refusal


async def _prolong(token_hash: str, now: datetime, work: Work) -> None:
    session = await work.sessions.get(token_hash)
    if session is None:
        raise WrongCredentials("The session has ended; log in again.")
    await work.sessions.replace(evolve(session, expires_at=now + SESSION_LIFE))


async def _session_of(token_hash: str, view: View) -> tuple[Session | None, User | None, bool]:
    """The session and its user, and whether they lack a second factor that is demanded."""
    session = await view.sessions.get(token_hash)
    user = await view.users.by_id(session.user_id) if session else None
    return session, user, user is not None and await _lacks_factor(user, view)


async def _lacks_factor(user: User, view: View) -> bool:
    if user.organization_id is None:
        return False
    settings = await view.people_settings.get(user.organization_id)
    if settings is None or not settings.demands_second_factor:
        return False
    factor = await view.second_factors.get(user.id)
    return factor is None or not factor.confirmed
