"""What Slack tells of a day comes to the same in whatever order it is told, and however often.

Its API tells the threads as they stand at the end: what was edited bears its last words, what was taken back is gone.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from dependency_injector import providers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpdesk_adapters.messaging.slack import SLACK, sign
from helpdesk_core.afterwords import reactions_of
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, TicketFilter
from helpdesk_core.webhooks import Delivery
from tests.fakes.slack_api import BOT, TEAM, TOKEN, FakeSlack, fake_slack
from tests.http.slack_workspace import DIRECT, HELP, IDA, JO, JSON, SECRET, TALK, envelope, said
from tests.use_cases.conftest import Bench, a_bench

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def ts(step: int) -> str:
    return f"17723574{step:02d}.000100"


FILE = {"id": "F1", "name": "kettle.png", "mode": "external"}
PICTURE: dict[str, Any] = {"subtype": "file_share", "files": [FILE]}
ABOUT: dict[str, Any] = {"type": "message", "channel": HELP, "hidden": True}


def change(step: int, text: str, edited: int, *, root: int) -> dict[str, Any]:
    before = said("?", ts(step), JO, thread_ts=ts(root))
    after = {**before, "text": text, "edited": {"user": JO, "ts": ts(edited)}}
    times = {"ts": ts(edited), "event_ts": ts(edited)}
    return {**ABOUT, "subtype": "message_changed", "message": after, "previous_message": before, **times}


def sign_of(kind: str, name: str, step: int) -> dict[str, Any]:
    item = {"type": "message", "channel": HELP, "ts": ts(1)}
    return {"type": kind, "user": JO, "reaction": name, "item": item, "event_ts": ts(step)}


DAY: Sequence[dict[str, Any]] = (
    said("My kettle leaks", ts(1), **PICTURE),
    {"type": "file_shared", "channel_id": HELP, "file_id": "F1", "user_id": IDA, "event_ts": ts(1)},
    said("Which?", ts(2), JO, thread_ts=ts(1)),
    change(2, "Which one?", 3, root=1),
    change(2, "Which of them?", 4, root=1),
    said(f"<@{BOT}> the red one", ts(5), thread_ts=ts(1)),
    {**said(f"<@{BOT}> the red one", ts(5), thread_ts=ts(1)), "type": "app_mention"},
    said("Never mind", ts(6), thread_ts=ts(1)),
    {
        **ABOUT,
        "subtype": "message_deleted",
        "deleted_ts": ts(6),
        "previous_message": said("Never mind", ts(6)),
        "event_ts": ts(7),
    },
    said("All hear it", ts(8), thread_ts=ts(1), subtype="thread_broadcast"),
    sign_of("reaction_added", "tea", 9),
    sign_of("reaction_removed", "tea", 10),
    sign_of("reaction_added", "wave", 11),
    said("Weather?", ts(12), JO, TALK),
    said(f"<@{BOT}> tell us", ts(13), IDA, TALK, thread_ts=ts(12)),
    said("Rain", ts(14), JO, TALK, thread_ts=ts(12)),
    said("Hello", ts(15), channel=DIRECT),
    said("Again", ts(16), channel=DIRECT),
    said("In a thread", ts(17), channel=DIRECT, thread_ts=ts(15)),
)


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with fake_slack() as slack:
        slack.files["F1"] = {"id": "F1", "shares": {"public": {HELP: [{"ts": ts(1)}]}}}
        for event in DAY:
            if event["type"] == "message" and "message" not in event and event.get("ts") not in (None, ts(6)):
                text = "Which of them?" if event["ts"] == ts(2) else event["text"]
                slack.said(event["channel"], {**event, "text": text})
        yield slack


async def told(slack: FakeSlack, order: Sequence[int]) -> tuple[Any, ...]:
    """What is left of the day, told in this order."""
    bench = a_bench()
    bench.clock.now = NOW
    bench.desk.settings.override(
        providers.Object(evolve(bench.desk.settings(), api_bases={"slack": slack.base}))
    )
    acme = await bench.begin()
    values = {"bot_token": TOKEN, "bot_user_id": BOT, "channels": HELP}
    await bench.desk.connect_integration()(acme.id, "slack", TEAM, values)
    try:
        for number in order:
            await tell(bench, DAY[number], f"Ev{number}")
        return await left(bench)
    finally:
        await bench.desk.http().close()


async def tell(bench: Bench, event: dict[str, Any], event_id: str) -> None:
    delivery = sign(Delivery(JSON, envelope(event, event_id)), SECRET, bench.clock(), "")
    admitted = await bench.desk.receive_webhook()(SLACK, [SECRET], delivery)
    [name] = admitted.external_ids
    found = await bench.desk.store().read(lambda view: view.inbox.by_external_id("slack", name))
    assert found is not None
    await bench.desk.perform_event()(found.id, 1)


async def left(bench: Bench) -> tuple[Any, ...]:
    acme = bench.acme
    assert acme is not None

    async def look(view: Any) -> tuple[Any, ...]:
        tickets = (await view.tickets.page(acme.id, TicketFilter(), Page(50, "number"))).items
        found = []
        for ticket in tickets:
            messages = (await view.conversations.of_ticket(acme.id, ticket.id, Page(50, "created_at"))).items
            said = [
                (
                    one.external_id,
                    one.author.name,
                    one.content_text,
                    one.created_at,
                    len(one.attachment_ids),
                    tuple(sorted(reactions_of(one).items())),
                )
                for one in messages
            ]
            found.append((ticket.subject, ticket.created_at, ticket.message_count, tuple(said)))
        customers = (await view.customers.page(acme.id, CustomerFilter(), Page(50, "created_at"))).items
        return tuple(sorted(found)), sorted((one.name, one.emails, one.identities) for one in customers)

    return tuple(await bench.desk.store().read(look))


async def test_the_day_in_its_order_is_three_tickets(slack: FakeSlack) -> None:
    tickets, customers = await told(slack, range(len(DAY)))
    words = {subject: [text for _, _, text, *_ in said] for subject, _, _, said in tickets}
    assert words == {
        "My kettle leaks": [
            "My kettle leaks",
            "Which of them?",
            f"@{BOT} the red one",
            "This message was deleted by its author.",
            "All hear it",
        ],
        "Weather?": ["Weather?", f"@{BOT} tell us", "Rain"],
        "Slack: Ida": ["Hello", "Again", "In a thread"],
    }
    assert [name for name, *_ in customers] == ["Ida", "Jo"]


IN_ITS_ORDER: list[tuple[Any, ...]] = []
"""What is left of the day told in its order, once it has been told: the same for every example."""


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],  # to shrink a day takes longer than to read it
)
@given(
    order=st.permutations(range(len(DAY))),
    again=st.lists(st.integers(0, len(DAY) - 1), max_size=6),
)
async def test_any_order_and_any_repetition_leaves_the_same(
    slack: FakeSlack, order: list[int], again: list[int]
) -> None:
    if not IN_ITS_ORDER:
        IN_ITS_ORDER.append(await told(slack, range(len(DAY))))
    assert await told(slack, [*order, *again]) == IN_ITS_ORDER[0]
