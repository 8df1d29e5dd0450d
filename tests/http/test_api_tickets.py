"""Tickets, conversations and customers over `/api/v1`."""

from typing import Any
from uuid import UUID

import pytest

from helpdesk_core.users import Role, Scope
from tests.http.conftest import Office


async def test_a_ticket_is_opened_read_changed_and_deleted(acme: Office) -> None:
    opened = await acme.ticket(priority="high", tags=["spout", "spout"], custom_fields={"order": "A-1"})
    assert (opened["number"], opened["status"], opened["channel"], opened["message_count"]) == (
        1,
        "open",
        "api",
        1,
    )
    assert (opened["priority"], opened["tags"], opened["custom_fields"]) == (
        "high",
        ["spout"],
        {"order": "A-1"},
    )
    path = f"/api/v1/tickets/{opened['id']}"
    assert (await acme.client.get(path)).json() == opened
    change = {"status": "resolved", "tags": [], "custom_fields": {"order": None, "colour": "red"}}
    changed = (await acme.client.patch(path, json=change)).json()
    assert (changed["status"], changed["tags"], changed["custom_fields"]) == (
        "resolved",
        [],
        {"colour": "red"},
    )
    assert changed["resolved_at"] is not None
    assert (await acme.client.delete(path)).status_code == 204
    assert (await acme.client.get(path)).status_code == 404
    assert (await acme.ticket())["number"] == 2


async def test_the_customer_is_recognised_by_any_of_their_addresses(acme: Office) -> None:
    first = await acme.ticket(customer={"email": "IDA@garden.example", "name": "Ida"})
    second = await acme.ticket("Another", customer={"email": "ida@garden.example"})
    by_id = await acme.ticket("Third", customer={"id": first["customer_id"]})
    assert first["customer_id"] == second["customer_id"] == by_id["customer_id"]
    theirs = await acme.client.get(f"/api/v1/customers/{first['customer_id']}/tickets")
    assert [one["number"] for one in theirs.json()["data"]] == [3, 2, 1]


async def test_a_list_is_walked_page_by_page_while_tickets_are_added(acme: Office) -> None:
    for number in range(7):
        await acme.ticket(f"Matter {number}")
    page = (await acme.client.get("/api/v1/tickets?limit=3")).json()
    seen = [ticket["number"] for ticket in page["data"]]
    await acme.ticket("Later")
    while page["next_cursor"]:
        answer = await acme.client.get("/api/v1/tickets", params={"limit": 3, "cursor": page["next_cursor"]})
        page = answer.json()
        seen += [ticket["number"] for ticket in page["data"]]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_a_list_names_its_next_page_in_a_link_header(acme: Office) -> None:
    for _ in range(2):
        await acme.ticket()
    first = await acme.client.get("/api/v1/tickets?limit=1&status=open")
    target = first.headers["link"].partition(">")[0].lstrip("<")
    assert first.headers["link"].endswith('; rel="next"')
    second = await acme.client.get(target)
    assert [ticket["number"] for ticket in second.json()["data"]] == [1]
    assert "link" not in second.headers


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status=open", [3, 1]),
        ("status=resolved,closed", [2]),
        ("priority=urgent", [3]),
        ("channel=api", [3, 2, 1]),
        ("channel=email", []),
        ("tag=spout", [1]),
        ("q=lid", [3]),
        ("q=kettle%20drip", [2, 1]),
        ("q=ket", [2, 1]),
        ("sort=number", [1, 2, 3]),
        ("created_after=2100-01-01T00:00:00Z", []),
        ("created_before=2100-01-01T00:00:00Z&sort=-number", [3, 2, 1]),
        ("assignee_id=01890000-0000-7000-8000-000000000000", []),
    ],
)
async def test_tickets_are_filtered_sorted_and_searched(acme: Office, query: str, numbers: list[int]) -> None:
    await acme.ticket("The kettle leaks", tags=["spout"])
    resolved = await acme.ticket("Kettle again")
    await acme.client.patch(f"/api/v1/tickets/{resolved['id']}", json={"status": "resolved"})
    await acme.ticket("The lid is loose", priority="urgent", message="It rattles.")
    found = (await acme.client.get(f"/api/v1/tickets?{query}")).json()
    assert [ticket["number"] for ticket in found["data"]] == numbers


