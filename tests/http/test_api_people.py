"""Inviting people over the API, taking lost factors from them, and how an organization deals with its people."""

import httpx2
import pytest

from helpdesk_core.jobs import JobKind
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.users import Role, Scope
from tests.http.conftest import PASSWORD, Office

CLEO = {"email": "cleo@acme.example", "role": "agent", "invite": True}


async def mailed(office: Office) -> int:
    """How many links wait to be mailed."""
    wanted = JobFilter(kind=JobKind.MAIL_LINK.value)
    found = await office.desk.store().read(lambda view: view.jobs.page(wanted, Page(100, "created_at")))
    return len(found.items)


async def test_a_user_is_added_and_invited_at_once(acme: Office) -> None:
    made = await acme.client.post("/api/v1/users", json=CLEO)
    assert (made.status_code, made.json()["has_password"]) == (201, False)
    assert await mailed(acme) == 1
    events = (await acme.client.get("/api/v1/events")).json()["data"]
    assert [event["type"] for event in events if event["subject"]["type"] == "user"] == [
        "user.created",
        "user.invited",
    ]
    assert "cleo" not in str(events)


async def test_an_invitation_under_a_key_is_mailed_once(acme: Office) -> None:
    headers = {"idempotency-key": "one"}
    answers = [await acme.client.post("/api/v1/users", json=CLEO, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await mailed(acme) == 1


async def test_a_user_without_a_password_is_invited_again_and_one_with_it_is_not(acme: Office) -> None:
    user = (await acme.client.post("/api/v1/users", json={"email": "cleo@acme.example"})).json()
    path = f"/api/v1/users/{user['id']}"
    assert (await acme.client.post(f"{path}/invite")).status_code == 200
    assert await mailed(acme) == 1
    await acme.client.put(f"{path}/password", json={"password": PASSWORD})
    refused = await acme.client.post(f"{path}/invite")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_nobody_of_another_organization_is_invited_or_robbed_of_a_factor(
    acme: Office, other: Office
) -> None:
    user = (await other.client.post("/api/v1/users", json={"email": "x@other.example"})).json()
    path = f"/api/v1/users/{user['id']}"
    assert (await acme.client.post(f"{path}/invite")).status_code == 404
    assert (await acme.client.delete(f"{path}/second-factor")).status_code == 404
    assert (await other.client.delete(f"{path}/second-factor")).status_code == 204


async def test_how_people_are_dealt_with_is_read_and_changed(acme: Office, other: Office) -> None:
    before = (await acme.client.get("/api/v1/people-settings")).json()
    assert before == {"assignment": "off", "scope": "everybody", "demands_second_factor": False}
    changed = await acme.client.patch("/api/v1/people-settings", json={"assignment": "least_loaded"})
    assert changed.json() == {**before, "assignment": "least_loaded"}
    assert (await other.client.get("/api/v1/people-settings")).json() == before
    wrong = await acme.client.patch("/api/v1/people-settings", json={"assignment": "by chance"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
async def test_only_admins_keys_do_that(acme: Office, scope: Scope) -> None:
    await acme.user(Role.AGENT)
    client: httpx2.AsyncClient = await acme.client_with(scope)
    user = (await client.get("/api/v1/users")).json()["data"][0]
    assert (await client.post(f"/api/v1/users/{user['id']}/invite")).status_code == 403
    assert (await client.delete(f"/api/v1/users/{user['id']}/second-factor")).status_code == 403
    assert (await client.get("/api/v1/people-settings")).status_code == 403
