"""Automation rules over `/api/v1`: what the desk does by itself."""

from typing import Any

import pytest

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.users import Role, Scope
from tests.http.conftest import Office

URGENT: dict[str, Any] = {
    "name": "Refunds are urgent",
    "events": ["ticket.created"],
    "all": [{"field": "message.text", "operator": "contains", "value": "refund"}],
    "any": [
        {"field": "customer.domain", "operator": "is", "value": "garden.example"},
        {"field": "tags", "operator": "contains", "value": "vip"},
    ],
    "actions": [{"do": "set_priority", "value": "urgent"}, {"do": "add_tag", "value": "refund"}],
}


async def a_rule(acme: Office, **more: Any) -> dict[str, Any]:
    answer = await acme.client.post("/api/v1/rules", json=URGENT | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def on_update(acme: Office, name: str, if_: str, then: str, **more: Any) -> dict[str, Any]:
    """A rule that turns one priority into another."""
    return await a_rule(
        acme,
        name=name,
        events=["ticket.updated"],
        all=[{"field": "priority", "operator": "is", "value": if_}],
        any=[],
        actions=[{"do": "set_priority", "value": then}],
        **more,
    )


async def follow(acme: Office) -> None:
    await acme.desk.follow_log()()


async def read(acme: Office, ticket: dict[str, Any]) -> dict[str, Any]:
    return dict((await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json())


async def change(acme: Office, ticket: dict[str, Any], **values: Any) -> None:
    answer = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json=values)
    assert answer.status_code == 200, answer.text


async def log(acme: Office) -> list[DomainEvent]:
    return [*(await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 10_000))).events]