async def test_include_adds_the_customer_and_the_conversations(acme: Office) -> None:
    ticket = await acme.ticket()
    plain = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert not {"customer", "conversations"} & plain.keys()
    full = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}?include=customer,conversations")).json()
    assert full["customer"]["email"] == "ida@garden.example"
    assert [(one["kind"], one["content_text"]) for one in full["conversations"]] == [("inbound", "It drips.")]


async def test_a_reply_is_queued_a_note_stays_and_a_customers_message_reopens(acme: Office) -> None:
    ticket = await acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    reply = (
        await acme.client.post(path, json={"text": "Soon!", "status": "pending", "cc": ["b@x.example"]})
    ).json()
    assert (reply["kind"], reply["author"]["role"], reply["delivery"], reply["cc"]) == (
        "reply",
        "agent",
        {"state": "queued", "detail": None},
        ["b@x.example"],
    )
    note = (
        await acme.client.post(path, json={"kind": "note", "html": "<p>Hm <script>x</script></p>"})
    ).json()
    assert (note["delivery"], note["content_text"], "script" in note["content_html"]) == (None, "Hm", False)
    document = {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello?"}]}],
    }
    inbound = (await acme.client.post(path, json={"kind": "inbound", "content": document})).json()
    assert (inbound["author"]["role"], inbound["content"]) == ("customer", document)
    after = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert (after["status"], after["message_count"]) == ("open", 4)
    assert after["first_response_at"] is not None
    listed = (await acme.client.get(path)).json()["data"]
    assert [one["kind"] for one in listed] == ["inbound", "reply", "note", "inbound"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "text"),
        ({"text": "a", "html": "<p>b</p>"}, "text"),
        ({"content": {"type": "doc", "content": [{"type": "script"}]}}, "content"),
        ({"text": ""}, "text"),
        ({"text": "a", "kind": "shout"}, "kind"),
        ({"text": "a", "cc": ["nobody"]}, "cc[0]"),
        ({"text": "a", "colour": "red"}, "colour"),
        ({"text": "a\x00b"}, "text"),
    ],
)
async def test_a_message_that_cannot_be_posted_is_refused_by_its_path(
    acme: Office, body: dict[str, Any], path: str
) -> None:
    ticket = await acme.ticket()
    answer = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == path
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["message_count"] == 1


