"""The widget's API: chat and contact form on other people's pages."""

import hmac
import json
from random import Random
from typing import Any
from uuid import uuid4

import anyio
import httpx2
import pytest
from attrs import evolve

from helpdesk_core.letters import is_automatic_answer
from helpdesk_core.users import Role
from tests.due_jobs import run_jobs
from tests.http.conftest import Office, a_client

SHOP = "https://shop.example"


async def a_widget(acme: Office, **fields: Any) -> str:
    """A widget's key."""
    made = await acme.client.post("/api/v1/widgets", json={"name": f"Widget {uuid4()}", **fields})
    assert made.status_code == 201, made.text
    return str(made.json()["api_key"])


async def a_session(visitor: httpx2.AsyncClient, key: str, **more: Any) -> str:
    begun = await visitor.post("/api/widget/init", json={"apiKey": key, **more})
    assert begun.status_code == 200, begun.text
    return str(begun.json()["sessionToken"])


async def say(visitor: httpx2.AsyncClient, token: str, text: str, **more: Any) -> dict[str, Any]:
    answer = await visitor.post("/api/widget/message", json={"sessionToken": token, "message": text, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def heard(visitor: httpx2.AsyncClient, token: str, **query: str) -> list[dict[str, Any]]:
    answer = await visitor.get("/api/widget/message", params={"sessionToken": token, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["messages"])


async def test_a_visitor_chats_with_an_agent(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme, theme={"primary_color": "#007bff", "header_text": "Hello"})
    begun = await visitor.post(
        "/api/widget/init", json={"apiKey": key, "metadata": {"page_url": "https://shop.example/cart"}}
    )
    config = begun.json()["config"]
    assert config["theme"]["primaryColor"] == "#007bff"
    assert config["allowFileUploads"] is True
    token = begun.json()["sessionToken"]
    first = await say(visitor, token, "Where is my order?")
    ticket = (await acme.client.get(f"/api/v1/tickets/{first['ticketId']}?include=conversations")).json()
    assert (ticket["channel"], ticket["subject"]) == ("widget", "Where is my order?")
    assert ticket["metadata"]["page_url"] == "https://shop.example/cart"
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    await acme.client.post(url, json={"text": "A colleague's secret", "kind": "note"})
    reply = (await acme.client.post(url, json={"text": "On its way."})).json()
    assert reply["delivery"]["state"] == "sent"
    messages = await heard(visitor, token)
    assert [(one["content_text"], one["author"]["role"]) for one in messages] == [
        ("Where is my order?", "customer"),
        ("On its way.", "agent"),
    ]
    assert messages[0]["content"]["type"] == "doc"
    assert messages[1]["author"]["name"] == "Acme"
    assert [one["id"] for one in await heard(visitor, token, after=messages[0]["id"])] == [reply["id"]]
    assert await heard(visitor, token, after=reply["id"]) == []
    second = await say(visitor, token, "Thank you!")
    assert second["ticketId"] == first["ticketId"]


async def test_config_and_init_show_the_same_form(acme: Office, visitor: httpx2.AsyncClient) -> None:
    form = [{"name": "order", "label": "Your order", "type": "text", "required": True}]
    key = await a_widget(acme, form_fields=form)
    config = (await visitor.get("/api/widget/config", params={"apiKey": key})).json()
    begun = (await visitor.post("/api/widget/init", json={"apiKey": key})).json()
    assert config["success"] is True
    assert config["config"]["formFields"] == form == begun["config"]["preChatForm"]


async def test_answers_to_the_form_make_the_customer_known(acme: Office, visitor: httpx2.AsyncClient) -> None:
    form = [
        {"name": "name", "label": "Name", "type": "text", "required": True},
        {"name": "email", "label": "E-mail", "type": "email", "required": True},
    ]
    token = await a_session(visitor, await a_widget(acme, form_fields=form))
    said = {"sessionToken": token, "message": "Hello"}
    refused = await visitor.post("/api/widget/message", json={**said, "preChat": {"name": "Ida"}})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (400, "preChat.email")
    answers = {"name": "Ida", "email": "Ida@Garden.example", "order": "A-1001"}
    taken = await say(visitor, token, "Hello", preChat=answers)
    ticket = (await acme.client.get(f"/api/v1/tickets/{taken['ticketId']}?include=customer")).json()
    assert (ticket["customer"]["name"], ticket["customer"]["email"]) == ("Ida", "ida@garden.example")
    assert ticket["custom_fields"] == {"order": "A-1001"}


async def test_the_same_text_sent_twice_is_one_message(acme: Office, visitor: httpx2.AsyncClient) -> None:
    token = await a_session(visitor, await a_widget(acme))
    answers: list[dict[str, Any]] = []

    async def send() -> None:
        answers.append(await say(visitor, token, "Where  is my\u200b order?"))

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(send)
    assert len({(one["ticketId"], one["conversationId"]) for one in answers}) == 1
    assert sorted(one["duplicate"] for one in answers) == [False, *[True] * 9]
    assert len(await heard(visitor, token)) == 1
    other = await say(visitor, token, "Where is my parcel?")
    assert other["duplicate"] is False


async def test_a_message_of_one_client_id_is_one_message_at_any_time(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    token = await a_session(visitor, await a_widget(acme))
    first = await say(visitor, token, "Hello", clientMessageId="m1")
    again = await say(visitor, token, "Hello there", clientMessageId="m1")
    assert again["duplicate"] is True
    assert again["conversationId"] == first["conversationId"]
    assert [one["client_message_id"] for one in await heard(visitor, token)] == ["m1"]


async def test_a_message_on_a_closed_ticket_opens_one_that_takes_it_up(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    token = await a_session(visitor, await a_widget(acme))
    first = await say(visitor, token, "Where is my order?")
    await acme.client.patch(f"/api/v1/tickets/{first['ticketId']}", json={"status": "closed"})
    second = await say(visitor, token, "It has still not come")
    assert second["ticketId"] != first["ticketId"]
    ticket = (await acme.client.get(f"/api/v1/tickets/{second['ticketId']}")).json()
    assert ticket["follows_id"] == first["ticketId"]
    third = await say(visitor, token, "And now?")
    assert third["ticketId"] == second["ticketId"]
    texts = [one["content_text"] for one in await heard(visitor, token)]
    assert texts == ["Where is my order?", "It has still not come", "And now?"]


async def test_what_a_merged_ticket_holds_of_others_is_not_shown(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    token = await a_session(visitor, await a_widget(acme))
    mine = await say(visitor, token, "Where is my order?")
    theirs = await acme.ticket("Another's affair")
    url = f"/api/v1/tickets/{theirs['id']}/conversations"
    await acme.client.post(url, json={"text": "Your password is hunter2"})
    merged = await acme.client.post(
        f"/api/v1/tickets/{mine['ticketId']}/merge", json={"into_id": theirs["id"]}
    )
    assert merged.status_code == 200, merged.text
    assert [one["content_text"] for one in await heard(visitor, token)] == ["Where is my order?"]
    joined = await say(visitor, token, "Are you there?")
    assert joined["ticketId"] == theirs["id"]
    own = ["Where is my order?", "Are you there?"]
    assert [one["content_text"] for one in await heard(visitor, token)] == own
    await acme.client.patch(f"/api/v1/tickets/{theirs['id']}", json={"status": "closed"})
    again = await say(visitor, token, "Hello?")
    ticket = (await acme.client.get(f"/api/v1/tickets/{again['ticketId']}")).json()
    assert ticket["customer_id"] != theirs["customer_id"]
    assert not {"Your password is hunter2"} & {one["content_text"] for one in await heard(visitor, token)}


async def test_files_belong_to_the_session_that_uploaded_them(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    key = await a_widget(acme)
    token, stranger = await a_session(visitor, key), await a_session(visitor, key)
    files = {"file": ("cup.txt", b"a cup", "text/plain")}
    uploaded = await visitor.post("/api/widget/upload", files=files, headers={"x-widget-session": token})
    assert uploaded.status_code == 200, uploaded.text
    body = {"sessionToken": stranger, "message": "Look", "attachments": [uploaded.json()["id"]]}
    assert (await visitor.post("/api/widget/message", json=body)).status_code == 400
    await say(visitor, token, "Look", attachments=[uploaded.json()["id"]])
    (message,) = await heard(visitor, token)
    (file,) = message["attachments"]
    assert (file["filename"], file["size"]) == ("cup.txt", 5)
    assert (await visitor.get(file["url"])).content == b"a cup"


async def test_unknown_keys_and_tokens_are_401(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    unknown = [
        await visitor.post("/api/widget/init", json={"apiKey": "wk_unknown"}),
        await visitor.get("/api/widget/config", params={"apiKey": "wk_unknown"}),
        await visitor.post("/api/widget/message", json={"sessionToken": "unknown", "message": "Hello"}),
        await visitor.get("/api/widget/message", params={"sessionToken": "unknown"}),
        await visitor.get("/api/widget/message"),
    ]
    assert [one.status_code for one in unknown] == [401] * 5
    token = await a_session(visitor, key)
    widgets = (await acme.client.get("/api/v1/widgets")).json()["data"]
    await acme.client.patch(f"/api/v1/widgets/{widgets[0]['id']}", json={"active": False})
    assert (await visitor.get("/api/widget/message", params={"sessionToken": token})).status_code == 401


async def test_a_session_ends_thirty_days_after_its_last_use(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    from datetime import timedelta

    from dependency_injector import providers

    token = await a_session(visitor, await a_widget(acme))
    now = acme.desk.clock()()
    for days, status in ((29, 200), (58, 200), (87, 200), (118, 401)):
        moved = now + timedelta(days=days)
        acme.desk.clock.override(providers.Object(lambda moved=moved: moved))
        acme.desk.read_in_widget.reset()
        acme.desk.find_visitor.reset()
        answer = await visitor.get("/api/widget/message", params={"sessionToken": token})
        assert answer.status_code == status, days


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://shop.example", 200),
        ("https://www.shop.example:8443", 200),
        ("https://shop.example.evil.test", 403),
        ("https://evilshop.example", 403),
        ("null", 403),
        ("file://", 403),
        ("http://desk.example", 200),
        (None, 403),
    ],
)
async def test_only_listed_pages_may_use_a_widget(
    acme: Office, visitor: httpx2.AsyncClient, origin: str | None, status: int
) -> None:
    key = await a_widget(acme, allowed_domains=["shop.example"])
    headers = {} if origin is None else {"origin": origin}
    form = {"apiKey": key, "name": "John", "email": "john@shop.example", "message": "A question"}
    for answer in (
        await visitor.post("/api/widget/init", json={"apiKey": key}, headers=headers),
        await visitor.get("/api/widget/config", params={"apiKey": key}, headers=headers),
        await visitor.post("/api/widget/contact", json=form, headers=headers),
    ):
        assert answer.status_code == status, answer.text
        if origin is not None:
            assert answer.headers["access-control-allow-origin"] == origin
    tickets = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert len(tickets) == (1 if status == 200 else 0)


async def test_without_an_origin_the_referring_page_decides(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    key = await a_widget(acme, allowed_domains=["shop.example"])
    for page, status in (("https://shop.example/cart", 200), ("https://evil.test/shop.example", 403)):
        answer = await visitor.post("/api/widget/init", json={"apiKey": key}, headers={"referer": page})
        assert answer.status_code == status


async def test_preflights_are_answered(visitor: httpx2.AsyncClient) -> None:
    asked = {"origin": SHOP, "access-control-request-method": "POST"}
    answer = await visitor.options("/api/widget/message", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "x-widget-session" in answer.headers["access-control-allow-headers"]
    assert (await visitor.options("/api/v1/tickets", headers=asked)).status_code == 405


async def test_a_contact_form_opens_a_ticket(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    form = {
        "apiKey": key,
        "name": "John Doe",
        "email": "John@Shop.example",
        "message": "I have a question about your product",
        "customFields": {"company": "Acme Corp", "phone": "+1-415-555-0123", "size": "XL"},
    }
    first = await visitor.post("/api/widget/contact", json=form)
    assert first.status_code == 200, first.text
    told = first.json()
    assert (told["success"], told["ticketNumber"]) == (True, 1)
    assert told["message"] == "Thank you for contacting us. We will get back to you soon."
    ticket = (await acme.client.get(f"/api/v1/tickets/{told['ticketId']}?include=customer")).json()
    assert ticket["channel"] == "contact_form"
    assert ticket["custom_fields"] == {"company": "Acme Corp", "phone": "+1-415-555-0123", "size": "XL"}
    customer = ticket["customer"]
    assert (customer["name"], customer["email"], customer["company"], customer["phones"]) == (
        "John Doe",
        "john@shop.example",
        "Acme Corp",
        ["+14155550123"],
    )
    again = (await visitor.post("/api/widget/contact", json=form)).json()
    assert (again["ticketId"], again["ticketNumber"], again["duplicate"]) == (told["ticketId"], 1, True)


async def test_nobody_becomes_somebody_else_by_naming_their_telephone(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    key = await a_widget(acme)
    ida = {"name": "Ida", "emails": ["ida@garden.example"], "phones": ["+14155550123"]}
    known = (await acme.client.post("/api/v1/customers", json=ida)).json()
    claim = {"name": "Eve", "email": "eve@elsewhere.example", "phone": "+1 415 555 0123"}
    form = {"apiKey": key, "message": "It is me!", **claim, "customFields": {"phone": claim["phone"]}}
    by_form = (await visitor.post("/api/widget/contact", json=form)).json()
    by_chat = await say(visitor, await a_session(visitor, key), "It is me!", preChat=claim)
    for sent in (by_form, by_chat):
        ticket = (await acme.client.get(f"/api/v1/tickets/{sent['ticketId']}?include=customer")).json()
        assert ticket["customer"]["id"] != known["id"]
        assert ticket["customer"]["email"] == "eve@elsewhere.example"
        assert ticket["customer"]["phones"] == []
    untouched = (await acme.client.get(f"/api/v1/customers/{known['id']}")).json()
    assert untouched == known


async def test_what_pages_send_along_has_a_size(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    large = {f"field {n}": "x" * 1000 for n in range(20)}
    begun = await visitor.post("/api/widget/init", json={"apiKey": key, "metadata": large})
    form = {"apiKey": key, "name": "Ida", "email": "ida@garden.example", "message": "Hello"}
    sent = await visitor.post("/api/widget/contact", json={**form, "customFields": large})
    assert [(answer.status_code, answer.json()["errors"][0]["path"]) for answer in (begun, sent)] == [
        (400, "metadata"),
        (400, "customFields"),
    ]


async def test_robots_open_no_ticket(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    form = {"apiKey": key, "name": "Bot", "email": "bot@spam.example", "message": "Buy"}
    for trap in ({"website": "https://spam.example"}, {"elapsedMs": 3}):
        assert (await visitor.post("/api/widget/contact", json={**form, **trap})).status_code == 400
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_bad_forms_are_400_and_change_nothing(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    form = {"apiKey": key, "name": "John", "email": "john@shop.example", "message": "A question"}
    bad: tuple[dict[str, Any], ...] = (
        {"email": "nobody"},
        {"message": "   "},
        {"name": ""},
        {"customFields": []},
        {"message": None},
    )
    for wrong in bad:
        answer = await visitor.post("/api/widget/contact", json={**form, **wrong})
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["path"]
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_a_blocked_customer_opens_no_ticket(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    made = {"name": "John", "emails": ["john@shop.example"]}
    customer = (await acme.client.post("/api/v1/customers", json=made)).json()
    await acme.client.patch(f"/api/v1/customers/{customer['id']}", json={"blocked": True})
    form = {"apiKey": key, "name": "John", "email": "john@shop.example", "message": "A question"}
    assert (await visitor.post("/api/widget/contact", json=form)).status_code == 403
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_a_blocked_address_opens_no_ticket(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    await acme.client.post("/api/v1/blocked-senders", json={"pattern": "@pests.example"})
    who = {"name": "Pest", "email": "one@pests.example"}
    form = {"apiKey": key, "message": "Buy", **who}
    assert (await visitor.post("/api/widget/contact", json=form)).status_code == 403
    said = {"sessionToken": await a_session(visitor, key), "message": "Buy", "preChat": who}
    assert (await visitor.post("/api/widget/message", json=said)).status_code == 403
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_a_message_without_anything_to_see_is_none(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    said = {"sessionToken": await a_session(visitor, key), "message": " \u200b\u202e "}
    assert (await visitor.post("/api/widget/message", json=said)).status_code == 400
    form = {"apiKey": key, "name": "Ida", "email": "ida@garden.example", "message": "\u200b"}
    assert (await visitor.post("/api/widget/contact", json=form)).status_code == 400


async def test_injected_markup_is_text(acme: Office, visitor: httpx2.AsyncClient) -> None:
    token = await a_session(visitor, await a_widget(acme, form_fields=[]))
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202eevil'
    await say(visitor, token, evil, preChat={"name": evil})
    (message,) = await heard(visitor, token)
    assert message["content_text"] == evil
    ticket = (await acme.client.get("/api/v1/tickets?include=conversations")).json()["data"][0]
    assert "<script" not in ticket["conversations"][0]["content_html"]


async def test_each_session_and_each_address_has_a_rate(acme: Office, app: Any) -> None:
    from dependency_injector import providers

    from helpdesk_adapters.settings import Settings
    from helpdesk_core.rate_limits import Rate

    settings: Settings = acme.desk.settings()
    acme.desk.settings.override(providers.Object(evolve(settings, widget_rate_limit=Rate(3, 60))))
    async with a_client(app) as visitor:
        key = await a_widget(acme)
        answers = [await visitor.post("/api/widget/init", json={"apiKey": key}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_a_page_vouches_for_its_visitor(acme: Office, visitor: httpx2.AsyncClient) -> None:
    key = await a_widget(acme)
    (widget,) = (await acme.client.get("/api/v1/widgets")).json()["data"]
    rotated = await acme.client.post(f"/api/v1/widgets/{widget['id']}/rotate-identity-secret")
    secret = rotated.json()["secret"]
    proof = hmac.new(secret.encode(), b"ida@garden.example", "sha256").hexdigest()
    vouched = {"email": "ida@garden.example", "hash": proof}
    token = await a_session(visitor, key, identity=vouched)
    taken = await say(visitor, token, "Hello")
    ticket = (await acme.client.get(f"/api/v1/tickets/{taken['ticketId']}?include=customer")).json()
    assert ticket["customer"]["email"] == "ida@garden.example"
    (message,) = await heard(visitor, token)
    claimed = {"name": "Ida", "email": "ida@garden.example"}
    stranger = await a_session(visitor, key, visitorId="ida@garden.example")
    other = await say(visitor, stranger, "I am Ida, believe me", preChat=claimed)
    assert other["ticketId"] != taken["ticketId"]
    elsewhere = await a_session(visitor, key, identity=vouched)
    assert await heard(visitor, elsewhere) == [message | {"client_message_id": None}]
    assert await heard(visitor, await a_session(visitor, key)) == []
    forged = {"apiKey": key, "identity": {"email": "boss@garden.example", "hash": proof}}
    assert (await visitor.post("/api/widget/init", json=forged)).status_code == 403


async def test_the_language_is_told_and_that_nothing_translates(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    token = await a_session(visitor, await a_widget(acme))
    taken = await say(visitor, token, "Guten Tag, wo bleibt denn mein Paket? Ich warte schon zwei Wochen.")
    await acme.desk.follow_log()()
    await run_jobs(acme.desk)
    ticket = (
        await acme.client.get(f"/api/v1/tickets/{taken['ticketId']}?include=conversations,customer")
    ).json()
    (message,) = ticket["conversations"]
    assert (ticket["language"], message["language"], ticket["customer"]["language"]) == ("de", "de", "de")
    assert message["translation"] == {"language": "en", "text": None, "state": "not_configured"}


async def test_an_answer_that_is_never_seen_is_mailed(acme: Office, visitor: httpx2.AsyncClient) -> None:
    await acme.user(Role.AGENT)
    token = await a_session(visitor, await a_widget(acme))
    taken = await say(visitor, token, "Hello", preChat={"name": "Ida", "email": "ida@garden.example"})
    url = f"/api/v1/tickets/{taken['ticketId']}/conversations"
    seen = (await acme.client.post(url, json={"text": "Seen"})).json()
    await visitor.post("/api/widget/seen", json={"sessionToken": token, "conversationId": seen["id"]})
    assert (await acme.client.get(f"/api/v1/conversations/{seen['id']}")).json()["delivery"][
        "state"
    ] == "read"
    unseen = (await acme.client.post(url, json={"text": "Unseen"})).json()
    for conversation in (seen, unseen):
        await acme.desk.mail_unseen_answer()(acme.id, conversation["id"] and _id(conversation["id"]))
    states = [
        (await acme.client.get(f"/api/v1/conversations/{one['id']}")).json()["delivery"]["state"]
        for one in (seen, unseen)
    ]
    assert states == ["read", "queued"]
    kept = await acme.desk.store().read(lambda view: view.conversations.get(acme.id, _id(unseen["id"])))
    assert kept is not None
    assert is_automatic_answer(kept)


def _id(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


async def test_a_widget_can_be_looked_at_before_it_is_on_any_page(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    key = await a_widget(acme, allowed_domains=["shop.example"])
    (widget,) = (await acme.client.get("/api/v1/widgets")).json()["data"]
    page = await visitor.get(widget["preview_url"])
    assert page.status_code == 200
    assert f'data-api-key="{key}"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert (await visitor.get("/widget/preview?apiKey=wk_none")).status_code == 404


async def test_ten_thousand_junk_bodies_leave_nothing_behind(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    from dependency_injector import providers

    acme.desk.settings.override(providers.Object(evolve(acme.desk.settings(), widget_rate_limit=None)))
    key = await a_widget(acme)
    token = await a_session(visitor, key)
    chance = Random(4711)
    paths = ("init", "message", "contact", "seen", "typing")
    for _ in range(10_000):
        body = _junk(chance, key, token)
        answer = await visitor.post(
            f"/api/widget/{chance.choice(paths)}", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (200, 400, 401, 413), (answer.status_code, body)
        if answer.status_code == 200:
            assert answer.json()["success"] is True
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


def _junk(chance: Random, key: str, token: str) -> bytes:
    """A body that is broken, or almost one that would be taken."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.randrange(60))
    values: list[Any] = [
        None,
        True,
        -1,
        10**30,
        1e308,
        "",
        " ",
        "\u200b",
        "x" * 101,
        [],
        [[]],
        {},
        {"a": {}},
        key,
        token,
    ]
    names = (
        "apiKey",
        "sessionToken",
        "message",
        "attachments",
        "name",
        "email",
        "conversationId",
        "typing",
        "preChat",
    )
    body: dict[str, Any] = {
        name: chance.choice(values) for name in chance.sample(names, chance.randrange(len(names)))
    }
    if body.get("message") not in (None, "", " "):
        body["attachments"] = ["no file"]  # what is left of it must not be a message
    if "email" in body:
        body["email"] = "nobody"
    return json.dumps(body).encode()
