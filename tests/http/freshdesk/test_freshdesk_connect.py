"""A Freshdesk account is connected over HTTP: with a good key, and with all others."""

from ipaddress import ip_address
from typing import Any

import httpx2
import pytest

from helpdesk_adapters.imports.freshdesk.connecting import freshdesk_http
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.imports import SourceGone
from helpdesk_core.users import Role, Scope
from tests.fakes.freshdesk_api import (
    DOMAIN,
    KEY,
    FakeFreshdesk,
    a_reply,
    an_error,
)
from tests.fakes.http_server import Reply
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.moving_from_freshdesk import (
    imported,
    rows,
)


async def connect(client: httpx2.AsyncClient, domain: str = DOMAIN, key: str = KEY) -> httpx2.Response:
    return await client.post("/api/freshdesk/connect", json={"domain": domain, "apiKey": key})


async def test_a_good_key_connects_the_account_and_is_shown_to_nobody(acme: Office) -> None:
    answer = await connect(acme.client, f"https://{DOMAIN}/")
    told = {"success": True, "domain": DOMAIN, "message": "Freshdesk connection successful"}
    assert (answer.status_code, answer.json()) == (200, told)
    [integration] = await rows(acme, "/api/v1/integrations")
    assert (integration["provider"], integration["external_id"]) == ("freshdesk", DOMAIN)
    listed = await acme.client.get("/api/v1/integrations")
    assert KEY not in answer.text + listed.text
    kept = await acme.desk.store().read(lambda view: view.integrations.by_account("freshdesk", DOMAIN))
    assert kept is not None
    assert KEY not in str(kept)
    assert KEY not in kept.sealed["api_key"]


async def test_an_import_uses_the_key_that_the_account_was_connected_with(acme: Office) -> None:
    await connect(acme.client)
    assert (await imported(acme, key=None))["status"] == "completed"


@pytest.mark.parametrize(
    "domain",
    [
        "freshdesk.com",
        "evil.example/freshdesk.com",
        "oak.freshdesk.com.evil.example",
        "oak.freshdesk.com@evil.example",
        "oak.freshdesk.com:8080",
        "a.b.freshdesk.com",
        "localhost",
        "oak.freshdesk.com/../x",
        "",
    ],
)
async def test_what_is_no_domain_of_freshdesks_is_refused_before_anything_is_called(
    acme: Office, shop: FakeFreshdesk, domain: str
) -> None:
    answer = await connect(acme.client, domain)
    assert answer.status_code == 400
    assert shop.asked == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (an_error(401, "invalid_credentials", "You have to be logged in."), (400, "invalid_credentials")),
        (an_error(403, "access_denied", "You are not authorized."), (400, "access_denied")),
        (an_error(403, "account_suspended", "Your account has been suspended."), (400, "access_denied")),
        (Reply(404, b"<!DOCTYPE html><html>There is no helpdesk here</html>"), (400, "unknown_domain")),
        (Reply(302, b"", {"location": "https://evil.example/"}), (400, "unknown_domain")),
        (an_error(429, "", "Too many", retry_after="7"), (503, "unavailable")),
        (Reply(500, b"oops"), (503, "unavailable")),
        (Reply(200, b'{"id": 1'), (503, "unavailable")),
        (a_reply([]), (400, "invalid_credentials")),
    ],
)
async def test_what_is_wrong_with_a_key_is_told_and_nothing_is_connected(
    acme: Office, shop: FakeFreshdesk, reply: Reply, expected: tuple[int, str]
) -> None:
    shop.faults.append(lambda request: reply)
    answer = await connect(acme.client)
    assert (answer.status_code, answer.json()["code"]) == expected
    assert KEY not in answer.text
    if reply.status == 429:
        assert answer.headers["retry-after"] == "7"
    assert await rows(acme, "/api/v1/integrations") == []
    assert len(shop.asked) == 1


async def test_only_admins_connect_accounts(acme: Office, visitor: httpx2.AsyncClient, app: Any) -> None:
    assert (await connect(visitor)).status_code == 401
    assert (await connect(await acme.client_with(Scope.WRITE))).status_code == 403
    async with a_client(app) as agent:
        email = await acme.user(Role.AGENT)
        await agent.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert (await connect(agent)).status_code == 403


async def test_an_account_of_another_organization_is_not_taken_over(acme: Office, other: Office) -> None:
    await connect(acme.client)
    assert (await connect(other.client)).status_code == 409


async def test_a_name_that_leads_into_the_operators_network_is_not_called() -> None:
    async def resolve(host: str, port: int) -> list[Any]:
        return [ip_address("10.0.0.7")]

    with pytest.raises(SourceGone):
        await freshdesk_http(OutgoingHttp(resolve=resolve), f"https://{DOMAIN}")
