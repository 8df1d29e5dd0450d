"""Mail that is held: what it is held for, and what becomes of it."""

from typing import Any

import pytest

from helpdesk_core.use_cases.mail.receive_email import ReceiveEmail
from helpdesk_core.users import Scope
from tests.http.conftest import Office


def a_mail(
    *headers: str,
    sender: str = "Ida <ida@garden.example>",
    id: str | None = "1@garden.example",
    subject: str = "The kettle leaks",
    text: str = "It drips.",
) -> bytes:
    lines = [*headers, f"From: {sender}", "To: acme@desk.example", f"Subject: {subject}"]
    if id is not None:
        lines.append(f"Message-ID: <{id}>")
    return "\r\n".join([*lines, "", text, ""]).encode()


def with_file(name: str) -> bytes:
    lines = [
        "From: Ida <ida@garden.example>",
        "To: acme@desk.example",
        "Subject: The invoice",
        "Message-ID: <file@garden.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "See the file.",
        "--b",
        "Content-Type: application/octet-stream",
        f'Content-Disposition: attachment; filename="{name}"',
        "",
        "MZ",
        "--b--",
    ]
    return "\r\n".join(lines).encode()


SPAM = a_mail("X-Spam-Flag: YES")


async def receive(office: Office, raw: bytes) -> Any:
    take: ReceiveEmail = office.desk.receive_email()
    return await take(raw)


