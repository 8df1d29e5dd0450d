"""The pages about people: coming in, the account, notifications, and the rooms about users, keys and assignment."""

import re

import httpx2
import pyotp
import pytest

from helpdesk_adapters.ids import system_clock
from helpdesk_core.event_log import Occasion
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.people.mail_links import link_path
from helpdesk_core.use_cases.people.own_account import SettingsChange
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import Actor, Role, User
from tests.due_jobs import run_jobs
from tests.http.conftest import PASSWORD, Office, a_client

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
NEW = "seven green bottles"
ROOMS = (
    "/app/settings/users",
    "/app/settings/users/invite",
    "/app/settings/api-keys",
    "/app/settings/assignment",
)


async def logged_in(office: Office, role: Role, email: str | None = None) -> httpx2.AsyncClient:
    """A browser of its own, in which somebody of the organization is logged in."""
    email = await office.user(role, email)
    browser = a_client(office.app)
    answer = await browser.post("/app/login", data={"email": email, "password": PASSWORD})
    assert answer.headers["location"] == "/app"
    return browser


async def the_user(office: Office, email: str) -> User:
    found = await office.desk.store().read(lambda view: view.users.by_email(email))
    assert found is not None
    return found


@pytest.fixture
async def admin(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme, Role.ADMIN)


@pytest.fixture
async def agent(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme, Role.AGENT)


def link_in(page: str) -> str:
    found = re.search(r"/app/(?:invitation|reset)\?token=[\w-]+", page)
    assert found is not None
    return found[0]


