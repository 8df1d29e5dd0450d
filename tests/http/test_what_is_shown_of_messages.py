"""What people see of messages over other channels: edits, signs, what was taken back, files on their way, opt-outs."""

from typing import Any

import httpx2
import pytest

from helpdesk_core.afterwords import Afterwords, Edit, Reaction
from helpdesk_core.commands import Command, HearMessage, TellAfterwords, TellChoice
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.event_log import Occasion
from helpdesk_core.messages import RemoteFile, Sender
from helpdesk_core.tickets import Channel
from helpdesk_core.users import DESK, Role
from tests.contracts.builders import after
from tests.http.conftest import PASSWORD, Office
from tests.use_cases.talk import OURS, STEPS, said

IDA = "+14155550117"
A_FILE = RemoteFile("twilio", "https://files.example/1", "f1", "brake.jpg", "image/jpeg")
A_PLACE = {"location": {"lat": 52.5, "long": 13.4}}


async def tell(office: Office, *commands: Command) -> None:
    """What a provider tells."""
    desk = office.desk
    for command in commands:
        occasion = Occasion(desk.clock()(), desk.new_id(), DESK)
        await desk.store().transact(
            lambda work, command=command, occasion=occasion: STEPS[type(command)](command, work, occasion)  # type: ignore[misc]
        )


def words(external_id: str, **told: Any) -> TellAfterwords:
    return TellAfterwords(Channel.SMS, OURS, external_id, Afterwords(**told))


@pytest.fixture
async def ticket(acme: Office) -> dict[str, Any]:
    """A ticket whose three messages were edited, reacted to and taken back."""
    await acme.desk.connect_integration()(acme.id, "sms", OURS, {})
    sender = Sender("Ida", (Contact(PHONE, IDA),))
    await tell(
        acme,
        HearMessage(said("m0", IDA, 0, "The brake sqeaks", sender=sender, files=(A_FILE,))),
        HearMessage(said("m1", IDA, 1, "Here", sender=sender, marks=A_PLACE)),
        HearMessage(said("m2", IDA, 2, "A secret", sender=sender)),
        words(
            "m0", edits=(Edit(after(3), "The brake squeaks"),), reactions=(Reaction("Noor", after(4), "👍"),)
        ),
        words("m2", deleted_at=after(5)),
    )
    [found] = (await acme.client.get("/api/v1/tickets?include=conversations")).json()["data"]
    return dict(found)


async def test_the_api_shows_what_was_told_of_messages_after_them(ticket: dict[str, Any]) -> None:
    edited, plain, gone = ticket["conversations"]
    assert edited["content_text"] == "The brake squeaks"
    assert edited["edited_at"] == "2024-05-01T12:03:00.000Z"
    assert edited["versions"] == [{"at": "2024-05-01T12:00:00.000Z", "text": "The brake sqeaks"}]
    assert edited["reactions"] == [{"by": "Noor", "emoji": "👍", "at": "2024-05-01T12:04:00.000Z"}]
    assert (plain["marks"], plain["edited_at"], plain["versions"]) == (A_PLACE, None, [])
    assert (gone["deleted_at"], gone["versions"]) == ("2024-05-01T12:05:00.000Z", [])
    assert "secret" not in repr(gone)


async def test_a_file_that_is_still_fetched_is_shown_without_a_link(
    acme: Office, ticket: dict[str, Any]
) -> None:
    [file] = ticket["conversations"][0]["attachments"]
    assert (file["filename"], file["state"], file["detail"]) == ("brake.jpg", "pending", None)
    answer = await acme.client.get(f"/api/v1/attachments/{file['id']}/content")
    assert answer.status_code == 404


async def test_the_search_finds_what_is_said_now(acme: Office, ticket: dict[str, Any]) -> None:
    async def found(q: str) -> int:
        return len((await acme.client.get("/api/v1/tickets", params={"q": q})).json()["data"])

    assert (await found("squeaks"), await found("sqeaks"), await found("secret")) == (1, 0, 0)


async def test_whether_a_customer_wants_messages_is_shown(
    acme: Office, other: Office, ticket: dict[str, Any]
) -> None:
    path = f"/api/v1/customers/{ticket['customer_id']}/correspondences"
    [one] = (await acme.client.get(path)).json()["data"]
    assert one == {
        "channel": "sms",
        "account": OURS,
        "thread": IDA,
        "ticket_id": ticket["id"],
        "heard_at": "2024-05-01T12:02:00.000Z",
        "read_until": None,
        "opted_out": False,
        "opted_at": None,
    }
    await tell(acme, TellChoice(Channel.SMS, OURS, IDA, after(9), opted_out=True))
    [one] = (await acme.client.get(path)).json()["data"]
    assert (one["opted_out"], one["opted_at"]) == (True, "2024-05-01T12:09:00.000Z")
    assert (await other.client.get(path)).status_code == 404


async def test_an_export_tells_it_all(acme: Office, ticket: dict[str, Any]) -> None:
    answer = await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")
    document = answer.json()
    [exported] = document["tickets"]
    edited, plain, gone = exported["conversations"]
    assert edited["versions"] == [{"at": "2024-05-01T12:00:00.000Z", "text": "The brake sqeaks"}]
    assert plain["marks"] == A_PLACE
    assert gone["deleted_at"] == "2024-05-01T12:05:00.000Z"
    assert [one["thread"] for one in document["correspondences"]] == [IDA]


async def test_the_page_of_a_ticket_shows_it(
    acme: Office, ticket: dict[str, Any], visitor: httpx2.AsyncClient
) -> None:
    await visitor.post("/app/login", data={"email": await acme.user(Role.ADMIN), "password": PASSWORD})
    await tell(acme, TellChoice(Channel.SMS, OURS, IDA, after(9), opted_out=True))
    page = (await visitor.get(f"/app/tickets/{ticket['number']}")).text
    for shown in (
        "The brake squeaks",
        "The brake sqeaks",
        '<span title="Noor">👍</span>',
        "is being fetched",
        "wants no messages over SMS",
    ):
        assert shown in page, shown
    assert "secret" not in page


async def test_the_events_of_it_name_ids_alone(acme: Office, ticket: dict[str, Any]) -> None:
    log = await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    told = [event for event in log.events if event.type == "conversation.updated"]
    assert [event.data for event in told] == [{"ticket_id": ticket["id"], "changed": ["content"]}] * 2
    for word in ("squeaks", "sqeaks", "secret", IDA):
        assert word not in repr(log.events)
