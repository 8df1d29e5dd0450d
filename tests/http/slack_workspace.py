"""A workspace of Slack as it posts to the desk: its people write, click and send forms."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx2
from attrs import define

from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.jobs.engine import after_try
from helpdesk_adapters.messaging.slack import sign
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.fakes.slack_api import APP, BOT, TEAM, FakeSlack

PATH = "/api/webhooks/slack"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
HELP, TALK, DIRECT, STAFF = "C07HELP001", "C07TALK002", "D03IDA0001", "C07STAFF03"
IDA, JO = "U03IDA0001", "U04JO00002"

if TYPE_CHECKING:
    from tests.http.conftest import Office


@define
class Workspace:
    """The workspace, the desk's door, and the office whose workspace it is."""

    visitor: httpx2.AsyncClient
    office: "Office"
    slack: FakeSlack
    events: int = 0
    hours: int = 0

    async def post(self, body: bytes, headers: dict[str, str], secret: str = SECRET) -> httpx2.Response:
        delivery = sign(Delivery(headers, body), secret, system_clock(), "")
        return await self.visitor.post(PATH, content=body, headers=dict(delivery.headers))

    async def deliver(self, event: dict[str, Any], team: str = TEAM) -> str:
        """One event, without the jobs that follow; its id."""
        self.events += 1
        event_id = f"Ev{self.events:06d}"
        answer = await self.post(envelope(event, event_id, team), JSON)
        assert answer.status_code == 200, answer.text
        return event_id

    async def tell(self, event: dict[str, Any], team: str = TEAM, *, may_fail: bool = False) -> None:
        await self.deliver(event, team)
        await run_jobs(self.office.desk, may_fail=may_fail)

    async def form(self, **fields: str) -> httpx2.Response:
        answer = await self.post(urlencode(fields).encode(), FORM)
        await run_jobs(self.office.desk)
        return answer

    async def says(self, text: str, ts: str, channel: str = HELP, **more: Any) -> None:
        """Somebody writes, and Slack tells of it."""
        self.slack.said(channel, said(text, ts, **more))
        await self.tell(said(text, ts, channel=channel, **more))

    async def tickets(self) -> list[dict[str, Any]]:
        """The oldest first, with their messages."""
        path = "/api/v1/tickets?include=customer,conversations&sort=number"
        answer = await self.office.client.get(path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    async def ticket(self) -> dict[str, Any]:
        [ticket] = await self.tickets()
        return ticket

    async def replies(self, ticket: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
        made = await self.office.client.post(
            f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": text, **more}
        )
        assert made.status_code == 201, made.text
        await run_jobs(self.office.desk, may_fail=True)
        found = await self.office.client.get(f"/api/v1/conversations/{made.json()['id']}")
        return dict(found.json())

    async def later(self) -> None:
        """An hour later than the last time: whatever waits is tried again."""
        self.hours += 1
        store: Any = self.office.desk.database()
        now = self.office.desk.clock()() + timedelta(hours=self.hours)
        for job in await store.job_table.claim("tests", 50, now):
            error = None
            try:
                await self.office.desk.perform_job()(job)
            except Exception as raised:  # noqa: BLE001  what became of it, the job tells
                error = raised
            await store.job_table.settle("tests", [after_try(job, error, now, 0)])

    async def event_states(self) -> list[tuple[str, str]]:
        found = (await self.office.client.get("/api/v1/webhook-events?limit=100")).json()["data"]
        return [(one["type"], one["state"]) for one in reversed(found)]


def envelope(event: dict[str, Any], event_id: str, team: str = TEAM) -> bytes:
    seen = {"enterprise_id": None, "team_id": team, "user_id": BOT, "is_bot": True}
    told = {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": APP,
        "event_id": event_id,
        "event_time": int(float(event.get("event_ts") or system_clock().timestamp())),
        "authorizations": [seen],
        "event": event,
    }
    return json.dumps(told).encode()


def said(text: str, ts: str, user: str = IDA, channel: str = HELP, **more: Any) -> dict[str, Any]:
    kind = "im" if channel.startswith("D") else "channel"
    return {
        "type": "message",
        "text": text,
        "user": user,
        "ts": ts,
        "team": TEAM,
        "channel": channel,
        "event_ts": ts,
        "channel_type": kind,
        **more,
    }


def texts(ticket: dict[str, Any]) -> list[str]:
    return [one["content_text"] for one in ticket["conversations"]]
