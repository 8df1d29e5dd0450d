"""Tickets are merged, taken apart, split, put off, followed and treated by the dozen."""

from typing import Any
from uuid import uuid4

import anyio
import pytest

from helpdesk_core.users import Role, Scope
from tests.http.conftest import Office

LATER = "2100-01-01T00:00:00.000Z"


async def get(office: Office, path: str) -> Any:
    answer = await office.client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(office: Office, path: str, body: Any = None, status: int = 200) -> Any:
    answer = await office.client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def texts(office: Office, ticket: Any) -> list[str]:
    listed = await get(office, f"tickets/{ticket['id']}/conversations")
    return [one["content_text"] for one in listed["data"]]


async def say(office: Office, ticket: Any, text: str, kind: str = "note", **more: Any) -> Any:
    return await post(
        office, f"tickets/{ticket['id']}/conversations", {"kind": kind, "text": text, **more}, 201
    )


async def test_a_merged_ticket_leads_to_its_target_and_lives_again_when_unmerged(acme: Office) -> None:
    source = await acme.ticket("The kettle", message="It leaks.", tags=["spout"])
    target = await acme.ticket("The lid", message="It rattles.")
    await say(acme, source, "We are on it.", kind="reply")
    merged = await post(acme, f"tickets/{source['id']}/merge", {"into_id": target["id"]})
    assert (merged["id"], merged["message_count"]) == (target["id"], 3)
    assert merged["first_response_at"] is not None
    old = await acme.client.get(f"/api/v1/tickets/{source['id']}")
    assert (old.status_code, old.headers["location"]) == (308, f"/api/v1/tickets/{target['id']}")
    assert old.json()["merged_into_id"] == target["id"]
    assert sorted(await texts(acme, source)) == ["It leaks.", "It rattles.", "We are on it."]
    await say(acme, source, "Said after the merge.")
    alive = await post(acme, f"tickets/{source['id']}/unmerge")
    assert (alive["id"], alive["merged_into_id"], alive["status"]) == (source["id"], None, "open")
    assert (alive["message_count"], alive["tags"]) == (2, ["spout"])
    assert alive["first_response_at"] is not None
    rest = await get(acme, f"tickets/{target['id']}")
    assert (rest["message_count"], rest["first_response_at"]) == (2, None)
    assert await texts(acme, source) == ["It leaks.", "We are on it."]
    assert await texts(acme, target) == ["It rattles.", "Said after the merge."]
    assert alive["last_message_at"] < rest["last_message_at"]
    again = await acme.client.post(f"/api/v1/tickets/{source['id']}/unmerge")
    assert again.status_code == 409


async def test_a_chain_of_merges_comes_apart_from_the_middle(acme: Office) -> None:
    first, second, third = [await acme.ticket(f"No {n}", message=f"Message {n}") for n in (1, 2, 3)]
    await post(acme, f"tickets/{first['id']}/merge", {"into_id": second["id"]})
    await post(acme, f"tickets/{second['id']}/merge", {"into_id": third["id"]})
    assert len(await texts(acme, first)) == 3
    middle = await post(acme, f"tickets/{second['id']}/unmerge")
    assert middle["message_count"] == 2
    assert await texts(acme, second) == await texts(acme, first) == ["Message 1", "Message 2"]
    assert await texts(acme, third) == ["Message 3"]
    assert (await post(acme, f"tickets/{first['id']}/unmerge"))["message_count"] == 1
    assert await texts(acme, second) == ["Message 2"]


async def test_what_cannot_be_merged_is_refused_and_stays(acme: Office, other: Office) -> None:
    one, two, three = [await acme.ticket() for _ in range(3)]
    foreign = await other.ticket()
    await post(acme, f"tickets/{three['id']}/merge", {"into_id": two["id"]})
    before = [await get(acme, f"tickets/{ticket['id']}") for ticket in (one, two)]
    for path, body, status in (
        (one["id"], {"into_id": one["id"]}, 422),
        (one["id"], {"into_id": three["id"]}, 409),
        (three["id"], {"into_id": one["id"]}, 409),
        (two["id"], {"into_id": three["id"]}, 409),
        (one["id"], {"into_id": foreign["id"]}, 404),
        (foreign["id"], {"into_id": one["id"]}, 404),
        (one["id"], {"into_id": "nobody"}, 422),
        (one["id"], {}, 422),
        (str(uuid4()), {"into_id": one["id"]}, 404),
    ):
        await post(acme, f"tickets/{path}/merge", body, status)
    assert [await get(acme, f"tickets/{ticket['id']}") for ticket in (one, two)] == before


