"""New tickets are told to a channel of the staff in Slack, who leave notes and answer there."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.users import DESK
from tests.due_jobs import run_jobs
from tests.fakes.slack_api import BOT, TEAM, TOKEN, FakeSlack, Trouble, fake_slack
from tests.http.conftest import Office
from tests.http.slack_workspace import HELP, JO, SECRET, STAFF, Workspace, said, texts


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with fake_slack() as slack:
        yield slack


@pytest.fixture
async def desk(slack: FakeSlack) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url="https://desk.example",
        inbound_email_domain="desk.example",
        slack_signing_secret=(SECRET,),
        api_bases={"slack": slack.base},
    )
    return in_memory(settings)


async def connected(office: Office, **settings: str) -> None:
    values = {"bot_token": TOKEN, "bot_user_id": BOT, "notify_channel": STAFF, **settings}
    await office.desk.connect_integration()(office.id, "slack", TEAM, values)


@pytest.fixture
async def garden(acme: Office, visitor: httpx2.AsyncClient, slack: FakeSlack) -> Workspace:
    await connected(acme)
    return Workspace(visitor, acme, slack)


async def told(garden: Workspace) -> list[dict[str, Any]]:
    """What the desk has posted for the staff, once everything that follows has been done."""
    await garden.office.desk.follow_log()()
    await run_jobs(garden.office.desk, may_fail=True)
    return garden.slack.ours(STAFF)


async def whole(garden: Workspace, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    return list((await garden.office.client.get(path)).json()["data"])


def after(post: dict[str, Any], steps: int) -> str:
    return f"{float(post['ts']) + steps / 1000:.6f}"


async def test_a_new_ticket_is_told_and_what_colleagues_write_there_is_a_note(garden: Workspace) -> None:
    ticket = await garden.office.ticket("The <kettle> leaks")
    [post] = await told(garden)
    assert "<https://desk.example/app/tickets/1|#1 The &lt;kettle&gt; leaks>" in post["text"]
    assert "ida@garden.example by API" in post["text"] or "ida@garden.example by api" in post["text"]
    await garden.tell({**post, "channel": STAFF, "event_ts": post["ts"]})  # the echo of it
    await garden.tell(said("Who takes it?", after(post, 1), JO, STAFF, thread_ts=post["ts"]))
    _, note = await whole(garden, ticket)
    assert (note["kind"], note["author"]["name"], note["content_text"]) == ("note", "Jo", "Who takes it?")
    assert len(await told(garden)) == 1
    assert len(await garden.tickets()) == 1
    customers = (await garden.office.client.get("/api/v1/customers")).json()["data"]
    assert len(customers) == 1  # a colleague is none


async def test_with_the_prefix_it_goes_to_the_customer_over_the_tickets_own_channel(
    garden: Workspace,
) -> None:
    await garden.says("My kettle leaks", "1772357400.000100")
    [post] = await told(garden)
    for _ in range(2):
        await garden.tell(said("!reply Turn it off.", after(post, 1), JO, STAFF, thread_ts=post["ts"]))
    ticket = await garden.ticket()
    assert texts(ticket) == ["My kettle leaks", "Turn it off."]
    reply = ticket["conversations"][1]
    assert (reply["kind"], reply["author"]["name"], reply["delivery"]["state"]) == ("reply", "Jo", "sent")
    [answer] = garden.slack.ours(HELP)
    assert (answer["text"], answer["thread_ts"]) == ("Turn it off.", "1772357400.000100")
    assert len(garden.slack.ours(STAFF)) == 1


async def test_what_becomes_of_a_colleagues_words_becomes_of_their_note_and_not_of_an_answer(
    garden: Workspace,
) -> None:
    ticket = await garden.office.ticket()
    [post] = await told(garden)
    for number, text in enumerate(("A note", "!reply An answer"), 1):
        at = after(post, number)
        await garden.tell(said(text, at, JO, STAFF, thread_ts=post["ts"]), may_fail=True)
        message = {**said("Other words", at, JO), "edited": {"user": JO, "ts": after(post, 10)}}
        about = {"message": message, "previous_message": said(text, at, JO), "channel": STAFF}
        await garden.tell({"type": "message", "subtype": "message_changed", "event_ts": at, **about})
    assert [one["content_text"] for one in await whole(garden, ticket)][1:] == ["Other words", "An answer"]


@pytest.mark.parametrize(
    ("settings", "text", "kind"),
    [
        ({}, "!REPLY: no", "note"),
        ({}, "!replying is hard", "note"),
        ({}, "!Reply yes", "reply"),
        ({}, "!reply", "note"),
        ({"reply_prefix": ">> "}, ">>yes", "reply"),
        ({"reply_prefix": ">> "}, "!reply no", "note"),
        ({"reply_prefix": " "}, "!reply yes", "reply"),
        ({"reply_prefix": " "}, "no", "note"),
    ],
)
async def test_only_the_very_prefix_makes_an_answer(
    garden: Workspace, settings: dict[str, str], text: str, kind: str
) -> None:
    await connected(garden.office, **settings)
    ticket = await garden.office.ticket()
    [post] = await told(garden)
    escaped = text.replace(">", "&gt;")
    await garden.tell(said(escaped, after(post, 1), JO, STAFF, thread_ts=post["ts"]), may_fail=True)
    _, last = await whole(garden, ticket)
    assert last["kind"] == kind
    if text == "!reply":
        assert "not sent to the customer" in last["warnings"][0]


async def test_an_answer_that_is_refused_stays_as_a_note_that_says_why(
    garden: Workspace, slack: FakeSlack
) -> None:
    ticket = await garden.office.ticket()
    [post] = await told(garden)
    file = {"id": "F1", "name": "plan.png", "mimetype": "image/png", "mode": "external"}
    about = {"subtype": "file_share", "files": [file], "thread_ts": post["ts"]}
    await garden.tell(said("!reply See the plan", after(post, 1), JO, STAFF, **about))
    _, note = await whole(garden, ticket)
    assert (note["kind"], note["content_text"]) == ("note", "!reply See the plan")
    assert "not sent to the customer" in note["warnings"][0]
    assert [one["filename"] for one in note["attachments"]] == ["plan.png"]


async def test_history_is_told_to_nobody(garden: Workspace) -> None:
    ticket = await garden.office.ticket()
    [_] = await told(garden)
    desk, org = garden.office.desk, garden.office.id

    async def imported(work: Any) -> None:
        customer = await work.customers.get(org, CustomerId(UUID(ticket["customer_id"])))
        occasion = evolve(Occasion(desk.clock()(), desk.new_id(), DESK), quiet=True)
        await open_step(Opening("Long ago", Channel.EMAIL), customer, work, occasion)

    await desk.store().transact(imported)
    assert len(await told(garden)) == 1


async def test_the_staffs_own_talk_is_no_ticket(garden: Workspace) -> None:
    await garden.says("Lunch?", "1772357400.000100", STAFF, user=JO)
    assert await garden.tickets() == []
    await garden.says(f"<@{BOT}> my own kettle leaks", "1772357410.000100", STAFF, user=JO)
    assert len(await garden.tickets()) == 1
    assert await told(garden) == []  # it is there already


async def test_a_post_whose_answer_was_lost_is_found_and_not_made_twice(
    garden: Workspace, slack: FakeSlack
) -> None:
    ticket = await garden.office.ticket()
    slack.troubles.append(Trouble("chat.postMessage", 502, takes=True))
    [post] = await told(garden)
    early = said("Too early", after(post, 1), JO, STAFF, thread_ts=post["ts"])
    slack.said(STAFF, early)
    await garden.tell(early, may_fail=True)
    assert len(await whole(garden, ticket)) == 1  # nobody knows yet which ticket is talked about
    for _ in range(3):
        await garden.later()
    assert slack.count("chat.postMessage") == 1
    assert [one["content_text"] for one in await whole(garden, ticket)][1:] == ["Too early"]


async def test_a_channel_in_which_nothing_can_be_posted_is_told_with_the_account(garden: Workspace) -> None:
    await connected(garden.office, notify_channel="C404")
    await garden.office.ticket()
    await told(garden)
    [account] = (await garden.office.client.get("/api/v1/integrations")).json()["data"]
    assert "invite it there" in account["settings"]["trouble"]
    await connected(garden.office, notify_channel=STAFF)
    await garden.office.ticket()
    await told(garden)
    [account] = (await garden.office.client.get("/api/v1/integrations")).json()["data"]
    assert "trouble" not in account["settings"]
