"""Figures of the desk over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office

TODAY = datetime.now(UTC).date()


async def metrics(office: Office, **query: Any) -> dict[str, Any]:
    await office.desk.follow_log()()
    answer = await office.client.get("/api/v1/metrics", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_metrics_tell_of_volume_times_backlog_and_satisfaction(acme: Office) -> None:
    ticket, other = await acme.ticket(), await acme.ticket("A lid")
    path = f"/api/v1/tickets/{ticket['id']}"
    answered = await acme.client.post(
        f"{path}/conversations", json={"text": "We bring one.", "status": "resolved"}
    )
    assert answered.status_code == 201
    rated = await acme.client.post(f"{path}/satisfaction", json={"score": "good"})
    assert rated.status_code in (200, 201), rated.text
    found = await metrics(acme, group_by="day", **{"from": str(TODAY - timedelta(1)), "to": str(TODAY)})
    assert found["total"] == {
        "tickets_created": 2,
        "messages_in": 2,
        "messages_out": 1,
        "first_response": {"count": 1, "mean_seconds": 0, "median_seconds": 1},
        "resolution": {"count": 1, "mean_seconds": 0, "median_seconds": 1},
        "reopened": 0,
        "backlog": 1,
        "satisfaction": {"good": 1, "bad": 0, "score": 1.0},
        "suggestions": {
            "offered": 0,
            "used": 0,
            "edited": 0,
            "dismissed": 0,
            "gaps": 0,
            "model_fallbacks": 0,
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "cost": None,
        },
    }
    assert [(day["day"], day["tickets_created"], day["backlog"]) for day in found["data"]] == [
        (str(TODAY - timedelta(1)), 0, 0),
        (str(TODAY), 2, 1),
    ]
    assert (found["from"], found["to"], found["group_by"]) == (
        str(TODAY - timedelta(1)),
        str(TODAY),
        ["day"],
    )
    again = await metrics(acme, group_by="channel,agent")
    (group,) = again["data"]
    assert (group["channel"], group["agent_id"], group["tickets_created"]) == ("api", None, 2)
    assert "day" not in group
    assert (await acme.client.delete(f"/api/v1/tickets/{other['id']}")).status_code == 204
    assert (await metrics(acme))["total"]["backlog"] == 0


async def test_without_days_it_is_the_last_thirty_and_without_groups_all_together(acme: Office) -> None:
    await acme.ticket()
    found = await metrics(acme)
    assert (found["from"], found["to"]) == (str(TODAY - timedelta(29)), str(TODAY))
    assert (found["total"]["tickets_created"], found["data"]) == (1, [])


async def test_the_backlog_is_told_by_status(acme: Office) -> None:
    first, _ = await acme.ticket(), await acme.ticket()
    await acme.client.patch(f"/api/v1/tickets/{first['id']}", json={"status": "pending"})
    await acme.desk.follow_log()()
    counts = {"open": 1, "pending": 1, "on_hold": 0, "resolved": 0, "closed": 0}
    answer = await acme.client.get("/api/v1/metrics/backlog?group_by=channel")
    assert answer.json() == {"total": counts, "data": [{"channel": "api", **counts}]}
    assert (await acme.client.get("/api/v1/metrics/backlog")).json() == {"total": counts, "data": []}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("from=yesterday", "query.from"),
        ("from=2026-02-30", "query.from"),
        ("from=2026-04-02&to=2026-04-01", "query.to"),
        ("from=2020-01-01&to=2026-04-01", "query.from"),
        ("group_by=colour", "query.group_by[0]"),
        ("to=0001-01-01", None),
        ("from=9999-12-31", None),
        ("from=0001-01-01&to=0001-01-02", None),
    ],
)
async def test_days_and_groups_are_checked(acme: Office, query: str, path: str | None) -> None:
    answer = await acme.client.get(f"/api/v1/metrics?{query}")
    if path is None:
        assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == path


async def test_figures_are_read_with_any_key_and_are_ones_own(acme: Office, other: Office) -> None:
    await acme.ticket()
    reader = await acme.client_with(Scope.READ)
    assert (await reader.get("/api/v1/metrics")).status_code == 200
    assert (await metrics(other))["total"]["tickets_created"] == 0
    answer = await other.client.get("/api/v1/metrics/backlog")
    assert set(answer.json()["total"].values()) == {0}
