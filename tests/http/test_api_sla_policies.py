"""SLA policies over `/api/v1`."""

from typing import Any

import pytest

from helpdesk_core.sla import Goal
from helpdesk_core.users import Scope
from tests.http.conftest import Office

POLICY: dict[str, Any] = {
    "name": "Standard",
    "targets": {
        "normal": {"first_response_minutes": 60, "resolution_minutes": 480},
        "urgent": {"first_response_minutes": 5},
    },
    "hours": {
        "time_zone": "Europe/Lisbon",
        "weekly": [{"day": "monday", "opens": "09:00", "closes": "24:00"}],
        "holidays": ["2026-12-25"],
    },
    "all": [{"field": "channel", "operator": "any_of", "value": ["api", "email"]}],
}


async def test_a_policy_is_set_up_read_changed_and_taken_away(acme: Office) -> None:
    answer = await acme.client.post("/api/v1/sla-policies", json=POLICY)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    path = f"/api/v1/sla-policies/{made['id']}"
    assert (await acme.client.get(path)).json() == made
    assert made["hours"] == POLICY["hours"]
    assert made["targets"]["urgent"] == {"first_response_minutes": 5, "resolution_minutes": None}
    assert (made["targets"]["low"], made["all"], made["any"]) == (None, POLICY["all"], [])
    changed = (await acme.client.patch(path, json={"hours": None, "position": -1})).json()
    assert (changed["hours"], changed["position"], changed["targets"]) == (None, -1, made["targets"])
    assert (await acme.client.delete(path)).status_code == 204
    assert (
        await (await acme.client_with(Scope.WRITE)).post("/api/v1/sla-policies", json=POLICY)
    ).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"targets": {}}, "targets"),
        ({"targets": {"normal": {"first_response_minutes": 0}}}, "targets.normal.first_response_minutes"),
        ({"hours": POLICY["hours"] | {"time_zone": "Nowhere"}}, "hours.time_zone"),
        ({"hours": POLICY["hours"] | {"weekly": []}}, "hours.weekly"),
        (
            {"hours": POLICY["hours"] | {"weekly": [{"day": "monday", "opens": "17:00", "closes": "09:00"}]}},
            "hours.weekly[0].closes",
        ),
        (
            {"hours": POLICY["hours"] | {"weekly": [{"day": "monday", "opens": "24:00", "closes": "24:00"}]}},
            "hours.weekly[0].opens",
        ),
        ({"hours": POLICY["hours"] | {"holidays": ["2026-02-30"]}}, "hours.holidays[0]"),
        ({"all": [{"field": "changed", "operator": "is_set"}]}, "all[0].field"),
    ],
)
async def test_a_policy_that_cannot_be_kept_is_refused(
    acme: Office, wrong: dict[str, Any], path: str
) -> None:
    answer = await acme.client.post("/api/v1/sla-policies", json=POLICY | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path


async def test_tickets_that_are_late_can_be_listed(acme: Office) -> None:
    first = await acme.ticket()
    found = await acme.desk.store().read(lambda view: view.tickets.by_number(acme.id, 1))
    assert found is not None
    await acme.ticket("In time")
    policy = POLICY | {"hours": None, "all": []}
    assert (await acme.client.post("/api/v1/sla-policies", json=policy)).status_code == 201
    # The first one is taken to have begun long ago.
    await _begun_long_ago(acme, first["id"])
    await acme.client.patch(f"/api/v1/tickets/{first['id']}", json={"tags": ["looked-at"]})
    for goal in Goal:
        await acme.desk.tell_breach()(acme.id, found.id, goal)
    for late, numbers in (("true", [1]), ("false", [2])):
        listed = (await acme.client.get(f"/api/v1/tickets?sla_breached={late}")).json()
        assert [ticket["number"] for ticket in listed["data"]] == numbers


async def _begun_long_ago(acme: Office, ticket_id: str) -> None:
    from datetime import timedelta

    from attrs import evolve

    async def unit(work: Any) -> None:
        ticket = await work.tickets.by_number(acme.id, 1)
        await work.tickets.replace(evolve(ticket, created_at=ticket.created_at - timedelta(days=9)))

    await acme.desk.store().transact(unit)
