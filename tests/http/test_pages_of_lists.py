"""The list of tickets: several changed at once and taken back, views, searches; and a ticket written down."""

import httpx2

from helpdesk_core.users import Role
from tests.http.conftest import Office
from tests.http.test_pages_everywhere import logged_in

JSON = {"accept": "application/json"}


async def test_several_tickets_are_changed_and_that_is_taken_back(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    first, second = await acme.ticket("One", tags=["old"]), await acme.ticket("Two")
    form = {"ticket": [first["id"], second["id"]], "status": "pending", "add_tags": "new, old"}
    done = (await admin.post("/app/tickets/several", data=form, headers=JSON)).json()
    assert done["message"] == "2 tickets changed."
    kept = {one["subject"]: one for one in await tickets(acme)}
    assert (kept["One"]["status"], kept["One"]["tags"]) == ("pending", ["old", "new"])
    assert kept["Two"]["tags"] == ["new", "old"]
    await acme.client.patch(f"/api/v1/tickets/{second['id']}", json={"status": "on_hold"})
    undone = await admin.post("/app/tickets/several/undo", data={"token": done["undo"]}, headers=JSON)
    assert undone.status_code == 200
    kept = {one["subject"]: one for one in await tickets(acme)}
    assert (kept["One"]["status"], kept["One"]["tags"]) == ("open", ["old"])
    assert (kept["Two"]["status"], kept["Two"]["tags"]) == ("on_hold", [])


async def test_a_token_that_is_not_ours_takes_nothing_back(acme: Office) -> None:
    admin, agent = await logged_in(acme, Role.ADMIN), await logged_in(acme, Role.AGENT)
    ticket = await acme.ticket()
    form = {"ticket": ticket["id"], "priority": "urgent"}
    token = (await admin.post("/app/tickets/several", data=form, headers=JSON)).json()["undo"]
    for client, wrong in ((agent, token), (admin, token[:-2] + "xx"), (admin, "")):
        answer = await client.post("/app/tickets/several/undo", data={"token": wrong}, headers=JSON)
        assert answer.status_code == 400
    assert (await tickets(acme))[0]["priority"] == "urgent"


async def test_without_a_script_the_form_goes_back_to_the_list(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    ticket = await acme.ticket()
    form = {"ticket": ticket["id"], "assignee": "nobody", "priority": "high", "back": "/app?queue=all"}
    answer = await admin.post("/app/tickets/several", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/app?queue=all")
    refused = await admin.post("/app/tickets/several", data={"ticket": ticket["id"]})
    assert (refused.status_code, "choose what is to be done" in refused.text) == (400, True)
    assert (await admin.post("/app/tickets/several", data={"status": "open"})).status_code == 400


async def test_a_saved_view_is_a_list_with_its_count(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    await acme.ticket("Burning", priority="urgent")
    await acme.ticket("Calm")
    form = {"name": "Burning ones", "priority": "urgent", "sort": "-created_at", "position": "1"}
    made = await admin.post("/app/settings/views/new", data=form)
    assert made.status_code == 303, made.text
    view = (await acme.client.get("/api/v1/views")).json()["data"][0]
    assert view["filter"] == {"priority": ["urgent"]}
    page = (await admin.get(f"/app?view={view['id']}")).text
    assert "Burning" in page
    assert "Calm" not in page
    queues = (await admin.get(f"/app/queues?here=/app?view={view['id']}")).text
    assert "Burning ones" in queues
    assert (await admin.get("/app?view=nonsense")).status_code == 400


async def test_a_search_shows_where_the_words_stand(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    await acme.ticket("About a kettle", message="The <b>whistle</b> of it is silent.")
    page = (await admin.get("/app?q=whistle")).text
    assert "<mark>whistle</mark>" in page
    assert "<b>whistle" not in page


async def test_a_ticket_is_written_down_or_written_first(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    form = {"email": "lena@post.example", "subject": "Called", "message": "Her zip is stuck.", "who": "them"}
    opened = await admin.post("/app/tickets/new", data={**form, "tags": "phone, zip"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/app/tickets/1")
    first = await admin.post("/app/tickets/new", data={**form, "subject": "Your zip", "who": "us"})
    assert first.headers["location"] == "/app/tickets/2"
    by_number = {one["number"]: one for one in await tickets(acme)}
    assert by_number[1]["tags"] == ["phone", "zip"]
    kinds = [
        (await acme.client.get(f"/api/v1/tickets/{by_number[number]['id']}/conversations")).json()["data"][0][
            "kind"
        ]
        for number in (1, 2)
    ]
    assert kinds == ["inbound", "reply"]
    refused = await admin.post(
        "/app/tickets/new", data={"phone": "+491701234567", "subject": "x", "message": "y", "who": "us"}
    )
    assert refused.status_code == 422
    assert "is needed, to write to them" in refused.text


async def tickets(acme: Office) -> list[dict[str, object]]:
    answer: httpx2.Response = await acme.client.get("/api/v1/tickets")
    return list(answer.json()["data"])
