"""WhatsApp over HTTP: what customers write, and what becomes of it."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
import pytest

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.afterwords import reactions_of
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_http.app import create_app
from tests.fakes.graph_api import SECRET, TOKEN, FakeGraph, base64_digest, fake_graph
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
from tests.http.conftest import Office, a_client, an_office
from tests.http.whatsapp.conftest import Clock, WhatsApp


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


async def test_any_order_and_any_repetition_leave_the_same(graph: FakeGraph, clock: Clock) -> None:
    """What is told of messages, and of what is told of them, in every order that was drawn, some of it twice."""
    edit = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "One, better"}}}
    put = {"message_id": "wamid.1", "emoji": "👍"}
    events = [
        heard(message("wamid.1", 1700000000, text={"body": "One"})),
        heard(
            message("wamid.2", 1700000010, user_id=IDA_ID, text={"body": "Two"}), people=[person(IDA, IDA_ID)]
        ),
        heard(message("wamid.3", 1700000020, text={"body": "Three"})),
        heard(message("wamid.e", 1700000030, type="edit", edit=edit)),
        heard(message("wamid.r", 1700000040, reaction=put)),
        heard(message("wamid.u", 1700000050, reaction={"message_id": "wamid.1"})),
        heard(message("wamid.d", 1700000060, type="revoke", revoke={"original_message_id": "wamid.3"})),
        status("wamid.out", "delivered"),
        status("wamid.out", "read"),
        change("smb_message_echoes", message_echoes=[{**message("wamid.4", 1700000025), "to": IDA}]),
    ]
    chance, found = random.Random(7), []
    for _ in range(12):
        order = chance.sample(events + events[:5], len(events) + 5)
        found.append(await _left_by(order, graph, clock))
    assert found == [found[0]] * len(found)
    assert [text for _, text, _ in found[0]["messages"]] == [
        "One, better",
        "Two",
        "This message was deleted by its author.",
        "Hello",
    ]


async def _left_by(order: list[dict[str, Any]], graph: FakeGraph, clock: Clock) -> dict[str, Any]:
    settings = Settings(secret_key=("k",), whatsapp_app_secret=(SECRET,), api_bases={"meta": graph.base})
    desk = in_memory(settings)
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app), a_client(app) as visitor:
        office = await an_office(desk, app, "acme")
        async with office.client:
            await desk.connect_integration()(office.id, "whatsapp", OURS, {"access_token": TOKEN})
            whatsapp = WhatsApp(visitor, office, graph, clock)
            for one in order:
                await whatsapp.tell(one)
            ticket = await whatsapp.ticket()
            customer = ticket["customer"]
            reactions = []
            for one in ticket["conversations"]:
                key = ConversationId(UUID(one["id"]))
                kept = await desk.store().read(partial(_conversation, office.id, key))
                reactions.append(dict(reactions_of(kept)))
    return {
        "customer": (customer["name"], customer["phones"]),
        "ticket": (ticket["subject"], ticket["status"], ticket["channel"], ticket["created_at"]),
        "messages": [
            (one["kind"], one["content_text"], one["created_at"]) for one in ticket["conversations"]
        ],
        "reactions": reactions,
    }


async def _conversation(organization_id: OrganizationId, key: ConversationId, view: View) -> Any:
    return await view.conversations.get(organization_id, key)
