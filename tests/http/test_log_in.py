"""Logging in, sessions, and what other sites may not do."""

import anyio
import httpx2
import pytest

from helpdesk_adapters.container import Container
from helpdesk_core.users import Role
from tests.http.conftest import PASSWORD, Office, a_client


async def test_a_user_logs_in_is_recognised_and_logs_out(acme: Office, visitor: httpx2.AsyncClient) -> None:
    email = await acme.user()
    answer = await visitor.post("/api/auth/login", json={"email": email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "helpdesk_session=" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert (await visitor.get("/api/auth/me")).json()["email"] == email
    token = visitor.cookies["helpdesk_session"]
    assert (await visitor.post("/api/auth/logout")).status_code == 200
    ended = await visitor.get("/api/auth/me", headers={"cookie": f"helpdesk_session={token}"})
    assert ended.status_code == 401


async def test_a_wrong_password_and_a_wrong_email_look_the_same(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    wrong = await visitor.post("/api/auth/login", json={"email": email, "password": "not this one"})
    nobody = await visitor.post(
        "/api/auth/login", json={"email": "nobody@x.example", "password": "not this one"}
    )
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json()["detail"] == nobody.json()["detail"]


async def test_twenty_failures_lock_an_account_for_a_while_even_for_the_right_password(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    for _ in range(20):
        await visitor.post("/api/auth/login", json={"email": email, "password": "not this one"})
    answer = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    other = await acme.user(Role.ADMIN)
    assert (
        await visitor.post("/api/auth/login", json={"email": other, "password": PASSWORD})
    ).status_code == 200


async def test_many_tries_at_once_do_not_slip_by_the_limit(acme: Office, visitor: httpx2.AsyncClient) -> None:
    email = await acme.user()
    statuses: list[int] = []

    async def attempt() -> None:
        answer = await visitor.post("/api/auth/login", json={"email": email, "password": "not this one"})
        statuses.append(answer.status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(40):
            tasks.start_soon(attempt)
    assert (statuses.count(401), statuses.count(429)) == (20, 20)


async def test_a_disabled_user_is_out_at_once(acme: Office, visitor: httpx2.AsyncClient) -> None:
    email = await acme.user()
    await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    await acme.desk.disable_user()(email)
    assert (await visitor.get("/api/auth/me")).status_code == 401
    assert (
        await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    ).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
)
async def test_a_page_of_another_origin_cannot_act_with_our_cookie(
    acme: Office, visitor: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    email = await acme.user()
    for path in ("/api/auth/login", "/app/login"):
        words = {"email": email, "password": PASSWORD}
        json, data = (words, None) if path.startswith("/api") else (None, words)
        refused = await visitor.post(path, headers=headers, json=json, data=data)
        assert refused.status_code == 403, path
    await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert (await visitor.post("/api/auth/logout", headers=headers)).status_code == 403
    assert (await visitor.post("/app/logout", headers=headers)).status_code == 403
    assert (await visitor.get("/api/auth/me", headers=headers)).status_code == 200


async def test_a_user_without_an_organization_logs_in_but_sees_nothing(
    desk: Container, visitor: httpx2.AsyncClient
) -> None:
    await desk.create_user()(None, "lost@x.example", "Lost", Role.AGENT, PASSWORD)
    await visitor.post("/api/auth/login", json={"email": "lost@x.example", "password": PASSWORD})
    assert (await visitor.get("/api/auth/me")).json()["organization_id"] is None
    page = await visitor.get("/app")
    assert page.status_code == 403
    assert "does not belong to an organization" in page.text


async def test_the_cookie_is_secure_where_the_desk_is_reached_by_https(acme: Office) -> None:
    email = await acme.user()
    async with a_client(acme.app) as browser:
        answer = await browser.post(
            "https://desk.example/api/auth/login", json={"email": email, "password": PASSWORD}
        )
    assert "secure" in answer.headers["set-cookie"].lower()
