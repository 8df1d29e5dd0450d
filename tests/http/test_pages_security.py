"""What the pages keep out: links that lead away, forms that are no forms, and whoever has logged out."""

import asyncio
import re
from typing import Any

import httpx2
import pytest

from helpdesk_core.users import Role
from helpdesk_http.web import live
from helpdesk_http.who import SESSION_COOKIE
from tests.http.browsers import BROWSER, OPEN, logged_in
from tests.http.conftest import PASSWORD, Office, a_client


@pytest.fixture
async def admin(acme: Office) -> httpx2.AsyncClient:
    return await logged_in(acme)


ADDRESSES = (
    *("/", "/app/login", "/app/forgotten", "/app/reset", "/app/invitation", "/setup", "/help/acme"),
    *("/help/nobody", "/nowhere", "/app/nowhere", "/api/nowhere", "/api/v1/tickets", "/docs"),
    *("/app/static/desk.css", "/app/static/nothing.css", "/files/nothing", "/widget.js", "/openapi.json"),
    *("/app", "/app/tickets/1", "/app/tickets/99", "/app?cursor=wrong", "/app/customers", "/app/palette?q=x"),
)


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
async def test_every_answer_has_a_policy_and_cannot_be_framed(
    acme: Office, admin: httpx2.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    await acme.ticket()
    answer = await admin.get(path, headers=headers)
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "frame-ancestors 'none'" in policies[0]
    assert "unsafe" not in policies[0]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_private_pages_are_kept_nowhere(acme: Office, admin: httpx2.AsyncClient) -> None:
    await acme.ticket()
    for path in (
        "/app",
        "/app/tickets/1",
        "/app/customers",
        "/app/account",
        "/app/queues",
        "/app/palette?q=x",
    ):
        assert (await admin.get(path)).headers["cache-control"] == "no-store", path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/app/nowhere", 404),
        ("/nowhere", 404),
        ("/help/nobody", 404),
        ("/help/acme?cursor=wrong", 400),
        ("/app?cursor=wrong", 400),
        ("/app/tickets/99", 404),
        ("/app/logout", 405),
        ("/setup?token=wrong", 404),
        ("/widget/preview?apiKey=wrong", 404),
    ],
)
async def test_browsers_are_told_of_trouble_by_a_page(
    acme: Office, admin: httpx2.AsyncClient, path: str, status: int
) -> None:
    page = await admin.get(path, headers=BROWSER)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>" in page.text


async def test_programs_are_told_of_trouble_in_json(acme: Office, visitor: httpx2.AsyncClient) -> None:
    for path, headers in (("/app/nowhere", {}), ("/help/nobody", {}), ("/api/v1/nowhere", BROWSER)):
        answer = await visitor.get(path, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "charset", ["utf-16", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "zlib"]
)
async def test_a_form_that_is_no_text_is_refused_or_read_as_text(
    acme: Office, visitor: httpx2.AsyncClient, charset: str
) -> None:
    await acme.user()
    names = ("email", "password", "next", "token", "name", "code")
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n\\ud800x\r\n' for name in names]
    headers = {**BROWSER, "content-type": f"multipart/form-data; boundary=b; charset={charset}"}
    for path in OPEN:
        answer = await visitor.post(path, content="".join(parts) + "--b--\r\n", headers=headers)
        assert answer.status_code < 500, path


async def test_strange_addresses_are_no_faults(acme: Office, admin: httpx2.AsyncClient) -> None:
    await acme.ticket()
    for path in (
        f"/app/tickets/{'9' * 5000}",
        f"/app/tickets/{'9' * 30}",
        "/app/queues?here=http://[",
        "/app/tickets/1?since=9999-12-31T23:59:59-23:59",
        "/app/tickets/1?cursor=%00",
        "/app?q=%00%ff%fe",
        f"/app?q={'%22' * 300}",
        "/app?view=%00",
        "/app/reports?from=9999-12-31",
        "/app/reports?from=0001-01-01",
        "/help/%00",
        "/help/%ff%fe?q=%ff",
    ):
        answer = await admin.get(path, headers={"referer": "http://["})
        assert answer.status_code < 500, path


async def test_a_form_that_is_too_large_or_has_too_many_fields_is_refused_with_a_page(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    huge = await admin.post("/app/login", data={"email": "x" * 20_000}, headers=BROWSER)
    assert huge.status_code == 413
    assert huge.headers["content-type"].startswith("text/html")
    many = "&".join(f"a{number}=1" for number in range(500))
    refused = await admin.post(
        "/app/account/name",
        content=many,
        headers={**BROWSER, "content-type": "application/x-www-form-urlencoded"},
    )
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("text/html")


async def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    answer = await visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION_COOKIE)]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= parts


