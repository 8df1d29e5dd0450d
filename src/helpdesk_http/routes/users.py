"""Users."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import UserId
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.people.manage_people import LONGEST_PASSWORD, SHORTEST_PASSWORD
from helpdesk_core.use_cases.people.manage_users import NO_PASSWORD, UserChange
from helpdesk_core.users import Role, Scope, User
from helpdesk_http.cursors import listed, page_of, page_of_few
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Email, Limit, Name
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Password = Annotated[
    str, Text(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD, example="seven green bottles on a wall")
]


@frozen
class MemberView:
    """A person who works in the organization."""

    id: UUID
    organization_id: UUID | None
    email: str
    name: str
    role: Literal["admin", "agent"]
    active: Annotated[bool, About(doc="Whether they have not been locked out.")]
    has_password: Annotated[bool, About(doc="Without one they cannot log in yet.")]
    created_at: datetime
    disabled_at: datetime | None


@frozen(kw_only=True)
class NewUser:
    """A person to be added, who cannot log in before they have a password."""

    email: Email
    name: Name = ""
    role: Role = Role.AGENT
    invite: Annotated[
        bool, About(doc="Whether they are mailed a link with which they choose their name and password.")
    ] = False


@frozen(kw_only=True)
class UserPatch:
    """What is to be different; what is left out stays."""

    name: Name | Unset = UNSET
    role: Role | Unset = UNSET
    active: bool | Unset = UNSET


@frozen(kw_only=True)
class NewPassword:
    password: Password


@frozen(kw_only=True)
class UserQuery:
    role: Role | None = None
    active: bool | None = None
    limit: Limit = 25
    sort: Literal["email", "-email", "created_at", "-created_at"] = "email"
    cursor: Cursor | None = None


async def list_users(
    desk: Container, who: Caller, request: Request, query: UserQuery
) -> Reply[Listed[MemberView]]:
    """List users by e-mail, those who were locked out too."""
    page = page_of(desk, "users", query)
    users = await desk.store().read(lambda view: view.users.of(who.organization_id))
    wanted = (
        user
        for user in users
        if (query.role is None or user.role is query.role)
        and (query.active is None or query.active is (user.disabled_at is None))
    )
    found = page_of_few(wanted, page)
    return listed(desk, request, "users", query, [_view(user) for user in found.items], found.next)


async def create_user(desk: Container, who: Caller, body: NewUser) -> Reply[MemberView]:
    """Add a user.

    They cannot log in before they have chosen a password, by the link that `invite` mails to them, or
    `PUT /api/v1/users/{id}/password` has given them one.
    """
    if body.invite:
        invite = desk.invite_user()
        user = (await invite(who.organization_id, who.actor, body.email, body.name, body.role)).user
    else:
        user = await desk.add_user()(who.organization_id, who.actor, body.email, body.name, body.role)
    return Reply(_view(user), headers={"location": f"/api/v1/users/{user.id}"})


async def invite_user(desk: Container, who: Caller, user_id: UUID) -> MemberView:
    """Invite a user who has no password yet, once more.

    They are mailed a link with which they choose their name and password: once, within seven days. A link that they
    were mailed before leads nowhere from now on.
    """
    return _view((await desk.invite_user().again(who.organization_id, UserId(user_id), who.actor)).user)


async def remove_user_second_factor(desk: Container, who: Caller, user_id: UUID) -> None:
    """Take a user's second factor from them, who have lost it: their password alone lets them in.

    They are logged out everywhere.
    """
    await desk.remove_second_factor().of(who.organization_id, UserId(user_id), who.actor)


async def read_user(desk: Container, who: Caller, user_id: UUID) -> MemberView:
    """Read a user."""
    found = await desk.store().read(lambda view: view.users.get(who.organization_id, UserId(user_id)))
    return _view(existing(found, "user", user_id))


async def change_user(desk: Container, who: Caller, user_id: UUID, body: UserPatch) -> MemberView:
    """Change a user, lock them out, or let them in again.

    The last admin who can log in can be neither locked out nor made an agent.
    """
    change = UserChange(name=body.name, role=body.role, active=body.active)
    return _view(await desk.change_user()(who.organization_id, UserId(user_id), who.actor, change))


async def delete_user(desk: Container, who: Caller, user_id: UUID) -> None:
    """Lock a user out, everywhere and at once.

    They stay known, and what they did stays theirs. The last admin who can log in cannot be locked out.
    """
    change = UserChange(active=False)
    await desk.change_user()(who.organization_id, UserId(user_id), who.actor, change)


async def set_user_password(desk: Container, who: Caller, user_id: UUID, body: NewPassword) -> None:
    """Give a user a password, and log them out everywhere.

    It takes no Idempotency-Key: the same password again does no harm.
    """
    await desk.set_password()(who.organization_id, UserId(user_id), who.actor, body.password)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/users", list_users, tag="Users", auth=key(Scope.READ)),
    operation(
        "POST /api/v1/users",
        create_user,
        tag="Users",
        auth=key(Scope.ADMIN),
        status=201,
        errors=(409,),
    ),
    operation("GET /api/v1/users/{user_id}", read_user, tag="Users", auth=key(Scope.READ), errors=(404,)),
    operation(
        "PATCH /api/v1/users/{user_id}",
        change_user,
        tag="Users",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/users/{user_id}",
        delete_user,
        tag="Users",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/users/{user_id}/invite",
        invite_user,
        tag="Users",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/users/{user_id}/second-factor",
        remove_user_second_factor,
        tag="Users",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "PUT /api/v1/users/{user_id}/password",
        set_user_password,
        tag="Users",
        auth=key(Scope.ADMIN),
        errors=(404,),
        alone=True,
    ),
)


def _view(user: User) -> MemberView:
    return MemberView(
        id=user.id,
        organization_id=user.organization_id,
        email=user.email,
        name=user.name,
        role=user.role.value,
        active=user.disabled_at is None,
        has_password=user.password_hash != NO_PASSWORD,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )
