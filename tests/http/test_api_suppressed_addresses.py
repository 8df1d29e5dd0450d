"""Addresses that nothing is sent to, over `/api/v1`."""

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office

PATH = "/api/v1/suppressed-addresses"


async def test_an_address_is_suppressed_by_hand_found_and_released(acme: Office, other: Office) -> None:
    made = await acme.client.post(PATH, json={"address": " Gone@Gärten.example ", "detail": "He moved."})
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["address"], one["reason"], one["detail"], one["conversation_id"]) == (
        "gone@xn--grten-gra.example",
        "manual",
        "He moved.",
        None,
    )
    # Whatever way it is written.
    found = (await acme.client.get(PATH, params={"address": "GONE@gärten.EXAMPLE"})).json()
    assert found == {"data": [one], "next_cursor": None}
    assert (await acme.client.get(PATH, params={"address": "jo@garten.example"})).json()["data"] == []
    assert (await other.client.get(PATH)).json()["data"] == []
    assert (await other.client.delete(f"{PATH}/{one['id']}")).status_code == 404
    assert (await acme.client.delete(f"{PATH}/{one['id']}")).status_code == 204
    assert (await acme.client.get(PATH)).json()["data"] == []
    assert (await acme.client.delete(f"{PATH}/{one['id']}")).status_code == 404


async def test_an_address_is_suppressed_once(acme: Office, other: Office) -> None:
    assert (await acme.client.post(PATH, json={"address": "gone@x.example"})).status_code == 201
    assert (await acme.client.post(PATH, json={"address": "GONE@x.example"})).status_code == 409
    assert (await other.client.post(PATH, json={"address": "gone@x.example"})).status_code == 201


@pytest.mark.parametrize("address", ["nobody", "a b@c.example", "@x.example", "a@b.example, c@d.example"])
async def test_what_is_no_address_is_refused(acme: Office, address: str) -> None:
    answer = await acme.client.post(PATH, json={"address": address})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "address")
    assert (await acme.client.get(PATH, params={"address": address})).json()["data"] == []


async def test_they_are_listed_page_by_page_the_newest_first(acme: Office) -> None:
    for name in ("a", "b", "c"):
        assert (await acme.client.post(PATH, json={"address": f"{name}@x.example"})).status_code == 201
    first = (await acme.client.get(f"{PATH}?limit=2")).json()
    rest = (await acme.client.get(f"{PATH}?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["address"] for one in first["data"] + rest["data"]] == [
        "c@x.example",
        "b@x.example",
        "a@x.example",
    ]
    assert rest["next_cursor"] is None
    oldest = (await acme.client.get(f"{PATH}?sort=since&limit=1")).json()
    assert [one["address"] for one in oldest["data"]] == ["a@x.example"]


async def test_reading_needs_a_key_that_reads_and_changing_one_that_writes(acme: Office) -> None:
    async with await acme.client_with(Scope.READ) as reader:
        assert (await reader.get(PATH)).status_code == 200
        assert (await reader.post(PATH, json={"address": "gone@x.example"})).status_code == 403
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.post(PATH, json={"address": "gone@x.example"})).status_code == 201


async def test_the_log_tells_of_it_and_names_no_address(acme: Office) -> None:
    made = (await acme.client.post(PATH, json={"address": "gone@x.example", "detail": "gone"})).json()
    await acme.client.delete(f"{PATH}/{made['id']}")
    log = await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    told = [event for event in log.events if event.type.startswith("address.")]
    assert [(event.type, event.subject_id, dict(event.data)) for event in told] == [
        ("address.suppressed", told[0].subject_id, {"reason": "manual"}),
        ("address.released", told[0].subject_id, {"reason": "manual"}),
    ]
    assert str(told[0].subject_id) == made["id"]
