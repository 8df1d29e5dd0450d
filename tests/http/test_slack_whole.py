"""Slack between processes: a real desk, a Slack in a process of its own, and people, over HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cattrs
import httpx2
from attrs import define

from helpdesk_adapters.messaging.slack import sign
from helpdesk_core.webhooks import Delivery
from tests.fakes.processes import fake_process
from tests.fakes.slack_api import BOT, TEAM, TOKEN, Trouble
from tests.http.running import RunningDesk, eventually
from tests.http.slack_workspace import HELP, JO, JSON, PATH, SECRET, STAFF, envelope, said

ROOT, SECOND = "1772357400.000100", "1772357410.000200"


@define
class Slack:
    """The other process."""

    base: str

    def posts(self, channel: str) -> list[dict[str, Any]]:
        found = httpx2.get(f"{self.base}/posts").json().get(channel, [])
        return [post for post in found if post.get("bot_id")]

    def says(self, message: dict[str, Any]) -> dict[str, Any]:
        """Somebody writes; the event that tells of it."""
        httpx2.post(f"{self.base}/said", json=message).raise_for_status()
        return message

    def trouble(self, *troubles: Trouble) -> None:
        httpx2.post(f"{self.base}/troubles", json=cattrs.unstructure(list(troubles))).raise_for_status()


@contextmanager
def a_slack() -> Iterator[Slack]:
    with fake_process("slack_api") as (said, _):
        yield Slack(said)


@define
class Talk:
    """People in Slack, and an agent."""

    desk: RunningDesk
    client: httpx2.Client
    events: int = 0

    def tell(self, event: dict[str, Any]) -> None:
        self.events += 1
        body = envelope(event, f"Ev{self.events}")
        delivery = sign(Delivery(JSON, body), SECRET, datetime.now(UTC), "")
        for _ in range(2):  # Slack believes that the first one was lost
            answer = httpx2.post(self.desk.base + PATH, content=body, headers=dict(delivery.headers))
            assert answer.status_code == 200, answer.text

    def ticket(self) -> dict[str, Any]:
        """With its messages, once there is one."""

        def look() -> dict[str, Any] | None:
            found = self.client.get("/api/v1/tickets?include=customer,conversations").json()["data"]
            return dict(found[0]) if found else None

        return eventually(look)

    def texts(self, count: int) -> list[str]:
        """The messages of its ticket, once there are so many."""

        def look() -> list[str] | None:
            found = [one["content_text"] for one in self.ticket()["conversations"]]
            return found if len(found) >= count else None

        return eventually(look, 30)

    def answer(self, text: str) -> str:
        path = f"/api/v1/tickets/{self.ticket()['id']}/conversations"
        made = self.client.post(path, json={"text": text})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def stands(self, answer: str, state: str) -> dict[str, Any]:
        """Its delivery, once it stands so."""

        def look() -> dict[str, Any] | None:
            delivery = self.client.get(f"/api/v1/conversations/{answer}").json()["delivery"]
            return dict(delivery) if delivery["state"] == state else None

        return eventually(look, 40)


@contextmanager
def a_talk(folder: Path, slack: Slack) -> Iterator[Talk]:
    desk = RunningDesk(folder / "data")
    desk.settings = {
        "HELPDESK_PUBLIC_URL": desk.base,
        "HELPDESK_SLACK_API_BASE": slack.base,
        "HELPDESK_LOG_LEVEL": "error",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    values = {"bot_token": TOKEN, "bot_user_id": BOT, "notify_channel": STAFF}
    given = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    desk.command("integration", "connect", "--org", "acme", "slack", "--external-id", TEAM, *given)
    headers = {"authorization": f"Bearer {key}"}
    with desk.serving(), httpx2.Client(base_url=desk.base, headers=headers) as client:
        yield Talk(desk, client)


def test_a_conversation_with_a_slack_that_has_its_bad_moments(tmp_path: Path) -> None:
    with a_slack() as slack, a_talk(tmp_path, slack) as talk:
        slack.trouble(Trouble("users.info", 429, "ratelimited", {"retry-after": "1"}))
        talk.tell(slack.says(said("My kettle leaks", ROOT)))
        talk.tell(slack.says(said("A lot", SECOND, thread_ts=ROOT)))
        assert talk.texts(2) == ["My kettle leaks", "A lot"]
        assert talk.ticket()["customer"]["name"] == "Ida"
        _it_is_busy_and_late(talk, slack)
        _it_loses_an_answer(talk, slack)
        _the_staff_answers(talk, slack)
        _it_throws_the_app_out(talk, slack)


def _it_is_busy_and_late(talk: Talk, slack: Slack) -> None:
    slack.trouble(
        Trouble("chat.postMessage", 429, "ratelimited", {"retry-after": "1"}),
        Trouble("chat.postMessage", takes=True, late=1.5),
    )
    first, second = talk.answer("Turn it off."), talk.answer("And wait.")
    talk.stands(first, "sent")
    talk.stands(second, "sent")
    assert [post["text"] for post in slack.posts(HELP)] == ["Turn it off.", "And wait."]
    assert {post["thread_ts"] for post in slack.posts(HELP)} == {ROOT}


def _it_loses_an_answer(talk: Talk, slack: Slack) -> None:
    slack.trouble(Trouble("chat.postMessage", 502, takes=True))
    answer = talk.answer("We are on our way.")
    talk.stands(answer, "sent")
    assert [post["text"] for post in slack.posts(HELP)][2:] == ["We are on our way."]


def _the_staff_answers(talk: Talk, slack: Slack) -> None:
    [post] = eventually(lambda: slack.posts(STAFF), 30)
    assert "/app/tickets/1|#1 My kettle leaks" in post["text"]
    about = {"user": JO, "channel": STAFF, "thread_ts": post["ts"]}
    talk.tell(said("I know that one", f"{float(post['ts']) + 60:.6f}", **about))
    talk.texts(6)
    talk.tell(said("!reply It is the seal.", f"{float(post['ts']) + 61:.6f}", **about))
    assert talk.texts(7)[5:] == ["I know that one", "It is the seal."]
    note, reply = talk.ticket()["conversations"][5:]
    assert [(one["kind"], one["author"]["name"]) for one in (note, reply)] == [
        ("note", "Jo"),
        ("reply", "Jo"),
    ]
    talk.stands(reply["id"], "sent")
    assert slack.posts(HELP)[-1]["text"] == "It is the seal."
    assert len(slack.posts(STAFF)) == 1


def _it_throws_the_app_out(talk: Talk, slack: Slack) -> None:
    slack.trouble(Trouble("chat.postMessage", error="not_in_channel"))
    failed = talk.stands(talk.answer("Better?"), "failed")
    assert "invite it there" in failed["detail"]
    gone = {"type": "app_uninstalled", "event_ts": str(int(datetime.now(UTC).timestamp()) + 5)}
    talk.tell(gone)
    eventually(lambda: talk.client.get("/api/v1/integrations").json()["data"][0]["state"] == "disconnected")
    assert "not connected" in talk.stands(talk.answer("Hello?"), "failed")["detail"]
    assert json.dumps(slack.posts(HELP)).count("Hello?") == 0
