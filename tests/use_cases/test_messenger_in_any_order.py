"""What Facebook tells of a conversation comes to the same in whatever order it is told, and however often.

An answer of two pieces leaves meanwhile. Its echoes, and word of its arrival, may come while the call that sends a
piece is still open, and that call's own answer may be lost.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import Factory, define, evolve, frozen
from dependency_injector import providers
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.messaging.messenger import MESSENGER, sign
from helpdesk_adapters.messaging.messenger.client import LONGEST
from helpdesk_adapters.messaging.pieces import pieces
from helpdesk_core.afterwords import afterwords_of, reactions_of
from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation, DeliveryState, Kind
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import TryLater
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.paging import Page
from helpdesk_core.ports.messages import MayHaveLeft, OpenAccount, SentPart
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.tickets.post_conversation import Draft
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import Delivery
from tests.use_cases.conftest import Bench, a_bench

PAGE, IDA, SECRET = "102938475610293", "7421889034561287", "a secret"
BEGAN = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
LONG = " ".join(["We looked at it, and then looked again."] * 60)
PARTS = len(pieces(LONG, LONGEST))


@frozen
class Told:
    """An event, and how many pieces must have begun to leave before it can be."""

    name: str
    minute: int
    event: Callable[[str], dict[str, Any]]
    after: int = 0


def inbound(**more: Any) -> Callable[[str], dict[str, Any]]:
    return lambda answer: {"sender": {"id": IDA}, "recipient": {"id": PAGE}, **more}


def echo(mid: str, *, ours: bool, text: str = "…") -> Callable[[str], dict[str, Any]]:
    def event(answer: str) -> dict[str, Any]:
        mark = {"metadata": answer, "app_id": 77} if ours else {}
        said = {"mid": mid, "text": text, "is_echo": True, **mark}
        return {"sender": {"id": PAGE}, "recipient": {"id": IDA}, "message": said}

    return event


def until(minute: int, *mids: str) -> dict[str, Any]:
    return {"watermark": stamp(minute), **({"mids": list(mids)} if mids else {})}


def stamp(minute: int) -> int:
    return round((BEGAN + timedelta(minutes=minute)).timestamp() * 1000)


DAY: Sequence[Told] = (
    Told("more", 2, inbound(message={"mid": "m_2", "text": "And the lid?"})),
    Told("edit", 3, inbound(message_edit={"mid": "m_2", "text": "And its lid?", "num_edit": 1})),
    Told("later edit", 4, inbound(message_edit={"mid": "m_2", "text": "And its new lid?", "num_edit": 2})),
    Told("by hand", 5, echo("m_3", ours=False, text="By hand")),
    Told("by hand, read", 6, inbound(read=until(6))),
    Told("first echo", 11, echo("out-0", ours=True), 1),
    Told("second echo", 12, echo("out-1", ours=True), 2),
    Told("delivered by name", 13, inbound(delivery=until(5, "out-1")), 2),
    Told("delivered", 14, inbound(delivery=until(14)), 2),
    Told("first read", 15, inbound(read=until(11)), 2),
    Told("liked", 16, inbound(reaction={"mid": "out-0", "action": "react", "emoji": "👍"}), 1),
    Told("taken back", 17, inbound(reaction={"mid": "out-0", "action": "unreact"}), 1),
    Told("pressed", 18, inbound(postback={"title": "More", "payload": "MORE"})),
)


@define
class Facebook:
    """Takes pieces; while a call is open, `meanwhile` happens; the answers to `lost` calls never arrive."""

    lost: frozenset[int]
    meanwhile: Callable[[int], Any]
    taken: list[str] = Factory(list)
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        return [
            evolve(message, key=f"{n}", text=text) for n, text in enumerate(pieces(message.text, LONGEST))
        ]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        assert not part.again, "it would be sent twice"
        number = len(self.taken)
        self.taken.append(part.text)
        await self.meanwhile(number + 1)
        if number in self.lost:
            raise MayHaveLeft("The answer was lost.")
        return SentPart(f"out-{number}", sent_at=BEGAN + timedelta(minutes=11 + number, seconds=30))


@define
class Scene:
    bench: Bench
    answer: Conversation
    waiting: list[Told]
    heard: list[str] = Factory(list)

    async def hear(self, number: int, begun: int) -> None:
        """So many of what waits and can have happened by now, in its order."""
        for told in [one for one in self.waiting if one.after <= begun][:number]:
            self.waiting.remove(told)
            self.heard.append(told.name)
            await tell(self.bench, {"timestamp": stamp(told.minute), **told.event(str(self.answer.id))})


async def tell(bench: Bench, event: dict[str, Any]) -> None:
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "messaging": [event]}]}).encode()
    delivery = sign(Delivery({}, body, ""), SECRET, bench.clock(), "")
    admitted = await bench.desk.receive_webhook()(MESSENGER, [SECRET], delivery)
    [name] = admitted.external_ids
    found = await bench.desk.store().read(lambda view: view.inbox.by_external_id("messenger", name))
    assert found is not None
    await bench.desk.perform_event()(found.id, 1)


async def begun() -> tuple[Bench, Conversation]:
    """A desk to which somebody has written, with an answer that is about to leave."""
    bench = a_bench()
    acme = await bench.begin()
    await bench.desk.connect_integration()(acme.id, "messenger", PAGE, {"access_token": "a token"})
    bench.desk.sender_names.override(providers.Object({}))
    await tell(bench, {**inbound(message={"mid": "m_1", "text": "It leaks"})(""), "timestamp": stamp(1)})
    [ticket] = (
        await bench.desk.store().read(lambda view: view.tickets.page(acme.id, TicketFilter(), Page()))
    ).items
    draft = Draft(document_from_text(LONG), Author(AuthorType.USER, None, "Bo", AuthorRole.AGENT))
    return bench, await bench.desk.post_conversation()(acme.id, ticket.id, DESK, Kind.REPLY, draft)


@frozen
class Outcome:
    """How it came out: of every message its words, who said it, how it stands, and the signs on it; how the pieces of
    the answer stand, and how many were taken.
    """

    messages: Sequence[tuple[str, str, DeliveryState | None, tuple[str, ...]]]
    pieces: Mapping[str, DeliveryState]
    taken: int


async def outcome(scene: Scene, sent: Facebook) -> Outcome:
    answer = scene.answer
    page = Page(limit=100, sort="created_at")
    found = await scene.bench.desk.store().read(
        lambda view: view.conversations.of_ticket(answer.organization_id, answer.ticket_id, page)
    )
    told = [
        (
            one.content_text,
            one.author.name,
            one.delivery.state if one.delivery else None,
            tuple(sorted(reactions_of(one).values())),
        )
        for one in found.items
    ]
    [answered] = [one for one in found.items if one.id == answer.id]
    pieces = {report.part: report.state for report in afterwords_of(answered).reports}
    return Outcome(told, pieces, len(sent.taken))


async def played(order: Sequence[Told], steps: Sequence[int], lost: frozenset[int]) -> Outcome:
    """The events in that order, so many of them before the answer leaves, and while each of its pieces does."""
    bench, answer = await begun()
    scene = Scene(bench, answer, list(order))
    facebook = Facebook(lost, lambda begun: scene.hear(steps[begun], begun))
    bench.desk.message_senders.override(providers.Object({Channel.MESSENGER: facebook}))
    await scene.hear(steps[0], 0)
    job = JobId(bench.desk.new_id()())
    for _ in range(PARTS + 1):
        try:
            await bench.desk.send_message()(answer.organization_id, answer.id, job, 1)
        except TryLater:
            bench.clock.pass_(minutes=10)
        await scene.hear(len(DAY) * 2, len(facebook.taken))
    assert not scene.waiting
    return await outcome(scene, facebook)


AS_IT_WAS = Outcome(
    messages=[
        ("It leaks", "", None, ()),
        ("And its new lid?", "", None, ()),
        ("By hand", "Page inbox", DeliveryState.READ, ()),
        ("More", "", None, ()),
        (LONG, "Bo", DeliveryState.DELIVERED, ()),
    ],
    pieces={"out-0": DeliveryState.READ, "out-1": DeliveryState.DELIVERED},
    taken=PARTS,
)


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations(DAY),
    again=st.lists(st.sampled_from(DAY), max_size=6),
    steps=st.tuples(*[st.integers(0, len(DAY))] * (PARTS + 1)),
    lost=st.frozensets(st.integers(0, PARTS - 1)),
)
async def test_a_conversation_comes_to_the_same_in_whatever_order_it_is_told(
    order: list[Told], again: list[Told], steps: tuple[int, ...], lost: frozenset[int]
) -> None:
    assert await played([*order, *again], steps, lost) == AS_IT_WAS


def test_the_answer_of_these_tests_leaves_in_two_pieces() -> None:
    assert PARTS == 2
    assert all(len(piece) <= LONGEST.units for piece in pieces(LONG, LONGEST))
