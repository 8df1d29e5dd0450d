"""Customers over the API: merged, blocked, exported, erased."""

import asyncio
from typing import Any
from uuid import uuid4

from helpdesk_core.users import Scope
from tests.http.conftest import Office

IDA, OTTO = {"email": "ida@garden.example", "name": "Ida"}, {"email": "otto@mail.example", "name": "Otto"}


async def a_customer(office: Office, **fields: Any) -> dict[str, Any]:
    answer = await office.client.post("/api/v1/customers", json=fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_merged_customer_passes_on_everything_and_leads_to_the_other_one(acme: Office) -> None:
    source = await a_customer(acme, name="Ida", email="ida@old.example", city="Porto", metadata={"a": 1})
    target = await a_customer(acme, name="Ida Rose", email="ida@new.example", phones=["+14155550123"])
    ticket = await acme.ticket(customer={"id": source["id"]})
    answer = await acme.client.post(f"/api/v1/customers/{source['id']}/merge", json={"into_id": target["id"]})
    assert answer.status_code == 200
    merged = answer.json()
    assert merged["id"] == target["id"]
    assert merged["identities"] == [
        {"kind": "email", "value": "ida@new.example"},
        {"kind": "email", "value": "ida@old.example"},
        {"kind": "phone", "value": "+14155550123"},
    ]
    assert (merged["name"], merged["city"], merged["metadata"]) == ("Ida Rose", "Porto", {"a": 1})
    old = await acme.client.get(f"/api/v1/customers/{source['id']}")
    assert (old.status_code, old.headers["location"]) == (308, f"/api/v1/customers/{target['id']}")
    assert (old.json()["merged_into_id"], old.json()["email"], old.json()["name"]) == (target["id"], None, "")
    assert (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()["customer_id"] == target["id"]
    for one in (source, target):
        listed = await acme.client.get(f"/api/v1/customers/{one['id']}/tickets")
        assert [each["id"] for each in listed.json()["data"]] == [ticket["id"]]
    everybody = (await acme.client.get("/api/v1/customers")).json()["data"]
    assert [one["id"] for one in everybody] == [target["id"]]
    messages = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    assert [one["author"]["id"] for one in messages] == [target["id"]]
    later = await acme.ticket(customer={"email": "ida@old.example"})
    assert later["customer_id"] == target["id"]
    by_old_id = await acme.ticket(customer={"id": source["id"]})
    assert by_old_id["customer_id"] == target["id"]


async def test_of_merges_that_cross_one_wins(acme: Office) -> None:
    one, two = await a_customer(acme, email="a@x.example"), await a_customer(acme, email="b@x.example")
    there = acme.client.post(f"/api/v1/customers/{one['id']}/merge", json={"into_id": two["id"]})
    back = acme.client.post(f"/api/v1/customers/{two['id']}/merge", json={"into_id": one["id"]})
    answers = await asyncio.gather(there, back)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    everybody = (await acme.client.get("/api/v1/customers")).json()["data"]
    assert [sorted(each["emails"]) for each in everybody] == [["a@x.example", "b@x.example"]]


async def test_the_same_merge_again_changes_nothing_and_others_are_refused(
    acme: Office, other: Office
) -> None:
    one, two, three = [await a_customer(acme, email=f"{name}@x.example") for name in "abc"]
    foreign = await a_customer(other, email="d@x.example")
    merge = f"/api/v1/customers/{one['id']}/merge"
    first = await acme.client.post(merge, json={"into_id": two["id"]})
    again = await acme.client.post(merge, json={"into_id": two["id"]})
    assert (again.status_code, again.json()) == (200, first.json())
    for path, into, status in (
        (merge, three["id"], 409),
        (f"/api/v1/customers/{three['id']}/merge", one["id"], 409),
        (f"/api/v1/customers/{three['id']}/merge", three["id"], 409),
        (f"/api/v1/customers/{three['id']}/merge", foreign["id"], 404),
        (f"/api/v1/customers/{foreign['id']}/merge", three["id"], 404),
        (f"/api/v1/customers/{three['id']}/merge", str(uuid4()), 404),
    ):
        assert (await acme.client.post(path, json={"into_id": into})).status_code == status, path
    assert (await acme.client.patch(f"/api/v1/customers/{one['id']}", json={"name": "X"})).status_code == 409
    assert (await acme.client.delete(f"/api/v1/customers/{one['id']}")).status_code == 409
    assert (await other.client.get(f"/api/v1/customers/{foreign['id']}")).json()["email"] == "d@x.example"


async def test_the_mail_of_a_blocked_customer_opens_no_ticket(acme: Office) -> None:
    customer = await a_customer(acme, **IDA)
    path = f"/api/v1/customers/{customer['id']}"
    blocked = await acme.client.post(f"{path}/block")
    assert (blocked.status_code, blocked.json()["blocked"]) == (200, True)
    raw = b"From: Ida <Ida@Garden.example>\r\nTo: acme@desk.example\r\nSubject: Hi\r\nMessage-ID: <%d@x>\r\n\r\nHi."
    await acme.desk.receive_email()(raw % 1)
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []
    let_in = await acme.client.post(f"{path}/unblock")
    assert (let_in.status_code, let_in.json()["blocked"]) == (200, False)
    await acme.desk.receive_email()(raw % 2)
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == 1


async def test_an_export_is_one_document_with_everything(acme: Office) -> None:
    ticket = await acme.ticket(customer=IDA)
    await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": "Turn it off."})
    await acme.client.post(f"/api/v1/tickets/{ticket['id']}/satisfaction", json={"score": "good"})
    answer = await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["customer"]["identities"] == [{"kind": "email", "value": "ida@garden.example"}]
    (exported,) = document["tickets"]
    assert (exported["subject"], exported["rating"]["score"]) == ("The kettle leaks", "good")
    assert [(one["kind"], one["text"], one["html"]) for one in exported["conversations"]] == [
        ("inbound", "It drips.", "<p>It drips.</p>"),
        ("reply", "Turn it off.", "<p>Turn it off.</p>"),
    ]
    assert [one["type"] for one in document["events"]] == ["customer.created", "customer.exported"]
    assert document["exported_at"].endswith("Z")


async def test_a_long_export_is_whole(acme: Office) -> None:
    ticket = await acme.ticket(customer=IDA)
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    for n in range(120):
        assert (await acme.client.post(path, json={"kind": "note", "text": f"Note {n}"})).status_code == 201
    await acme.ticket("Another kettle", customer=IDA)
    answer = await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")
    first, second = answer.json()["tickets"]
    assert [one["text"] for one in first["conversations"]] == [
        "It drips.",
        *(f"Note {n}" for n in range(120)),
    ]
    assert (second["subject"], len(second["conversations"])) == ("Another kettle", 1)


async def test_an_export_names_the_files_with_their_digests(acme: Office) -> None:
    raw = (
        b"From: ida@garden.example\r\nTo: acme@desk.example\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b'--b\r\nContent-Type: text/plain\r\n\r\nLook.\r\n--b\r\nContent-Type: image/png; name="leak.png"\r\n'
        b"Content-Disposition: attachment\r\n\r\npicture\r\n--b--\r\n"
    )
    await acme.desk.receive_email()(raw)
    (ticket,) = (await acme.client.get("/api/v1/tickets")).json()["data"]
    document = (await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")).json()
    files = document["tickets"][0]["conversations"][0]["attachments"]
    assert [(file["filename"], file["content_type"], len(file["sha256"])) for file in files] == [
        ("leak.png", "image/png", 64),
        ("message.eml", "message/rfc822", 64),
    ]


async def test_an_erased_customer_is_nobody_and_the_receipt_stays(acme: Office) -> None:
    ticket = await acme.ticket(customer=IDA, custom_fields={"order": "A-1"})
    path = f"/api/v1/customers/{ticket['customer_id']}"
    assert (await acme.client.get(f"{path}/erasure")).status_code == 404
    answer = await acme.client.post(f"{path}/erase")
    assert answer.status_code == 200
    receipt = answer.json()
    assert (receipt["state"], receipt["customer_id"]) == ("erased", ticket["customer_id"])
    assert receipt["erased"]["conversations"] == 1
    assert receipt["finished_at"] >= receipt["requested_at"]
    assert (await acme.client.post(f"{path}/erase")).json() == receipt
    assert (await acme.client.get(f"{path}/erasure")).json() == receipt
    customer = (await acme.client.get(path)).json()
    assert (customer["name"], customer["email"], customer["identities"]) == ("", None, [])
    shown = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}?include=conversations")).json()
    assert (shown["subject"], shown["custom_fields"]) == ("[erased]", {})
    assert [one["content_text"] for one in shown["conversations"]] == [""]
    for word in ("kettle", "drips"):
        assert (await acme.client.get(f"/api/v1/tickets?q={word}")).json()["data"] == []


async def test_answers_kept_for_repeated_requests_are_erased_too(acme: Office) -> None:
    body = {"subject": "The kettle leaks", "message": "It drips.", "customer": IDA}
    headers = {"idempotency-key": "one"}
    first = (await acme.client.post("/api/v1/tickets", json=body, headers=headers)).json()
    path = f"/api/v1/customers/{first['customer_id']}/erase"
    erased = await acme.client.post(path, headers={"idempotency-key": "two"})
    assert erased.json()["erased"]["answers"] == 1
    again = await acme.client.post(path, headers={"idempotency-key": "two"})
    assert again.json() == erased.json()
    anew = await acme.client.post("/api/v1/tickets", json=body, headers=headers)
    assert "idempotency-replayed" not in anew.headers


async def test_erasing_and_exporting_stay_within_the_organization(acme: Office, other: Office) -> None:
    ticket = await acme.ticket(customer=IDA)
    path = f"/api/v1/customers/{ticket['customer_id']}"
    for method, end in (
        ("POST", "erase"),
        ("GET", "erasure"),
        ("GET", "export"),
        ("POST", "block"),
        ("POST", "unblock"),
    ):
        assert (await other.client.request(method, f"{path}/{end}")).status_code == 404, end
    async with await acme.client_with(Scope.READ) as reader:
        assert (await reader.post(f"{path}/erase")).status_code == 403
        assert (await reader.get(f"{path}/export")).status_code == 200
    assert (await acme.client.get(path)).json()["name"] == "Ida"
