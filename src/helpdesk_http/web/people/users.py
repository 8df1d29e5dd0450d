"""The room of the users: who works here, who is invited, what they may do, and who must bring a second factor."""

from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import AlreadyTaken, InvalidValue
from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.people.invite_users import Invited
from helpdesk_core.use_cases.people.mail_links import link_path
from helpdesk_core.use_cases.people.manage_users import NO_PASSWORD, UserChange
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import Role, User
from helpdesk_http.clients import address_of_desk
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

USERS = f"{HOME}/users"


@frozen
class Member:
    """A user as the list shows them."""

    user: User
    second_factor: bool

    @property
    def waits(self) -> bool:
        """Whether they were added, and have not come in yet."""
        return self.user.password_hash == NO_PASSWORD and self.user.disabled_at is None


def user_routes() -> list[BaseRoute]:
    one = f"{USERS}/{{user_id:uuid}}"
    admin = Role.ADMIN
    return [
        Route(USERS, guarded(users_page, admin)),
        Route(f"{USERS}/invite", guarded(invite_page, admin)),
        Route(f"{USERS}/invite", guarded(invite, admin), methods=["POST"]),
        Route(f"{USERS}/second-factor", guarded(demand_second_factor, admin), methods=["POST"]),
        Route(f"{one}/role", guarded(change_role, admin), methods=["POST"]),
        Route(f"{one}/invite", guarded(invite_again, admin), methods=["POST"]),
        Route(f"{one}/active", guarded(let_in_or_out, admin), methods=["POST"]),
        Route(f"{one}/second-factor/remove", guarded(remove_second_factor, admin), methods=["POST"]),
    ]


async def users_page(request: Request, who: Caller) -> Response:
    async def look(view: View) -> tuple[list[Member], bool]:
        users = await view.users.of(who.organization_id)
        factors = await view.second_factors.of_users([user.id for user in users])
        confirmed = {factor.user_id for factor in factors if factor.confirmed}
        members = [Member(user, user.id in confirmed) for user in users]
        return sorted(members, key=_place), await demands(who.organization_id, view)

    members, demanded = await desk_of(request).store().read(look)
    return await settings_page("people/users.html", request, who, members=members, demanded=demanded)


async def demands(organization_id: OrganizationId, view: View) -> bool:
    """Whether everybody must bring a second factor."""
    settings = await view.people_settings.get(organization_id)
    return settings is not None and settings.demands_second_factor


async def invite_page(request: Request, who: Caller) -> Response:
    return await _form(request, who, {}, {})


async def invite(request: Request, who: Caller) -> Response:
    form = await form_of(request, 20_000)
    values = {name: text(form, name) for name in ("email", "name", "role")}
    role = Role.ADMIN if values["role"] == Role.ADMIN.value else Role.AGENT
    try:
        verb = desk_of(request).invite_user()
        invited = await verb(who.organization_id, who.actor, values["email"], values["name"][:200], role)
    except InvalidValue as refusal:
        return await _form(request, who, values, {refusal.path: refusal.message})
    except AlreadyTaken as taken:
        return await _form(request, who, values, {"email": str(taken)})
    return await _invited(request, who, invited)


async def invite_again(request: Request, who: Caller) -> Response:
    verb = desk_of(request).invite_user()
    return await _invited(request, who, await verb.again(who.organization_id, _user_id(request), who.actor))


async def change_role(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    role = Role.ADMIN if text(form, "role") == Role.ADMIN.value else Role.AGENT
    return await _changed(request, who, UserChange(role=role))


async def let_in_or_out(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    return await _changed(request, who, UserChange(active=text(form, "active") == "yes"))


async def remove_second_factor(request: Request, who: Caller) -> Response:
    await desk_of(request).remove_second_factor().of(who.organization_id, _user_id(request), who.actor)
    return RedirectResponse(f"{USERS}?done=removed", 303)


async def demand_second_factor(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    change = desk_of(request).change_people_settings()
    await change(who.organization_id, who.actor, demands_second_factor=bool(form.get("demanded")))
    return RedirectResponse(f"{USERS}?done=saved", 303)


async def _changed(request: Request, who: Caller, change: UserChange) -> Response:
    await desk_of(request).change_user()(who.organization_id, _user_id(request), who.actor, change)
    return RedirectResponse(f"{USERS}?done=saved", 303)


async def _invited(request: Request, who: Caller, invited: Invited) -> Response:
    """Back to the list; where the desk cannot send mail, with the link, to be handed over in another way."""
    settings = desk_of(request).settings()
    if settings.smtp_url or settings.resend_api_key:
        return RedirectResponse(f"{USERS}?done=sent", 303)
    link = f"{address_of_desk(request)}{link_path(Purpose.INVITATION, invited.token)}"
    return await settings_page("people/invited.html", request, who, invited=invited.user, link=link)


async def _form(request: Request, who: Caller, values: dict[str, str], errors: dict[str, str]) -> Response:
    status = 422 if errors else 200
    return await settings_page("people/invite.html", request, who, status, values=values, errors=errors)


def _user_id(request: Request) -> UserId:
    user_id: UUID = request.path_params["user_id"]
    return UserId(user_id)


def _place(member: Member) -> tuple[bool, str]:
    return member.user.disabled_at is not None, member.user.called.casefold()