async def test_of_two_merges_the_opposite_way_one_wins(acme: Office) -> None:
    one, two = await acme.ticket(), await acme.ticket()
    statuses: list[int] = []

    async def merge(source: Any, target: Any) -> None:
        path = f"/api/v1/tickets/{source['id']}/merge"
        statuses.append((await acme.client.post(path, json={"into_id": target["id"]})).status_code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(merge, one, two)
        tasks.start_soon(merge, two, one)
    assert sorted(statuses) == [200, 409]
    assert len((await get(acme, "tickets"))["data"]) == 1


async def test_a_merged_ticket_can_not_be_changed_and_its_other_paths_lead_to_the_target(
    acme: Office,
) -> None:
    source, target = await acme.ticket(), await acme.ticket()
    await post(acme, f"tickets/{target['id']}/followers", {"email": "sam@garden.example"}, 201)
    await post(acme, f"tickets/{source['id']}/merge", {"into_id": target["id"]})
    patched = await acme.client.patch(f"/api/v1/tickets/{source['id']}", json={"priority": "high"})
    assert patched.status_code == 409
    for path, body in (
        ("split", {"conversation_ids": [str(uuid4())]}),
        ("snooze", {"until": LATER}),
        ("unsnooze", None),
        ("followers", {"email": "x@garden.example"}),
    ):
        await post(acme, f"tickets/{source['id']}/{path}", body, 409)
    assert await get(acme, f"tickets/{source['id']}/history") == await get(
        acme, f"tickets/{target['id']}/history"
    )
    followers = await get(acme, f"tickets/{source['id']}/followers")
    assert [one["email"] for one in followers["data"]] == ["sam@garden.example"]


async def test_deleting_a_target_takes_the_tickets_merged_into_it_along(acme: Office) -> None:
    first, second, third = [await acme.ticket() for _ in range(3)]
    await post(acme, f"tickets/{first['id']}/merge", {"into_id": second["id"]})
    await post(acme, f"tickets/{second['id']}/merge", {"into_id": third["id"]})
    assert (await acme.client.delete(f"/api/v1/tickets/{third['id']}")).status_code == 204
    for ticket in (first, second, third):
        assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).status_code == 404


async def test_some_messages_become_a_ticket_of_their_own(acme: Office) -> None:
    ticket = await acme.ticket(tags=["spout"], priority="high")
    bell = await say(acme, ticket, "And the bell?", kind="inbound")
    reply = await say(acme, ticket, "The bell too.", kind="reply")
    ids = [bell["id"], reply["id"]]
    answer = await acme.client.post(
        f"/api/v1/tickets/{ticket['id']}/split", json={"conversation_ids": ids, "subject": "The bell"}
    )
    new = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/tickets/{new['id']}")
    assert (new["subject"], new["split_from_id"], new["number"], new["status"]) == (
        "The bell",
        ticket["id"],
        2,
        "open",
    )
    assert (new["tags"], new["priority"], new["message_count"]) == (["spout"], "high", 2)
    assert (new["created_at"], new["first_response_at"]) == (bell["created_at"], reply["created_at"])
    assert await texts(acme, new) == ["And the bell?", "The bell too."]
    rest = await get(acme, f"tickets/{ticket['id']}")
    assert (rest["message_count"], rest["first_response_at"]) == (1, None)
    assert (await get(acme, f"conversations/{bell['id']}"))["ticket_id"] == new["id"]
    types = [event["type"] for event in (await get(acme, f"tickets/{ticket['id']}/history"))["data"]]
    assert "ticket.split" in types


