"""WhatsApp over HTTP, end to end: what customers write, what an agent answers, and what becomes of both."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from attrs import define, field
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.whatsapp import sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from helpdesk_http.app import create_app
from tests.due_jobs import run_jobs
from tests.fakes.graph_api import SECRET, TOKEN, FakeGraph, base64_digest, fake_graph, refused
from tests.fakes.http_server import Reply
from tests.fakes.whatsapp import (
    IDA,
    IDA_ID,
    OURS,
    WABA,
    change,
    delivery,
    heard,
    message,
    person,
    status,
)
from tests.http.conftest import Office

PATH = "/api/webhooks/whatsapp"


@define
class Clock:
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with fake_graph() as graph:
        yield graph


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(graph: FakeGraph, clock: Clock) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        whatsapp_app_secret=(SECRET,),
        whatsapp_verify_token=("a verify token",),
        api_bases={"meta": graph.base},
    )
    desk = in_memory(settings)
    desk.clock.override(providers.Object(clock))
    return desk


@pytest.fixture
async def app(desk: Container) -> AsyncIterator[Any]:
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        yield app


@define
class WhatsApp:
    """An office with a number, and Meta as it posts to it."""

    visitor: httpx2.AsyncClient
    office: Office
    graph: FakeGraph
    clock: Clock
    answers: list[httpx2.Response] = field(factory=list)

    async def post(self, body: bytes, secret: str = SECRET) -> httpx2.Response:
        signed = sign(Delivery({}, body, PATH), secret, system_clock(), "")
        return await self.visitor.post(PATH, content=body, headers=dict(signed.headers))

    async def tell(self, *changes: dict[str, Any], works: bool = True) -> None:
        answer = await self.post(delivery(*changes))
        assert answer.status_code == 200, answer.text
        if works:
            await self.work()

    async def work(self) -> None:
        await run_jobs(self.office.desk, may_fail=True)

    async def later(self, **pause: float) -> None:
        self.clock.ahead += timedelta(**pause)
        await self.work()

    async def tickets(self) -> list[dict[str, Any]]:
        path = "/api/v1/tickets?include=customer,conversations&sort=created_at"
        return list((await self.office.client.get(path)).json()["data"])

    async def ticket(self) -> dict[str, Any]:
        [ticket] = await self.tickets()
        return ticket

    async def texts(self) -> list[str]:
        return [one["content_text"] for one in (await self.ticket())["conversations"]]

    async def answer(self, text: str | None = "Here is one.", **more: Any) -> dict[str, Any]:
        path = f"/api/v1/tickets/{(await self.ticket())['id']}/conversations"
        words = {} if text is None else {"text": text}
        made = await self.office.client.post(path, json={**words, **more})
        assert made.status_code == 201, made.text
        await self.work()
        return dict(made.json())

    async def stands(self, answer: dict[str, Any]) -> tuple[str, str | None]:
        found = (await self.office.client.get(f"/api/v1/conversations/{answer['id']}")).json()
        return found["delivery"]["state"], found["delivery"]["detail"]

    async def account(self) -> dict[str, Any]:
        [found] = (await self.office.client.get("/api/v1/integrations")).json()["data"]
        return dict(found)


@pytest.fixture
async def whatsapp(acme: Office, visitor: httpx2.AsyncClient, graph: FakeGraph, clock: Clock) -> WhatsApp:
    await acme.desk.connect_integration()(acme.id, "whatsapp", OURS, {"access_token": TOKEN})
    return WhatsApp(visitor, acme, graph, clock)


async def test_a_customer_writes_and_is_answered(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1", text={"body": "Is my bike ready? 🚲"})))
    ticket = await whatsapp.ticket()
    assert (ticket["channel"], ticket["subject"]) == ("whatsapp", "WhatsApp: +14155550117")
    assert (ticket["customer"]["name"], ticket["customer"]["phones"]) == ("Ida Moreau", ["+14155550117"])
    answer = await whatsapp.answer("It is, come by.")
    [(wamid, sent)] = whatsapp.graph.sent.items()
    assert sent == {
        "by": OURS,
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": IDA,
        "type": "text",
        "text": {"body": "It is, come by.", "preview_url": False},
        "biz_opaque_callback_data": answer["id"],
    }
    for state in ("read", "delivered", "sent"):
        await whatsapp.tell(status(wamid, state))
    assert await whatsapp.stands(answer) == ("read", None)
    assert (await whatsapp.account())["settings"] == {"waba_id": WABA}


async def test_a_batch_is_split_by_tenant_and_what_is_bad_in_it_stops_nothing(
    whatsapp: WhatsApp, other: Office
) -> None:
    await other.desk.connect_integration()(other.id, "whatsapp", "999", {"access_token": TOKEN})
    theirs = change(phone_number_id="999", contacts=[person("4915112345678")])
    theirs["value"]["messages"] = [message("wamid.1", by="4915112345678")]
    bad = change(messages=[{"id": "wamid.bad", "type": "text"}, "no object", {"text": {"body": "nobody's"}}])
    strange = change(phone_number_id="1", messages=[message("wamid.9")])
    await whatsapp.tell(
        bad, strange, heard(message("wamid.1"), message("wamid.1"), message("wamid.2")), theirs
    )
    assert await whatsapp.texts() == ["Hello", "Hello"]
    [ticket] = (await other.client.get("/api/v1/tickets?include=customer")).json()["data"]
    assert ticket["customer"]["phones"] == ["+4915112345678"]


async def test_what_somebody_else_signs_changes_nothing(whatsapp: WhatsApp) -> None:
    assert (await whatsapp.post(delivery(heard(message("wamid.1"))), "another secret")).status_code == 401
    assert (await whatsapp.post(b"[]")).status_code == 400
    assert (await whatsapp.office.client.get("/api/v1/webhook-events")).json()["data"] == []


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (
            {"location": {"latitude": 37.5, "longitude": -122.25, "name": "Facebook HQ"}},
            "Location:\nFacebook HQ\n37.5, -122.25",
        ),
        (
            {"contacts": [{"name": {"formatted_name": "Monica"}, "phones": [{"phone": "+1 666"}]}]},
            "Contact: Monica, +1 666",
        ),
        (
            {
                "order": {
                    "product_items": [
                        {"product_retailer_id": "SODA", "quantity": 2, "item_price": 10, "currency": "ILS"}
                    ]
                }
            },
            "Order:\n2 × SODA, 10 ILS",
        ),
        ({"button": {"payload": "no", "text": "No, thanks"}}, "No, thanks"),
        ({"interactive": {"type": "list_reply", "list_reply": {"id": "7", "title": "Monday"}}}, "Monday"),
        (
            {
                "interactive": {
                    "nfm_reply": {"body": "Sent", "response_json": '{"stars": 4, "flow_token": "x"}'}
                }
            },
            "Sent\nstars: 4",
        ),
        ({"interactive": {"nfm_reply": {"body": "Sent", "response_json": "{broken"}}}, "Sent\n{broken"),
        (
            {"type": "unsupported", "unsupported": {"type": "poll"}},
            "A message of a type that cannot be shown here (poll). It is on the customer's phone.",
        ),
    ],
    ids=["place", "card", "order", "button", "list", "form", "broken form", "unsupported"],
)
async def test_every_type_is_written_out(whatsapp: WhatsApp, told: dict[str, Any], text: str) -> None:
    await whatsapp.tell(heard(message("wamid.1", **told)))
    assert await whatsapp.texts() == [text]


async def test_reactions_edits_and_deletions_go_to_their_message_also_when_they_come_first(
    whatsapp: WhatsApp,
) -> None:
    edit = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Two"}}}
    await whatsapp.tell(heard(message("wamid.e", 2000000100, type="edit", edit=edit)))
    await whatsapp.tell(heard(message("wamid.1", 1700000000, text={"body": "One"})))
    await whatsapp.tell(heard(message("wamid.2", 1700000001, text={"body": "Oops"})))
    await whatsapp.tell(heard(message("wamid.r", type="revoke", revoke={"original_message_id": "wamid.2"})))
    assert await whatsapp.texts() == ["Two", "This message was deleted by its author."]


async def test_one_who_hides_their_number_is_known_by_their_id_and_answered_there(whatsapp: WhatsApp) -> None:
    hidden = person("", IDA_ID, username="ida.moreau", name="")
    await whatsapp.tell(heard(message("wamid.1", by="", user_id=IDA_ID), people=[hidden]))
    ticket = await whatsapp.ticket()
    assert (ticket["customer"]["name"], ticket["customer"]["phones"]) == ("@ida.moreau", [])
    both = person(IDA, IDA_ID)
    await whatsapp.tell(heard(message("wamid.2", user_id=IDA_ID), people=[both]))
    await whatsapp.tell(heard(message("wamid.3")))
    ticket = await whatsapp.ticket()
    assert ticket["customer"]["phones"] == ["+14155550117"]
    assert len(ticket["conversations"]) == 3
    await whatsapp.answer()
    [sent] = whatsapp.graph.sent.values()
    assert sent["recipient"] == IDA_ID
    assert "to" not in sent


async def test_a_new_number_stays_the_same_customer_also_where_they_wrote_from_it_first(
    whatsapp: WhatsApp,
) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    await whatsapp.tell(heard(message("wamid.2", by="14155550188"), people=[person("14155550188")]))
    system = {"type": "user_changed_number", "wa_id": "14155550188", "body": "Ida changed"}
    await whatsapp.tell(change(messages=[message("wamid.s", type="system", system=system)]))
    customers = [ticket["customer"] for ticket in await whatsapp.tickets()]
    assert [one["phones"] for one in customers] == [["+14155550117", "+14155550188"]] * 2
    assert len({one["id"] for one in customers}) == 1


async def test_a_file_is_fetched_with_the_token_and_checked(whatsapp: WhatsApp) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    whatsapp.graph.keep("71", picture, "image/png")
    whatsapp.graph.keep("72", picture, "image/png")
    whatsapp.graph.keep("73", picture, "image/png", file_size=10**9)
    whatsapp.graph.contents["72"] = b"something else"
    images = [
        {"id": media, "mime_type": "image/png", "sha256": base64_digest(picture)}
        for media in ("71", "72", "73", "74")
    ]
    for number, image in enumerate(images):
        await whatsapp.tell(heard(message(f"wamid.{number}", 1700000000 + number, image=image)))
    files = [one["attachments"][0] for one in (await whatsapp.ticket())["conversations"]]
    assert [(one["state"], one["size"]) for one in files] == [
        ("stored", len(picture)),
        ("failed", 0),
        ("failed", 0),
        ("failed", 0),
    ]
    details = [one["detail"] or "" for one in files]
    assert "digest" in details[1]
    assert "larger" in details[2]
    assert "seven days" in details[3]


async def test_a_files_address_that_has_run_out_is_asked_for_again(whatsapp: WhatsApp) -> None:
    whatsapp.graph.keep("71", b"%PDF-1.4 ...", "application/pdf", file_size=None)
    content = whatsapp.graph.contents.pop("71")
    document = {"id": "71", "mime_type": "application/pdf", "filename": "bill.pdf"}
    await whatsapp.tell(heard(message("wamid.1", document=document)))
    [file] = (await whatsapp.ticket())["conversations"][0]["attachments"]
    assert file["state"] == "pending"
    whatsapp.graph.contents["71"] = content
    await whatsapp.later(hours=1)
    [file] = (await whatsapp.ticket())["conversations"][0]["attachments"]
    assert (file["state"], file["filename"]) == ("stored", "bill.pdf")


async def test_the_token_is_shown_to_nobody_but_meta(whatsapp: WhatsApp) -> None:
    with fake_graph() as stranger:
        stranger.contents["71"] = b"secret"
        whatsapp.graph.keep("71", b"x", "image/png", url=f"{stranger.base}/files/71")
        await whatsapp.tell(heard(message("wamid.1", image={"id": "71"})))
        assert stranger.asked == []
    [file] = (await whatsapp.ticket())["conversations"][0]["attachments"]
    assert file["state"] == "failed"


async def test_an_answer_with_files_and_a_long_one(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    made = await whatsapp.office.client.post(
        "/api/v1/attachments",
        files={"file": ("plan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")},
    )
    assert made.status_code == 201, made.text
    await whatsapp.answer("The plan.", attachment_ids=[made.json()["id"]])
    [sent] = whatsapp.graph.sent.values()
    assert sent["image"] == {"id": "1000", "caption": "The plan."}
    assert b"\x89PNG" in whatsapp.graph.uploads["1000"]
    family = "👩‍👩‍👧‍👦"
    answer = await whatsapp.answer(family * 600)
    bodies = [one["text"]["body"] for one in whatsapp.graph.sent.values() if one["type"] == "text"]
    assert "".join(bodies) == family * 600
    assert len(bodies) == 2
    assert all(body == family * (len(body) // len(family)) for body in bodies)
    ids = [wamid for wamid, one in whatsapp.graph.sent.items() if one["type"] == "text"]
    await whatsapp.tell(status(ids[0], "delivered"))
    assert (await whatsapp.stands(answer))[0] == "sent"
    await whatsapp.tell(status(ids[1], "delivered"))
    assert (await whatsapp.stands(answer))[0] == "delivered"


async def test_after_24_hours_only_a_template_leaves(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1", int(time.time()) - 86_500)))
    answer = await whatsapp.answer()
    state, detail = await whatsapp.stands(answer)
    assert state == "failed"
    assert "template" in (detail or "")
    chosen = {"name": "part_arrived", "language": "en_US", "variables": ["Ida"]}
    answer = await whatsapp.answer(None, template=chosen)
    assert answer["content_text"] == "Template part_arrived (en_US): Ida"
    assert (await whatsapp.stands(answer))[0] == "sent"
    shown = await whatsapp.answer("Your part is here, Ida.", template=chosen)
    assert shown["content_text"] == "Your part is here, Ida."
    first, _ = whatsapp.graph.sent.values()
    assert first["template"] == {
        "name": "part_arrived",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ida"}]}],
    }


async def test_a_template_is_for_replies_over_channels_that_have_them(acme: Office) -> None:
    ticket = await acme.ticket()
    chosen = {"name": "part_arrived", "language": "en_US"}
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    for body in ({"template": chosen}, {"template": chosen, "kind": "note", "text": "x"}):
        answer = await acme.client.post(path, json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "template"


async def test_approved_templates_are_listed_page_by_page(whatsapp: WhatsApp, other: Office) -> None:
    body = {"type": "BODY", "text": "Your part is here, {{1}}."}
    footer = {"type": "FOOTER", "text": "Acme"}
    approved = {"name": "part_arrived", "language": "en_US", "status": "APPROVED", "category": "UTILITY"}
    whatsapp.graph.templates += [
        {**approved, "components": [body, footer, {"type": "BUTTONS", "buttons": []}]},
        {**approved, "name": "paused", "status": "PAUSED"},
    ]
    account = await whatsapp.account()
    path = f"/api/v1/integrations/{account['id']}/templates"
    assert (await whatsapp.office.client.get(path)).status_code == 409  # whose number it is is not known yet
    await whatsapp.tell(heard(message("wamid.1")))
    assert (await whatsapp.office.client.get(path)).json()["data"] == [
        {
            "name": "part_arrived",
            "language": "en_US",
            "category": "utility",
            "text": "Your part is here, {{1}}.\n\nAcme",
        }
    ]
    assert (await other.client.get(path)).status_code == 404
    whatsapp.graph.token = "another"
    assert (await whatsapp.office.client.get(path)).status_code == 409


async def test_a_crowded_number_is_left_alone_for_as_long_as_it_asks(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.answers += [
        Reply(429, b"slow down", {"retry-after": "120"}),
        refused(130429, "Rate limit hit"),
    ]
    answer = await whatsapp.answer()
    assert (await whatsapp.stands(answer))[0] == "queued"
    await whatsapp.later(seconds=100)
    assert len(whatsapp.graph.answers) == 1
    await whatsapp.later(seconds=30)
    assert whatsapp.graph.answers == []
    await whatsapp.later(minutes=10)
    assert (await whatsapp.stands(answer))[0] == "sent"
    assert len(whatsapp.graph.sent) == 1


@pytest.mark.parametrize("code", [131026, 131047, 131051, 132001])
async def test_what_whatsapp_refuses_is_told_in_a_sentence(whatsapp: WhatsApp, code: int) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.answers.append(refused(code, "Message undeliverable"))
    state, detail = await whatsapp.stands(await whatsapp.answer())
    assert state == "failed"
    assert f"(WhatsApp {code})" in (detail or "")
    failed = status("wamid.00000000", "failed", errors=[{"code": code, "title": "x"}])
    answer = await whatsapp.answer()
    await whatsapp.tell(failed)
    assert await whatsapp.stands(answer) == ("failed", detail)


async def test_an_account_that_is_shut_out_is_in_trouble_and_its_answers_wait(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.token = "renewed"
    answer = await whatsapp.answer()
    assert (await whatsapp.stands(answer))[0] == "queued"
    account = await whatsapp.account()
    assert "190" in account["settings"]["trouble"]
    changed = await whatsapp.office.client.patch(
        f"/api/v1/integrations/{account['id']}", json={"secrets": {"access_token": "renewed"}}
    )
    assert changed.status_code == 200
    await whatsapp.later(hours=1)
    assert (await whatsapp.stands(answer))[0] == "sent"


async def test_a_lost_answer_is_settled_by_the_status_that_bears_our_mark(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.answers.append(Reply(502, b"<html>Bad gateway</html>"))
    answer = await whatsapp.answer("x" * 5000)  # the first of two pieces
    assert (await whatsapp.stands(answer))[0] == "queued"
    await whatsapp.tell(status("wamid.lost", "delivered", answer["id"]))
    assert (await whatsapp.stands(answer))[0] == "queued"
    await whatsapp.later(minutes=11)
    [second] = whatsapp.graph.sent.values()
    assert second["text"]["body"] == "x" * 904
    await whatsapp.tell(status("wamid.00000000", "delivered"))
    assert (await whatsapp.stands(answer))[0] == "delivered"


async def test_a_lost_answer_of_which_nothing_is_told_is_not_sent_twice(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.answers.append(Reply(502, b"<html>Bad gateway</html>"))
    answer = await whatsapp.answer()
    await whatsapp.later(minutes=11)
    state, detail = await whatsapp.stands(answer)
    assert state == "failed"
    assert "not known whether it arrived" in (detail or "")
    assert whatsapp.graph.sent == {}
    await whatsapp.tell(status("wamid.lost", "read", answer["id"]))
    assert (await whatsapp.stands(answer))[0] == "read"


async def test_what_is_written_in_the_phone_app_stands_in_the_ticket(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1", int(time.time()) - 60)))
    echo = {**message("wamid.2", by="15550100142", text={"body": "On it."}), "to": IDA}
    await whatsapp.tell(change("smb_message_echoes", message_echoes=[echo]))
    [_, ours] = (await whatsapp.ticket())["conversations"]
    assert (ours["kind"], ours["author"]["name"], ours["content_text"]) == (
        "reply",
        "WhatsApp phone app",
        "On it.",
    )


async def test_trouble_is_noted_with_the_account_and_goes_again(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    await whatsapp.tell(change(errors=[{"code": 0, "title": "We were unable to authenticate the app user"}]))
    assert "unable to authenticate" in (await whatsapp.account())["settings"]["trouble"]
    restricted = {"field": "account_update", "value": {"event": "ACCOUNT_RESTRICTION"}}
    await whatsapp.tell(restricted)
    assert "restricts" in (await whatsapp.account())["settings"]["trouble"]
    await whatsapp.tell({"field": "account_update", "value": {"event": "ACCOUNT_RECONNECTED"}})
    assert "trouble" not in (await whatsapp.account())["settings"]


async def test_times_that_are_none_count_from_when_the_message_came(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard({**message("wamid.1"), "timestamp": "asdf"}))
    [one] = (await whatsapp.ticket())["conversations"]
    assert datetime.now(UTC) - datetime.fromisoformat(one["created_at"]) < timedelta(minutes=1)


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
async def test_the_handshake_needs_the_token(visitor: httpx2.AsyncClient, channel: str) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "a verify token"}
    path = f"/api/webhooks/{channel}"
    answer = await visitor.get(path, params=asked)
    if channel == "messenger":  # its own is not set
        assert answer.status_code == 503
        assert "MESSENGER_VERIFY_TOKEN" in json.dumps(answer.json())
        return
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in (
        {"hub.verify_token": ""},
        {"hub.verify_token": "é"},
        {"hub.mode": "x"},
        {"hub.challenge": ""},
    ):
        assert (await visitor.get(path, params={**asked, **wrong})).status_code == 403
    assert (await visitor.get(path)).status_code == 403