async def test_a_session_that_was_slipped_to_somebody_is_not_theirs(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    visitor.cookies.set(SESSION_COOKIE, "a token that somebody else chose")
    answer = await visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    fresh = answer.cookies[SESSION_COOKIE]
    assert fresh != "a token that somebody else chose"
    stranger = a_client(acme.app)
    stranger.cookies.set(SESSION_COOKIE, "a token that somebody else chose")
    assert (await stranger.get("/app")).status_code == 303


ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/app/..//evil.example",
    "/app\r\nset-cookie: a=b",
    "/app@evil.example",
    "/\t/evil.example",
    "http:/app",
    "/application",
    "/app.evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
async def test_no_link_leads_out_of_the_desk(acme: Office, admin: httpx2.AsyncClient, target: str) -> None:
    ticket = await acme.ticket()
    forms = {
        "/app/look": {"theme": "dark", "back": target},
        "/app/tickets/several": {"ticket": ticket["id"], "status": "pending", "back": target},
    }
    email = await acme.user(email="ada@acme.example")
    answers = [await admin.post(path, data=form) for path, form in forms.items()]
    log_in = {"email": email, "password": PASSWORD, "next": target}
    answers.append(await a_client(acme.app).post("/app/login", data=log_in))
    for answer in answers:
        assert answer.status_code == 303
        there = answer.headers["location"]
        assert httpx2.URL("http://desk.example").join(there).host == "desk.example"
        assert there.startswith("/app")
        assert not there.startswith("/application")
        assert "a" not in answer.cookies
    page = await admin.get("/app/login", params={"next": target})
    assert "evil.example" not in page.text or target.startswith("/app/")


async def test_no_file_is_had_from_outside_the_folder_of_files(visitor: httpx2.AsyncClient) -> None:
    for path in (
        "/app/static/../site.py",
        "/app/static/..%2fsite.py",
        "/app/static/..%2f..%2f..%2fpyproject.toml",
        "/app/static/%2e%2e/rendering.py",
        "/app/static//etc/passwd",
        "/app/static/%00",
        "/app/static/js/",
        "/app/static/" + "a" * 5000,
        "/docs/..%2f..%2fapp.py",
    ):
        answer = await visitor.get(path)
        assert answer.status_code in (404, 405), path


async def test_files_of_pages_are_kept_by_the_address_of_their_content_only(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    page = await admin.get("/app")
    found = re.search(r'href="(/app/static/desk\.css\?v=[0-9a-f]+)"', page.text)
    assert found is not None
    assert "immutable" in (await admin.get(found[1])).headers["cache-control"]
    for path in ("/app/static/desk.css", "/app/static/desk.css?v=0123456789", "/app/static/js/keys.js"):
        assert (await admin.get(path)).headers["cache-control"] == "no-cache", path


async def test_pages_are_compressed_for_whoever_takes_that(acme: Office, admin: httpx2.AsyncClient) -> None:
    packed = await admin.get("/app", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"]
    for takes in ("identity", "gzip;q=0", "br"):
        plain = await admin.get("/app", headers={"accept-encoding": takes})
        assert "content-encoding" not in plain.headers
        assert len(plain.content) > 2 * int(packed.headers["content-length"])


async def test_what_can_be_taken_back_only_whoever_did_it_takes_back(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    ticket = await acme.ticket()
    form = {"ticket": ticket["id"], "status": "closed"}
    done = await admin.post("/app/tickets/several", data=form, headers={"accept": "application/json"})
    token = done.json()["undo"]
    for somebody in (await logged_in(acme, Role.AGENT), await logged_in(other)):
        refused = await somebody.post("/app/tickets/several/undo", data={"token": token})
        assert refused.status_code == 400
    for wrong in ("", token[:-2], f"x{token}", token + "A", "a.b.c"):
        assert (await admin.post("/app/tickets/several/undo", data={"token": wrong})).status_code == 400
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "closed"
    await admin.post("/app/tickets/several/undo", data={"token": token})
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "open"


async def test_nobody_sets_up_a_desk_that_is_set_up(acme: Office, visitor: httpx2.AsyncClient) -> None:
    await acme.user(Role.ADMIN)
    form = {
        "organization": "Evil",
        "slug": "evil",
        "name": "Eve",
        "email": "eve@evil.example",
        "password": PASSWORD,
    }
    for token in ("", "x", "null"):
        assert (await visitor.get("/setup", params={"token": token})).status_code == 404
        assert (await visitor.post("/setup", data={**form, "token": token})).status_code == 404
    assert (await visitor.post("/app/login", data=form)).status_code == 401


async def test_a_wrong_name_and_a_wrong_password_look_the_same(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    email = await acme.user()
    pages = [
        await visitor.post("/app/login", data={"email": written, "password": "wrong password"})
        for written in (email, "nobody@acme.example")
    ]
    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text.replace(email, "") == pages[1].text.replace("nobody@acme.example", "")


async def test_a_stream_ends_once_its_session_has(
    acme: Office, admin: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECKED", 0.05)
    sent: list[dict[str, Any]] = []
    cookie = f"{SESSION_COOKIE}={admin.cookies[SESSION_COOKIE]}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/app/live",
        "raw_path": b"/app/live",
        "query_string": b"",
        "headers": [(b"host", b"desk.example"), (b"cookie", cookie)],
        "client": ("203.0.113.9", 4711),
        "server": ("desk.example", 80),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("nothing more comes")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    stream = asyncio.ensure_future(acme.app(scope, receive, send))
    await asyncio.sleep(0.3)
    assert not stream.done()
    await acme.client.get("/api/v1/tickets")
    await admin.post("/app/logout")
    async with asyncio.timeout(5):
        await stream
    assert sent[-1] == {"type": "http.response.body", "body": b""}
