"""Users and API keys over the API."""

import httpx2

from helpdesk_core.users import Role, Scope
from tests.http.conftest import PASSWORD, Office, a_client

NEW = {"email": "Noor@Acme.example", "name": "Noor", "role": "agent"}


async def log_in(visitor: httpx2.AsyncClient, email: str, password: str) -> int:
    answer = await visitor.post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code


async def test_a_new_user_logs_in_once_they_have_a_password(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    made = await acme.client.post("/api/v1/users", json=NEW)
    assert made.status_code == 201
    user = made.json()
    assert (user["email"], user["active"], user["has_password"]) == ("noor@acme.example", True, False)
    for password in ("", "nobody has this password", "a new password"):
        assert await log_in(visitor, user["email"], password or " ") == 401, password
    path = f"/api/v1/users/{user['id']}"
    answer = await acme.client.put(f"{path}/password", json={"password": "a new password"})
    assert answer.status_code == 204
    assert await log_in(visitor, user["email"], "a new password") == 200
    assert (await acme.client.get(path)).json()["has_password"] is True


async def test_a_password_takes_no_idempotency_key(acme: Office) -> None:
    user = (await acme.client.post("/api/v1/users", json=NEW)).json()
    path = f"/api/v1/users/{user['id']}/password"
    answer = await acme.client.put(path, json={"password": "long enough"}, headers={"idempotency-key": "1"})
    assert answer.status_code == 422
    assert (await acme.client.put(path, json={"password": "short"})).status_code == 422


async def test_an_e_mail_has_one_user_in_whatever_organization(acme: Office, other: Office) -> None:
    assert (await acme.client.post("/api/v1/users", json=NEW)).status_code == 201
    assert (await other.client.post("/api/v1/users", json=NEW)).status_code == 409


async def test_who_is_locked_out_is_logged_out_and_keeps_their_tickets(acme: Office) -> None:
    email = await acme.user()
    (user,) = (await acme.client.get("/api/v1/users")).json()["data"]
    ticket = await acme.ticket()
    await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"assignee_id": user["id"]})
    async with a_client(acme.app) as browser:
        assert await log_in(browser, email, PASSWORD) == 200
        assert (await browser.get("/api/auth/me")).status_code == 200
        assert (await acme.client.delete(f"/api/v1/users/{user['id']}")).status_code == 204
        assert (await browser.get("/api/auth/me")).status_code == 401
        assert await log_in(browser, email, PASSWORD) == 401
        back = await acme.client.patch(f"/api/v1/users/{user['id']}", json={"active": True})
        assert (back.json()["active"], back.json()["disabled_at"]) == (True, None)
        assert (await browser.get("/api/auth/me")).status_code == 401
        assert await log_in(browser, email, PASSWORD) == 200
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["assignee_id"] == user["id"]


async def test_the_last_admin_who_can_log_in_stays(acme: Office) -> None:
    await acme.user(Role.ADMIN)
    (admin,) = (await acme.client.get("/api/v1/users", params={"role": "admin"})).json()["data"]
    path = f"/api/v1/users/{admin['id']}"
    second = (await acme.client.post("/api/v1/users", json={**NEW, "role": "admin"})).json()
    for refused in (
        acme.client.patch(path, json={"role": "agent"}),
        acme.client.patch(path, json={"active": False}),
        acme.client.delete(path),
    ):
        assert (await refused).status_code == 409, "the other admin has no password yet"
    assert (await acme.client.patch(path, json={"name": "Ada"})).json()["name"] == "Ada"
    await acme.client.put(f"/api/v1/users/{second['id']}/password", json={"password": "long enough"})
    assert (await acme.client.patch(path, json={"role": "agent"})).json()["role"] == "agent"
    assert (await acme.client.delete(f"/api/v1/users/{second['id']}")).status_code == 409


async def test_users_are_listed_page_by_page_with_filters(acme: Office, other: Office) -> None:
    for n in range(5):
        body = {"email": f"u{n}@acme.example", "role": "admin" if n == 3 else "agent"}
        user = (await acme.client.post("/api/v1/users", json=body)).json()
        if n == 4:
            await acme.client.delete(f"/api/v1/users/{user['id']}")
    first = (await acme.client.get("/api/v1/users", params={"limit": 3})).json()
    rest = (
        await acme.client.get("/api/v1/users", params={"limit": 3, "cursor": first["next_cursor"]})
    ).json()
    emails = [one["email"] for one in first["data"] + rest["data"]]
    assert emails == [f"u{n}@acme.example" for n in range(5)]
    assert rest["next_cursor"] is None
    for params, names in (({"role": "admin"}, ["u3"]), ({"active": "false"}, ["u4"])):
        found = (await acme.client.get("/api/v1/users", params=params)).json()["data"]
        assert [one["email"].partition("@")[0] for one in found] == names
    assert (await other.client.get("/api/v1/users")).json()["data"] == []


async def test_users_are_the_business_of_their_own_admins(acme: Office, other: Office) -> None:
    user = (await acme.client.post("/api/v1/users", json=NEW)).json()
    path = f"/api/v1/users/{user['id']}"
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.get(path)).status_code == 200
        assert (await writer.post("/api/v1/users", json=NEW)).status_code == 403
        assert (await writer.patch(path, json={"role": "admin"})).status_code == 403
        assert (await writer.put(f"{path}/password", json={"password": "long enough"})).status_code == 403
    for foreign in (
        other.client.get(path),
        other.client.patch(path, json={"name": "X"}),
        other.client.delete(path),
        other.client.put(f"{path}/password", json={"password": "long enough"}),
    ):
        assert (await foreign).status_code == 404


async def test_a_key_is_shown_once_and_ends_at_once(acme: Office, other: Office) -> None:
    made = await acme.client.post("/api/v1/api-keys", json={"name": "shop", "scopes": ["read"]})
    assert made.status_code == 201
    key = made.json()
    assert key["key"].startswith(key["hint"])
    path = f"/api/v1/api-keys/{key['id']}"
    shown = (await acme.client.get(path)).json()
    assert "key" not in shown
    assert shown in (await acme.client.get("/api/v1/api-keys")).json()["data"]
    async with a_client(acme.app, {"authorization": f"Bearer {key['key']}"}) as program:
        assert (await program.get("/api/v1/tickets")).status_code == 200
        assert (await program.get("/api/v1/api-keys")).status_code == 403
        assert (await other.client.delete(path)).status_code == 404
        assert (await acme.client.delete(path)).status_code == 204
        assert (await program.get("/api/v1/tickets")).status_code == 401
    assert (await acme.client.get(path)).json()["revoked_at"] is not None


async def test_only_an_admin_key_makes_keys(acme: Office) -> None:
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.post("/api/v1/api-keys", json={"name": "x"})).status_code == 403
    default = (await acme.client.post("/api/v1/api-keys", json={"name": "x"})).json()
    assert default["scopes"] == ["write"]


async def test_a_repeated_request_for_a_key_is_answered_with_the_same_key(acme: Office) -> None:
    headers = {"idempotency-key": "k-1"}
    first, again = [
        (await acme.client.post("/api/v1/api-keys", json={"name": "x"}, headers=headers)).json()
        for _ in range(2)
    ]
    assert first == again
    assert len((await acme.client.get("/api/v1/api-keys")).json()["data"]) == 2
