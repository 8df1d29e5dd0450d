"""Users.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Role
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class MemberView:
    """A person who works in the organization."""

    id: UUID
    organization_id: UUID | None
    email: str
    name: str
    role: Literal["admin", "agent"]
    active: bool
    """Whether they have not been locked out."""
    has_password: bool
    """Without one they cannot log in yet."""
    created_at: datetime
    disabled_at: datetime | None


@frozen
class Users:
    """Users."""

    _calls: Calls

    def list(
        self,
        *,
        role: Role | None = None,
        active: bool | None = None,
        limit: int | None = None,
        sort: Literal["email", "-email", "created_at", "-created_at"] | None = None,
    ) -> Pages[MemberView]:
        """List users by e-mail, those who were locked out too.

        limit: How many at the most.
        """
        return self._calls.pages(
            MemberView, "/api/v1/users", {"role": role, "active": active, "limit": limit, "sort": sort}
        )

    async def create(
        self,
        *,
        email: str,
        name: str | Unset = UNSET,
        role: Role | Unset = UNSET,
        invite: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> MemberView:
        """Add a user.

        They cannot log in before they have chosen a password, by the link that `invite` mails to
        them, or
        `PUT /api/v1/users/{id}/password` has given them one.

        invite: Whether they are mailed a link with which they choose their name and password.
        """
        answered: MemberView = await self._calls.answer(
            MemberView,
            "POST",
            "/api/v1/users",
            body={"email": email, "name": name, "role": role, "invite": invite},
            key=idempotency_key or True,
        )
        return answered

    async def read(self, user_id: UUID | str) -> MemberView:
        """Read a user."""
        answered: MemberView = await self._calls.answer(
            MemberView, "GET", f"/api/v1/users/{segment(user_id)}"
        )
        return answered

    async def change(
        self,
        user_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        role: Role | Unset = UNSET,
        active: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> MemberView:
        """Change a user, lock them out, or let them in again.

        The last admin who can log in can be neither locked out nor made an agent.
        """
        answered: MemberView = await self._calls.answer(
            MemberView,
            "PATCH",
            f"/api/v1/users/{segment(user_id)}",
            body={"name": name, "role": role, "active": active},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, user_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Lock a user out, everywhere and at once.

        They stay known, and what they did stays theirs. The last admin who can log in cannot be
        locked out.
        """
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/users/{segment(user_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def invite(self, user_id: UUID | str, *, idempotency_key: str | None = None) -> MemberView:
        """Invite a user who has no password yet, once more.

        They are mailed a link with which they choose their name and password: once, within seven
        days. A link that they
        were mailed before leads nowhere from now on.
        """
        answered: MemberView = await self._calls.answer(
            MemberView, "POST", f"/api/v1/users/{segment(user_id)}/invite", key=idempotency_key or True
        )
        return answered

    async def remove_second_factor(
        self, user_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a user's second factor from them, who have lost it: their password alone lets them in.

        They are logged out everywhere.
        """
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/users/{segment(user_id)}/second-factor",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def set_password(self, user_id: UUID | str, *, password: str) -> None:
        """Give a user a password, and log them out everywhere.

        It takes no Idempotency-Key: the same password again does no harm.
        """
        await self._calls.answer(
            None, "PUT", f"/api/v1/users/{segment(user_id)}/password", body={"password": password}
        )
