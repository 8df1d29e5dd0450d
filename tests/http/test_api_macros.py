"""Macros over `/api/v1`: prepared actions, applied whole or not at all."""

from typing import Any

import pytest

from helpdesk_core.users import Role, Scope
from tests.http.conftest import Office

THANKS = {
    "name": "Thanks",
    "description": "For whoever waits.",
    "actions": [
        {"do": "set_status", "value": "pending"},
        {"do": "set_priority", "value": "high"},
        {"do": "add_tag", "value": "thanked"},
        {"do": "set_field", "field": "order", "value": "A-2"},
        {
            "do": "reply",
            "value": "Dear {{customer.first_name|friend}}, #{{ticket.number}}: {{ticket.subject}}",
        },
        {"do": "add_note", "value": "Thanked by {{agent.name}} of {{organization.name}}."},
    ],
}


async def a_macro(acme: Office, **more: Any) -> dict[str, Any]:
    answer = await acme.client.post("/api/v1/macros", json=THANKS | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def messages(acme: Office, ticket: dict[str, Any]) -> list[tuple[str, str]]:
    listed = await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")
    return [(one["kind"], one["content_text"]) for one in listed.json()["data"]]


async def test_a_macro_is_set_up_read_changed_and_taken_away(acme: Office) -> None:
    made = await a_macro(acme)
    path = f"/api/v1/macros/{made['id']}"
    assert (await acme.client.get(path)).json() == made
    assert [action["do"] for action in made["actions"]][:2] == ["set_status", "set_priority"]
    shorter = {"actions": [{"do": "snooze", "value": 2.5}], "active": False}
    changed = (await acme.client.patch(path, json=shorter)).json()
    assert (changed["name"], changed["active"]) == ("Thanks", False)
    assert changed["actions"] == [{"do": "snooze", "value": 2.5, "field": None}]
    assert (await acme.client.delete(path)).status_code == 204
    assert (await acme.client.get("/api/v1/macros")).json()["data"] == []


async def test_a_macro_does_all_it_says(acme: Office) -> None:
    macro = await a_macro(acme)
    ticket = await acme.ticket(
        "<b>Kettle</b> & co", customer={"email": "ida@garden.example", "name": "Ida B"}
    )
    applied = await acme.client.post(f"/api/v1/macros/{macro['id']}/apply", json={"ticket_id": ticket["id"]})
    assert applied.status_code == 200, applied.text
    after = applied.json()["ticket"]
    assert (
        after["status"],
        after["priority"],
        after["tags"],
        after["custom_fields"],
        after["message_count"],
    ) == (
        "pending",
        "high",
        ["thanked"],
        {"order": "A-2"},
        3,
    )
    # The patches differ in times only: what is answered is what is kept.
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json() == after
    assert await messages(acme, ticket) == [
        ("inbound", "It drips."),
        ("reply", "Dear Ida, #1: <b>Kettle</b> & co"),
        ("note", "Thanked by tests of Acme."),
    ]
    listed = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    assert [one["id"] for one in listed[1:]] == applied.json()["conversation_ids"]
    assert "&lt;b&gt;Kettle&lt;/b&gt; &amp; co" in listed[1]["content_html"]
    assert listed[1]["delivery"]["state"] == "queued"


async def test_a_preview_shows_everything_and_changes_nothing(acme: Office) -> None:
    macro = await a_macro(acme)
    ticket = await acme.ticket(priority="high")
    path = f"/api/v1/macros/{macro['id']}/preview"
    shown = await (await acme.client_with(Scope.READ)).post(path, json={"ticket_id": ticket["id"]})
    assert shown.status_code == 200, shown.text
    assert shown.json() == {
        "changes": {"status": "pending", "tags": ["thanked"], "custom_fields": {"order": "A-2"}},
        "texts": [
            {"kind": "reply", "text": "Dear friend, #1: The kettle leaks"},
            {"kind": "note", "text": "Thanked by a key of Acme."},
        ],
    }
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json() == ticket


async def test_what_a_customer_is_called_is_no_markup_and_no_placeholder(acme: Office) -> None:
    macro = await a_macro(acme, actions=[{"do": "add_note", "value": "{{customer.name}}!"}])
    name = "<script>x</script> {{agent.name}}\n\nMallory"
    ticket = await acme.ticket(customer={"email": "m@evil.example", "name": name})
    applied = await acme.client.post(f"/api/v1/macros/{macro['id']}/apply", json={"ticket_id": ticket["id"]})
    assert applied.status_code == 200, applied.text
    listed = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    assert listed[1]["content_text"] == "<script>x</script> {{agent.name}} Mallory!"
    assert "<script" not in listed[1]["content_html"]


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ({"do": "fly"}, "actions[0].do"),
        ({"do": "set_status", "value": "gone"}, "actions[0].value"),
        ({"do": "set_status"}, "actions[0].value"),
        ({"do": "assign", "value": "Ida"}, "actions[0].value"),
        ({"do": "assign", "value": "01890000-0000-7000-8000-000000000000"}, "actions[0].value"),
        ({"do": "assign_team", "value": "01890000-0000-7000-8000-000000000000"}, "actions[0].value"),
        ({"do": "follow", "value": None}, "actions[0].value"),
        ({"do": "add_tag", "value": "two words"}, "actions[0].value"),
        ({"do": "add_note", "value": " "}, "actions[0].value"),
        ({"do": "reply", "value": "Dear {{customer.nmae}}"}, "actions[0].value"),
        ({"do": "snooze", "value": True}, "actions[0].value"),
        ({"do": "snooze", "value": 1e9}, "actions[0].value"),
        ({"do": "set_field", "value": "x"}, "actions[0].field"),
        ({"do": "add_tag", "value": "x", "field": "order"}, "actions[0].field"),
        ({"do": "add_tag", "value": "x", "colour": "red"}, "actions[0].colour"),
    ],
)
async def test_an_action_that_can_never_be_done_is_refused_at_its_path(
    acme: Office, action: dict[str, Any], path: str
) -> None:
    answer = await acme.client.post("/api/v1/macros", json={"name": "Wrong", "actions": [action]})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path


