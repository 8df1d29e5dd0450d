"""How an organization writes is set up over the API."""

from typing import Any

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office

PATH = "/api/v1/mail-settings"
TEMPLATE = '<table><tr><td style="padding:16px">{{content}}</td></tr></table>'


async def test_settings_are_read_changed_and_told(acme: Office, other: Office) -> None:
    before = await acme.client.get(PATH)
    assert before.json() == {
        "from": None,
        "default_from": "acme@desk.example",
        "address": "acme@desk.example",
        "signature": "",
        "template": "",
        "acknowledgement": {
            "active": False,
            "subject": "[#{{ticket.number}}] {{ticket.subject}}",
            "text": "Thank you for your message. It has the number {{ticket.number}}; "
            "we will answer as soon as we can.",
        },
    }
    change = {
        "from": "help@acme.example",
        "signature": "{{agent.name}}\r\nAcme\n",
        "template": f"<script>alert(1)</script>{TEMPLATE}",
        "acknowledgement": {"active": True, "text": "Thank you."},
    }
    changed = await acme.client.patch(PATH, json=change)
    assert changed.status_code == 200, changed.text
    assert changed.json() == (await acme.client.get(PATH)).json()
    assert changed.json() == {
        **before.json(),
        "from": "help@acme.example",
        "signature": "{{agent.name}}\nAcme",
        "template": TEMPLATE.replace("<tr>", "<tbody><tr>").replace("</tr>", "</tr></tbody>"),
        "acknowledgement": {
            "active": True,
            "subject": before.json()["acknowledgement"]["subject"],
            "text": "Thank you.",
        },
    }
    assert (await other.client.get(PATH)).json()["signature"] == ""
    told = (await acme.client.get("/api/v1/audit-log?limit=1")).json()["data"][0]
    assert (told["type"], told["data"]) == (
        "organization.updated",
        {"changed": ["from", "signature", "template", "acknowledgement"]},
    )


async def test_an_address_is_taken_back(acme: Office) -> None:
    await acme.client.patch(PATH, json={"from": "help@acme.example", "template": TEMPLATE})
    cleared = await acme.client.patch(PATH, json={"from": None, "template": ""})
    assert (cleared.json()["from"], cleared.json()["template"]) == (None, "")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"from": "nobody"}, "from"),
        ({"from": "other@desk.example"}, "from"),
        ({"from": "acme+1-abc@desk.example"}, "from"),
        ({"signature": "{{agent.nmae}}"}, "signature"),
        ({"signature": "{{content}}"}, "signature"),
        ({"signature": "x" * 2_001}, "signature"),
        ({"template": "<p>Hello</p>"}, "template"),
        ({"template": '<p title="{{content}}">Hello</p>'}, "template"),
        ({"template": "<p>{{content}} {{content}}</p>"}, "template"),
        ({"template": "<script>{{content}}</script>"}, "template"),
        ({"template": "<p>{{content}} {{colour}}</p>"}, "template"),
        ({"acknowledgement": {"subject": "{{ticket.nubmer}}"}}, "acknowledgement.subject"),
        ({"acknowledgement": {"text": "{{ticket}}"}}, "acknowledgement.text"),
        ({"acknowledgement": {"text": " "}}, "acknowledgement.text"),
    ],
)
async def test_what_could_not_be_written_is_refused(acme: Office, change: dict[str, Any], path: str) -> None:
    refused = await acme.client.patch(PATH, json=change)
    assert refused.status_code == 422
    assert [error["path"] for error in refused.json()["errors"]] == [path]
    assert (await acme.client.get(PATH)).json()["from"] is None


async def test_only_an_admin_may(acme: Office) -> None:
    async with await acme.client_with(Scope.WRITE) as agent:
        assert (await agent.get(PATH)).status_code == 403
        assert (await agent.patch(PATH, json={"signature": "Hi"})).status_code == 403


async def test_a_change_is_made_once_and_only_on_what_was_read(acme: Office) -> None:
    tag = (await acme.client.get(PATH)).headers["etag"]
    headers = {"if-match": tag, "idempotency-key": "a-key"}
    first = await acme.client.patch(PATH, json={"signature": "One"}, headers=headers)
    again = await acme.client.patch(PATH, json={"signature": "One"}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    stale = await acme.client.patch(PATH, json={"signature": "Two"}, headers={"if-match": tag})
    assert stale.status_code == 412
    fresh = {"if-match": first.headers["etag"]}
    assert (await acme.client.patch(PATH, json={"signature": "Two"}, headers=fresh)).status_code == 200
