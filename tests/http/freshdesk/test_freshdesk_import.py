"""A Freshdesk account moves in, over HTTP from end to end: what comes over, and how."""

from uuid import UUID

from helpdesk_core.ids import ConversationId, ImportId
from tests.due_jobs import run_jobs
from tests.fakes.freshdesk_api import (
    FakeFreshdesk,
    a_conversation,
    a_reply,
)
from tests.fakes.http_server import Reply, Request
from tests.http.conftest import Office
from tests.http.moving_from_freshdesk import (
    files_of,
    imported,
    order,
    rows,
    ticket_of,
)


async def test_an_account_comes_over_with_everything_that_it_holds(acme: Office) -> None:
    done = await imported(acme)
    assert done["status"] == "completed", done
    created = {kind: one["created"] for kind, one in done["progress"].items()}
    wanted = {"teams": 1, "users": 2, "customers": 3, "fields": 3, "macros": 1, "articles": 3, "tickets": 3}
    assert created == wanted
    ticket = await ticket_of(acme, 1)
    assert (ticket["status"], ticket["priority"], ticket["tags"]) == ("resolved", "low", ["vip"])
    assert ticket["custom_fields"] == {"size": "L", "city": "Kiel"}
    assert (ticket["created_at"], ticket["updated_at"]) == (
        "2025-02-28T09:00:00.000Z",
        "2025-03-01T00:01:00.000Z",
    )
    customer = ticket["customer"]
    assert (customer["name"], customer["company"]) == ("Ida Fern 501", "Garden & Sons")
    assert customer["metadata"]["loyalty"] == "gold"
    said = [(one["kind"], one["author"]["name"]) for one in ticket["conversations"]]
    assert said == [
        ("inbound", "Ida Fern 501"),
        ("inbound", "Ida Fern 501"),
        ("reply", "Vera Moss"),
        ("note", "Vera Moss"),
        ("note", "Vera Moss"),  # a forward is between agents and somebody else
    ]


async def test_statuses_of_their_own_and_outbound_tickets_are_understood(acme: Office) -> None:
    done = await imported(acme)
    assert (await ticket_of(acme, 2))["status"] == "pending"
    outbound = await ticket_of(acme, 3)
    assert (outbound["status"], outbound["tags"]) == ("open", ["status:In the oven"])
    assert any("In the oven" in one["message"] for one in done["errors"])
    assert [one["kind"] for one in outbound["conversations"]] == ["reply"]
    assert outbound["customer"]["name"] == "Former customer"  # who is not among the contacts any more


async def test_articles_and_macros_come_over_but_for_what_was_not_for_everybody(acme: Office) -> None:
    done = await imported(acme)
    articles = {one["title"]: one for one in await rows(acme, "/api/v1/articles?limit=100")}
    published = {title: one["published"] for title, one in articles.items()}
    assert published == {"Descaling": True, "Draft": False, "For agents": False}
    assert articles["Descaling"]["section"] == "Help / Kettles"
    [macro] = await rows(acme, "/api/v1/macros")
    assert (macro["name"], macro["actions"][0]["value"]) == (
        "Thanks",
        "Thank you, {{customer.name}}: [ticket.url]",
    )
    told = " ".join(one["message"] for one in done["errors"])
    assert "how.pdf" in told
    assert "ticket.url" in told


async def test_a_rating_comes_over_and_a_neutral_one_is_none(acme: Office) -> None:
    await imported(acme)
    [rating] = await rows(acme, "/api/v1/satisfaction-ratings")
    assert (rating["score"], rating["comment"]) == ("good", "Quick!")
    assert rating["ticket_id"] == (await ticket_of(acme, 1))["id"]


async def test_blocked_contacts_come_over_blocked_and_names_stay_as_they_are(acme: Office) -> None:
    await imported(acme)
    customers = {one["name"]: one for one in await rows(acme, "/api/v1/customers?limit=100")}
    assert customers["Ida Fern 503"]["blocked"] is True
    assert "<b>=HYPERLINK(1)</b>" in customers


async def test_deleted_tickets_and_spam_stay_there_and_a_later_deletion_closes_the_ticket(
    acme: Office, shop: FakeFreshdesk
) -> None:
    first = await imported(acme)
    assert first["progress"]["tickets"]["skipped"] == 2
    gone = shop.tickets.pop(2)
    shop.gone["deleted"].append({**gone, "deleted": True, "updated_at": "2025-04-01T00:00:00Z"})
    await imported(acme)
    ticket = await ticket_of(acme, 2)
    assert ticket["status"] == "closed"
    assert len(ticket["conversations"]) == 1