async def test_a_macro_that_cannot_be_done_whole_does_nothing(acme: Office) -> None:
    email = await acme.user(Role.AGENT)
    user = await acme.desk.store().read(lambda view: view.users.by_email(email))
    assert user is not None
    actions = [
        {"do": "add_note", "value": "Noted."},
        {"do": "set_priority", "value": "urgent"},
        {"do": "assign", "value": str(user.id)},
    ]
    macro = await a_macro(acme, actions=actions)
    await acme.desk.disable_user()(email)
    ticket = await acme.ticket()
    for verb in ("apply", "preview"):
        refused = await acme.client.post(
            f"/api/v1/macros/{macro['id']}/{verb}", json={"ticket_id": ticket["id"]}
        )
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "actions[2].value"
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json() == ticket
    assert len(await messages(acme, ticket)) == 1


async def test_a_macro_at_rest_a_foreign_one_and_a_foreign_ticket_are_refused(
    acme: Office, other: Office
) -> None:
    macro, ticket = await a_macro(acme), await acme.ticket()
    theirs, their_ticket = await a_macro(other), await other.ticket()
    for macro_id, ticket_id in ((macro["id"], their_ticket["id"]), (theirs["id"], ticket["id"])):
        for verb in ("apply", "preview"):
            refused = await acme.client.post(
                f"/api/v1/macros/{macro_id}/{verb}", json={"ticket_id": ticket_id}
            )
            assert refused.status_code == 404
    await acme.client.patch(f"/api/v1/macros/{macro['id']}", json={"active": False})
    at_rest = await acme.client.post(f"/api/v1/macros/{macro['id']}/apply", json={"ticket_id": ticket["id"]})
    assert at_rest.status_code == 409


async def test_a_macro_sets_aside_and_lets_people_follow(acme: Office) -> None:
    email = await acme.user(Role.AGENT)
    user = await acme.desk.store().read(lambda view: view.users.by_email(email))
    assert user is not None
    actions = [{"do": "snooze", "value": 24}, {"do": "follow", "value": str(user.id)}]
    macro, ticket = await a_macro(acme, actions=actions), await acme.ticket()
    for _ in range(2):
        applied = await acme.client.post(
            f"/api/v1/macros/{macro['id']}/apply", json={"ticket_id": ticket["id"]}
        )
        assert applied.status_code == 200, applied.text
    kept = await acme.desk.store().read(lambda view: view.tickets.by_number(acme.id, 1))
    assert kept is not None
    assert kept.followers == (str(user.id),)
    assert kept.snoozed_until is not None