async def with_second_factor(browser: httpx2.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    """The app and the recovery codes of whoever is logged in."""
    page = (await browser.get("/app/account/second-factor")).text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    code = app.at(system_clock(), counter_offset=-1)
    shown = await browser.post("/app/account/second-factor", data={"code": code})
    assert shown.status_code == 200, shown.text
    return app, re.findall(r"<li><code>([\w-]+)</code>", shown.text)


# Who sees what


async def test_the_rooms_about_people_are_for_admins(
    agent: httpx2.AsyncClient, admin: httpx2.AsyncClient
) -> None:
    for path in ROOMS:
        assert (await admin.get(path)).status_code == 200, path
        assert (await agent.get(path)).status_code == 403, path


async def test_an_agent_cannot_do_what_the_rooms_do(acme: Office, agent: httpx2.AsyncClient) -> None:
    ada = await the_user(acme, await acme.user(Role.ADMIN))
    one = f"/app/settings/users/{ada.id}"
    for path in (
        "/app/settings/users/invite",
        "/app/settings/users/second-factor",
        f"{one}/role",
        f"{one}/active",
        f"{one}/invite",
        f"{one}/second-factor/remove",
        "/app/settings/api-keys",
        "/app/settings/assignment",
    ):
        answer = await agent.post(path, data={"role": "admin", "email": "x@y.example", "active": "no"})
        assert answer.status_code == 403, path
    assert (await the_user(acme, ada.email)).disabled_at is None


async def test_users_and_keys_of_another_organization_are_not_found(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    foreign = await the_user(other, await other.user(Role.AGENT))
    key, _ = await other.desk.create_api_key()(other.id, "a foreign key")
    for path in ("role", "active", "invite", "second-factor/remove"):
        answer = await admin.post(f"/app/settings/users/{foreign.id}/{path}", data={"role": "admin"})
        assert answer.status_code == 404, path
    assert (await admin.post(f"/app/settings/api-keys/{key.id}/revoke")).status_code == 404
    page = (await admin.get("/app/settings/users")).text + (await admin.get("/app/settings/api-keys")).text
    assert foreign.email not in page
    assert "a foreign key" not in page
    assert (await the_user(other, foreign.email)).role is Role.AGENT


@pytest.mark.parametrize(
    "path",
    [
        "/app/login/code",
        "/app/forgotten",
        "/app/invitation",
        "/app/reset",
        "/app/account/name",
        "/app/account/email",
        "/app/account/password",
        "/app/account/availability",
        "/app/account/notifications",
        "/app/account/log-out-everywhere",
        "/app/account/second-factor",
        "/app/account/second-factor/codes",
        "/app/account/second-factor/remove",
        "/app/notifications/read",
        "/app/settings/users/invite",
        "/app/settings/users/second-factor",
        "/app/settings/api-keys",
        "/app/settings/assignment",
    ],
)
async def test_no_form_works_from_another_origin(admin: httpx2.AsyncClient, path: str) -> None:
    answer = await admin.post(path, data={"name": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


# Invitations and forgotten passwords


async def test_an_invitation_without_mail_is_handed_over_and_lets_in_once(
    acme: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    shown = await admin.post(
        "/app/settings/users/invite", data={"email": "cleo@acme.example", "name": "", "role": "agent"}
    )
    link = link_in(shown.text)
    assert "invited" in (await admin.get("/app/settings/users")).text
    page = await visitor.get(link)
    assert (page.status_code, "cleo@acme.example" in page.text) == (200, True)
    token = link.partition("token=")[2]
    short = await visitor.post("/app/invitation", data={"token": token, "name": "Cleo", "password": "short"})
    assert (short.status_code, "8 to 1024" in short.text) == (422, True)
    assert "set-cookie" not in short.headers
    body = {"token": token, "name": HOSTILE, "password": NEW}
    assert (await visitor.post("/app/invitation", data=body)).headers["location"] == "/app/login?told=joined"
    for answer in (await visitor.post("/app/invitation", data=body), await visitor.get(link)):
        assert answer.status_code == 404
        assert "leads nowhere" in answer.text
    entered = await visitor.post("/app/login", data={"email": "cleo@acme.example", "password": NEW})
    assert entered.headers["location"] == "/app"
    listed = (await admin.get("/app/settings/users")).text
    assert "<script>alert" not in listed
    assert "&lt;script&gt;alert" in listed


async def test_inviting_refuses_what_is_no_address_or_taken(acme: Office, admin: httpx2.AsyncClient) -> None:
    for email in ("nonsense", "admin@acme.example"):
        answer = await admin.post("/app/settings/users/invite", data={"email": email, "role": "agent"})
        assert answer.status_code == 422, email
        assert 'aria-invalid="true"' in answer.text


async def test_a_forgotten_password_looks_the_same_for_everybody(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    answers = [
        await visitor.post("/app/forgotten", data={"email": one}) for one in (email, "nobody@x.example", "")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    headers = [{k: v for k, v in one.headers.items() if k != "x-request-id"} for one in answers]
    assert headers[0] == headers[1] == headers[2]


async def test_a_reset_link_changes_the_password_once_and_ends_all_sessions(
    acme: Office, agent: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    desk = acme.desk
    ben = await the_user(acme, "agent@acme.example")
    actor = Actor("user", ben.id, "")

    async def unit(work: Work) -> str:
        occasion = Occasion(system_clock(), desk.new_id(), actor)
        return str(await desk.open_link()(ben, Purpose.RESET, work, occasion))

    token = await desk.store().transact(unit)
    link = link_path(Purpose.RESET, token)
    assert (await visitor.get(link)).status_code == 200
    assert (await visitor.get(link.replace("/reset", "/invitation"))).status_code == 404
    done = await visitor.post("/app/reset", data={"token": token, "password": NEW})
    assert done.headers["location"] == "/app/login?told=reset"
    assert "Your password is changed" in (await visitor.get("/app/login?told=reset")).text
    assert (await visitor.post("/app/reset", data={"token": token, "password": NEW})).status_code == 404
    assert (await agent.get("/app/account")).status_code == 303


# Two steps


async def test_with_a_second_factor_the_password_alone_gives_no_session(
    acme: Office, agent: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    app, codes = await with_second_factor(agent)
    assert len(codes) == 10
    words = {"email": "agent@acme.example", "password": PASSWORD, "next": "/app/account"}
    first = await visitor.post("/app/login", data=words)
    assert first.headers["location"] == "/app/login/code?next=%2Fapp%2Faccount"
    cookie = first.headers["set-cookie"]
    assert "helpdesk_session" not in cookie
    assert {"httponly", "samesite=strict", "path=/app/login/code"} <= set(cookie.lower().split("; "))
    assert (await visitor.get("/app/account")).status_code == 303
    assert (await visitor.get("/api/auth/me")).status_code == 401
    assert (await visitor.get("/app/login/code")).status_code == 200
    wrong = await visitor.post("/app/login/code", data={"code": "12345", "next": "/app/account"})
    assert (wrong.status_code, "The code is wrong" in wrong.text) == (401, True)
    code = app.at(system_clock())
    done = await visitor.post("/app/login/code", data={"code": code, "next": "/app/account"})
    assert done.headers["location"] == "/app/account"
    assert (await visitor.get("/app/account")).status_code == 200
    async with a_client(acme.app) as another:
        await another.post("/app/login", data=words)
        again = await another.post("/app/login/code", data={"code": code})
        assert again.status_code == 401, "each code is accepted once"
        by_recovery = await another.post("/app/login/code", data={"code": codes[0].upper()})
        assert by_recovery.status_code == 303


async def test_the_first_step_belongs_to_the_browser_that_made_it(
    acme: Office, agent: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    app, _ = await with_second_factor(agent)
    await visitor.post("/app/login", data={"email": "agent@acme.example", "password": PASSWORD})
    async with a_client(acme.app) as another:
        stranger = await another.post("/app/login/code", data={"code": app.at(system_clock())})
        assert stranger.headers["location"].startswith("/app/login?")
        another.cookies.set("helpdesk_first_step", "forged", path="/app/login/code")
        forged = await another.post("/app/login/code", data={"code": app.at(system_clock())})
        assert forged.status_code == 401
        assert "helpdesk_session" not in another.cookies


async def test_a_session_is_always_a_new_one(acme: Office, visitor: httpx2.AsyncClient) -> None:
    email = await acme.user()
    visitor.cookies.set("helpdesk_session", "chosen-by-somebody-else")
    answer = await visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]
    async with a_client(acme.app) as other:
        other.cookies.set("helpdesk_session", "chosen-by-somebody-else")
        assert (await other.get("/app/account")).status_code == 303


async def test_a_program_logs_in_with_a_code_too(acme: Office, agent: httpx2.AsyncClient) -> None:
    app, _ = await with_second_factor(agent)
    words = {"email": "agent@acme.example", "password": PASSWORD}
    async with a_client(acme.app) as program:
        needed = await program.post("/api/auth/login", json=words)
        assert (needed.status_code, needed.json()["code"]) == (401, "second_factor_needed")
        assert "set-cookie" not in needed.headers
        body = {**words, "code": app.at(system_clock())}
        assert (await program.post("/api/auth/login", json=body)).status_code == 200
        assert (await program.get("/api/auth/me")).status_code == 200


async def test_whoever_lacks_a_demanded_factor_sees_nothing_else_before_it_is_set_up(
    acme: Office, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    assert (
        await admin.post("/app/settings/users/second-factor", data={"demanded": "yes"})
    ).status_code == 303
    for browser in (admin, agent):
        for path in ("/app", "/app/account", "/app/notifications", "/app/settings"):
            answer = await browser.get(path)
            assert answer.headers["location"] == "/app/account/second-factor", path
        assert (await browser.get("/api/auth/me")).status_code == 401
    page = await agent.get("/app/account/second-factor")
    assert "demands a second factor" in page.text
    await with_second_factor(agent)
    assert (await agent.get("/app")).status_code == 200


async def test_the_page_of_the_factor_runs_and_styles_nothing(agent: httpx2.AsyncClient) -> None:
    page = (await agent.get("/app/account/second-factor")).text
    assert "<svg" in page
    assert "style=" not in page
    await with_second_factor(agent)
    after = (await agent.get("/app/account/second-factor")).text
    assert 'id="secret"' not in after
    assert "10 recovery codes" in after


async def test_an_admin_takes_a_lost_factor_from_somebody(
    acme: Office, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    await with_second_factor(agent)
    ben = await the_user(acme, "agent@acme.example")
    assert "two factors" in (await admin.get("/app/settings/users")).text
    gone = await admin.post(f"/app/settings/users/{ben.id}/second-factor/remove")
    assert gone.headers["location"] == "/app/settings/users?done=removed"
    assert (await agent.get("/app/account")).status_code == 303, "they are logged out"
    words = {"email": ben.email, "password": PASSWORD}
    assert (await agent.post("/app/login", data=words)).headers["location"] == "/app"


# The account


async def test_a_user_changes_what_is_theirs(acme: Office, agent: httpx2.AsyncClient) -> None:
    async with a_client(acme.app) as second:
        await second.post("/app/login", data={"email": "agent@acme.example", "password": PASSWORD})
        assert (await agent.get("/app/account")).text.count("<strong>python-httpx") == 2
        assert (await agent.post("/app/account/name", data={"name": HOSTILE})).status_code == 303
        assert "<script>alert" not in (await agent.get("/app/account")).text
        wrong = await agent.post("/app/account/password", data={"old": "not this", "new": NEW})
        assert (wrong.status_code, "is not your password" in wrong.text) == (422, True)
        changed = await agent.post("/app/account/password", data={"old": PASSWORD, "new": NEW})
        assert "helpdesk_session=" in changed.headers["set-cookie"]
        assert (await agent.get("/app/account")).status_code == 200
        assert (await second.get("/app/account")).status_code == 303
    moved = await agent.post("/app/account/email", data={"email": "ben@acme.example", "email_password": NEW})
    assert moved.status_code == 303
    assert "ben@acme.example" in (await agent.get("/app/account")).text
    taken = await acme.user(Role.ADMIN)
    refused = await agent.post("/app/account/email", data={"email": taken, "email_password": NEW})
    assert (refused.status_code, "already" in refused.text) == (422, True)
    out = await agent.post("/app/account/log-out-everywhere")
    assert out.headers["location"] == "/app/login"
    assert (await agent.get("/app/account")).status_code == 303


async def test_a_user_sets_when_and_what_they_want_to_hear(acme: Office, agent: httpx2.AsyncClient) -> None:
    await agent.post("/app/account/availability", data={"away_until": "2099-01-02"})
    await agent.post("/app/account/notifications", data={"assigned": "off", "answered": "nonsense"})
    ben = await the_user(acme, "agent@acme.example")
    settings = await acme.desk.store().read(lambda view: view.user_settings.get(acme.id, ben.id))
    assert settings is not None
    assert (settings.available, str(settings.away_until)[:10]) == (False, "2099-01-02")
    assert {kind.value: way.value for kind, way in settings.ways.items()} == {"assigned": "off"}
    page = (await agent.get("/app/account")).text
    assert 'value="2099-01-02"' in page
    bad = await agent.post("/app/account/availability", data={"away_until": "soon"})
    assert bad.status_code == 422


# Notifications


async def test_notifications_are_shown_counted_and_read(
    acme: Office, other: Office, agent: httpx2.AsyncClient
) -> None:
    ben = await the_user(acme, "agent@acme.example")
    for number in (1, 2):
        ticket = await acme.ticket(f"Kettle {number} {HOSTILE}")
        await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"assignee_id": str(ben.id)})
    await acme.desk.follow_log()()
    page = (await agent.get("/app/notifications")).text
    assert page.count("Yours now") == 2
    assert "<script>alert" not in page
    assert re.search(r'id="unread"[^>]*>2<', page)
    link = re.findall(r'href="(/app/notifications/[0-9a-f-]{36})"', page)[0]
    stranger = await logged_in(other, Role.ADMIN)
    assert (await stranger.get(link)).status_code == 404
    assert (await stranger.post(f"{link}/read")).status_code == 404
    colleague = await logged_in(acme, Role.ADMIN, "ada@acme.example")
    assert (await colleague.get(link)).status_code == 404
    assert (await agent.get(link)).headers["location"] == "/app/tickets/2"
    assert re.search(r'id="unread"[^>]*>1<', (await agent.get("/app/account")).text)
    await agent.get("/app/tickets/1")
    assert re.search(r'id="unread"[^>]* hidden', (await agent.get("/app/account")).text), "it was looked at"
    assert (await agent.post("/app/notifications/read")).status_code == 303
    assert "Mark all as read" not in (await agent.get("/app/notifications")).text


async def test_many_notifications_are_paged(acme: Office, agent: httpx2.AsyncClient) -> None:
    ben = await the_user(acme, "agent@acme.example")
    await acme.desk.change_own_settings()(acme.id, ben, SettingsChange(available=True))
    for number in range(32):
        await acme.ticket(f"Kettle {number}")
    await acme.desk.follow_log()()
    page = (await agent.get("/app/notifications")).text
    older = re.search(r'href="(/app/notifications\?cursor=[^"]+)"', page)
    assert older is not None
    rest = (await agent.get(older[1].replace("&amp;", "&"))).text
    subjects = re.findall(r"Kettle \d+", page) + re.findall(r"Kettle \d+", rest)
    assert len(subjects) == len(set(subjects)) == 32
    await run_jobs(acme.desk)


# Rooms


async def test_an_admin_changes_roles_and_locks_people_out(
    acme: Office, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    ben, ada = [await the_user(acme, f"{name}@acme.example") for name in ("agent", "admin")]
    await admin.post(f"/app/settings/users/{ben.id}/role", data={"role": "admin"})
    assert (await the_user(acme, ben.email)).role is Role.ADMIN
    await admin.post(f"/app/settings/users/{ben.id}/active", data={"active": "no"})
    assert (await agent.get("/app")).status_code == 303
    assert "locked out" in (await admin.get("/app/settings/users")).text
    last = await admin.post(f"/app/settings/users/{ada.id}/role", data={"role": "agent"})
    assert (last.status_code, "last admin" in last.text) == (409, True)
    await admin.post(f"/app/settings/users/{ben.id}/active", data={"active": "yes"})
    assert (await the_user(acme, ben.email)).disabled_at is None


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    made = await admin.post("/app/settings/api-keys", data={"name": "Reports", "scope": "read"})
    found = re.search(r'id="secret">(hd_[\w-]+)<', made.text)
    assert found is not None
    secret = found[1]
    later = (await admin.get("/app/settings/api-keys")).text
    assert secret not in later
    async with a_client(acme.app, {"authorization": f"Bearer {secret}"}) as program:
        assert (await program.get("/api/v1/tickets")).status_code == 200
        assert (await program.post("/api/v1/tags", json={"name": "x"})).status_code == 403
        key_id = re.search(r"/api-keys/([0-9a-f-]{36})/revoke", later)
        keys = await acme.desk.store().read(lambda view: view.api_keys.of(acme.id))
        [reports] = [key for key in keys if key.name == "Reports"]
        assert key_id is not None
        await admin.post(f"/app/settings/api-keys/{reports.id}/revoke")
        assert (await program.get("/api/v1/tickets")).status_code == 401
    assert (await admin.post("/app/settings/api-keys", data={"name": " "})).status_code == 422


async def test_assignment_is_arranged_and_takes_effect(
    acme: Office, admin: httpx2.AsyncClient, agent: httpx2.AsyncClient
) -> None:
    saved = await admin.post(
        "/app/settings/assignment", data={"assignment": "round_robin", "scope": "everybody"}
    )
    assert saved.headers["location"] == "/app/settings/assignment?done=saved"
    page = (await admin.get("/app/settings/assignment")).text
    assert re.search(r'value="round_robin" checked', page)
    await agent.post("/app/account/availability", data={})
    assert "takes none" in (await admin.get("/app/settings/assignment")).text
    ticket = await acme.ticket()
    await acme.desk.follow_log()()
    ada = await the_user(acme, "admin@acme.example")
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["assignee_id"] == str(ada.id)