async def test_customers_are_entered_found_corrected_and_deleted(acme: Office) -> None:
    body = {"name": "Ida", "email": "Ida@Garden.example", "phones": ["+31 20 123 45 67"], "company": "Garden"}
    entered = (await acme.client.post("/api/v1/customers", json=body)).json()
    assert (entered["emails"], entered["phones"]) == (["ida@garden.example"], ["+31201234567"])
    for query in ("q=gard", "q=ida", "q=%2B3120", "email=ida@garden.example", "blocked=false"):
        found = (await acme.client.get(f"/api/v1/customers?{query}")).json()["data"]
        assert [one["id"] for one in found] == [entered["id"]], query
    path = f"/api/v1/customers/{entered['id']}"
    changed = (await acme.client.patch(path, json={"emails": ["ida@work.example"], "country": "NL"})).json()
    assert (changed["email"], changed["country"], changed["phones"]) == (
        "ida@work.example",
        "NL",
        ["+31201234567"],
    )
    taken = await acme.client.post("/api/v1/customers", json={"emails": ["ida@work.example"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_taken")
    assert (
        await acme.client.post("/api/v1/customers", json={"email": "ida@garden.example"})
    ).status_code == 201
    assert (await acme.client.delete(path)).status_code == 204
    assert (await acme.client.get(path)).status_code == 404


async def test_a_customer_with_tickets_is_not_deleted(acme: Office) -> None:
    ticket = await acme.ticket()
    refused = await acme.client.delete(f"/api/v1/customers/{ticket['customer_id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_an_assignee_must_work_in_the_organization(acme: Office, other: Office) -> None:
    ticket = await acme.ticket()
    await other.user(Role.AGENT)
    stranger = await other.desk.store().read(lambda view: view.users.by_email("agent@other.example"))
    assert stranger is not None
    path = f"/api/v1/tickets/{ticket['id']}"
    assert (await acme.client.patch(path, json={"assignee_id": str(stranger.id)})).status_code == 422
    await acme.user(Role.AGENT)
    own = await acme.desk.store().read(lambda view: view.users.by_email("agent@acme.example"))
    assert own is not None
    assert (await acme.client.patch(path, json={"assignee_id": str(own.id)})).json()["assignee_id"] == str(
        own.id
    )
    assert (await acme.client.patch(path, json={"assignee_id": None})).json()["assignee_id"] is None


async def test_a_foreign_thing_is_not_found_whatever_is_done_with_it(acme: Office, other: Office) -> None:
    ticket = await acme.ticket()
    message = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"][0]
    rule = (await acme.client.post("/api/v1/blocked-senders", json={"pattern": "@pests.example"})).json()
    for method, path, body in [
        ("GET", f"tickets/{ticket['id']}", None),
        ("PATCH", f"tickets/{ticket['id']}", {"status": "closed"}),
        ("DELETE", f"tickets/{ticket['id']}", None),
        ("GET", f"tickets/{ticket['id']}/conversations", None),
        ("POST", f"tickets/{ticket['id']}/conversations", {"text": "a"}),
        ("GET", f"conversations/{message['id']}", None),
        ("POST", f"conversations/{message['id']}/retry", None),
        ("GET", f"customers/{ticket['customer_id']}", None),
        ("PATCH", f"customers/{ticket['customer_id']}", {"name": "x"}),
        ("DELETE", f"customers/{ticket['customer_id']}", None),
        ("GET", f"customers/{ticket['customer_id']}/tickets", None),
        ("DELETE", f"blocked-senders/{rule['id']}", None),
        ("GET", f"webhook-events/{UUID(int=1)}", None),
    ]:
        answer = await other.client.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 404, (method, path, answer.text)
    assert (await other.client.get("/api/v1/tickets")).json()["data"] == []
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json() == ticket


async def test_a_key_does_what_its_scope_covers_and_no_more(acme: Office) -> None:
    async with await acme.client_with(Scope.READ) as reader, await acme.client_with(Scope.WRITE) as writer:
        body = {"subject": "a", "message": "b", "customer": {"email": "a@b.example"}}
        assert (await reader.get("/api/v1/tickets")).status_code == 200
        refused = await reader.post("/api/v1/tickets", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert (await writer.post("/api/v1/tickets", json=body)).status_code == 201
        assert (await writer.get("/api/v1/webhook-events")).status_code == 403
        assert (await acme.client.get("/api/v1/webhook-events")).status_code == 200


async def test_a_cursor_is_good_for_its_own_list_only(acme: Office) -> None:
    for _ in range(3):
        await acme.ticket()
    cursor = (await acme.client.get("/api/v1/tickets?limit=1")).json()["next_cursor"]
    for query in (
        f"sort=number&cursor={cursor}",
        f"cursor={cursor}x",
        "cursor=abc",
        f"status=open&cursor={cursor}",
    ):
        answer = await acme.client.get(f"/api/v1/tickets?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "query.cursor"), query
    assert (await acme.client.get(f"/api/v1/customers?cursor={cursor}")).status_code == 422


async def test_blocked_senders_are_listed_page_by_page_and_let_in_again(acme: Office) -> None:
    for name in ("a", "b", "c"):
        answer = await acme.client.post("/api/v1/blocked-senders", json={"pattern": f"@{name}.example"})
        assert answer.status_code == 201
    assert (
        await acme.client.post("/api/v1/blocked-senders", json={"pattern": "@A.example"})
    ).status_code == 409
    first = (await acme.client.get("/api/v1/blocked-senders?limit=2")).json()
    rest = (await acme.client.get(f"/api/v1/blocked-senders?limit=2&cursor={first['next_cursor']}")).json()
    assert [rule["pattern"] for rule in first["data"] + rest["data"]] == [
        "@a.example",
        "@b.example",
        "@c.example",
    ]
    assert rest["next_cursor"] is None
    assert (await acme.client.delete(f"/api/v1/blocked-senders/{rest['data'][0]['id']}")).status_code == 204
    assert len((await acme.client.get("/api/v1/blocked-senders")).json()["data"]) == 2


async def test_what_a_ticket_holds_besides_its_own_has_a_size(acme: Office) -> None:
    ticket = await acme.ticket()
    for name in ("custom_fields", "metadata"):
        large = {name: {f"field {n}": "x" * 1000 for n in range(66)}}
        answer = await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json=large)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, name)
        # Nor does it grow beyond that bit by bit; what is there already can still be taken away.
        url = f"/api/v1/tickets/{ticket['id']}"
        halves = [{f"{half} {n}": "x" * 1000 for n in range(40)} for half in ("one", "two")]
        statuses = [(await acme.client.patch(url, json={name: half})).status_code for half in halves]
        less = await acme.client.patch(url, json={name: dict.fromkeys(halves[0])})
        assert (statuses, less.json()[name]) == ([200, 422], {})
