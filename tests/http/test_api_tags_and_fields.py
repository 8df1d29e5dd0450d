"""Tags and custom fields over `/api/v1`."""

from typing import Any

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office


async def tags(office: Office) -> dict[str, Any]:
    listed = (await office.client.get("/api/v1/tags?limit=100")).json()["data"]
    return {tag["name"]: tag for tag in listed}


async def a_field(office: Office, name: str, status: int = 201, **more: Any) -> Any:
    answer = await office.client.post("/api/v1/custom-fields", json={"name": name, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_tag_that_a_ticket_bears_is_known_and_counted(acme: Office, other: Office) -> None:
    first = await acme.ticket(tags=["spout", "vip"])
    await acme.ticket(tags=["spout"])
    await other.ticket(tags=["spout"])
    await acme.client.patch(f"/api/v1/tickets/{first['id']}", json={"tags": ["lid", "spout"]})
    counts = {name: tag["ticket_count"] for name, tag in (await tags(acme)).items()}
    assert counts == {
        "spout": {"value": 2, "text": "2"},
        "lid": {"value": 1, "text": "1"},
        "vip": {"value": 0, "text": "0"},
    }
    body = {"ids": [first["id"]], "change": {"tags": ["bulk"]}}
    assert (await acme.client.post("/api/v1/tickets/bulk", json=body)).status_code == 200
    assert "bulk" in await tags(acme)


async def test_a_tag_is_spelled_as_it_is_known(acme: Office) -> None:
    await acme.ticket(tags=["VIP"])
    assert (await acme.ticket(tags=["vip", "Vip", "new"]))["tags"] == ["VIP", "new"]
    assert set(await tags(acme)) == {"VIP", "new"}


async def test_tags_are_set_up_changed_and_taken_away_by_whoever_writes(acme: Office, other: Office) -> None:
    async with await acme.client_with(Scope.WRITE) as writer:
        made = await writer.post("/api/v1/tags", json={"name": "spout", "color": "#3366cc"})
        assert made.status_code == 201
        path = f"/api/v1/tags/{made.json()['id']}"
        assert made.headers["location"] == path
        changed = await writer.patch(path, json={"description": "Of kettles.", "color": None})
        assert (changed.json()["description"], changed.json()["color"]) == ("Of kettles.", None)
        assert (await writer.post("/api/v1/tags", json={"name": "SPOUT"})).status_code == 409
        for name in ("", "two words", "a,b", "x" * 61, None):
            assert (await writer.post("/api/v1/tags", json={"name": name})).status_code == 422
        for method in ("GET", "PATCH", "DELETE"):
            assert (await other.client.request(method, path, json={})).status_code == 404
        assert (await writer.delete(path)).status_code == 204
        assert (await writer.get(path)).status_code == 404


async def test_custom_fields_are_defined_and_values_checked(acme: Office) -> None:
    field = await a_field(acme, "size", type="integer", label="Size")
    assert (field["type"], field["required"], field["active"], field["options"]) == (
        "integer",
        False,
        True,
        [],
    )
    await a_field(acme, "color", type="select", options=["red", "blue"])
    ticket = await acme.ticket(custom_fields={"size": 3, "color": "red", "other": {"any": ["thing"]}})
    assert ticket["custom_fields"] == {"size": 3, "color": "red", "other": {"any": ["thing"]}}
    path = f"/api/v1/tickets/{ticket['id']}"
    for values, where in (({"size": "3"}, "size"), ({"size": 4, "color": "green"}, "color")):
        refused = await acme.client.patch(path, json={"custom_fields": values, "priority": "high"})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == f"custom_fields.{where}"
    assert (await acme.client.get(path)).json() == ticket
    changed = await acme.client.patch(path, json={"custom_fields": {"size": None, "color": "blue"}})
    assert changed.json()["custom_fields"] == {"color": "blue", "other": {"any": ["thing"]}}
    body = {"ids": [ticket["id"]], "change": {"custom_fields": {"size": True}}}
    (result,) = (await acme.client.post("/api/v1/tickets/bulk", json=body)).json()["results"]
    assert (result["status"], result["error"]["errors"][0]["path"]) == (422, "custom_fields.size")


async def test_a_wrong_value_opens_no_ticket(acme: Office, other: Office) -> None:
    await a_field(acme, "size", type="integer")
    body = {
        "subject": "A",
        "message": "B",
        "customer": {"email": "new@garden.example"},
        "custom_fields": {"size": "big"},
    }
    assert (await acme.client.post("/api/v1/tickets", json=body)).status_code == 422
    assert (await acme.client.get("/api/v1/customers")).json()["data"] == []
    assert (await other.client.post("/api/v1/tickets", json=body)).status_code == 201


async def test_a_required_field_is_demanded_when_a_ticket_is_resolved(acme: Office) -> None:
    await a_field(acme, "cause", required=True)
    ticket = await acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}"
    assert (await acme.client.patch(path, json={"status": "pending"})).status_code == 200
    for status in ("resolved", "closed"):
        refused = await acme.client.patch(path, json={"status": status})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "custom_fields.cause"
    reply = {"text": "Done.", "status": "resolved"}
    assert (await acme.client.post(f"{path}/conversations", json=reply)).status_code == 422
    assert (await acme.client.get(path)).json()["message_count"] == 1
    both = {"status": "resolved", "custom_fields": {"cause": "rust"}}
    assert (await acme.client.patch(path, json=both)).json()["status"] == "resolved"
    gone = await acme.client.patch(path, json={"custom_fields": {"cause": None}, "status": "closed"})
    assert gone.json()["status"] == "closed"


async def test_a_field_keeps_its_name_and_type_and_may_be_switched_off(acme: Office, other: Office) -> None:
    field = await a_field(acme, "cause", required=True)
    path = f"/api/v1/custom-fields/{field['id']}"
    for change in ({"name": "why"}, {"type": "integer"}):
        assert (await acme.client.patch(path, json=change)).status_code == 422
    off = await acme.client.patch(path, json={"active": False, "position": 7})
    assert (off.json()["active"], off.json()["position"]) == (False, 7)
    ticket = await acme.ticket(custom_fields={"cause": 5})
    done = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "resolved"})
    assert done.json()["status"] == "resolved"
    for method in ("GET", "PATCH", "DELETE"):
        assert (await other.client.request(method, path, json={})).status_code == 404
    assert (await acme.client.delete(path)).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x", "type": "colour"},
        {"name": "x", "type": "select"},
        {"name": "x", "type": "text", "options": ["a"]},
        {"name": "x", "type": "select", "options": ["a", "a"]},
        {"name": "x", "position": -1},
    ],
)
async def test_a_field_that_makes_no_sense_is_refused(acme: Office, body: Any) -> None:
    answer = await acme.client.post("/api/v1/custom-fields", json=body)
    assert answer.status_code == 422
    assert (await acme.client.get("/api/v1/custom-fields")).json()["data"] == []


async def test_setting_up_fields_needs_the_scope_admin(acme: Office) -> None:
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.post("/api/v1/custom-fields", json={"name": "x"})).status_code == 403
        assert (await writer.get("/api/v1/custom-fields")).status_code == 200
