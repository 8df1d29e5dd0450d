"""A Zendesk account moves in, over HTTP from end to end: what comes over, and what may go wrong on the way."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx2
import pytest

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import ImportId
from helpdesk_core.imports.translation import Translation
from helpdesk_core.jobs import MAX_ATTEMPTS, TryLater
from helpdesk_core.paging import Page
from helpdesk_core.signatures import timestamped_hmac
from helpdesk_core.tickets import Status
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.users import DESK
from helpdesk_http.app import create_app
from tests.due_jobs import run_jobs
from tests.fakes.http_server import Reply
from tests.fakes.zendesk_api import (
    NO_HELP_DESK,
    SUBDOMAIN,
    TOKEN,
    TOO_MANY,
    FakeZendesk,
    a_comment,
    a_file,
    a_small_shop,
    a_ticket,
    a_user,
    fake_zendesk,
    told,
)
from tests.http.conftest import Office

SECRET = "a secret between two programs"
MIB = 1 << 20
Told = dict[str, Any]


@pytest.fixture
def zendesk() -> Iterator[FakeZendesk]:
    with fake_zendesk() as zendesk:
        yield zendesk


@pytest.fixture
async def desk(zendesk: FakeZendesk) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        inbound_email_domain="desk.example",
        inbound_email_secret=(SECRET,),
        api_bases={"zendesk": zendesk.base},
    )
    return in_memory(settings)


@pytest.fixture
async def app(desk: Container) -> AsyncIterator[Any]:
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        yield app


async def order(office: Office, token: str | None = TOKEN, **more: Any) -> str:
    body = {"subdomain": SUBDOMAIN, **({"accessToken": token} if token else {}), **more}
    answer = await office.client.post("/api/zendesk/import", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["importId"])


async def status(office: Office, import_id: str) -> Told:
    answer = await office.client.get(f"/api/zendesk/import/{import_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def bring(office: Office, **more: Any) -> Told:
    """Orders an import, lets it run as far as it comes, and says how it stands."""
    import_id = await order(office, **more)
    await run_jobs(office.desk, may_fail=True)
    return await status(office, import_id)


async def brought(office: Office, **more: Any) -> Told:
    """Brings everything; nothing may be wrong with it."""
    ended = await bring(office, **more)
    assert (ended["status"], ended["errors"]) == ("completed", [])
    return ended


async def tickets(office: Office) -> dict[str, Told]:
    """The tickets by their ids at Zendesk, each with its messages and its customer."""
    answer = await office.client.get("/api/v1/tickets?include=customer,conversations&limit=100")
    return {one["metadata"]["imported"]["id"]: one for one in answer.json()["data"]}


async def run(office: Office, import_id: str, attempt: int = 1) -> None:
    """The import goes on, whether or not its job is due."""
    await office.desk.run_import()(office.id, ImportId(UUID(import_id)), attempt)


async def test_a_shop_moves_in_with_everything_that_was_said(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    ended = await brought(acme)
    made = {kind: one["created"] for kind, one in ended["progress"].items()}
    assert made == {
        "teams": 2,
        "users": 2,
        "customers": 3,
        "fields": 0,
        "macros": 0,
        "articles": 0,
        "tickets": 3,
    }
    assert ended["progress"]["tickets"]["total"] == 3
    found = await tickets(acme)
    ticket = found["1"]
    assert [(one["kind"], one["author"]["name"]) for one in ticket["conversations"]] == [
        ("inbound", "Noa Field"),
        ("reply", "Kim Stone"),
        ("note", "Kim Stone"),
    ]
    assert ticket["created_at"].startswith("2026-02-02T09:00:00")
    assert ticket["metadata"]["organization"] == "Garden Ltd"
    ida = found["3"]["customer"]
    assert (ida["emails"], ida["phones"], ida["company"]) == (
        ["ida@garden.example"],
        ["+14155550117"],
        "Garden Ltd",
    )
    teams = (await acme.client.get("/api/v1/teams")).json()["data"]
    assert {one["name"]: len(one["member_ids"]) for one in teams} == {"Repairs": 1, "Sales": 1}


async def test_further_addresses_of_a_person_are_theirs_here_too(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    zendesk.identities += [
        {"user_id": 41, "type": "email", "value": "Ida@work.example"},
        {"user_id": 41, "type": "phone_number", "value": "+14155550118"},
        {"user_id": 41, "type": "twitter", "value": "ida"},
        {"user_id": 43, "type": "email", "value": "NOA@field.example"},
    ]
    await brought(acme)
    found = await tickets(acme)
    assert found["3"]["customer"]["emails"] == ["ida@garden.example", "ida@work.example"]
    assert found["3"]["customer"]["phones"] == ["+14155550117", "+14155550118"]
    assert found["2"]["customer"]["id"] == found["1"]["customer"]["id"], "one person with two accounts there"


async def test_a_comment_is_a_note_unless_it_says_that_it_is_public(
    acme: Office, zendesk: FakeZendesk
) -> None:
    a_small_shop(zendesk, tickets=1)
    silent = a_comment(15, 42)
    del silent["public"]
    zendesk.comments[1] += [silent, a_comment(16, 11, public="yes"), a_comment(17, 42, public=False)]
    zendesk.tickets += [a_ticket(2, 41, is_public=False), a_ticket(3, 41, is_public=None)]  # without comments
    await brought(acme)
    found = await tickets(acme)
    assert [one["kind"] for one in found["1"]["conversations"]] == ["inbound", "reply", *["note"] * 4]
    assert [[one["kind"] for one in found[id]["conversations"]] for id in "23"] == [["note"], ["note"]]


async def test_what_zendesk_says_itself_and_what_nobody_says_any_more(
    acme: Office, zendesk: FakeZendesk
) -> None:
    a_small_shop(zendesk, tickets=1)
    zendesk.comments[1] += [a_comment(15, -1, "Closed by itself."), a_comment(16, 99, "By somebody.")]
    zendesk.tickets.append(a_ticket(2, 98, assignee_id=97))
    await brought(acme)
    found = await tickets(acme)
    authors = [(one["author"]["type"], one["author"]["name"]) for one in found["1"]["conversations"][3:]]
    assert authors == [("system", "System"), ("user", "Former agent")]
    assert (found["2"]["customer"]["name"], found["2"]["assignee_id"]) == ("Former customer", None)


async def test_statuses_fields_followers_and_ratings_come_over(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=0)
    zendesk.custom_statuses += [
        {"id": 71, "agent_label": "Open", "default": True},
        {"id": 72, "agent_label": "Waiting for parts", "default": False},
    ]
    zendesk.ticket_fields += [
        {"id": 81, "type": "subject", "title": "Subject", "removable": False},
        {"id": 82, "type": "text", "title": "Serial number", "removable": True},
        {"id": 83, "type": "integer", "title": "Serial number", "removable": True},
    ]
    zendesk.tickets.append(
        a_ticket(
            1,
            41,
            status="hold",
            custom_status_id=72,
            custom_fields=[{"id": 82, "value": "K-7"}, {"id": 83, "value": 7}, {"id": 89, "value": "gone"}],
            follower_ids=[11],
            email_cc_ids=[42, 41, 43],
            collaborator_ids=[11, 42],
            satisfaction_rating={"score": "good", "comment": "Quick."},
            tags=["kettle"],
            external_id="order-12",
        )
    )
    await brought(acme)
    ticket = (await tickets(acme))["1"]
    assert (ticket["status"], ticket["tags"]) == ("on_hold", ["kettle", "status:waiting for parts"])
    assert ticket["custom_fields"] == {"serial_number": "K-7", "serial_number_83": 7, "89": "gone"}
    users = {one["name"]: one["id"] for one in (await acme.client.get("/api/v1/users")).json()["data"]}
    assert ticket["followers"] == [users["Jo Bell"], "noa@field.example"]
    assert ticket["metadata"]["external_id"] == "order-12"
    [rating] = (await acme.client.get("/api/v1/satisfaction-ratings")).json()["data"]
    assert (rating["score"], rating["comment"], rating["ticket_id"]) == ("good", "Quick.", ticket["id"])


async def test_an_admin_says_what_a_status_of_their_own_means(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=0)
    zendesk.custom_statuses.append({"id": 72, "agent_label": "Waiting for parts", "default": False})
    zendesk.tickets.append(a_ticket(1, 41, custom_status_id=72))
    wanted = Order(
        "zendesk",
        SUBDOMAIN,
        translation=Translation(statuses={"waiting for parts": Status.ON_HOLD}),
        secrets={"access_token": TOKEN},
    )
    await acme.desk.order_import()(acme.id, DESK, wanted)
    await run_jobs(acme.desk)
    ticket = (await tickets(acme))["1"]
    assert (ticket["status"], ticket["tags"]) == ("on_hold", [])


async def test_macros_and_articles_come_over(acme: Office, zendesk: FakeZendesk) -> None:
    zendesk.macros += [
        {
            "id": 1,
            "title": "New lid",
            "active": True,
            "actions": [
                {"field": "comment_value", "value": ["channel:all", "Hello {{ticket.requester.name}}!"]},
                {"field": "status", "value": "solved"},
                {"field": "current_tags", "value": "lid sent"},
            ],
        },
        {"id": 2, "title": "Old", "active": False, "actions": []},
    ]
    zendesk.sections.append({"id": 5, "name": "Care"})
    zendesk.articles += [
        {"id": 6, "title": "Descaling", "body": "<p>With <b>vinegar</b>.</p>", "section_id": 5},
        {"id": 7, "title": "Not ready", "body": "", "draft": True, "locale": "de-at"},
    ]
    await brought(acme)
    [macro] = (await acme.client.get("/api/v1/macros")).json()["data"]
    assert macro["name"] == "New lid"
    assert [(one["do"], one["value"]) for one in macro["actions"]] == [
        ("reply", "Hello {{customer.name}}!"),
        ("set_status", "resolved"),
        ("add_tag", "lid"),
        ("add_tag", "sent"),
    ]
    articles = {
        one["title"]: one for one in (await acme.client.get("/api/v1/articles?limit=100")).json()["data"]
    }
    assert (articles["Descaling"]["section"], articles["Descaling"]["published"]) == ("Care", True)
    assert (articles["Not ready"]["language"], articles["Not ready"]["published"]) == ("de", False)


async def test_files_are_fetched_and_those_that_cannot_be_had_say_why(
    acme: Office, zendesk: FakeZendesk
) -> None:
    a_small_shop(zendesk, tickets=1)
    zendesk.comments[1][0]["attachments"] = [
        a_file(1, "lid.txt"),
        a_file(2, "film.mp4", size=10 * MIB + 1),
        a_file(3, "bill.exe", malware_scan_result="malware_found"),
        a_file(4, "gone.txt", deleted=True),
        a_file(5, "lost.txt"),
        a_file(6, "../../etc/passwd", size=0),
        a_file(7, "a\r\nb.txt"),
        a_file(8, "private.txt"),
        a_file(9, "elsewhere.txt", content_url="https://elsewhere.example/attachments/token/x"),
        a_file(10, "login.html"),
    ]
    for id in (1, 6, 7):
        zendesk.files[f"/attachments/token/token-of-{id}/"] = Reply(200, b"twelve bytes")
    zendesk.files["/attachments/token/token-of-8/"] = Reply(302, headers={"location": "/auth/sign_in"})
    zendesk.files["/attachments/token/token-of-10/"] = told({}, content_type="text/html; charset=utf-8")
    await bring(acme)
    files = (await tickets(acme))["1"]["conversations"][0]["attachments"]
    seen = {one["filename"]: (one["state"], one["detail"]) for one in files}
    assert seen["lid.txt"] == seen["passwd"] == ("stored", None)
    assert [name for name in seen if "\r" in name or "\n" in name or "/" in name] == []
    large = seen["film.mp4"]
    assert large[0] == "failed"
    assert f"https://{SUBDOMAIN}.zendesk.com/attachments/token/token-of-2/" in large[1]
    assert seen["bill.exe"] == ("failed", "Zendesk found malware in the file.")
    assert seen["gone.txt"] == ("failed", "The file was deleted at Zendesk.")
    assert seen["lost.txt"] == ("failed", "Zendesk does not have the file any more: it answered 404.")
    assert seen["elsewhere.txt"] == ("failed", "The file is not at Zendesk.")
    assert seen["login.html"] == ("failed", "Zendesk showed a page instead of the file.")
    assert seen["private.txt"][0] == "pending", "it is tried again: the token may be a better one then"


async def test_inline_images_are_shown_in_their_places(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=1)
    listed = a_file(1, "lid.png", content_type="image/png")
    linked = f"https://{SUBDOMAIN}.zendesk.com/attachments/token/aLinkedOne9/?name=crack.png"
    pixel = b"\x89PNG\r\n\x1a\n" + bytes(40)
    comment = zendesk.comments[1][0]
    comment["attachments"] = [listed]
    comment["html_body"] = (
        f'<p>Look:<img src="{listed["content_url"]}"><img alt="" src="{linked}">'
        '<img src="https://elsewhere.example/pixel.gif"></p>'
    )
    zendesk.files |= {
        "/attachments/token/token-of-1/": Reply(200, pixel),
        "/attachments/token/aLinkedOne9/": Reply(200, pixel),
    }
    await brought(acme)
    message = (await tickets(acme))["1"]["conversations"][0]
    assert sorted(one["filename"] for one in message["attachments"]) == ["crack.png", "lid.png"]
    html = message["content_html"]
    assert "zendesk.com" not in html
    assert [one["id"] in html for one in message["attachments"]] == [True, True]
    assert 'data-remote-src="https://elsewhere.example/pixel.gif"' in html


@pytest.mark.parametrize("header", ["<its-own@garden.example>", "<AB12CDEF34@zendesk.com>"])
async def test_an_answer_by_mail_to_an_old_message_joins_the_imported_ticket(
    acme: Office, visitor: httpx2.AsyncClient, zendesk: FakeZendesk, header: str
) -> None:
    a_small_shop(zendesk)
    zendesk.tickets[2]["encoded_id"] = "AB12CD-EF34"
    zendesk.comments[3][0]["metadata"] = {"system": {"message_id": "<its-own@garden.example>"}}
    await brought(acme)
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ida <ida@garden.example>", "acme@desk.example"
    mail["Subject"], mail["Message-ID"] = "Something else", "<new@garden.example>"
    mail["In-Reply-To"] = header
    mail.set_content("The new lid is here.")
    body = mail.as_bytes()
    signed = timestamped_hmac.sign(body, SECRET, datetime.now(UTC))
    headers = {"content-type": "message/rfc822", **signed}
    answer = await visitor.post("/api/webhooks/inbound-email", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    await run_jobs(acme.desk)
    conversations = (await tickets(acme))["3"]["conversations"]
    assert [one["content_text"] for one in conversations][-1] == "The new lid is here."


async def test_a_second_run_brings_only_what_has_changed(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    await brought(acme)
    before = zendesk.called.copy()
    zendesk.tickets[0] |= {
        "generated_timestamp": 2_001,
        "status": "solved",
        "updated_at": "2026-03-01T09:00:00Z",
        "satisfaction_rating": {"score": "bad", "comment": "Slow."},
    }
    zendesk.comments[1].append(a_comment(59, 42, "Thank you."))
    zendesk.tickets[1] |= {"generated_timestamp": 2_002, "status": "deleted"}
    zendesk.tickets.append(a_ticket(4, 41, generated_timestamp=2_003))
    ended = await brought(acme, token=None)
    assert {name: ended["progress"]["tickets"][name] for name in ("created", "updated", "skipped")} == {
        "created": 1,
        "updated": 2,
        "skipped": 0,
    }
    again = zendesk.called[len(before) :]
    assert [one for one in again if "tickets/3/comments" in one or "start_time" in one] == []
    found = await tickets(acme)
    assert (found["1"]["status"], found["2"]["status"]) == ("resolved", "closed")
    assert [len(found[id]["conversations"]) for id in "123"] == [4, 3, 3]
    [rating] = (await acme.client.get("/api/v1/satisfaction-ratings")).json()["data"]
    assert rating["score"] == "bad"


async def test_an_older_telling_of_a_ticket_changes_nothing(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=0)
    newest = a_ticket(1, 41, status="solved", generated_timestamp=3_000)
    rows = [a_ticket(1, 41, status="pending"), newest, a_ticket(1, 41, status="hold")]
    zendesk.answers.append(
        ("tickets/cursor", told({"tickets": rows, "after_cursor": "1-1", "end_of_stream": False}))
    )
    older = [a_ticket(1, 41, status="new", generated_timestamp=500)]
    zendesk.answers.append(
        ("cursor=1-1", told({"tickets": older, "after_cursor": "1-2", "end_of_stream": True}))
    )
    ended = await brought(acme)
    assert ended["progress"]["tickets"]["done"] == 4
    assert (await tickets(acme))["1"]["status"] == "resolved"


async def test_two_orders_at_once_are_one_import(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    assert await order(acme) == await order(acme)
    await run_jobs(acme.desk)
    assert len(await tickets(acme)) == 3


async def test_it_waits_as_long_as_zendesk_wants_and_says_so(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    zendesk.answers.append(("tickets/cursor", told(TOO_MANY, 429, retry_after="53")))
    waiting = await bring(acme)
    assert waiting["status"] == "running"
    assert waiting["detail"].startswith("Waits until ")
    [import_] = (await acme.desk.store().read(lambda view: view.imports.page(acme.id, Page(5)))).items
    assert import_.waits_until is not None
    assert timedelta(seconds=40) < import_.waits_until - acme.desk.clock()() <= timedelta(seconds=53)
    await run(acme, waiting["importId"])
    assert (await status(acme, waiting["importId"]))["status"] == "completed"
    assert len(await tickets(acme)) == 3


async def test_what_was_fetched_before_a_limit_was_met_is_kept(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=9)
    zendesk.answers.append(("tickets/6/comments", told(TOO_MANY, 429, retry_after="1")))
    ended = await bring(acme)
    assert (ended["status"], ended["progress"]["tickets"]["created"]) == ("running", 5)
    await run(acme, ended["importId"])
    assert (await status(acme, ended["importId"]))["progress"]["tickets"]["created"] == 9
    assert zendesk.called.count("/api/v2/tickets/3/comments.json?page%5Bsize%5D=100") == 1


async def test_a_storm_of_refusals_passes(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    refusals = [told(TOO_MANY, 429, retry_after="0"), told({}, 503, retry_after="0"), told(TOO_MANY, 429)]
    zendesk.answers += [("/api/v2/", reply) for reply in refusals * 4]
    import_id = await order(acme)
    for _ in range(len(refusals) * 4):
        await run(acme, import_id)
    await run(acme, import_id)
    assert (await status(acme, import_id))["status"] == "completed"
    assert len(await tickets(acme)) == 3


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b'{"tickets": [{"id": 1, "subj', {"content-type": "application/json"}),
        Reply(200, b"[]"),
        Reply(500, b"<html>Sorry</html>", {"content-type": "text/html"}),
        told({"error": "DatabaseConflict"}, 409),
        told({"tickets": [], "end_of_stream": False}),
    ],
    ids=["cut off", "no object", "broken", "a conflict", "no place to go on from"],
)
async def test_an_answer_that_is_none_is_asked_for_again(
    acme: Office, zendesk: FakeZendesk, reply: Reply
) -> None:
    a_small_shop(zendesk)
    zendesk.answers.append(("tickets/cursor", reply))
    import_id = await order(acme)
    with pytest.raises(TryLater):
        await run(acme, import_id)
    halted = await status(acme, import_id)
    assert (halted["status"], halted["detail"][:12]) == ("running", "Will go on: ")
    await run(acme, import_id, 2)
    assert (await status(acme, import_id))["status"] == "completed"
    assert len(await tickets(acme)) == 3


async def test_a_token_that_is_void_in_the_middle_rests_the_import_until_it_is_reconnected(
    acme: Office, zendesk: FakeZendesk
) -> None:
    a_small_shop(zendesk, tickets=60)

    def revoke(target: str) -> None:
        if "tickets/55/comments" in target:
            zendesk.tokens.clear()

    zendesk.before = revoke
    paused = await bring(acme)
    assert paused["status"] == "paused"
    assert "onnect" in paused["detail"]
    assert 50 <= paused["progress"]["tickets"]["created"] < 60
    zendesk.before = lambda _: None
    zendesk.tokens.add("a newer one")
    ended = await brought(acme, token="a newer one")
    assert ended["importId"] == paused["importId"]
    assert ended["progress"]["tickets"]["created"] == len(await tickets(acme)) == 60


@pytest.mark.parametrize(
    "body",
    [
        {"error": "invalid_scope", "description": f"{'x' * 280} Bearer {TOKEN} may not"},
        {"error": {"title": "Forbidden", "message": f"{TOKEN} may not"}},
    ],
)
async def test_a_token_that_zendesk_repeats_is_not_told(
    acme: Office, zendesk: FakeZendesk, body: dict[str, Any]
) -> None:
    zendesk.answers.append(("groups.json", told(body, 403)))
    paused = await bring(acme)
    assert (paused["status"], "answered 403" in paused["detail"]) == ("paused", True)
    assert TOKEN[:6] not in paused["detail"]


async def test_calls_side_by_side_renew_a_refused_token_once(acme: Office, zendesk: FakeZendesk) -> None:
    from helpdesk_adapters.imports.zendesk.client import ZendeskApi
    from helpdesk_adapters.imports.zendesk.comments import comments_of
    from helpdesk_adapters.web import OutgoingHttp

    a_small_shop(zendesk, tickets=20)
    asked: list[str | None] = []

    async def fresh(refused: str | None) -> str:
        asked.append(refused)
        return TOKEN if refused else "void"

    http = OutgoingHttp().trusting(zendesk.base)
    said = await comments_of(ZendeskApi(http, zendesk.base, fresh), range(1, 21))
    await http.close()
    assert (said.stopped, len(said.comments), asked) == (None, 20, [None, "void"])


async def test_macros_that_may_not_be_seen_are_left_out_and_told_of(
    acme: Office, zendesk: FakeZendesk
) -> None:
    a_small_shop(zendesk)
    no = told({"error": {"title": "Forbidden", "message": "You do not have access."}}, 403)
    zendesk.answers += [("macros", no), ("group_memberships", no), ("custom_statuses", no), ("count", no)]
    ended = await bring(acme)
    assert ended["status"] == "completed"
    assert [(one["kind"], one["message"][:17]) for one in ended["errors"]] == [
        ("macros", "None are brought:")
    ]
    assert len(await tickets(acme)) == 3


async def test_tickets_that_may_not_be_seen_rest_the_import(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    no = told({"error": {"title": "Forbidden", "message": "You do not have access."}}, 403)
    zendesk.answers.append(("tickets/cursor", no))
    paused = await bring(acme)
    assert (paused["status"], "You do not have access" in paused["detail"]) == ("paused", True)
    assert (await brought(acme))["importId"] == paused["importId"]


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (told(NO_HELP_DESK, 404), "There is no help desk at"),
        (Reply(301, headers={"location": "https://new-name.zendesk.com/"}), "leads to new-name.zendesk.com"),
    ],
)
async def test_an_account_that_there_is_not_ends_the_import(
    acme: Office, zendesk: FakeZendesk, reply: Reply, detail: str
) -> None:
    zendesk.answers.append(("groups", reply))
    failed = await bring(acme)
    assert (failed["status"], detail in failed["detail"]) == ("failed", True)


@pytest.mark.parametrize("subdomain", ["", "..", "evil.example/", "a@b", "acme\r\nHost: x", "-acme", "а́cme"])
async def test_what_is_no_subdomain_is_refused(acme: Office, subdomain: str) -> None:
    body = {"subdomain": subdomain, "accessToken": TOKEN}
    answer = await acme.client.post("/api/zendesk/import", json=body)
    assert answer.status_code == 400, answer.text


async def test_an_export_that_goes_in_circles_is_stopped(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)

    def circle(here: str, there: str) -> tuple[str, Reply]:
        rows = [a_ticket(1, 41)]
        return here, told({"tickets": rows, "after_cursor": there, "end_of_stream": False})

    a_round = [circle("tickets/cursor.json?start", "one"), circle("cursor=one", "two")]
    zendesk.answers += [*a_round, *[circle("cursor=two", "one"), circle("cursor=one", "two")] * 3]
    import_id = await order(acme)
    with pytest.raises(TryLater, match="in circles"):
        await run(acme, import_id)
    await run(acme, import_id, MAX_ATTEMPTS)
    paused = await status(acme, import_id)
    assert (paused["status"], "in circles" in paused["detail"]) == ("paused", True)
    assert len(await tickets(acme)) == 1


async def test_comments_that_go_in_circles_end_and_are_told_of(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk, tickets=1)
    again = told({"comments": zendesk.comments[1], "meta": {"has_more": True, "after_cursor": "again"}})
    zendesk.answers += [("tickets/1/comments", again)] * 2
    ended = await bring(acme)
    assert (ended["status"], [one["externalId"] for one in ended["errors"]]) == ("completed", ["1"])
    assert len((await tickets(acme))["1"]["conversations"]) == 3


async def test_a_start_that_is_too_recent_waits_a_minute(acme: Office, zendesk: FakeZendesk) -> None:
    too_recent = {"error": "InvalidValue", "description": "Too recent start_time. Use an older one"}
    zendesk.answers.append(("users/cursor", told(too_recent, 422)))
    waiting = await bring(acme, since=datetime.now(UTC).isoformat())
    assert (waiting["status"], waiting["detail"][:6]) == ("running", "Waits ")


async def test_rows_that_cannot_be_read_do_not_stop_the_others(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    zendesk.tickets[1]["created_at"] = "yesterday"
    zendesk.tickets[1]["updated_at"] = None
    ended = await bring(acme)
    assert ended["status"] == "completed"
    assert [(one["externalId"], one["message"]) for one in ended["errors"]] == [
        ("2", "The ticket does not say when it was opened.")
    ]
    tally = ended["progress"]["tickets"]
    assert (tally["done"], tally["created"], tally["failed"]) == (3, 2, 1)


@pytest.mark.parametrize("moved", [3, 55], ids=["one before the place", "the one at the place"])
async def test_a_page_that_has_lost_rows_since_is_gone_on_with_at_the_right_one(
    acme: Office, zendesk: FakeZendesk, moved: int
) -> None:
    a_small_shop(zendesk, tickets=70)
    zendesk.answers.append(("tickets/56/comments", told(TOO_MANY, 429, retry_after="0")))
    waiting = await bring(acme)
    assert waiting["progress"]["tickets"]["created"] == 55
    zendesk.tickets[moved - 1] |= {"generated_timestamp": 5_000, "subject": "It leaks again"}
    await run(acme, waiting["importId"])
    assert (await status(acme, waiting["importId"]))["status"] == "completed"
    answer = await acme.client.get("/api/v1/tickets?limit=100")
    found = {one["metadata"]["imported"]["id"]: one["subject"] for one in answer.json()["data"]}
    assert (len(found), found[str(moved)]) == (70, "It leaks again")


async def test_a_deleted_ticket_and_one_whose_comments_are_gone(acme: Office, zendesk: FakeZendesk) -> None:
    a_small_shop(zendesk)
    zendesk.tickets[0]["status"] = "deleted"
    del zendesk.comments[1], zendesk.comments[2]
    ended = await brought(acme)
    assert ended["progress"]["tickets"]["skipped"] == 1
    found = await tickets(acme)
    assert set(found) == {"2", "3"}
    assert [one["content_text"] for one in found["2"]["conversations"]] == ["It drips."]
    assert not [one for one in zendesk.called if "tickets/1/comments" in one]


async def test_names_that_others_would_run_are_kept_as_they_are(acme: Office, zendesk: FakeZendesk) -> None:
    zendesk.users += [
        a_user(1, "<script>alert(1)</script>", "one@a.example"),
        a_user(2, '=HYPERLINK("http://a.example")', "ONE@A.example", suspended=True),
        a_user(3, "", None),
    ]
    zendesk.tickets += [a_ticket(id, id) for id in (1, 2, 3)]
    await brought(acme)
    found = await tickets(acme)
    assert found["1"]["customer"]["name"] == "<script>alert(1)</script>"
    assert found["2"]["customer"]["id"] == found["1"]["customer"]["id"]
    assert found["3"]["customer"]["name"] == ""
