"""Satisfaction ratings over the API."""

from helpdesk_core.users import Scope
from tests.http.conftest import Office

RATINGS = "/api/v1/satisfaction-ratings"


async def test_a_ticket_is_rated_and_rated_again(acme: Office) -> None:
    ticket = await acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}/satisfaction"
    first = await acme.client.post(path, json={"score": "bad", "comment": "Too slow."})
    assert first.status_code == 201
    rating = first.json()
    assert (rating["score"], rating["comment"], rating["ticket_id"]) == ("bad", "Too slow.", ticket["id"])
    assert first.headers["location"] == f"{RATINGS}/{rating['id']}"
    second = await acme.client.post(path, json={"score": "good"})
    assert (second.status_code, second.json()["id"], second.json()["score"]) == (200, rating["id"], "good")
    assert second.json()["comment"] == "Too slow."
    assert (await acme.client.get(f"{RATINGS}/{rating['id']}")).json() == second.json()
    told = await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    rated = [event.data for event in told.events if event.type == "satisfaction.rated"]
    assert [(data["ticket_id"], data["score"]) for data in rated] == [
        (ticket["id"], "bad"),
        (ticket["id"], "good"),
    ]


async def test_ratings_are_listed_by_filters_page_by_page(acme: Office) -> None:
    tickets = [await acme.ticket(f"Kettle {n}") for n in range(5)]
    for n, ticket in enumerate(tickets):
        score = "good" if n % 2 else "bad"
        await acme.client.post(f"/api/v1/tickets/{ticket['id']}/satisfaction", json={"score": score})
    good = (await acme.client.get(RATINGS, params={"score": "good"})).json()["data"]
    assert [one["ticket_id"] for one in good] == [tickets[3]["id"], tickets[1]["id"]]
    one = (await acme.client.get(RATINGS, params={"ticket_id": tickets[2]["id"]})).json()["data"]
    assert [each["score"] for each in one] == ["bad"]
    seen, cursor = [], None
    while True:
        page = (
            await acme.client.get(RATINGS, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [each["ticket_id"] for each in page["data"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [ticket["id"] for ticket in reversed(tickets)]


async def test_a_rating_is_taken_back_and_stays_within_the_organization(acme: Office, other: Office) -> None:
    ticket = await acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}/satisfaction"
    rating = (await acme.client.post(path, json={"score": "good"})).json()
    for call in (
        other.client.post(path, json={"score": "bad"}),
        other.client.get(f"{RATINGS}/{rating['id']}"),
        other.client.delete(f"{RATINGS}/{rating['id']}"),
    ):
        assert (await call).status_code == 404
    assert (await other.client.get(RATINGS)).json()["data"] == []
    assert (await acme.client.post(path, json={"score": "middling"})).status_code == 422
    async with await acme.client_with(Scope.READ) as reader:
        assert (await reader.delete(f"{RATINGS}/{rating['id']}")).status_code == 403
    assert (await acme.client.delete(f"{RATINGS}/{rating['id']}")).status_code == 204
    assert (await acme.client.get(f"{RATINGS}/{rating['id']}")).status_code == 404
