"""What holds for every operation under /api/v1: tags, conditions, sparse answers, and keys that make a request once."""

import anyio
import pytest

from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ports.store import View
from helpdesk_core.users import Scope
from tests.http.conftest import Office

BODY = {"subject": "The kettle leaks", "message": "It drips.", "customer": {"email": "ida@garden.example"}}


async def test_a_ticket_that_is_known_is_not_sent_again(acme: Office) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}"
    first = await acme.client.get(url)
    again = await acme.client.get(url, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    await acme.client.patch(url, json={"priority": "high"})
    changed = await acme.client.get(url, headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["priority"]) == (200, "high")


async def test_lists_are_tagged_too(acme: Office) -> None:
    await acme.ticket()
    first = await acme.client.get("/api/v1/tickets")
    known = {"if-none-match": f'"other", {first.headers["etag"]}'}
    assert (await acme.client.get("/api/v1/tickets", headers=known)).status_code == 304
    await acme.ticket("Another")
    assert (await acme.client.get("/api/v1/tickets", headers=known)).status_code == 200


async def test_a_change_on_what_has_changed_meanwhile_is_refused(acme: Office) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}"
    read = (await acme.client.get(url)).headers["etag"]
    mine = await acme.client.patch(url, json={"priority": "high"}, headers={"if-match": read})
    assert mine.status_code == 200
    theirs = await acme.client.patch(url, json={"priority": "low"}, headers={"if-match": read})
    assert (theirs.status_code, theirs.json()["code"]) == (412, "stale")
    assert (await acme.client.get(url)).json()["priority"] == "high"
    tag = mine.headers["etag"]
    assert (await acme.client.delete(url, headers={"if-match": '"other"'})).status_code == 412
    assert (await acme.client.delete(url, headers={"if-match": tag})).status_code == 204


async def test_a_condition_that_nothing_is_compared_with_is_refused(acme: Office) -> None:
    ticket = await acme.ticket()
    for path in ("/api/v1/tickets", f"/api/v1/tickets/{ticket['id']}/unsnooze"):
        body = BODY if path.endswith("tickets") else None
        answer = await acme.client.post(path, json=body, headers={"if-match": '"x"'})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "header.If-Match")


async def test_the_tag_of_an_answer_with_extras_is_good_for_a_change(acme: Office) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}"
    plain = (await acme.client.get(url)).headers["etag"]
    for extras in ("include=customer,conversations", "fields=subject,status"):
        tag = (await acme.client.get(f"{url}?{extras}")).headers["etag"]
        assert tag != plain
        assert (await acme.client.patch(url, json={}, headers={"if-match": tag})).status_code == 200


async def test_a_new_ticket_brings_the_tag_that_reading_it_would(acme: Office) -> None:
    made = await acme.client.post("/api/v1/tickets", json=BODY)
    read = await acme.client.get(made.headers["location"])
    assert made.headers["etag"] == read.headers["etag"]


async def test_only_the_fields_that_are_asked_for_are_sent(acme: Office) -> None:
    ticket = await acme.ticket()
    one = await acme.client.get(f"/api/v1/tickets/{ticket['id']}?fields=subject,status")
    assert one.json() == {"id": ticket["id"], "subject": "The kettle leaks", "status": "open"}
    many = await acme.client.get("/api/v1/tickets?fields=number&limit=1")
    assert many.json()["data"] == [{"id": ticket["id"], "number": 1}]
    wrong = await acme.client.get("/api/v1/tickets?fields=subject,colour")
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "query.fields")


async def test_a_request_sent_again_is_answered_as_before_and_takes_no_second_effect(acme: Office) -> None:
    headers = {"idempotency-key": "order-1001"}
    first = await acme.client.post("/api/v1/tickets", json=BODY, headers=headers)
    again = await acme.client.post("/api/v1/tickets", json=BODY, headers=headers)
    assert (again.status_code, again.content) == (
        first.status_code,
        first.content,
    )
    assert first.status_code == 201
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == 1


async def test_a_key_is_good_for_one_request_only(acme: Office) -> None:
    headers = {"idempotency-key": "order-1001"}
    await acme.client.post("/api/v1/tickets", json=BODY, headers=headers)
    other = await acme.client.post("/api/v1/tickets", json={**BODY, "subject": "Another"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == 1


async def test_a_refused_request_may_be_mended_under_its_key(acme: Office) -> None:
    headers = {"idempotency-key": "order-1001"}
    ticket = await acme.ticket()
    refused = await acme.client.patch(
        f"/api/v1/tickets/{ticket['id']}", json={"team_id": ticket["id"]}, headers=headers
    )
    assert refused.status_code == 422
    mended = await acme.client.patch(
        f"/api/v1/tickets/{ticket['id']}", json={"priority": "low"}, headers=headers
    )
    assert (mended.status_code, mended.json()["priority"]) == (200, "low")


async def test_keys_of_two_callers_are_two_keys(acme: Office) -> None:
    headers = {"idempotency-key": "order-1001"}
    async with await acme.client_with(Scope.WRITE) as second:
        first = await acme.client.post("/api/v1/tickets", json=BODY, headers=headers)
        other = await second.post("/api/v1/tickets", json=BODY, headers=headers)
    assert first.json()["id"] != other.json()["id"]


async def test_of_many_identical_requests_at_once_one_takes_effect(acme: Office) -> None:
    answers: list[tuple[int, bytes]] = []

    async def send() -> None:
        answer = await acme.client.post(
            "/api/v1/tickets", json=BODY, headers={"idempotency-key": "order-1001"}
        )
        answers.append((answer.status_code, answer.content))

    async with anyio.create_task_group() as tasks:
        for _ in range(12):
            tasks.start_soon(send)
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tbed"])
async def test_a_key_of_another_form_is_refused(acme: Office, key: str) -> None:
    answer = await acme.client.post("/api/v1/tickets", json=BODY, headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "header.Idempotency-Key")


async def test_an_answer_that_holds_a_secret_is_sealed_in_the_store(acme: Office) -> None:
    await acme.client.post("/api/v1/teams", json={"name": "Returns"}, headers={"idempotency-key": "one"})

    async def answer(view: View) -> KeptAnswer | None:
        (key,) = await view.api_keys.of(acme.id)
        return await view.kept_answers.get(acme.id, f"{key.id}:one")

    kept = await acme.desk.store().read(answer)
    assert kept is not None
    assert "Returns" not in kept.sealed