async def test_a_split_that_takes_all_or_foreign_messages_is_refused(acme: Office, other: Office) -> None:
    ticket, second = await acme.ticket(), await acme.ticket()
    foreign = await other.ticket()
    note = await say(acme, ticket, "A note.")

    async def first_of(office: Office, of: Any) -> str:
        return str((await get(office, f"tickets/{of['id']}/conversations"))["data"][0]["id"])

    mine = await first_of(acme, ticket)
    path = f"tickets/{ticket['id']}/split"
    for ids in (
        [mine, note["id"]],
        [note["id"], await first_of(acme, second)],
        [await first_of(other, foreign)],
        [],
        ["x"],
    ):
        await post(acme, path, {"conversation_ids": ids}, 422)
    await post(acme, f"tickets/{foreign['id']}/split", {"conversation_ids": [mine]}, 404)
    assert len((await get(acme, "tickets"))["data"]) == 2
    assert (await acme.ticket())["number"] == 3


async def test_a_snoozed_ticket_is_found_by_its_filter_and_woken_by_its_customer(acme: Office) -> None:
    ticket, awake = await acme.ticket(), await acme.ticket()
    snoozed = await post(acme, f"tickets/{ticket['id']}/snooze", {"until": LATER})
    assert snoozed["snoozed_until"] == LATER
    assert [one["id"] for one in (await get(acme, "tickets?snoozed=true"))["data"]] == [ticket["id"]]
    assert [one["id"] for one in (await get(acme, "tickets?snoozed=false"))["data"]] == [awake["id"]]
    assert len((await get(acme, "tickets"))["data"]) == 2
    await say(acme, ticket, "Still thinking.")
    assert (await get(acme, f"tickets/{ticket['id']}"))["snoozed_until"] == LATER
    await say(acme, ticket, "Hello?", kind="inbound")
    assert (await get(acme, f"tickets/{ticket['id']}"))["snoozed_until"] is None
    patched = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"snoozed_until": LATER})
    assert patched.json()["snoozed_until"] == LATER
    assert (await post(acme, f"tickets/{ticket['id']}/unsnooze"))["snoozed_until"] is None
    assert (await post(acme, f"tickets/{ticket['id']}/unsnooze"))["snoozed_until"] is None


async def test_a_snooze_needs_a_time_to_come_and_a_ticket_to_do(acme: Office, other: Office) -> None:
    ticket, foreign = await acme.ticket(), await other.ticket()
    path = f"tickets/{ticket['id']}/snooze"
    refused = await post(acme, path, {"until": "2001-01-01T00:00:00Z"}, 422)
    assert refused["errors"][0]["path"] == "until"
    for body in ({}, {"until": "tomorrow"}, {"until": None}):
        await post(acme, path, body, 422)
    await post(acme, f"tickets/{foreign['id']}/snooze", {"until": LATER}, 404)
    await post(acme, path, {"until": LATER})
    resolved = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "resolved"})
    assert resolved.json()["snoozed_until"] is None
    await post(acme, path, {"until": LATER}, 409)


async def test_users_and_addresses_follow_a_ticket(acme: Office, other: Office) -> None:
    ticket, foreign = await acme.ticket(), await other.ticket()
    email = await acme.user(Role.AGENT)
    path = f"tickets/{ticket['id']}/followers"
    user = await post(acme, path, {"email": email.upper()}, 201)
    assert (user["user_id"], user["email"], user["name"]) == (user["id"], email, "Agent")
    assert await post(acme, path, {"user_id": user["id"]}, 201) == user
    sam = await post(acme, path, {"email": "Sam@garden.example"}, 201)
    assert (sam["user_id"], sam["email"]) == (None, "sam@garden.example")
    assert await get(acme, path) == {"data": [user, sam], "next_cursor": None}
    assert (await get(acme, f"tickets/{ticket['id']}"))["followers"] == [user["id"], "sam@garden.example"]
    assert (await acme.client.delete(f"/api/v1/{path}/{sam['id']}")).status_code == 204
    assert (await acme.client.delete(f"/api/v1/{path}/{sam['id']}")).status_code == 404
    assert (await get(acme, path))["data"] == [user]
    for body in ({}, {"email": "x"}, {"user_id": user["id"], "email": email}, {"user_id": str(uuid4())}):
        await post(acme, path, body, 422)
    await other.user(Role.AGENT)
    assert (await post(acme, path, {"email": "agent@other.example"}, 201))["user_id"] is None
    for method in ("GET", "POST"):
        answer = await acme.client.request(
            method, f"/api/v1/tickets/{foreign['id']}/followers", json={"email": "a@b.example"}
        )
        assert answer.status_code == 404


