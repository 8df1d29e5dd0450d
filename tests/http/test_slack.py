"""Slack over HTTP: people write, click and take things back there, and agents answer at the desk."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx2
import pytest

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.afterwords import DELETED, reactions_of
from helpdesk_core.ids import ConversationId
from tests.due_jobs import run_jobs
from tests.fakes.slack_api import BOT, TEAM, TOKEN, FakeSlack, Trouble, fake_slack
from tests.http.conftest import Office
from tests.http.slack_workspace import (
    DIRECT,
    FORM,
    HELP,
    IDA,
    JO,
    JSON,
    SECRET,
    TALK,
    Workspace,
    said,
    texts,
)

ROOT, SECOND, THIRD = "1772357400.000100", "1772357410.000200", "1772357420.000300"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with fake_slack() as slack:
        yield slack


@pytest.fixture
async def desk(slack: FakeSlack) -> Container:
    settings = Settings(
        secret_key=("a key for tests",),
        public_url="https://desk.example",
        slack_signing_secret=(SECRET,),
        api_bases={"slack": slack.base},
    )
    return in_memory(settings)


async def connected(office: Office, team: str = TEAM, **settings: str) -> None:
    values = {"bot_token": TOKEN, "bot_user_id": BOT, **settings}
    await office.desk.connect_integration()(office.id, "slack", team, values)


@pytest.fixture
async def garden(acme: Office, visitor: httpx2.AsyncClient, slack: FakeSlack) -> Workspace:
    await connected(acme)
    return Workspace(visitor, acme, slack)


async def test_a_thread_is_a_ticket_and_the_answer_comes_back_into_it(
    garden: Workspace, slack: FakeSlack
) -> None:
    await garden.says(f"My kettle &amp; pan leak, <@{JO}>", ROOT)
    await garden.says("Still leaking", SECOND, thread_ts=ROOT)
    ticket = await garden.ticket()
    assert (ticket["channel"], ticket["subject"]) == ("slack", "My kettle & pan leak, @Jo")
    assert ticket["customer"]["name"] == "Ida"
    assert texts(ticket) == ["My kettle & pan leak, @Jo", "Still leaking"]
    answer = await garden.replies(ticket, "Turn it off <now> & wait.")
    assert answer["delivery"]["state"] == "sent", answer
    [post] = slack.ours(HELP)
    assert (post["thread_ts"], post["text"]) == (ROOT, "Turn it off &lt;now&gt; &amp; wait.")
    await garden.tell({**post, "channel": HELP, "event_ts": post["ts"]})  # its echo
    assert texts(await garden.ticket()) == [
        "My kettle & pan leak, @Jo",
        "Still leaking",
        answer["content_text"],
    ]
    assert slack.count("users.info") == 2


async def test_a_handshake_is_answered_only_when_signed_and_leaves_nothing(garden: Workspace) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode()
    answer = await garden.post(body, JSON)
    assert (answer.status_code, answer.text) == (200, "3eZbrw1a")
    assert answer.headers["content-type"].startswith("text/plain")
    forged = await garden.post(body, JSON, "another secret")
    assert forged.status_code == 401
    assert "3eZbrw1a" not in forged.text
    assert await garden.event_states() == []


async def test_a_check_of_the_certificate_needs_no_signature_and_leaves_nothing(garden: Workspace) -> None:
    bare = await garden.visitor.post("/api/webhooks/slack", content=b"token=x&ssl_check=1", headers=FORM)
    signed = await garden.post(b"ssl_check=1&token=x", FORM)
    sneaked = await garden.visitor.post(
        "/api/webhooks/slack",
        content=b"ssl_check=1&command=%2Fhelpdesk&text=Hi&team_id=T1&user_id=U1",
        headers=FORM,
    )
    assert [bare.status_code, signed.status_code, sneaked.status_code] == [200, 200, 200]
    assert await garden.event_states() == []


async def test_a_mention_is_told_twice_and_said_once(garden: Workspace) -> None:
    text = f"<@{BOT}> help"
    await garden.tell(said(text, ROOT))
    mention = {**said(text, ROOT), "type": "app_mention"}
    await garden.tell(mention)
    await garden.tell(mention)
    assert texts(await garden.ticket()) == [f"@{BOT} help"]


async def test_what_is_told_without_a_time_of_its_own_counts_as_of_its_delivery(garden: Workspace) -> None:
    first, second = said("One", ROOT), said("Two", SECOND, thread_ts=ROOT)
    await garden.tell(first)
    await garden.tell(second)
    about = {"type": "message", "channel": HELP, "hidden": True}
    other_words = {**about, "subtype": "message_changed", "message": {**first, "text": "The first"}}
    await garden.tell({**other_words, "previous_message": first})
    await garden.tell({**about, "subtype": "message_deleted", "deleted_ts": SECOND})
    item = {"type": "message", "channel": HELP, "ts": ROOT}
    await garden.tell({"type": "reaction_added", "user": JO, "reaction": "tea", "item": item})
    assert texts(await garden.ticket()) == ["The first", DELETED]
    assert {state for _, state in await garden.event_states()} == {"processed"}


async def test_a_retry_of_what_was_lost_is_taken_and_of_what_was_not_changes_nothing(
    garden: Workspace,
) -> None:
    from tests.http.slack_workspace import envelope

    body = envelope(said("Hello", ROOT), "Ev1")
    for number in ("1", "2"):
        retried = {"x-slack-retry-num": number, "x-slack-retry-reason": "http_timeout"}
        assert (await garden.post(body, {**JSON, **retried})).status_code == 200
    await run_jobs(garden.office.desk)
    assert texts(await garden.ticket()) == ["Hello"]


async def test_a_reply_of_an_unknown_thread_brings_what_came_before(
    garden: Workspace, slack: FakeSlack
) -> None:
    slack.said(HELP, said("It leaks", ROOT, JO))
    slack.said(HELP, said("Mine too", SECOND, thread_ts=ROOT))
    await garden.says("And mine", THIRD, thread_ts=ROOT)
    ticket = await garden.ticket()
    assert (ticket["subject"], texts(ticket)) == ("It leaks", ["It leaks", "Mine too", "And mine"])
    await garden.tell(said("It leaks", ROOT, JO))
    assert texts(await garden.ticket()) == ["It leaks", "Mine too", "And mine"]


async def test_elsewhere_than_in_the_named_channels_the_app_has_to_be_called(
    garden: Workspace, acme: Office
) -> None:
    await connected(acme, channels=HELP)
    await garden.says("Nice weather", ROOT, TALK)
    await garden.says("Indeed", SECOND, TALK, user=JO, thread_ts=ROOT)
    assert await garden.tickets() == []
    await garden.says(f"<@{BOT}> will it stay?", THIRD, TALK, thread_ts=ROOT)
    await garden.says("I hope so", "1772357430.000400", TALK, user=JO, thread_ts=ROOT)
    ticket = await garden.ticket()
    assert texts(ticket) == ["Nice weather", "Indeed", f"@{BOT} will it stay?", "I hope so"]
    customers = (await acme.client.get("/api/v1/customers")).json()["data"]
    assert {one["name"] for one in customers} == {"Ida", "Jo"}


async def test_direct_messages_are_one_ticket_until_it_is_closed(garden: Workspace, acme: Office) -> None:
    await garden.says("Hello", ROOT, DIRECT)
    await garden.says("Anybody?", SECOND, DIRECT)
    ticket = await garden.ticket()
    assert (ticket["subject"], texts(ticket)) == ("Slack: Ida", ["Hello", "Anybody?"])
    answer = await garden.replies(ticket, "Yes")
    assert answer["delivery"]["state"] == "sent"
    [post] = garden.slack.ours(DIRECT)
    assert "thread_ts" not in post
    later = f"{float(post['ts']) + 0.001:.6f}"
    await garden.says("Good!", later, DIRECT, thread_ts=post["ts"])  # in a thread of our answer
    assert texts(await garden.ticket()) == ["Hello", "Anybody?", "Yes", "Good!"]
    await acme.client.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "closed"})
    await garden.says("Once more", "1772357440.000500", DIRECT)
    first, second = await garden.tickets()
    assert (second["follows_id"], texts(second)) == (first["id"], ["Once more"])


async def test_words_change_and_go_in_whatever_order_that_is_told(garden: Workspace) -> None:
    def changed(text: str, edited: str) -> dict[str, Any]:
        after = {**said(text, ROOT), "edited": {"user": IDA, "ts": edited}}
        before = said("One", ROOT)
        about = {"message": after, "previous_message": before, "hidden": True}
        return {"type": "message", "subtype": "message_changed", "channel": HELP, "event_ts": edited, **about}

    await garden.tell(changed("Three", "1772357480.000000"))
    await garden.tell(said("One", ROOT))
    await garden.tell(changed("Two", "1772357470.000000"))
    assert texts(await garden.ticket()) == ["Three"]
    unfurled = changed("One", "1772357490.000000")
    del unfurled["message"]["edited"]
    await garden.tell(unfurled)
    assert texts(await garden.ticket()) == ["Three"]
    gone = {"type": "message", "subtype": "message_deleted", "channel": HELP, "deleted_ts": ROOT}
    await garden.tell({**gone, "previous_message": said("Three", ROOT), "event_ts": "1772357500.000000"})
    assert texts(await garden.ticket()) == ["This message was deleted by its author."]


async def test_signs_are_put_on_a_message_and_taken_back(garden: Workspace) -> None:
    await garden.says("One", ROOT)
    for name, at, kind in (("tea", "1", "added"), ("wave", "2", "added"), ("tea", "3", "removed")):
        item = {"type": "message", "channel": HELP, "ts": ROOT}
        sign = {"type": f"reaction_{kind}", "user": JO, "item": item, "reaction": name}
        await garden.tell({**sign, "event_ts": f"177235750{at}.000000"})
    [message] = (await garden.ticket())["conversations"]
    message_id = ConversationId(UUID(message["id"]))
    office = garden.office
    kept = await office.desk.store().read(lambda view: view.conversations.get(office.id, message_id))
    assert kept is not None
    assert reactions_of(kept) == {f"{JO} :wave:": ":wave:"}


def a_file(slack: FakeSlack, **more: Any) -> dict[str, Any]:
    url = f"{slack.base}/files/F1/kettle.png"
    return {"id": "F1", "name": "kettle.png", "mimetype": "image/png", "url_private_download": url, **more}


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


async def files_of(garden: Workspace) -> list[tuple[str, str, str | None]]:
    found = (await garden.office.client.get("/api/v1/attachments")).json()["data"]
    return [(one["filename"], one["state"], one.get("detail")) for one in found]


@pytest.mark.parametrize("first", ["message", "file_shared"])
async def test_a_shared_file_is_one_attachment(garden: Workspace, slack: FakeSlack, first: str) -> None:
    slack.contents["/files/F1/kettle.png"] = ("image/png", PNG)
    slack.files["F1"] = {"id": "F1", "shares": {"public": {HELP: [{"ts": ROOT}]}}}
    message = said("Look", ROOT, subtype="file_share", files=[a_file(slack)])
    slack.said(HELP, message)
    shared = {"type": "file_shared", "channel_id": HELP, "file_id": "F1", "user_id": IDA, "event_ts": ROOT}
    for event in (message, shared) if first == "message" else (shared, message):
        await garden.tell(event)
    [message] = (await garden.ticket())["conversations"]
    assert [(one["filename"], one["content_type"], one["size"]) for one in message["attachments"]] == [
        ("kettle.png", "image/png", len(PNG))
    ]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"mode": "external", "is_external": True}, "somebody else"),
        ({"url_private_download": "https://files.slack.com.evil.example/kettle.png"}, "elsewhere"),
        ({"url_private_download": "http://files.slack.com/kettle.png"}, "elsewhere"),
        ({"id": "F2", "file_access": "check_file_info"}, "Slack refuses"),
    ],
    ids=["external", "another host", "not https", "unknown"],
)
async def test_a_file_that_is_not_fetched_says_why(
    garden: Workspace, slack: FakeSlack, file: dict[str, Any], told: str
) -> None:
    slack.contents["/files/F1/kettle.png"] = ("image/png", PNG)
    await garden.tell(said("Look", ROOT, subtype="file_share", files=[a_file(slack, **file)]))
    [message] = (await garden.ticket())["conversations"]
    [attachment] = message["attachments"]
    assert attachment["state"] == "failed"
    assert told in attachment["detail"]


async def test_the_log_in_page_is_no_file(garden: Workspace, acme: Office, slack: FakeSlack) -> None:
    await connected(acme, bot_token="xoxb-stale")
    await garden.tell(said("Look", ROOT, subtype="file_share", files=[a_file(slack)]))
    [message] = (await garden.ticket())["conversations"]
    assert "log-in page" in message["attachments"][0]["detail"]


async def test_programs_are_listened_to_only_where_somebody_said_so(garden: Workspace, acme: Office) -> None:
    alert = said("Disk full", ROOT, "", subtype="bot_message", bot_id="B1", username="Alerts")
    await garden.tell(alert)
    assert await garden.tickets() == []
    await connected(acme, bots="B1")
    await garden.tell({**alert, "ts": SECOND})
    assert (await garden.ticket())["customer"]["name"] == "Alerts"


async def test_an_address_is_believed_only_where_the_workspace_is(garden: Workspace, acme: Office) -> None:
    ticket = await acme.ticket()
    garden.slack.person("U05ANN0003", "Ann", "ida@garden.example")
    await garden.says("Hello", ROOT, user="U05ANN0003")
    assert (await garden.tickets())[1]["customer_id"] != ticket["customer_id"]
    await connected(acme, trust_emails="true")
    await garden.says("Hello again", SECOND, user=IDA)
    assert (await garden.tickets())[2]["customer_id"] == ticket["customer_id"]
    garden.slack.person("U06GUEST04", "Guest", "ida@garden.example", team_id="T9", is_stranger=True)
    await garden.says("Hello, too", THIRD, user="U06GUEST04", user_team="T9")
    assert (await garden.tickets())[3]["customer_id"] != ticket["customer_id"]


async def test_a_ticket_is_opened_by_command_and_talked_about_directly(
    garden: Workspace, slack: FakeSlack
) -> None:
    fields = {"command": "/helpdesk", "text": "My kettle leaks", "team_id": TEAM, "user_id": IDA}
    fields |= {"user_name": "ida", "trigger_id": "1.2.ida", "response_url": f"{slack.base}/respond"}
    for _ in range(2):
        acknowledged = await garden.form(**fields)
        assert (acknowledged.status_code, acknowledged.content) == (200, b"")
    ticket = await garden.ticket()
    assert (ticket["subject"], ticket["customer"]["name"]) == ("My kettle leaks", "Ida")
    assert [one["text"] for one in slack.responses] == ["Ticket #1 was opened."]
    [anchor] = slack.ours("D03IDA0001")
    answer = await garden.replies(ticket, "Which one?")
    assert answer["delivery"]["state"] == "sent", answer
    assert slack.ours("D03IDA0001")[1]["thread_ts"] == anchor["ts"]
    await garden.tell(said("The red one", THIRD, channel="D03IDA0001", thread_ts=anchor["ts"]))
    assert texts(await garden.ticket()) == ["My kettle leaks", "Which one?", "The red one"] or texts(
        await garden.ticket()
    ) == ["The red one", "My kettle leaks", "Which one?"]


async def test_what_is_said_where_is_told_only_to_slack(garden: Workspace, slack: FakeSlack) -> None:
    fields = {"command": "/helpdesk", "text": "Hi", "team_id": TEAM, "user_id": IDA, "trigger_id": "1"}
    body = urlencode({**fields, "response_url": "https://hooks.slack.com.evil.example/x"}).encode()
    assert (await garden.post(body, FORM)).status_code == 200
    await run_jobs(garden.office.desk, may_fail=True)
    assert slack.responses == []
    assert len(await garden.tickets()) == 1


@pytest.mark.parametrize("by", ["command", "shortcut"])
async def test_the_form_is_shown_and_opens_one_ticket_however_often_it_is_sent(
    garden: Workspace, slack: FakeSlack, by: str
) -> None:
    user, team = {"id": IDA, "username": "ida"}, {"id": TEAM}
    if by == "command":
        await garden.form(command="/helpdesk", text=" ", team_id=TEAM, user_id=IDA, trigger_id="1.2")
    else:
        shortcut = {"type": "shortcut", "team": team, "user": user, "trigger_id": "1.2"}
        await garden.form(payload=json.dumps(shortcut))
    [shown] = [told for method, told in slack.calls if method == "views.open"]
    assert shown["trigger_id"] == "1.2"
    assert await garden.tickets() == []
    values = {
        block["block_id"]: {block["element"]["action_id"]: {"value": f"The {block['block_id']}"}}
        for block in shown["view"]["blocks"]
    }
    view = {"id": "V1", "hash": "1.h", "state": {"values": values}}
    sent = {"type": "view_submission", "team": team, "user": user, "view": view, "trigger_id": "1.3"}
    for _ in range(2):
        answer = await garden.form(payload=json.dumps(sent))
        assert answer.content == b""
    ticket = await garden.ticket()
    assert (ticket["subject"], texts(ticket)) == ("The subject", ["The message"])


async def test_a_message_is_made_a_ticket_where_it_stands(
    garden: Workspace, acme: Office, slack: FakeSlack
) -> None:
    await connected(acme, channels="")
    await garden.says("It leaks", ROOT, TALK, user=JO)
    action = {
        "type": "message_action",
        "team": {"id": TEAM},
        "user": {"id": IDA},
        "trigger_id": "1.2",
        "channel": {"id": TALK},
        "message": said("It leaks", ROOT, JO),
        "response_url": f"{slack.base}/respond",
    }
    await garden.form(payload=json.dumps(action))
    ticket = await garden.ticket()
    assert (ticket["customer"]["name"], texts(ticket)) == ("Jo", ["It leaks"])
    assert [one["text"] for one in slack.responses] == ["Ticket #1 was opened."]
    await garden.replies(ticket, "We look.")
    assert slack.ours(TALK)[0]["thread_ts"] == ROOT


async def test_removing_the_app_disconnects_the_workspace_unless_it_came_back(
    garden: Workspace, acme: Office
) -> None:
    await garden.tell({"type": "app_uninstalled", "event_ts": "1772357400.000000"})  # long ago
    [account] = (await acme.client.get("/api/v1/integrations")).json()["data"]
    assert account["state"] == "connected"
    await garden.tell(
        {"type": "tokens_revoked", "tokens": {"oauth": [IDA], "bot": []}, "event_ts": "4102444800.0"}
    )
    assert (await acme.client.get("/api/v1/integrations")).json()["data"][0]["state"] == "connected"
    await garden.tell({"type": "tokens_revoked", "tokens": {"bot": [BOT]}, "event_ts": "4102444800.0"})
    await garden.tell({"type": "app_uninstalled", "event_ts": "4102444800.0"})
    [account] = (await acme.client.get("/api/v1/integrations")).json()["data"]
    assert account["state"] == "disconnected"


async def test_an_event_of_a_shared_channel_is_of_whoever_has_installed_the_app(
    garden: Workspace, other: Office
) -> None:
    await garden.tell(said("Hello there", ROOT, user="U9", user_team="T9"), team="T9")
    assert await garden.tickets() == []  # of a workspace that nobody has connected
    await connected(other, "T9")
    await run_jobs(other.desk)
    await garden.tell(said("Hello", SECOND))
    [ticket] = await garden.tickets()
    assert texts(ticket) == ["Hello"]
    [theirs] = (await other.client.get("/api/v1/tickets?include=conversations")).json()["data"]
    assert texts(theirs) == ["Hello there"]


FAILING = [
    (Trouble("chat.postMessage", error="not_in_channel"), "failed", "invite it there"),
    (Trouble("chat.postMessage", error="channel_not_found"), "failed", "does not know that channel"),
    (Trouble("chat.postMessage", error="is_archived"), "failed", "archived"),
    (Trouble("chat.postMessage", error="invalid_auth"), "queued", "connected again"),
    (Trouble("chat.postMessage", error="account_inactive"), "queued", "connected again"),
    (Trouble("chat.postMessage", error="ratelimited"), "queued", "wait"),
    (Trouble("chat.postMessage", 429, "ratelimited", {"retry-after": "30"}), "queued", "wait"),
    (Trouble("chat.postMessage", 503, takes=True), "queued", "may have left"),
    (Trouble("chat.postMessage", error="internal_error", takes=True), "queued", "may have left"),
]


@pytest.mark.parametrize(
    ("trouble", "state", "told"), FAILING, ids=lambda one: str(getattr(one, "error", ""))
)
async def test_what_slack_answers_is_told_to_the_agent(
    garden: Workspace, slack: FakeSlack, trouble: Trouble, state: str, told: str
) -> None:
    await garden.says("Hello", ROOT)
    slack.troubles.append(trouble)
    answer = await garden.replies(await garden.ticket(), "Hi")
    assert answer["delivery"]["state"] == state
    assert told in answer["delivery"]["detail"]


async def test_what_may_have_left_is_looked_up_and_not_said_twice(
    garden: Workspace, slack: FakeSlack
) -> None:
    await garden.says("Hello", ROOT)
    slack.troubles.append(Trouble("chat.postMessage", 502, takes=True))
    answer = await garden.replies(await garden.ticket(), "Hi")
    await garden.later()
    found = (await garden.office.client.get(f"/api/v1/conversations/{answer['id']}")).json()
    assert found["delivery"]["state"] == "sent"
    assert [post["text"] for post in slack.ours(HELP)] == ["Hi"]
    assert slack.count("chat.postMessage") == 1


async def test_files_of_an_answer_are_put_into_the_thread(garden: Workspace, slack: FakeSlack) -> None:
    await garden.says("Hello", ROOT)
    ticket = await garden.ticket()
    uploaded = await garden.office.client.post(
        "/api/v1/attachments", files={"file": ("plan.png", PNG, "image/png")}
    )
    assert uploaded.status_code == 201, uploaded.text
    answer = await garden.replies(ticket, "See here", attachment_ids=[uploaded.json()["id"]])
    assert answer["delivery"]["state"] == "sent", answer
    words, file = slack.ours(HELP)
    assert (words["text"], file["files"][0]["title"], file["thread_ts"]) == ("See here", "plan.png", ROOT)
    assert [content for path, (_, content) in slack.contents.items() if path.startswith("/upload")] == [PNG]
