"""Words of a message are blacked out over `/api/v1`."""

from typing import Any

import pytest

from helpdesk_core.redaction import MASK
from tests.http.conftest import Office

PATH = "/api/v1/conversations"


async def a_message(office: Office, text: str, **more: Any) -> Any:
    ticket = await office.ticket()
    answer = await office.client.post(
        f"/api/v1/tickets/{ticket['id']}/conversations", json={"kind": "note", "text": text, **more}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def found(office: Office, q: str) -> int:
    return len((await office.client.get("/api/v1/tickets", params={"q": q})).json()["data"])


async def test_some_words_of_a_message_are_blacked_out_and_no_longer_found(acme: Office) -> None:
    message = await a_message(acme, "The code is Swordfish, says Ida.")
    assert (await found(acme, "swordfish"), message["redacted_at"]) == (1, None)
    answer = await acme.client.post(f"{PATH}/{message['id']}/redact", json={"text": "swordfish"})
    redacted = answer.json()
    assert (answer.status_code, redacted["content_text"]) == (200, f"The code is {MASK}, says Ida.")
    assert "wordfish" not in answer.text
    assert redacted["redacted_at"] is not None
    assert (await acme.client.get(f"{PATH}/{message['id']}")).json() == redacted
    assert (await found(acme, "swordfish"), await found(acme, "says ida")) == (0, 1)


@pytest.mark.parametrize("body", [None, {}, {"text": None}])
async def test_a_whole_message_is_blacked_out(acme: Office, body: Any) -> None:
    message = await a_message(acme, "The code is Swordfish.")
    redacted = (await acme.client.post(f"{PATH}/{message['id']}/redact", json=body)).json()
    assert (redacted["content_text"], redacted["content_html"]) == (MASK, f"<p>{MASK}</p>")
    assert await found(acme, "swordfish") == 0


async def test_an_answer_that_was_redacted_before_it_left_does_not_leave(acme: Office) -> None:
    message = await a_message(acme, "The code is Swordfish.", kind="reply")
    assert message["delivery"]["state"] == "queued"
    redacted = (await acme.client.post(f"{PATH}/{message['id']}/redact", json={"text": "Swordfish"})).json()
    assert redacted["delivery"] == {"state": "failed", "detail": "It was redacted before it had left."}
    assert (await acme.client.post(f"{PATH}/{message['id']}/retry")).status_code == 409


@pytest.mark.parametrize("text", ["tuna", "", " ", "!", 7, MASK])
async def test_words_that_do_not_occur_change_nothing(acme: Office, text: Any) -> None:
    message = await a_message(acme, "The code is Swordfish!")
    answer = await acme.client.post(f"{PATH}/{message['id']}/redact", json={"text": text})
    assert answer.status_code == 422
    assert (await acme.client.get(f"{PATH}/{message['id']}")).json() == message


async def test_a_foreign_message_is_not_found(acme: Office, other: Office) -> None:
    message = await a_message(other, "The code is Swordfish.")
    assert (await acme.client.post(f"{PATH}/{message['id']}/redact", json={})).status_code == 404
    assert (await other.client.get(f"{PATH}/{message['id']}")).json() == message