async def test_a_list_of_the_deleted_that_holds_others_deletes_nothing(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.gone = {"deleted": list(shop.tickets.values()), "spam": list(shop.tickets.values())}
    await imported(acme)
    await imported(acme)
    assert {one["status"] for one in await rows(acme, "/api/v1/tickets")} == {"open", "pending", "resolved"}


async def test_what_was_said_on_several_pages_comes_over_once_each(acme: Office, shop: FakeFreshdesk) -> None:
    shop.conversations[2] = [a_conversation(1000 + place) for place in range(230)]
    await imported(acme)
    ticket = await ticket_of(acme, 2)
    assert ticket["message_count"] == 231
    pages = [one for one in shop.asked if "/tickets/2/conversations" in one]
    assert len(pages) == 3


async def test_what_lies_behind_the_wall_is_told(acme: Office, shop: FakeFreshdesk) -> None:
    shop.wall = 1
    shop.lists["/contacts"] += [{"id": 9000 + place, "name": f"Contact {place}"} for place in range(120)]
    done = await imported(acme)
    assert done["status"] == "completed", done
    [told] = [one for one in done["errors"] if "gives no more" in one["message"]]
    assert (told["kind"], told["externalId"]) == ("customers", "contacts")


async def test_a_message_that_cannot_be_read_is_told_and_the_others_come(
    acme: Office, shop: FakeFreshdesk
) -> None:
    messages = [a_conversation(1000 + place) for place in range(12)]
    shop.conversations[2] = [
        *messages,
        {**messages[0], "id": "none"},
        {**messages[0], "id": 7, "created_at": None},
    ]
    done = await imported(acme)
    [told] = [one for one in done["errors"] if "left out" in one["message"]]
    assert (told["externalId"], told["message"][:19]) == ("2", "Its message none is")
    assert (await ticket_of(acme, 2))["message_count"] == 14


async def test_ten_messages_that_come_with_a_ticket_may_not_be_all(acme: Office, shop: FakeFreshdesk) -> None:
    shop.conversations[2] = [a_conversation(1000 + place) for place in range(11)]
    await imported(acme)
    assert (await ticket_of(acme, 2))["message_count"] == 12


async def test_files_come_over_and_an_address_that_has_run_out_is_asked_for_again(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.files = {"photo.txt": b"a kettle", "late.txt": b"a handle"}
    file = {"id": 7, "name": "photo.txt", "content_type": "text/plain", "size": 8}
    shop.tickets[1]["attachments"] = [file]
    shop.conversations[1][0]["attachments"] = [{**file, "id": 8, "name": "late.txt"}]
    await acme.desk.run_import()(acme.id, ImportId(UUID(await order(acme))), 1)
    shop.expired = shop.issued
    await run_jobs(acme.desk)
    assert await files_of(acme, 1) == {"photo.txt": b"a kettle", "late.txt": b"a handle"}
    fetched = [one for one in shop.asked if one.startswith("/files/")]
    assert len(fetched) == 4, "each was refused once, and then had"


async def test_no_key_goes_along_to_where_files_are(acme: Office, shop: FakeFreshdesk) -> None:
    seen: list[str | None] = []

    def watch(request: Request) -> Reply | None:
        if request.target.startswith("/files/"):
            seen.append(request.headers.get("authorization"))
        return None

    shop.faults.append(watch)
    shop.files = {"photo.txt": b"a kettle"}
    shop.tickets[1]["attachments"] = [{"id": 7, "name": "photo.txt", "size": 8}]
    await imported(acme)
    assert seen == [None]


async def test_a_file_that_is_not_at_freshdesk_is_not_fetched(acme: Office, shop: FakeFreshdesk) -> None:
    def elsewhere(request: Request) -> Reply | None:
        if "/tickets/1?" not in request.target:
            return None
        file = {"id": 7, "name": "x.txt", "size": 8, "attachment_url": "https://evil.example/x.txt"}
        return a_reply({**shop.tickets[1], "attachments": [file], "conversations": []})

    shop.faults.append(elsewhere)
    await imported(acme)
    [message, *_] = (await ticket_of(acme, 1))["conversations"]
    assert [one["state"] for one in message["attachments"]] == ["failed"]


async def test_images_in_the_words_stand_where_they_stood(acme: Office, shop: FakeFreshdesk) -> None:
    image = "https://attachment.freshdesk.com/inline/attachment?token=abc"
    other = "https://elsewhere.example/logo.png"
    shop.tickets[1]["description"] = f'<p>See <img src="{image}" alt="here"> <img src="{other}"></p>'
    await acme.desk.run_import()(acme.id, ImportId(UUID(await order(acme))), 1)
    [message, *_] = (await ticket_of(acme, 1))["conversations"]
    assert [(one["filename"], one["inline"]) for one in message["attachments"]] == [("image-1", True)]
    kept = await acme.desk.store().read(
        lambda view: view.conversations.get(acme.id, ConversationId(UUID(message["id"])))
    )
    assert kept is not None
    assert "attachment.freshdesk.com" not in kept.content_html
    assert 'src="cid:image-1.description.1@freshdesk"' in kept.content_html
    assert other in kept.content_html
