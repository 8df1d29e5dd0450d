"""The page of a ticket: each of its forms and sheets, what is refused, and what strangers write."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import httpx2
import pytest
from attrs import evolve

from helpdesk_core.conversations import Translation, TranslationState
from helpdesk_core.ids import ConversationId
from helpdesk_core.ports.store import Work
from helpdesk_core.users import Role
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.sending_files import PNG

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TICKET = "/app/tickets/1"


@pytest.fixture
async def agent(acme: Office, visitor: httpx2.AsyncClient) -> httpx2.AsyncClient:
    email = await acme.user(Role.AGENT, "noor@acme.example")
    answer = await visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return visitor


@pytest.fixture
async def ticket(acme: Office) -> dict[str, Any]:
    return await acme.ticket("The kettle leaks", customer={"email": "ida@garden.example", "name": "Ida"})


async def text_of(agent: httpx2.AsyncClient, path: str = TICKET) -> str:
    answer = await agent.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def known(acme: Office, ticket: dict[str, Any]) -> dict[str, Any]:
    answer = await acme.client.get(f"/api/v1/tickets/{ticket['id']}")
    return dict(answer.json())


async def said(acme: Office, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"])


async def is_done(agent: httpx2.AsyncClient, form: str, data: dict[str, Any], to: str = TICKET) -> None:
    answer = await agent.post(f"{TICKET}/{form}", data=data)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].partition("#")[0] == to


async def is_refused(agent: httpx2.AsyncClient, form: str, data: dict[str, Any], why: str) -> None:
    answer = await agent.post(f"{TICKET}/{form}", data=data)
    assert answer.status_code == 422
    assert why in unescape(answer.text)


async def test_properties_are_set_one_by_one(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    noor = next(
        one
        for one in (await acme.client.get("/api/v1/users")).json()["data"]
        if one["email"].startswith("noor")
    )
    team = (await acme.client.post("/api/v1/teams", json={"name": "Repairs"})).json()
    for data in (
        {"subject": "The kettle drips"},
        {"status": "pending"},
        {"priority": "high"},
        {"assignee_id": noor["id"]},
        {"team_id": team["id"]},
        {"add_tag": "kettle, leak"},
        {"remove_tag": "LEAK"},
    ):
        await is_done(agent, "properties", data)
    now = await known(acme, ticket)
    assert {
        name: now[name] for name in ("subject", "status", "priority", "assignee_id", "team_id", "tags")
    } == {
        "subject": "The kettle drips",
        "status": "pending",
        "priority": "high",
        "assignee_id": noor["id"],
        "team_id": team["id"],
        "tags": ["kettle"],
    }
    page = await text_of(agent)
    assert "assigned to Agent" in page
    assert "team Repairs" in page
    await is_done(agent, "properties", {"assignee_id": "", "team_id": ""})
    after = await known(acme, ticket)
    assert (after["assignee_id"], after["team_id"]) == (None, None)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"subject": " "}, "subject"),
        ({"status": "gone"}, "status"),
        ({"assignee_id": "nobody"}, "assignee_id"),
        ({"assignee_id": "019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"}, "assignee_id"),
        ({"add_tag": "x" * 61}, "tags[0]"),
    ],
)
async def test_what_cannot_be_set_is_said_on_the_page(
    agent: httpx2.AsyncClient, ticket: dict[str, Any], data: dict[str, str], why: str
) -> None:
    await is_refused(agent, "properties", data, why)


async def test_an_answer_in_rich_text_is_sanitized_and_sent_with_its_copies_and_files(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    files = {"file": ("leak.png", PNG, "image/png")}
    stored = (await agent.post("/api/upload", files=files)).json()
    shown = (await agent.post("/api/upload", files=files)).json()
    html = f'<p><strong>Soon!</strong></p>{HOSTILE}<img src="cid:{shown["id"]}">'
    answer = await agent.post(
        f"{TICKET}/messages",
        data={
            "kind": "reply",
            "html": html,
            "cc": "otto@garden.example, eva@garden.example",
            "bcc": "boss@acme.example",
            "status": "pending",
            "attachment_id": [stored["id"], shown["id"]],
        },
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 201, answer.text
    posted = (await said(acme, ticket))[-1]
    assert posted["id"] == answer.json()["id"]
    assert "<strong>Soon!</strong>" in posted["content_html"]
    assert "script" not in posted["content_html"]
    assert (posted["cc"], posted["bcc"]) == (
        ["otto@garden.example", "eva@garden.example"],
        ["boss@acme.example"],
    )
    assert [one["id"] for one in posted["attachments"]] == [stored["id"], shown["id"]]
    assert (await known(acme, ticket))["status"] == "pending"
    page = await text_of(agent)
    assert page.count(f"/api/v1/attachments/{shown['id']}/content") == 1, "in its place, not below it as well"
    assert f'<a href="/api/v1/attachments/{stored["id"]}/content" download><img ' in page


async def test_a_note_has_no_copies_and_stays_within(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    await is_done(agent, "messages", {"kind": "note", "text": "Among us", "cc": "otto@garden.example"})
    note = (await said(acme, ticket))[-1]
    assert (note["kind"], note["cc"], note["delivery"]) == ("note", [], None)
    assert "internal note" in await text_of(agent)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"text": " \n"}, "Write something first."),
        ({"html": "<p><br></p>"}, "Write something first."),
        ({"text": "x" * 100_001}, "The text is too long."),
        ({"text": "Soon!", "cc": "otto"}, "cc[0]"),
        ({"text": "Soon!", "attachment_id": "019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"}, "attachment"),
        ({"text": "Soon!", "template_name": "hello", "template_language": "en"}, "template"),
    ],
)
async def test_an_answer_that_is_refused_stands_in_the_form_again(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any], data: dict[str, str], why: str
) -> None:
    await is_refused(agent, "messages", data, why)
    told = await agent.post(f"{TICKET}/messages", data=data, headers={"accept": "application/json"})
    assert told.status_code == 422
    assert why in told.json()["error"]
    assert len(await said(acme, ticket)) == 1
    if data.get("text") == "Soon!":
        again = await agent.post(f"{TICKET}/messages", data=data)
        assert ">Soon!</textarea>" in again.text


async def test_without_a_session_a_form_leads_to_the_log_in_and_from_there_to_the_ticket(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    agent.cookies.clear()
    answer = await agent.post(f"{TICKET}/messages", data={"text": "Soon!"})
    assert answer.status_code == 303
    target = httpx2.URL(answer.headers["location"]).params["next"]
    await agent.post("/app/login", data={"email": "noor@acme.example", "password": PASSWORD})
    back = await agent.get(target)
    assert (back.status_code, back.headers["location"]) == (303, TICKET)
    assert len(await said(acme, ticket)) == 1


async def test_custom_fields_have_controls_of_their_kinds(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    for field in (
        {"name": "serial", "label": "Serial number", "type": "text"},
        {"name": "pieces", "type": "integer"},
        {"name": "weight", "type": "number"},
        {"name": "in_warranty", "type": "boolean"},
        {"name": "bought", "type": "date"},
        {"name": "model", "type": "select", "options": ["A", "B"]},
        {"name": "parts", "type": "multiselect", "options": ["lid", "seal"]},
    ):
        assert (await acme.client.post("/api/v1/custom-fields", json=field)).status_code == 201
    names = ["serial", "pieces", "weight", "in_warranty", "bought", "model", "parts"]
    values = {
        "field:serial": "K-7",
        "field:pieces": "3",
        "field:weight": "1.5",
        "field:in_warranty": "no",
        "field:bought": "2026-02-03",
        "field:model": "B",
        "field:parts": ["lid", "seal"],
    }
    await is_done(agent, "fields", {"shown": names, **values})
    assert (await known(acme, ticket))["custom_fields"] == {
        "serial": "K-7",
        "pieces": 3,
        "weight": 1.5,
        "in_warranty": False,
        "bought": "2026-02-03",
        "model": "B",
        "parts": ["lid", "seal"],
    }
    page = await text_of(agent)
    assert "Serial number" in page
    assert 'type="date"' in page
    await is_refused(agent, "fields", {"shown": ["pieces"], "field:pieces": "many"}, "a whole number")
    await is_done(agent, "fields", {"shown": names})
    assert (await known(acme, ticket))["custom_fields"] == {}


async def test_metadata_keeps_its_kinds_and_loses_what_is_emptied(
    acme: Office, agent: httpx2.AsyncClient
) -> None:
    ticket = await acme.ticket(metadata={"order": "0017", "count": 3, "deep": {"a": [1]}})
    page = await text_of(agent)
    assert 'value="{"a": [1]}"' in page
    data = {"name": ["order", "count", "deep", "new"], "value": ["0018", "4", "", "true"]}
    await is_done(agent, "metadata", data)
    assert (await known(acme, ticket))["metadata"] == {"order": "0018", "count": 4, "new": True}


async def test_the_customer_is_corrected(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    data = {
        "name": "Ida Berg",
        "company": "Garden",
        "language": "sv",
        "country": "SE",
        "city": "Malmö",
        "emails": "ida@garden.example\nida@home.example",
        "phones": "+46 70 123 45 67",
    }
    await is_done(agent, "customer", data)
    customer = (await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}")).json()
    assert (customer["name"], customer["phones"]) == ("Ida Berg", ["+46701234567"])
    assert customer["emails"] == ["ida@garden.example", "ida@home.example"]
    await is_refused(agent, "customer", {**data, "language": "Swedish"}, "language")
    await acme.ticket(customer={"email": "jo@x.example"})
    await is_refused(agent, "customer", {**data, "emails": "jo@x.example"}, "jo@x.example")


async def test_a_ticket_is_put_off_in_the_readers_own_zone_and_brought_back(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    own = {"until": "own", "own": "2099-07-01T09:30", "zone": "Europe/Stockholm"}
    await is_done(agent, "snooze", own)
    assert (await known(acme, ticket))["snoozed_until"] == "2099-07-01T07:30:00.000Z"
    assert "Snoozed until" in await text_of(agent)
    await is_done(agent, "snooze", {"until": "now"})
    assert (await known(acme, ticket))["snoozed_until"] is None
    for choice in ("later", "tomorrow", "monday", "week"):
        await is_done(agent, "snooze", {"until": choice, "zone": "no/where"})
        assert (await known(acme, ticket))["snoozed_until"] is not None
    await is_refused(agent, "snooze", {"until": "own", "own": "soon"}, "is no day and time")
    await is_refused(agent, "snooze", {"until": "own", "own": "1999-01-01T00:00"}, "later than now")
    await is_refused(agent, "snooze", {"until": "never"}, "none of the times")


async def test_a_ticket_is_merged_from_its_sheet_and_taken_apart_again(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    await acme.ticket("The lid, too", customer={"email": "ida@garden.example"})
    await acme.ticket("Something else", customer={"email": "jo@x.example"})
    sheet = await text_of(agent, f"{TICKET}/merge")
    assert "The lid, too" in sheet
    assert "Something else" not in sheet
    for q in ("3", "#3", "something"):
        assert "Something else" in await text_of(agent, f"{TICKET}/merge?q={q.replace('#', '%23')}")
    assert "Nothing found." in await text_of(agent, f"{TICKET}/merge?q=1")
    await is_done(agent, "merge", {"into": "2"}, "/app/tickets/2")
    page = await text_of(agent)
    assert "This ticket was merged" in page
    assert 'id="composer"' not in page
    assert "merged another ticket into this one" in await text_of(agent, "/app/tickets/2")
    await is_done(agent, "unmerge", {})
    assert (await known(acme, ticket))["merged_into_id"] is None
    for into, status in (("1", 409), ("99", 404), ("x", 400)):
        assert (await agent.post(f"{TICKET}/merge", data={"into": into})).status_code == status


async def test_messages_are_split_off(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    for words in ("One", "Two", "Three"):
        await agent.post(f"{TICKET}/messages", data={"kind": "note", "text": words})
    second = (await said(acme, ticket))[2]["id"]
    assert "This message alone" in await text_of(agent, f"{TICKET}/split/{second}")
    await is_done(agent, f"split/{second}", {"how": "rest", "subject": "The rest"}, "/app/tickets/2")
    assert [one["content_text"] for one in await said(acme, ticket)] == ["It drips.", "One"]
    other = await text_of(agent, "/app/tickets/2")
    assert "The rest" in other
    assert "Taken from" in other
    assert "split messages off" in await text_of(agent)


async def test_words_are_blacked_out(acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]) -> None:
    message = (await said(acme, ticket))[0]["id"]
    assert "gone for good" in await text_of(agent, f"{TICKET}/redact/{message}")
    await is_refused(agent, f"redact/{message}", {"words": ""}, "Name the words")
    await is_done(agent, f"redact/{message}", {"words": "drips"})
    page = await text_of(agent)
    assert "drips" not in page
    assert "blacked out" in page


async def test_macros_show_what_they_change_before_they_do(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    actions = [
        {"do": "set_status", "value": "resolved"},
        {"do": "add_tag", "value": "seal"},
        {"do": "reply", "value": "Hello {{customer.first_name}}, a seal is on its way."},
    ]
    macro = (
        await acme.client.post("/api/v1/macros", json={"name": "Send a seal", "actions": actions})
    ).json()
    off = {"name": "Switched off", "actions": actions[:1], "active": False}
    await acme.client.post("/api/v1/macros", json=off)
    sheet = await text_of(agent, f"{TICKET}/macros")
    assert "Send a seal" in sheet
    assert "Switched off" not in sheet
    shown = await text_of(agent, f"{TICKET}/macros/{macro['id']}")
    for words in ("resolved", "seal", "Hello Ida, a seal is on its way."):
        assert words in shown
    assert (await known(acme, ticket))["status"] == "open", "nothing is done by looking"
    await is_done(agent, f"macros/{macro['id']}", {})
    assert (await known(acme, ticket))["status"] == "resolved"
    assert (await said(acme, ticket))[-1]["content_text"] == "Hello Ida, a seal is on its way."
    missing = await agent.get(f"{TICKET}/macros/{ticket['id']}")
    assert missing.status_code == 409


async def test_spam_is_closed_and_its_sender_kept_out(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    await is_done(agent, "block", {"spam": "yes"})
    now = await known(acme, ticket)
    assert (now["status"], now["tags"]) == ("closed", ["spam"])
    assert "Blocked" in await text_of(agent)
    await is_done(agent, "block", {"let_in": "yes"})
    assert "Let the sender in again" not in await text_of(agent)
    for _again in range(2):
        await is_done(agent, "block-domain", {"pattern": "@garden.example"})
    rules = (await acme.client.get("/api/v1/blocked-senders")).json()["data"]
    assert [rule["pattern"] for rule in rules] == ["@garden.example"]
    await is_refused(agent, "block-domain", {"pattern": "everybody"}, "pattern")


async def test_following_rating_and_deleting(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    followers = f"/api/v1/tickets/{ticket['id']}/followers"
    await is_done(agent, "follow", {})
    (follower,) = (await acme.client.get(followers)).json()["data"]
    assert follower["email"] == "noor@acme.example"
    await is_done(agent, "follow", {"remove": follower["user_id"]})
    assert (await acme.client.get(followers)).json()["data"] == []
    await is_done(agent, "rate", {"score": "good", "comment": "Quick!"})
    assert "Quick!" in await text_of(agent)
    await is_refused(agent, "rate", {"score": "fine"}, "good or bad")
    gone = await agent.post(f"{TICKET}/delete?queue=mine")
    assert (gone.status_code, gone.headers["location"]) == (303, "/app?queue=mine&done=removed")
    assert (await agent.get(TICKET)).status_code == 404


async def test_what_was_suggested_stands_beside_the_answer_form_until_it_is_dismissed(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    body = {"ticketId": ticket["id"], "count": 1}
    streamed = await agent.post("/api/ai/stream-reply-suggestions", json=body)
    assert "event: done" in streamed.text
    offered = re.search(r'class="suggestion" data-id="([^"]+)"', await text_of(agent))
    assert offered is not None
    dismissed = await agent.post(f"{TICKET}/suggestions/{offered[1]}/dismiss")
    assert dismissed.status_code == 204
    assert 'class="suggestion"' not in await text_of(agent)


async def test_where_nothing_translates_the_page_says_so(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    message = (await said(acme, ticket))[0]["id"]
    await is_refused(agent, f"translate/{message}", {}, "Nothing here translates")
    assert "/translate/" not in await text_of(agent)


async def test_a_translation_stands_beside_its_message(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    message = (await said(acme, ticket))[0]["id"]

    async def translate(work: Work) -> None:
        stored = await work.conversations.get(acme.id, ConversationId(UUID(message)))
        assert stored is not None
        told = Translation("de", f"Es tropft. {HOSTILE}", TranslationState.TRANSLATED)
        await work.conversations.replace(evolve(stored, language="en", translation=told))

    await acme.desk.store().transact(translate)
    page = (await agent.get(TICKET)).text
    beside = page.partition('class="side-by-side"')[2].partition("</article>")[0]
    assert "It drips." in beside
    assert '<p class="words" lang="de">Es tropft. &lt;script&gt;' in beside


async def test_earlier_messages_come_page_by_page_with_what_happened_then(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    for number in range(25):
        await agent.post(f"{TICKET}/messages", data={"kind": "note", "text": f"note {number}."})
        if number == 2:
            await agent.post(f"{TICKET}/properties", data={"priority": "urgent"})
    newest = await text_of(agent)
    assert "note 24." in newest
    assert "note 2." not in newest
    assert "priority <" not in newest
    link = re.search(r'id="earlier"><a [^>]*href="([^"]+)"', newest)
    assert link is not None
    earlier = await text_of(agent, link[1])
    assert "It drips." in earlier
    assert "note 24." not in earlier
    assert "priority <" in earlier, "it stands where it happened"
    since = re.search(r'id="messages" hx-get="([^"]+)"', newest)
    assert since is not None
    await agent.post(f"{TICKET}/messages", data={"kind": "note", "text": "one more."})
    fresh = await text_of(agent, since[1])
    assert [f"note {number}." in fresh for number in (7, 8, 9, 24)] == [False, False, True, True]
    assert "one more." in fresh
    assert (await agent.get(f"{TICKET}?since=soon")).status_code == 400
    assert (await agent.get(f"{TICKET}?cursor=x")).status_code == 400


async def test_the_way_leads_on_through_the_list_that_the_ticket_was_opened_from(
    acme: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    for number in range(2, 4):
        await acme.ticket(f"Another {number}")
    page = await text_of(agent, "/app/tickets/2")
    assert 'href="/app/tickets/3" rel="prev"' in page
    assert 'href="/app/tickets/1" rel="next"' in page
    came = await agent.get("/app/tickets/2", headers={"referer": "http://desk.example/app?queue=mine"})
    assert 'rel="next"' not in came.text, "neither of the others is mine"
    assert 'action="/app/tickets/2/properties?queue=mine"' in came.text
    kept = await agent.post("/app/tickets/2/properties?queue=mine", data={"status": "pending"})
    assert kept.headers["location"] == "/app/tickets/2?queue=mine"
    for gone in ("view=x", "view=019b76da-a800-7d3c-9b1f-2f6b8a1c5e44", "queue=none"):
        assert (await agent.get(f"/app/tickets/2?{gone}")).status_code == 200
    by_id = await agent.get(f"/app/tickets/id/{ticket['id']}")
    assert by_id.headers["location"] == TICKET


async def test_whatever_strangers_write_shows_as_text(acme: Office, agent: httpx2.AsyncClient) -> None:
    customer = {"email": "ida@garden.example", "name": HOSTILE}
    hostile = await acme.ticket(
        HOSTILE,
        message=HOSTILE,
        customer=customer,
        tags=["<b>tag</b>"],
        metadata={HOSTILE: HOSTILE},
        custom_fields={HOSTILE: HOSTILE},
    )
    path = f"/api/v1/tickets/{hostile['id']}/conversations"
    html = f'<p style="position:fixed;color:red" onclick="x()">x</p>{HOSTILE}<a href="javascript:x()">y</a>'
    await acme.client.post(path, json={"kind": "inbound", "html": html})
    await acme.client.patch(
        f"/api/v1/customers/{hostile['customer_id']}",
        json={"company": HOSTILE, "metadata": {"timezone": HOSTILE}},
    )
    actions = [{"do": "add_note", "value": HOSTILE}]
    macro = await acme.client.post("/api/v1/macros", json={"name": HOSTILE, "actions": actions})
    message = (await said(acme, hostile))[0]["id"]
    sheets = ("macros", f"macros/{macro.json()['id']}", "merge", f"merge?q={HOSTILE}", f"split/{message}")
    for place in (TICKET, *(f"{TICKET}/{sheet}" for sheet in sheets)):
        page = Elements()
        page.feed((await agent.get(place)).text)
        assert page.harmful == [], place
        assert page.texts.count(HOSTILE) > 0, place


class Elements(HTMLParser):
    """What a browser makes of a page, as far as somebody could do harm with it."""

    def __init__(self) -> None:
        super().__init__()
        self.harmful: list[str] = []
        self.texts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").startswith("javascript:"):
                self.harmful.append(f"{tag} {name}={value}")
        source = dict(attrs).get("src") or ""
        if (tag == "script" and not source.startswith("/app/static/")) or source == "x" or tag == "b":
            self.harmful.append(f"{tag} {source}")

    def handle_data(self, data: str) -> None:
        self.texts += data


FORMS = (
    "messages properties fields metadata customer snooze follow merge unmerge rate block block-domain delete"
).split()


@pytest.mark.parametrize("form", FORMS)
async def test_no_form_reaches_another_organizations_ticket_or_works_from_another_site(
    acme: Office, other: Office, agent: httpx2.AsyncClient, form: str
) -> None:
    theirs = await other.ticket("Theirs")
    assert (await agent.post(f"{TICKET}/{form}", data={"text": "x", "into": "1"})).status_code == 404
    mine = await acme.ticket("Mine")
    forged = await agent.post(
        f"{TICKET}/{form}", data={"text": "x"}, headers={"origin": "https://evil.example"}
    )
    assert forged.status_code == 403
    assert (await acme.client.get(f"/api/v1/tickets/{mine['id']}")).json()["updated_at"] == mine["updated_at"]
    assert (await other.client.get(f"/api/v1/tickets/{theirs['id']}")).json()["updated_at"] == theirs[
        "updated_at"
    ]


async def test_other_organizations_tickets_and_people_are_not_found(
    acme: Office, other: Office, agent: httpx2.AsyncClient, ticket: dict[str, Any]
) -> None:
    theirs = await other.ticket("Theirs")
    assert (await agent.get(f"/app/tickets/id/{theirs['id']}")).status_code == 404
    await other.user(Role.AGENT, "eve@other.example")
    eve = next(
        one
        for one in (await other.client.get("/api/v1/users")).json()["data"]
        if one["email"].startswith("eve")
    )
    await is_refused(agent, "properties", {"assignee_id": eve["id"]}, "assignee_id")
    message = (await said(other, theirs))[0]["id"]
    for form, status in ((f"retry/{message}", 404), (f"redact/{message}", 404), (f"split/{message}", 422)):
        answer = await agent.post(f"{TICKET}/{form}", data={"all": "yes", "how": "one"})
        assert answer.status_code == status, form
    assert [one["content_text"] for one in await said(other, theirs)] == ["It drips."]


async def test_nobody_sees_a_ticket_without_a_session(acme: Office, app: Any, ticket: dict[str, Any]) -> None:
    async with a_client(app) as stranger:
        for place in ("", "/merge", "/macros", "/templates"):
            answer = await stranger.get(f"{TICKET}{place}")
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/app/login?next=")
