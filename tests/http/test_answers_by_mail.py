"""An answer that leaves by mail, as the API shows it."""

from typing import Any

from tests.http.conftest import Office

PIXELS = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def answered(acme: Office, ticket: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=body)
    assert answer.status_code == 201, answer.text
    return dict((await acme.client.get(f"/api/v1/conversations/{answer.json()['id']}")).json())


async def test_the_mail_that_carries_an_answer_is_shown(acme: Office) -> None:
    ticket = await acme.ticket()
    answer = await answered(
        acme, ticket, text="A new seal.", cc=["jo@garden.example"], bcc=["a@acme.example"]
    )
    assert answer["mail"] == {
        "from": "acme@desk.example",
        "to": ["ida@garden.example"],
        "cc": ["jo@garden.example"],
        "bcc": ["a@acme.example"],
        "subject": "Re: The kettle leaks",
        "message_id": f"{answer['id']}@desk.example",
    }


async def test_what_is_no_mail_shows_none(acme: Office) -> None:
    ticket = await acme.ticket()
    note = await answered(acme, ticket, text="Ask the workshop.", kind="note")
    assert note["mail"] is None


async def test_an_uploaded_image_stands_in_the_text_that_names_it(acme: Office) -> None:
    ticket = await acme.ticket()
    file = ("plan.png", PIXELS, "image/png")
    uploaded = await acme.client.post("/api/v1/attachments", files={"file": file})
    assert uploaded.status_code == 201, uploaded.text
    image_id = uploaded.json()["id"]
    content = {"type": "doc", "content": [{"type": "image", "attrs": {"src": f"cid:{image_id}"}}]}
    answer = await answered(acme, ticket, content=content, attachment_ids=[image_id])
    (shown,) = answer["attachments"]
    assert (shown["id"], shown["inline"], shown["content_id"]) == (image_id, True, image_id)
    assert f"/api/v1/attachments/{image_id}/content" in answer["content_html"]