async def test_a_tickets_history_is_listed_newest_first_page_by_page(acme: Office, other: Office) -> None:
    ticket = await acme.ticket()
    for priority in ("high", "low"):
        await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"priority": priority})
    path = f"/api/v1/tickets/{ticket['id']}/history"
    first = await acme.client.get(path, params={"limit": 2})
    second = await acme.client.get(path, params={"limit": 2, "cursor": first.json()["next_cursor"]})
    events = [*first.json()["data"], *second.json()["data"]]
    assert [event["type"] for event in events] == ["ticket.updated", "ticket.updated", "ticket.created"]
    assert events[0]["data"]["after"] == {"priority": "low"}
    assert events[0]["actor"]["type"] == "api_key"
    assert [event["seq"] for event in events] == sorted((event["seq"] for event in events), reverse=True)
    assert second.json()["next_cursor"] is None
    assert (await other.client.get(path)).status_code == 404


async def test_many_tickets_are_changed_each_with_its_own_result(acme: Office, other: Office) -> None:
    one, two, merged = [await acme.ticket() for _ in range(3)]
    foreign = await other.ticket()
    await post(acme, f"tickets/{merged['id']}/merge", {"into_id": two["id"]})
    ids = [one["id"], foreign["id"], merged["id"], two["id"], one["id"]]
    body = {"ids": ids, "change": {"priority": "urgent", "tags": ["storm"]}}
    results = (await post(acme, "tickets/bulk", body))["results"]
    assert [(result["id"], result["status"]) for result in results] == [
        (one["id"], 200),
        (foreign["id"], 404),
        (merged["id"], 409),
        (two["id"], 200),
    ]
    assert [result["error"] and result["error"]["code"] for result in results] == [
        None,
        "not_found",
        "conflict",
        None,
    ]
    for ticket in (one, two):
        changed = await get(acme, f"tickets/{ticket['id']}")
        assert (changed["priority"], changed["tags"]) == ("urgent", ["storm"])
    deleted = (await post(acme, "tickets/bulk", {"ids": [one["id"], foreign["id"]], "delete": True}))[
        "results"
    ]
    assert [result["status"] for result in deleted] == [204, 404]
    assert (await acme.client.get(f"/api/v1/tickets/{one['id']}")).status_code == 404
    assert (await get(other, f"tickets/{foreign['id']}"))["priority"] == "normal"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["x"], "delete": True},
        {"ids": [str(uuid4())]},
        {"ids": [str(uuid4())], "change": {}, "delete": True},
        {"ids": [str(uuid4())] * 101, "delete": True},
        {"ids": [str(uuid4())], "change": {"colour": "red"}},
    ],
)
async def test_a_bulk_change_that_makes_no_sense_is_refused_as_a_whole(acme: Office, body: Any) -> None:
    await post(acme, "tickets/bulk", body, 422)


async def test_a_bulk_change_needs_the_scope_to_write(acme: Office) -> None:
    ticket = await acme.ticket()
    async with await acme.client_with(Scope.READ) as reader:
        body = {"ids": [ticket["id"]], "delete": True}
        assert (await reader.post("/api/v1/tickets/bulk", json=body)).status_code == 403
        for action in ("merge", "unmerge", "split", "snooze", "unsnooze", "followers"):
            answer = await reader.post(f"/api/v1/tickets/{ticket['id']}/{action}", json={})
            assert answer.status_code == 403


async def test_a_bulk_change_under_an_idempotency_key_takes_effect_once(acme: Office) -> None:
    ticket, merged = await acme.ticket(), await acme.ticket()
    await post(acme, f"tickets/{merged['id']}/merge", {"into_id": ticket["id"]})
    body = {"ids": [merged["id"], ticket["id"]], "change": {"tags": ["storm"], "priority": "high"}}
    answers = [
        await acme.client.post("/api/v1/tickets/bulk", json=body, headers={"idempotency-key": "once"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert [result["status"] for result in answers[0].json()["results"]] == [409, 200]
    history = await get(acme, f"tickets/{ticket['id']}/history")
    assert [event["data"].get("changed") for event in history["data"][:2]] == [
        ["priority", "tags"],
        ["conversations"],
    ]
