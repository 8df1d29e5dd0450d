"""The page of a ticket over WhatsApp: a day after the customer's last word it offers the templates."""

import time
from html import unescape

from tests.fakes.whatsapp import heard, message
from tests.http.conftest import PASSWORD
from tests.http.whatsapp.conftest import WhatsApp

TICKET = "/app/tickets/1"
TOO_OLD = "too old for an answer in your own words over WhatsApp"


async def test_a_template_is_chosen_filled_and_sent(whatsapp: WhatsApp) -> None:
    body = {"type": "BODY", "text": "Dear {{1}}, the {{2}} is here. Come soon, {{1}}!"}
    approved = {"name": "part_arrived", "language": "en_US", "status": "APPROVED", "category": "UTILITY"}
    whatsapp.graph.templates.append({**approved, "components": [body]})
    agent = whatsapp.visitor
    email = await whatsapp.office.user()
    await agent.post("/app/login", data={"email": email, "password": PASSWORD})
    await whatsapp.tell(heard(message("wamid.1", int(time.time()) - 86_500)))
    assert TOO_OLD in unescape((await agent.get(TICKET)).text)
    sheet = unescape((await agent.get(f"{TICKET}/templates")).text)
    assert "part_arrived" in sheet
    assert sheet.count('name="variable"') == 2
    chosen = {
        "kind": "reply",
        "template_name": "part_arrived",
        "template_language": "en_US",
        "template_text": body["text"],
        "variable": ["Ida", "lid"],
    }
    assert (await agent.post(f"{TICKET}/messages", data=chosen)).status_code == 303
    await whatsapp.work()
    (sent,) = whatsapp.graph.sent.values()
    told = sent["template"]["components"][0]["parameters"]
    assert [one["text"] for one in told] == ["Ida", "lid"]
    assert (await whatsapp.texts())[-1] == "Dear Ida, the lid is here. Come soon, Ida!"


async def test_within_the_day_nothing_is_in_the_way(whatsapp: WhatsApp) -> None:
    email = await whatsapp.office.user()
    await whatsapp.visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    await whatsapp.tell(heard(message("wamid.1")))
    assert TOO_OLD not in unescape((await whatsapp.visitor.get(TICKET)).text)
    whatsapp.graph.token = "another"
    assert 'role="alert"' in (await whatsapp.visitor.get(f"{TICKET}/templates")).text
