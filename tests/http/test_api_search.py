"""Searching the whole desk over HTTP."""

from typing import Any

import pytest

from tests.http.conftest import Office


async def search(office: Office, q: str, **more: Any) -> dict[str, Any]:
    answer = await office.client.get("/api/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def titles(office: Office, q: str, **more: Any) -> list[str]:
    return [found["title"] for found in (await search(office, q, **more))["data"]]


async def an_article(office: Office, title: str, body: str) -> dict[str, Any]:
    answer = await office.client.post("/api/v1/articles", json={"title": title, "body": body})
    assert answer.status_code == 201
    return dict(answer.json())


async def test_a_search_finds_tickets_customers_and_articles_with_the_words_marked(acme: Office) -> None:
    ticket = await acme.ticket("The kettle leaks", message="Since Monday my <b>Kéttle</b> drips.")
    customer = await acme.client.post("/api/v1/customers", json={"name": "Kettle & Sons"})
    article = await an_article(acme, "Descaling", "<p>Boil vinegar in the kettle.</p>")
    found = (await search(acme, "kettle"))["data"]
    assert [one["type"] for one in found] == ["ticket", "customer", "article"]
    assert [one["id"] for one in found] == [ticket["id"], customer.json()["id"], article["id"]]
    assert [one["title"] for one in found] == ["The kettle leaks", "Kettle & Sons", "Descaling"]
    assert found[0]["highlights"] == [
        {"field": "subject", "html": "The <mark>kettle</mark> leaks"},
        {"field": "message", "html": "Since Monday my &lt;b&gt;<mark>Kéttle</mark>&lt;/b&gt; drips."},
    ]
    assert found[1]["highlights"] == [{"field": "name", "html": "<mark>Kettle</mark> &amp; Sons"}]
    assert found[2]["highlights"] == [{"field": "body", "html": "Boil vinegar in the <mark>kettle</mark>."}]
    assert found[0]["ticket"] == (await acme.client.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert found[1]["customer"] == customer.json()
    assert found[2]["article"] == article
    assert "customer" not in found[0]


async def test_a_ticket_is_found_by_its_number_before_all_others(acme: Office) -> None:
    first = await acme.ticket("A lid")
    for place in range(3):
        await acme.ticket(f"Order {place} of 1")
    assert (await search(acme, "#1"))["data"][0]["highlights"][0] == {
        "field": "number",
        "html": "<mark>1</mark>",
    }
    assert await titles(acme, "#1", type="ticket") == [
        "A lid",
        "Order 2 of 1",
        "Order 1 of 1",
        "Order 0 of 1",
    ]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await search(acme, "1", type="ticket", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [found["id"] for found in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 4
    assert seen[0] == first["id"]
    listed = await acme.client.get("/api/v1/tickets", params={"q": "#1"})
    assert first["id"] in [ticket["id"] for ticket in listed.json()["data"]]
    assert await titles(acme, "#77") == []


async def test_the_number_of_a_merged_ticket_finds_the_one_it_was_merged_into(acme: Office) -> None:
    lid, kettle = await acme.ticket("A lid"), await acme.ticket("A kettle")
    merged = await acme.client.post(f"/api/v1/tickets/{lid['id']}/merge", json={"into_id": kettle["id"]})
    assert merged.status_code == 200
    assert await titles(acme, f"#{lid['number']}") == ["A kettle"]


@pytest.mark.parametrize("q", ["ida@garden", "IDA@garden.example", "Ida Per", "+1415555", "pereira"])
async def test_tickets_are_found_by_their_customer(acme: Office, q: str) -> None:
    customer = {"name": "Ida Pereira", "email": "ida@garden.example", "phones": ["+14155550123"]}
    made = await acme.client.post("/api/v1/customers", json=customer)
    assert made.status_code == 201, made.text
    await acme.ticket("A lid", customer={"id": made.json()["id"]})
    await acme.ticket("A spout", customer={"id": made.json()["id"]})
    await acme.ticket("Another", customer={"email": "udo@garden.example"})
    assert await titles(acme, q, type="ticket") == ["A spout", "A lid"]
    assert await titles(acme, q, type="ticket,customer") == ["A spout", "A lid", "Ida Pereira"]
    (found, *_) = (await search(acme, q, type="ticket"))["data"]
    assert all(one["field"].startswith("customer.") for one in found["highlights"])
    assert found["highlights"]


async def test_one_type_goes_on_from_page_to_page(acme: Office) -> None:
    customer = (await acme.client.post("/api/v1/customers", json={"name": "Kettle shop"})).json()
    for place in range(5):
        await acme.ticket(f"Kettle {place}")
        await acme.ticket(f"Lid {place}", customer={"id": customer["id"]})
    whole = [f"{what} {place}" for place in (4, 3, 2, 1, 0) for what in ("Lid", "Kettle")]
    assert await titles(acme, "kettle", type="ticket") == whole
    seen: list[str] = []
    page = await acme.client.get("/api/v1/search?q=kettle&type=ticket&limit=3")
    while True:
        seen += [found["title"] for found in page.json()["data"]]
        if page.json()["next_cursor"] is None:
            break
        assert 'rel="next"' in page.headers["link"]
        page = await acme.client.get(
            f"/api/v1/search?q=kettle&type=ticket&limit=3&cursor={page.json()['next_cursor']}"
        )
    assert seen == whole
    for number in range(3):
        await an_article(acme, f"Kettles {number}", "<p>x</p>")
    first = await search(acme, "kettles", type="article", limit=2)
    rest = await search(acme, "kettles", type="article", limit=2, cursor=first["next_cursor"])
    assert [one["title"] for one in (*first["data"], *rest["data"])] == [
        "Kettles 2",
        "Kettles 1",
        "Kettles 0",
    ]


async def test_several_types_share_the_limit(acme: Office) -> None:
    for place in range(4):
        await acme.ticket(f"Kettle {place}")
        await an_article(acme, f"Kettles {place}", "<p>x</p>")
    found = await search(acme, "kettle", limit=5)
    assert [one["title"] for one in found["data"]] == [
        "Kettle 3",
        "Kettle 2",
        "Kettle 1",
        "Kettles 3",
        "Kettles 2",
    ]
    assert found["next_cursor"] is None
    assert len((await search(acme, "kettle", limit=1))["data"]) == 1


async def test_a_cursor_belongs_to_its_search(acme: Office) -> None:
    for place in range(3):
        await acme.ticket(f"Kettle {place}")
    cursor = (await search(acme, "kettle", type="ticket", limit=1))["next_cursor"]
    for other in ({"q": "lid", "type": "ticket"}, {"q": "kettle", "type": "article"}, {"q": "kettle"}):
        answer = await acme.client.get("/api/v1/search", params={**other, "cursor": cursor})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "query.cursor"


@pytest.mark.parametrize("query", ["", "q=", "q=x&type=widget", "q=x&limit=0", "q=x&limit=101", "q=x&sort=a"])
async def test_what_does_not_fit_is_refused(acme: Office, query: str) -> None:
    assert (await acme.client.get(f"/api/v1/search?{query}")).status_code == 422


async def test_nothing_is_found_of_others_nor_without_a_word(acme: Office, other: Office) -> None:
    await acme.ticket("The kettle leaks")
    await an_article(acme, "Kettles", "<p>x</p>")
    assert await titles(other, "kettle") == []
    assert await titles(other, "ida") == []
    assert await titles(other, "#1") == []
    assert await titles(acme, "!?") == []


async def test_words_that_are_gone_are_not_found(acme: Office) -> None:
    ticket = await acme.ticket("A lid", message="My number is 4711-Secret.")
    assert await titles(acme, "secret") == ["A lid"]
    messages = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    redacted = await acme.client.post(
        f"/api/v1/conversations/{messages[0]['id']}/redact", json={"text": "4711-Secret"}
    )
    assert redacted.status_code in (200, 204), redacted.text
    assert await titles(acme, "secret") == []
    assert (await acme.client.delete(f"/api/v1/tickets/{ticket['id']}")).status_code == 204
    assert await titles(acme, "lid") == []
