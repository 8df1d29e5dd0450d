"""Log-in.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class UserView:
    """A person who works in the organization."""

    id: UUID
    organization_id: UUID | None
    email: str
    name: str
    role: Literal["admin", "agent"]
    created_at: datetime


@frozen(kw_only=True)
class LoggedIn:
    """The user who is logged in now; the cookie is in the headers."""

    success: bool
    user: UserView


@frozen(kw_only=True)
class LoggedOut:
    """LoggedOut."""

    success: bool


@frozen
class LogIn:
    """Log-in."""

    _calls: Calls

    async def log_in(self, *, email: str, password: str, code: str | None | Unset = UNSET) -> LoggedIn:
        """Log in with e-mail and password, which sets the cookie `helpdesk_session`.

        Whoever has a second factor sends a `code` too; without one the answer is 401 with the code
        `second_factor_needed`.

        code: A code of the second factor, or a recovery code, for whoever has one.
        """
        answered: LoggedIn = await self._calls.answer(
            LoggedIn, "POST", "/api/auth/login", body={"email": email, "password": password, "code": code}
        )
        return answered

    async def log_out(self) -> LoggedOut:
        """Log out: the session ends at once."""
        answered: LoggedOut = await self._calls.answer(LoggedOut, "POST", "/api/auth/logout")
        return answered

    async def read_me(self) -> UserView:
        """Read who is logged in."""
        answered: UserView = await self._calls.answer(UserView, "GET", "/api/auth/me")
        return answered