async def held(office: Office, **wanted: str) -> list[dict[str, Any]]:
    answer = await office.client.get("/api/v1/quarantine", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def event_types(office: Office) -> list[str]:
    log = await office.desk.store().read(lambda view: view.log.since(office.id, 0, 100))
    return [event.type for event in log.events]


async def test_what_the_server_calls_spam_waits_until_somebody_releases_it(acme: Office) -> None:
    await receive(acme, SPAM)
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []
    (mail,) = await held(acme)
    assert (mail["state"], mail["reasons"]) == ("held", ["spam"])
    assert (mail["sender"], mail["subject"]) == ("ida@garden.example", "The kettle leaks")

    whole = (await acme.client.get(f"/api/v1/quarantine/{mail['id']}")).json()
    assert (whole["excerpt"], whole["to"]) == ("It drips.", ["acme@desk.example"])

    answer = await acme.client.post(f"/api/v1/quarantine/{mail['id']}/release")
    released = answer.json()
    assert (answer.status_code, released["state"]) == (200, "released")
    ticket = (await acme.client.get(f"/api/v1/tickets/{released['ticket_id']}")).json()
    assert (ticket["subject"], ticket["channel"]) == ("The kettle leaks", "email")
    messages = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")).json()["data"]
    assert [message["id"] for message in messages] == [released["conversation_id"]]
    assert (await acme.client.get(f"/api/v1/quarantine/{mail['id']}")).json()["excerpt"] is None
    assert {"mail.held", "mail.released"} <= {*await event_types(acme)}


@pytest.mark.parametrize("first", ["release", "discard"])
@pytest.mark.parametrize("then", ["release", "discard"])
async def test_a_mail_is_decided_about_once(acme: Office, first: str, then: str) -> None:
    await receive(acme, SPAM)
    (mail,) = await held(acme)
    assert (await acme.client.post(f"/api/v1/quarantine/{mail['id']}/{first}")).status_code == 200
    answer = await acme.client.post(f"/api/v1/quarantine/{mail['id']}/{then}")
    assert answer.status_code == 409
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == (first == "release")


async def test_a_release_that_is_asked_for_again_under_one_key_opens_one_ticket(acme: Office) -> None:
    await receive(acme, SPAM)
    (mail,) = await held(acme)
    headers = {"idempotency-key": "release-1"}
    path = f"/api/v1/quarantine/{mail['id']}/release"
    answers = [await acme.client.post(path, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await acme.client.get("/api/v1/tickets")).json()["data"]) == 1


async def test_the_same_mail_is_held_once_and_not_at_all_when_it_was_discarded(acme: Office) -> None:
    for _ in range(2):
        await receive(acme, SPAM)
    (mail,) = await held(acme)
    await acme.client.post(f"/api/v1/quarantine/{mail['id']}/discard")
    outcome = await receive(acme, SPAM)
    assert outcome.reason == "Already discarded in quarantine (spam)"
    assert [one["state"] for one in await held(acme)] == ["discarded"]


async def test_a_mail_that_was_released_is_known_when_it_comes_again(acme: Office) -> None:
    await receive(acme, SPAM)
    (mail,) = await held(acme)
    released = (await acme.client.post(f"/api/v1/quarantine/{mail['id']}/release")).json()
    outcome = await receive(acme, SPAM)
    assert str(outcome.conversation_id) == released["conversation_id"]
    assert len(await held(acme)) == 1


async def test_the_list_is_filtered_by_state_and_sender_and_turned_page_by_page(acme: Office) -> None:
    for number in range(4):
        sender = f"s{number % 2}@spam.example"
        await receive(acme, a_mail("X-Spam-Flag: YES", sender=sender, id=f"{number}@spam.example"))
    everything = await held(acme)
    await acme.client.post(f"/api/v1/quarantine/{everything[0]['id']}/discard")
    assert len(await held(acme, state="held")) == 3
    assert {one["sender"] for one in await held(acme, sender="S1@spam.example")} == {"s1@spam.example"}
    first = (await acme.client.get("/api/v1/quarantine", params={"limit": "3"})).json()
    more = {"limit": "3", "cursor": first["next_cursor"]}
    rest = (await acme.client.get("/api/v1/quarantine", params=more)).json()
    assert [one["id"] for one in (*first["data"], *rest["data"])] == [one["id"] for one in everything]


async def test_no_organization_sees_or_decides_what_another_one_holds(acme: Office, other: Office) -> None:
    await receive(acme, SPAM)
    (mail,) = await held(acme)
    assert await held(other) == []
    for method, path in (("GET", ""), ("POST", "/release"), ("POST", "/discard")):
        answer = await other.client.request(method, f"/api/v1/quarantine/{mail['id']}{path}")
        assert answer.status_code == 404
    assert [one["state"] for one in await held(acme)] == ["held"]


async def test_reading_alone_decides_nothing(acme: Office) -> None:
    await receive(acme, SPAM)
    (mail,) = await held(acme)
    async with await acme.client_with(Scope.READ) as reader:
        assert (await reader.get("/api/v1/quarantine")).status_code == 200
        assert (await reader.post(f"/api/v1/quarantine/{mail['id']}/release")).status_code == 403


async def test_a_file_that_runs_when_it_is_opened_is_held(acme: Office) -> None:
    await receive(acme, with_file("invoice.pdf.exe"))
    (mail,) = await held(acme)
    assert mail["reasons"] == ["dangerous_file"]
    whole = (await acme.client.get(f"/api/v1/quarantine/{mail['id']}")).json()
    assert [file["filename"] for file in whole["files"]] == ["invoice.pdf.exe"]
    released = (await acme.client.post(f"/api/v1/quarantine/{mail['id']}/release")).json()
    path = f"/api/v1/tickets/{released['ticket_id']}/conversations"
    (message,) = (await acme.client.get(path)).json()["data"]
    assert [file["filename"] for file in message["attachments"]] == ["invoice.pdf.exe"]


async def test_a_forged_staff_address_never_speaks_as_staff_nor_opens_a_ticket(acme: Office) -> None:
    email = await acme.user()
    await receive(acme, a_mail(sender=f"Boss <{email}>"))
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []
    (mail,) = await held(acme)
    assert mail["reasons"] == ["forged_staff"]
    released = (await acme.client.post(f"/api/v1/quarantine/{mail['id']}/release")).json()
    path = f"/api/v1/tickets/{released['ticket_id']}/conversations"
    (message,) = (await acme.client.get(path)).json()["data"]
    assert (message["kind"], message["author"]["role"]) == ("inbound", "customer")


async def test_what_is_known_of_the_sender_is_shown_with_the_message(acme: Office) -> None:
    told = "Authentication-Results: mx.garden.example; dkim=pass header.d=garden.example; spf=pass smtp.mailfrom=x"
    await receive(acme, a_mail(told))
    (ticket,) = (await acme.client.get("/api/v1/tickets")).json()["data"]
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    (message,) = (await acme.client.get(path)).json()["data"]
    assert message["authentication"] == {
        "spf": "pass",
        "dkim": "pass",
        "dmarc": "none",
        "policy": None,
        "aligned": ["garden.example"],
        "server": "mx.garden.example",
        "by_us": False,
        "trusted": False,
    }


async def test_a_sender_whose_domain_disowns_the_mail_is_held_and_marked(acme: Office) -> None:
    told = (
        "Authentication-Results: mx.desk.example; dmarc=fail (p=REJECT dis=NONE) header.from=garden.example"
    )
    await receive(acme, a_mail(told))
    (mail,) = await held(acme)
    assert mail["reasons"] == ["forged_sender"]
    released = (await acme.client.post(f"/api/v1/quarantine/{mail['id']}/release")).json()
    path = f"/api/v1/tickets/{released['ticket_id']}/conversations"
    (message,) = (await acme.client.get(path)).json()["data"]
    assert any("DMARC" in warning for warning in message["warnings"])