async def test_a_rule_is_set_up_read_changed_and_taken_away(acme: Office) -> None:
    made = await a_rule(acme)
    path = f"/api/v1/rules/{made['id']}"
    assert (await acme.client.get(path)).json() == made
    assert made["all"] == URGENT["all"]
    changed = (await acme.client.patch(path, json={"active": False, "position": 3})).json()
    assert (changed["active"], changed["position"], changed["actions"]) == (False, 3, made["actions"])
    assert (await acme.client.delete(path)).status_code == 204
    writer = await acme.client_with(Scope.WRITE)
    assert (await writer.post("/api/v1/rules", json=URGENT)).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"events": []}, "events"),
        ({"events": ["ticket.deleted"]}, "events[0]"),
        ({"all": [{"field": "colour", "operator": "is", "value": "red"}]}, "all[0].field"),
        ({"any": [{"field": "status", "operator": "is", "value": "red"}]}, "any[0].value"),
        ({"all": [{"field": "status", "operator": "resembles", "value": "open"}]}, "all[0].operator"),
        ({"actions": []}, "actions"),
        ({"actions": [{"do": "reply", "value": "{{x}}"}]}, "actions[0].value"),
        ({"kinds": ["shout"]}, "kinds[0]"),
    ],
)
async def test_a_rule_that_could_never_act_is_refused(acme: Office, wrong: dict[str, Any], path: str) -> None:
    answer = await acme.client.post("/api/v1/rules", json=URGENT | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path


async def test_a_rule_acts_on_what_happens_and_bears_its_name(acme: Office) -> None:
    rule = await a_rule(acme)
    fits, differs = await acme.ticket(message="I want a Refund!"), await acme.ticket(message="It drips.")
    await follow(acme)
    after = await read(acme, fits)
    assert (after["priority"], after["tags"]) == ("urgent", ["refund"])
    assert (await read(acme, differs))["priority"] == "normal"
    events = await log(acme)
    opened = next(event for event in events if event.type == "ticket.created")
    acted = next(event for event in events if event.type == "ticket.updated")
    assert (acted.actor.type, acted.actor.name, acted.depth, acted.cause, acted.origin) == (
        "system",
        rule["name"],
        1,
        str(opened.id),
        str(opened.id),
    )


async def test_what_happened_before_a_rule_or_while_it_rested_is_not_its_affair(acme: Office) -> None:
    early = await acme.ticket(message="refund")
    rule = await a_rule(acme)
    await acme.client.patch(f"/api/v1/rules/{rule['id']}", json={"active": False})
    meanwhile = await acme.ticket(message="refund")
    await acme.client.patch(f"/api/v1/rules/{rule['id']}", json={"active": True})
    await acme.client.patch(f"/api/v1/rules/{rule['id']}", json={"description": "Changed while it works."})
    late = await acme.ticket(message="refund")
    await follow(acme)
    seen = [(await read(acme, ticket))["priority"] for ticket in (early, meanwhile, late)]
    assert seen == ["normal", "normal", "urgent"]


async def test_rules_act_in_their_order_and_one_may_end_it(acme: Office) -> None:
    common: dict[str, Any] = {"events": ["ticket.created"], "all": [], "any": []}
    for name, position, stops in (("third", 3, False), ("second", 2, True), ("first", 1, False)):
        actions = [{"do": "add_tag", "value": name}]
        await a_rule(acme, name=name, position=position, stop_after=stops, actions=actions, **common)
    ticket = await acme.ticket()
    await follow(acme)
    assert (await read(acme, ticket))["tags"] == ["first", "second"]


async def test_a_rule_answers_a_message_of_the_kind_it_waits_for(acme: Office) -> None:
    await a_rule(
        acme,
        events=["conversation.created"],
        kinds=["inbound"],
        all=[{"field": "message.text", "operator": "contains", "value": "hello"}],
        any=[],
        actions=[{"do": "reply", "value": "Hello {{customer.name|you}}, we are on it."}],
    )
    ticket = await acme.ticket(message="Hello?")
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    await acme.client.post(path, json={"kind": "note", "text": "They say hello."})
    await follow(acme)
    said = (await acme.client.get(path)).json()["data"]
    assert [(one["kind"], one["author"]["role"]) for one in said] == [
        ("inbound", "customer"),
        ("note", "agent"),
        ("reply", "system"),
    ]
    assert said[2]["content_text"] == "Hello you, we are on it."
    assert said[2]["delivery"]["state"] == "queued"


async def test_two_rules_that_undo_each_other_fall_silent(acme: Office) -> None:
    await on_update(acme, "Calm down", "urgent", "low")
    await on_update(acme, "Hurry up", "low", "urgent", position=-1)
    ticket = await acme.ticket()
    await change(acme, ticket, priority="urgent")
    await follow(acme)
    updates = [event for event in await log(acme) if event.type == "ticket.updated"]
    assert [(event.actor.name, event.depth) for event in updates] == [
        ("tests", 0),
        ("Calm down", 1),
        ("Hurry up", 2),
    ]
    assert (await read(acme, ticket))["priority"] == "urgent"


async def test_a_chain_that_grows_too_deep_is_cut_off_and_said(acme: Office) -> None:
    for link in range(9):
        await a_rule(
            acme,
            name=f"Link {link}",
            position=-link,
            events=["ticket.updated"],
            all=[{"field": "tags", "operator": "contains", "value": f"link-{link}"}],
            any=[],
            actions=[
                {"do": "remove_tag", "value": f"link-{link}"},
                {"do": "add_tag", "value": f"link-{link + 1}"},
            ],
        )
    ticket = await acme.ticket()
    await change(acme, ticket, tags=["link-0"])
    await follow(acme)
    assert (await read(acme, ticket))["tags"] == ["link-6"]
    (stopped,) = [event for event in await log(acme) if event.type == "rule.stopped"]
    assert (stopped.actor.name, stopped.data["ticket_id"], stopped.data["depth"]) == (
        "Link 6",
        ticket["id"],
        6,
    )


async def test_many_rules_that_wake_each_other_act_once_each(acme: Office) -> None:
    rules = 12
    for number in range(rules):
        await a_rule(
            acme,
            name=f"Notes {number}",
            events=["conversation.created"],
            all=[],
            any=[],
            actions=[{"do": "add_note", "value": "One."}, {"do": "add_note", "value": "Two."}],
        )
    ticket = await acme.ticket()
    await follow(acme)
    assert (await read(acme, ticket))["message_count"] == 1 + 2 * rules


async def test_a_rule_that_fails_is_said_and_stops_nobody(acme: Office) -> None:
    email = await acme.user(Role.AGENT)
    user = await acme.desk.store().read(lambda view: view.users.by_email(email))
    assert user is not None
    common: dict[str, Any] = {"events": ["ticket.created"], "all": [], "any": []}
    assigning = [
        {"do": "add_note", "value": "Assigned."},
        {"do": "set_priority", "value": "low"},
        {"do": "assign", "value": str(user.id)},
    ]
    broken = await a_rule(acme, name="Assigns", position=1, actions=assigning, **common)
    await a_rule(acme, name="Tags", position=2, actions=[{"do": "add_tag", "value": "seen"}], **common)
    await acme.desk.disable_user()(email)
    ticket = await acme.ticket()
    await follow(acme)
    after = await read(acme, ticket)
    assert (after["priority"], after["tags"], after["message_count"]) == ("normal", ["seen"], 1)
    (failed,) = [event for event in await log(acme) if event.type == "rule.failed"]
    assert (str(failed.subject_id), failed.data["ticket_id"], failed.data["code"], failed.data["path"]) == (
        broken["id"],
        ticket["id"],
        "invalid_value",
        "actions[2].value",
    )


async def test_a_rule_is_tried_out_on_a_ticket(acme: Office, other: Office) -> None:
    rule, ticket = await a_rule(acme), await acme.ticket(message="No money back.")
    path = f"/api/v1/rules/{rule['id']}/test"
    said = await acme.client.post(path, json={"ticket_id": ticket["id"]})
    assert said.status_code == 200, said.text
    assert said.json() == {
        "matches": False,
        "conditions": [
            {"group": "all", **URGENT["all"][0], "holds": False},
            {"group": "any", **URGENT["any"][0], "holds": True},
            {"group": "any", **URGENT["any"][1], "holds": False},
        ],
    }
    foreign = await other.ticket()
    assert (await acme.client.post(path, json={"ticket_id": foreign["id"]})).status_code == 404
    assert (await other.client.post(path, json={"ticket_id": foreign["id"]})).status_code == 404


async def test_conditions_name_users_and_teams_of_the_organization(acme: Office, other: Office) -> None:
    async def made(path: str, named: str, group: str, **more: Any) -> list[str]:
        asked = [{"field": "team_id", "operator": "any_of", "value": [named]}]
        answer = await acme.client.post(path, json={"name": f"Of {named}", group: asked, **more})
        return [error["path"] for error in answer.json().get("errors", [])]

    ours, theirs = [
        (await office.client.post("/api/v1/teams", json={"name": "Returns"})).json()["id"]
        for office in (acme, other)
    ]
    act = {"events": ["ticket.created"], "actions": [{"do": "add_tag", "value": "returns"}]}
    aim = {"targets": {"normal": {"first_response_minutes": 60}}}
    for path, more in (("/api/v1/rules", act), ("/api/v1/sla-policies", aim)):
        assert await made(path, theirs, "all", **more) == ["all[0].value"]
        assert await made(path, "nobody", "any", **more) == ["any[0].value"]
        assert await made(path, ours, "all", **more) == []


async def test_rules_of_one_organization_leave_the_others_alone(acme: Office, other: Office) -> None:
    await a_rule(acme)
    theirs = await other.ticket(message="refund")
    await follow(acme)
    assert (await read(other, theirs))["priority"] == "normal"


async def test_a_rule_is_woken_by_a_change_of_what_it_names(acme: Office) -> None:
    await a_rule(
        acme,
        events=["ticket.updated"],
        all=[{"field": "changed", "operator": "contains", "value": "status"}],
        any=[],
        actions=[{"do": "add_tag", "value": "moved"}],
    )
    ticket = await acme.ticket()
    await change(acme, ticket, priority="high")
    await follow(acme)
    assert (await read(acme, ticket))["tags"] == []
    await change(acme, ticket, status="on_hold")
    await follow(acme)
    assert (await read(acme, ticket))["tags"] == ["moved"]


async def test_a_ticket_that_is_gone_wakes_nobody(acme: Office) -> None:
    await a_rule(acme)
    ticket = await acme.ticket(message="refund")
    await acme.client.delete(f"/api/v1/tickets/{ticket['id']}")
    await follow(acme)
    assert not [event for event in await log(acme) if event.type.startswith("rule.f")]


async def test_a_rating_wakes_the_rules_that_wait_for_it(acme: Office) -> None:
    await a_rule(
        acme,
        events=["satisfaction.rated"],
        all=[{"field": "rating.score", "operator": "is", "value": "bad"}],
        any=[],
        actions=[{"do": "set_status", "value": "open"}, {"do": "add_tag", "value": "unhappy"}],
    )
    happy, unhappy = await acme.ticket(), await acme.ticket()
    for score, ticket in (("good", happy), ("bad", unhappy)):
        rated = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/satisfaction", json={"score": score})
        assert rated.is_success, rated.text
    await follow(acme)
    assert (await read(acme, unhappy))["tags"] == ["unhappy"]
    assert (await read(acme, happy))["tags"] == []
