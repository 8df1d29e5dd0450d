"""Saved views over `/api/v1`."""

from typing import Any

import pytest

from helpdesk_core.saved_views import MOST_COUNTED, counted
from helpdesk_core.users import Role
from tests.http.conftest import Office

NOBODYS = {"name": "Nobody's", "filter": {"status": ["open"], "assignee_id": "none"}, "sort": "number"}


async def a_view(acme: Office, **more: Any) -> dict[str, Any]:
    answer = await acme.client.post("/api/v1/views", json=NOBODYS | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def shown(acme: Office, view: dict[str, Any], query: str = "") -> list[int]:
    listed = await acme.client.get(f"/api/v1/views/{view['id']}/tickets{query}")
    assert listed.status_code == 200, listed.text
    return [ticket["number"] for ticket in listed.json()["data"]]


async def test_a_view_is_set_up_read_changed_and_taken_away(acme: Office) -> None:
    made = await a_view(acme)
    path = f"/api/v1/views/{made['id']}"
    assert (await acme.client.get(path)).json() == made
    assert (made["filter"], made["user_id"]) == (NOBODYS["filter"], None)
    wanted = {"tag": "vip", "sla_breached": False, "created_after": "2026-01-01T00:00:00.000Z"}
    changed = (await acme.client.patch(path, json={"filter": wanted, "sort": "-updated_at"})).json()
    assert (changed["filter"], changed["sort"]) == (wanted, "-updated_at")
    assert (await acme.client.delete(path)).status_code == 204
    assert (await acme.client.get(f"{path}/tickets")).status_code == 404
    assert (await acme.client.get(f"{path}/count")).status_code == 404


async def test_nobody_is_said_by_null_too_and_a_user_by_their_id(acme: Office) -> None:
    null = await a_view(acme, name="null", filter={"assignee_id": None})
    assert null["filter"] == {"assignee_id": "none"}
    email = await acme.user(Role.AGENT)
    user = await acme.desk.store().read(lambda view: view.users.by_email(email))
    assert user is not None
    mine = await a_view(acme, name="mine", filter={"assignee_id": str(user.id)}, user_id=str(user.id))
    ticket = await acme.ticket()
    await acme.ticket()
    await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"assignee_id": str(user.id)})
    assert (await shown(acme, null), await shown(acme, mine)) == ([2], [1])
    for query, numbers in (("none", [2]), (str(user.id), [1])):
        listed = (await acme.client.get(f"/api/v1/tickets?assignee_id={query}")).json()
        assert [one["number"] for one in listed["data"]] == numbers
    assert (await acme.client.get("/api/v1/tickets?assignee_id=nobody")).status_code == 422


async def test_a_view_shows_its_tickets_page_by_page_in_its_order(acme: Office) -> None:
    view = await a_view(acme)
    for number in range(5):
        await acme.ticket(f"Matter {number}")
    page = (await acme.client.get(f"/api/v1/views/{view['id']}/tickets?limit=2&include=customer")).json()
    assert page["data"][0]["customer"]["email"] == "ida@garden.example"
    seen = [ticket["number"] for ticket in page["data"]]
    cursor = page["next_cursor"]
    while page["next_cursor"]:
        cursor = page["next_cursor"]
        page = (await acme.client.get(f"/api/v1/views/{view['id']}/tickets?limit=2&cursor={cursor}")).json()
        seen += [ticket["number"] for ticket in page["data"]]
    assert seen == [1, 2, 3, 4, 5]
    await acme.client.patch(f"/api/v1/views/{view['id']}", json={"filter": {}})
    stale = await acme.client.get(f"/api/v1/views/{view['id']}/tickets?cursor={cursor}")
    assert stale.status_code == 422


async def test_views_are_counted_one_by_one_and_together(acme: Office, other: Office) -> None:
    mine, all_ = await a_view(acme), await a_view(acme, name="All", filter={})
    foreign = await a_view(other)
    for _ in range(2):
        await acme.ticket()
    ticket = await acme.ticket()
    await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "closed"})
    one = (await acme.client.get(f"/api/v1/views/{mine['id']}/count")).json()
    assert one == {"count": 2, "capped": False, "text": "2"}
    ids = ",".join([all_["id"], mine["id"], foreign["id"], mine["id"]])
    together = (await acme.client.get(f"/api/v1/views/counts?ids={ids}")).json()
    assert [(count["id"], count["count"]) for count in together["data"]] == [(all_["id"], 3), (mine["id"], 2)]
    assert (await acme.client.get("/api/v1/views/counts")).status_code == 422


def test_counts_beyond_a_thousand_are_only_said_to_be_so() -> None:
    assert (counted(MOST_COUNTED).text, counted(MOST_COUNTED).capped) == ("1,000", False)
    assert (counted(MOST_COUNTED + 1).text, counted(MOST_COUNTED + 1).count) == ("1,000+", 1000)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"filter": {"colour": "red"}}, "filter.colour"),
        ({"filter": {"status": ["gone"]}}, "filter.status[0]"),
        ({"filter": {"assignee_id": "01890000-0000-7000-8000-000000000000"}}, "filter.assignee_id"),
        ({"filter": {"team_id": "01890000-0000-7000-8000-000000000000"}}, "filter.team_id"),
        ({"filter": {"customer_id": "01890000-0000-7000-8000-000000000000"}}, "filter.customer_id"),
        ({"user_id": "01890000-0000-7000-8000-000000000000"}, "user_id"),
        ({"sort": "colour"}, "sort"),
    ],
)
async def test_a_view_that_shows_nothing_that_there_is_is_refused(
    acme: Office, wrong: dict[str, Any], path: str
) -> None:
    answer = await acme.client.post("/api/v1/views", json=NOBODYS | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path
