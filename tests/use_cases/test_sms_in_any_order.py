"""Whatever Twilio posts, in whatever order it is dealt with, and however often, comes to the same conversation.

Twilio does not say when anything happened: when a delivery was received counts. So each keeps its time here, and only
the order changes in which they are posted and dealt with.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
from attrs import frozen
from dependency_injector import providers
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.messaging.sms.twilio import TWILIO, sign
from helpdesk_adapters.settings import Settings
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from helpdesk_core.webhooks import Delivery
from tests.contracts.builders import NOON
from tests.due_jobs import run_jobs
from tests.fakes.twilio_api import ACCOUNT, TOKEN, FakeTwilio, fake_twilio

OURS, IDA, OTTO = "+14155550142", "+14155550117", "+14155550118"
DESK = "https://desk.example/api/webhooks/sms"
NOOR = Actor("user", None, "Noor")
ALL = Page(100, "created_at")
LATER = NOON + timedelta(hours=1)
SENT = "SM" + "0" * 32
"""The id that Twilio gives the first message that the desk sends."""


@frozen
class Told:
    """What Twilio posts, received so many minutes after noon; `marked` names the answer that it tells of."""

    minute: int
    form: dict[str, str]
    marked: bool = False


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with fake_twilio() as twilio:
        yield twilio


def message(minute: int, sid: str, text: str, sender: str = IDA) -> Told:
    return Told(
        minute, {"MessageSid": sid, "From": sender, "To": OURS, "Body": text, "SmsStatus": "received"}
    )


BEGIN = message(0, "SM-begin", "Is my bike ready?")
messages = st.lists(
    st.tuples(
        st.sampled_from(["One", "STOP", "start", "HELP", "Two 👍🏽"]), st.sampled_from([IDA, IDA, OTTO])
    ),
    max_size=5,
)
states = st.lists(
    st.tuples(
        st.sampled_from(["queued", "sending", "sent", "delivered", "read", "undelivered", "huh"]),
        st.booleans(),
    ),
    max_size=5,
)


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """What is posted after the first message, in order, and in another order with some of it twice."""
    said = [message(2 + n, f"SM-{n}", text, by) for n, (text, by) in enumerate(draw(messages))]
    reports = [
        Told(20 + n, {"MessageSid": SENT, "MessageStatus": state, "From": OURS, "To": IDA}, marked)
        for n, (state, marked) in enumerate(draw(states))
    ]
    events = [*said, *reports]
    twice = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    return events, draw(st.permutations([*events, *twice]))


@settings(max_examples=40)
@given(talks(), st.integers(0, 10))
def test_a_conversation_ends_the_same(
    twilio: FakeTwilio, talk: tuple[list[Told], list[Told]], at: int
) -> None:
    """An agent answers the first message; the answer may leave after its reports have come."""
    events, shuffled = talk
    assert anyio.run(outcome_of, twilio, shuffled, at) == anyio.run(outcome_of, twilio, events, 0)


async def outcome_of(twilio: FakeTwilio, events: Sequence[Told], sent_after: int) -> Any:
    twilio.sent.clear()
    clock = [NOON]
    desk = in_memory(
        Settings(
            secret_key=("a key for tests",),
            public_url="https://desk.example",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=(TOKEN,),
            api_bases={"twilio": twilio.base},
        )
    )
    desk.clock.override(providers.Object(lambda: clock[0]))
    acme = await desk.create_organization()("acme", "Acme")
    await desk.connect_integration()(acme.id, "sms", OURS, {})
    await hear(desk, BEGIN, clock, "")
    before = [told for told in events if "STOP" not in told.form.get("Body", "")][:sent_after]
    for told in before:
        await hear(desk, told, clock, "")
    answer_id = await answered(desk, acme.id, clock)
    for told in events:
        if not any(told is other for other in before):
            await hear(desk, told, clock, answer_id)
    await desk.http().close()
    return await desk.store().read(lambda view: what_is_there(view, acme.id))


async def answered(desk: Container, organization_id: OrganizationId, clock: list[datetime]) -> str:
    """The id of an agent's answer to the first message, which is sent."""
    tickets = await desk.store().read(lambda view: view.tickets.page(organization_id, TicketFilter(), ALL))
    [ticket] = [one for one in tickets.items if one.subject.endswith(IDA)]
    clock[0] = NOON + timedelta(minutes=1)
    draft = Draft(document_from_text("It is."), agent_author(NOOR))
    answer = await desk.post_conversation()(organization_id, ticket.id, NOOR, Kind.REPLY, draft)
    clock[0] = LATER
    await run_jobs(desk, may_fail=True)
    return str(answer.id)


async def hear(desk: Container, told: Told, clock: list[datetime], answer: str) -> None:
    """It is received at its time, and dealt with later."""
    clock[0] = NOON + timedelta(minutes=told.minute)
    marks = {"account": OURS, "answer": answer}
    url = f"{DESK}?{urlencode(marks)}" if told.marked and answer else DESK
    delivery = sign(Delivery({}, urlencode(told.form).encode(), url), TOKEN, clock[0], "")
    await desk.receive_webhook()(TWILIO, [TOKEN], delivery)
    clock[0] = LATER
    await run_jobs(desk, may_fail=True)


async def what_is_there(view: View, organization_id: OrganizationId) -> Any:
    """Tickets with their messages, and who wants none."""
    tickets = await view.tickets.page(organization_id, TicketFilter(), ALL)
    found = []
    for ticket in tickets.items:
        messages = await view.conversations.of_ticket(organization_id, ticket.id, ALL)
        told = [(one.kind, one.content_text, one.created_at, one.delivery) for one in messages.items]
        found.append((ticket.subject, ticket.status, ticket.created_at, ticket.message_count, told))
    choices = [
        known and (known.opted_out, known.opted_at, known.heard_at)
        for by in (IDA, OTTO)
        for known in [await view.correspondences.get(organization_id, Channel.SMS, OURS, by)]
    ]
    return sorted(found, key=repr), choices
