"""WhatsApp over HTTP: what an agent answers, and how that fares."""

import time

import pytest

from tests.fakes.graph_api import refused
from tests.fakes.http_server import Reply
from tests.fakes.whatsapp import (
    IDA,
    change,
    heard,
    message,
    status,
)
from tests.http.conftest import Office
from tests.http.whatsapp.conftest import WhatsApp


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
    assert "did not say whether it took the message" in (detail or "")
    assert whatsapp.graph.sent == {}
    await whatsapp.tell(status("wamid.lost", "read", answer["id"]))
    assert (await whatsapp.stands(answer))[0] == "read"


async def test_an_answer_without_an_id_is_waited_for(whatsapp: WhatsApp) -> None:
    await whatsapp.tell(heard(message("wamid.1")))
    whatsapp.graph.answers.append(Reply(200, b'{"messages": []}'))
    answer = await whatsapp.answer()
    assert (await whatsapp.stands(answer))[0] == "queued"
    await whatsapp.tell(status("wamid.taken", "delivered", answer["id"]))
    assert (await whatsapp.stands(answer))[0] == "delivered"


async def test_whether_somebody_who_was_never_heard_may_be_answered_is_for_whatsapp_to_say(
    whatsapp: WhatsApp,
) -> None:
    """They wrote before the number was connected; a colleague has answered by phone since."""
    said = {**message("wamid.phone", by="15550100142", text={"body": "It is in stock."}), "to": IDA}
    await whatsapp.tell(change("smb_message_echoes", message_echoes=[said]))
    answer = await whatsapp.answer()
    assert (await whatsapp.stands(answer))[0] == "sent"
