"""A mail over `/api/v1`: its new part, its images in place, and the whole as it came."""

import json
from typing import Any

from helpdesk_core.commands import Done
from helpdesk_core.users import Role, Scope
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.test_inbound_email import proving, pushed

__all__ = ["proving"]

HTML = (
    '<div>It drips: <img src="cid:drip@garden" alt="drip"> <img src="https://shop.example/a.png" alt="shop">'
    '<img src="https://spy.example/p.gif" width="1" height="1"></div><br><div class="gmail_quote">'
    '<div class="gmail_attr">On Mon, Apr 6, 2026 at 9:30 AM Acme &lt;acme@desk.example&gt; wrote:</div>'
    '<blockquote class="gmail_quote">Where does the <b>kettle</b> drip?</blockquote></div>'
)
MAIL = (
    "From: Ida <ida@garden.example>\r\nTo: acme@desk.example\r\nSubject: Re: Kettle\r\n"
    "Message-ID: <1@garden.example>\r\nContent-Type: multipart/related; boundary=b\r\n"
    "\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    f"{HTML}\r\n--b\r\nContent-Type: image/png; name=drip.png\r\nContent-ID: <drip@garden>\r\n\r\nPNG\r\n--b--\r\n"
).encode()


async def a_mail(office: Office, raw: bytes = MAIL, **query: str) -> Any:
    command = await office.desk.receive_email()(raw)
    assert isinstance(command, Done)
    answer = await office.client.get(f"/api/v1/conversations/{command.conversation_id}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_new_part_is_shown_and_the_whole_is_there(acme: Office) -> None:
    shown = await a_mail(acme)
    assert (shown["new_text"].startswith("It drips:"), shown["quoted"]) == (True, True)
    assert ("kettle" in shown["new_html"], "kettle" in shown["content_html"]) == (False, True)
    found = (await acme.client.get("/api/v1/tickets", params={"q": "where does"})).json()["data"]
    assert len(found) == 1


async def test_a_message_without_a_quote_is_new_as_a_whole(acme: Office) -> None:
    ticket = await acme.ticket()
    shown = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"][0]
    assert (shown["new_text"], shown["new_html"]) == (shown["content_text"], shown["content_html"])
    assert (shown["quoted"], shown["raw_url"]) == (False, None)
    assert (await acme.client.get(f"/api/v1/conversations/{shown['id']}/raw")).status_code == 404


async def test_images_are_in_place_and_those_from_elsewhere_wait_until_they_are_wanted(acme: Office) -> None:
    shown = await a_mail(acme)
    address = f"/api/v1/attachments/{shown['attachments'][0]['id']}/content"
    assert f'<img src="{address}" alt="drip">' in shown["new_html"]
    assert f'<img src="{address}" alt="drip">' in shown["content_html"]
    assert address in json.dumps(shown["content"])
    assert '<img data-remote-src="https://shop.example/a.png" alt="shop">' in shown["content_html"]
    assert "spy.example" not in shown["content_html"]
    path = f"/api/v1/tickets/{shown['ticket_id']}/conversations"
    listed = (await acme.client.get(path, params={"remote_images": "show"})).json()["data"][0]
    assert '<img src="https://shop.example/a.png" alt="shop">' in listed["content_html"]
    assert (await acme.client.get(path, params={"remote_images": "maybe"})).status_code == 422
    image = await acme.client.get(address)
    assert (image.content, image.headers["content-type"]) == (b"PNG", "image/png")


async def test_a_mail_is_to_be_had_as_it_came_by_those_who_may_read_it(acme: Office, other: Office) -> None:
    shown = await a_mail(acme)
    assert [file["filename"] for file in shown["attachments"]] == ["drip.png"]
    reader = await acme.client_with(Scope.READ)
    answer = await reader.get(shown["raw_url"])
    assert (answer.status_code, answer.content) == (200, MAIL)
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"] == f'attachment; filename="{shown["id"]}.eml"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (await reader.get(shown["raw_url"], headers={"range": "bytes=0-3"})).content == MAIL[:4]
    assert (await other.client.get(shown["raw_url"])).status_code == 404
    image = f"/api/v1/attachments/{shown['attachments'][0]['id']}/content"
    assert (await other.client.get(image)).status_code == 404
    async with a_client(acme.app) as stranger:
        assert (await stranger.get(shown["raw_url"])).status_code == 401
        email = await acme.user(Role.AGENT)
        await stranger.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert (await stranger.get(shown["raw_url"])).content == MAIL
        assert (await stranger.get(image)).content == b"PNG"


async def test_blacking_out_words_takes_the_mail_as_it_came_away(acme: Office) -> None:
    shown = await a_mail(acme)
    path = f"/api/v1/conversations/{shown['id']}"
    redacted = (await acme.client.post(f"{path}/redact", json={"text": "drips"})).json()
    assert redacted["raw_url"] is None
    assert "drips" not in json.dumps(redacted)
    assert (await acme.client.get(f"{path}/raw")).status_code == 404


async def test_a_deleted_tickets_mail_is_gone(acme: Office) -> None:
    shown = await a_mail(acme)
    assert (await acme.client.delete(f"/api/v1/tickets/{shown['ticket_id']}")).status_code == 204
    assert (await acme.client.get(shown["raw_url"])).status_code == 404


async def test_an_export_names_the_mail_as_it_came(acme: Office) -> None:
    shown = await a_mail(acme)
    ticket = (await acme.client.get(f"/api/v1/tickets/{shown['ticket_id']}")).json()
    exported = (await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")).json()
    files = [file["filename"] for file in exported["tickets"][0]["conversations"][0]["attachments"]]
    assert files == ["drip.png", "message.eml"]


async def test_a_mail_goes_with_its_message_to_another_ticket(acme: Office) -> None:
    shown = await a_mail(acme)
    into = await acme.ticket()
    merged = await acme.client.post(
        f"/api/v1/tickets/{shown['ticket_id']}/merge", json={"into_id": into["id"]}
    )
    assert merged.status_code == 200
    assert (await acme.client.get(shown["raw_url"])).content == MAIL
    await acme.client.delete(f"/api/v1/tickets/{into['id']}")
    assert (await acme.client.get(shown["raw_url"])).status_code == 404


async def test_a_pushed_mail_for_two_organizations_reaches_both(
    acme: Office, other: Office, proving: None
) -> None:
    raw = MAIL.replace(b"To: acme@desk.example", b"To: acme@desk.example, other@desk.example")
    first = await pushed(acme.client, raw)
    again = await pushed(acme.client, raw)
    assert again == {**first, "duplicate": True}
    database: Any = acme.desk.database()
    for job in await database.job_table.claim("tests", 100, acme.desk.clock()()):
        await acme.desk.perform_job()(job)
    for office in (acme, other):
        listed = (await office.client.get("/api/v1/tickets")).json()["data"]
        assert [one["subject"] for one in listed] == ["Re: Kettle"]
        events = (await office.client.get("/api/v1/webhook-events")).json()["data"]
        assert [event["state"] for event in events] == ["processed"]


async def test_followers_by_mail_get_a_copy_unless_that_is_not_wanted(acme: Office) -> None:
    shown = await a_mail(acme, b"Cc: otto@garden.example\r\n" + MAIL)
    path = f"/api/v1/tickets/{shown['ticket_id']}"
    assert (await acme.client.get(path)).json()["followers"] == ["otto@garden.example"]
    for cc, told in (
        ({}, ["otto@garden.example"]),
        ({"cc": []}, []),
        ({"cc": None}, ["otto@garden.example"]),
    ):
        answer = await acme.client.post(f"{path}/conversations", json={"text": "Here.", **cc})
        assert (answer.status_code, answer.json()["cc"]) == (201, told)
