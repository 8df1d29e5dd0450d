"""Whatever a provider tells, in whatever order and however often, comes to the same tickets, messages and customers."""

from collections.abc import Sequence
from typing import Any

import anyio
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.afterwords import Afterwords, Edit, Reaction, Report, is_deleted, reactions_of, versions_of
from helpdesk_core.commands import Command, HearMessage, TellAfterwords, TellArrival, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.messages import Message, Sender
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel
from tests.contracts.builders import after
from tests.use_cases.talk import OURS, Talk, a_talk, said

CARLA, OTTO = "+14155550117", "+14155550118"
PEOPLE = {CARLA: "Carla", OTTO: "Otto"}
THREADS = {CARLA: ("carla", "c-7"), OTTO: ("otto", "o-7")}
TOGETHER = "thread-of-both"
IDS = [f"m{number}" for number in range(6)]
ANSWER = "Hi|there"

minutes = st.integers(0, 30)
texts = st.sampled_from(["One", "Two", "Three"])


@st.composite
def days(draw: st.DrawFn, channel: Channel) -> list[Command]:
    """What happens on a day. Nobody says two things at once, and somebody is called the same all day."""
    times = draw(st.lists(minutes, min_size=len(IDS), max_size=len(IDS), unique=True))
    events: list[Command] = [
        HearMessage(_message(draw, channel, external_id, at))
        for external_id, at in zip(IDS, times, strict=True)
        if draw(st.booleans()) or external_id == "m0"
    ]
    events += draw(st.lists(_afterwords(channel), max_size=8))
    events += draw(st.lists(_choices(channel), max_size=3))
    return events


def _message(draw: st.DrawFn, channel: Channel, external_id: str, at: int) -> Message:
    by = draw(st.sampled_from([CARLA, OTTO]))
    how = draw(st.sampled_from(["one", "other", "both", "together"]))
    first, second = THREADS[by]
    threads = {"one": (first,), "other": (second,), "both": (first, second), "together": (TOGETHER,)}[how]
    return said(
        external_id,
        by,
        at,
        channel=channel,
        threads=threads,
        sender=Sender(PEOPLE[by], (Contact(PHONE, by),)),
        # Somebody who begins a thread of several people gives it its subject.
        subject=f"Of {external_id}" if draw(st.booleans()) else "",
        opens=draw(st.sampled_from([True, True, False])),
        by_us=draw(st.sampled_from([None, None, "Page inbox"])),
    )


def _afterwords(channel: Channel) -> st.SearchStrategy[Command]:
    told = st.one_of(
        st.builds(lambda at, text: Afterwords(edits=(Edit(after(at), text),)), minutes, texts),
        st.builds(lambda at: Afterwords(deleted_at=after(at)), minutes),
        st.builds(
            lambda by, at, sign: Afterwords(reactions=(Reaction(by, after(at), sign),)),
            st.sampled_from(["Carla", "Otto"]),
            minutes,
            st.sampled_from(["👍", "🎉", ""]),
        ),
    )
    return st.builds(lambda id_, words: TellAfterwords(channel, OURS, id_, words), st.sampled_from(IDS), told)


def _choices(channel: Channel) -> st.SearchStrategy[Command]:
    threads = st.sampled_from([name for names in THREADS.values() for name in names])
    return st.builds(
        lambda thread, at, out: TellChoice(channel, OURS, thread, after(at), out),
        threads,
        minutes,
        st.booleans(),
    )


def again(events: Sequence[Any]) -> st.SearchStrategy[list[Any]]:
    """All of them in some order, and some of them twice or three times."""
    more = st.lists(st.sampled_from(events), max_size=5)
    return more.flatmap(lambda twice: st.permutations([*events, *twice]))


@given(st.data())
def test_the_order_and_number_of_what_is_told_does_not_matter(data: st.DataObject) -> None:
    channel = data.draw(st.sampled_from([Channel.SMS, Channel.SLACK]))
    events = data.draw(days(channel))
    told = data.draw(again(events))
    assert anyio.run(outcome_of, channel, told) == anyio.run(outcome_of, channel, events)


async def outcome_of(channel: Channel, events: Sequence[Command]) -> Any:
    talk = await a_talk(channel=channel)
    await talk.tell(*events)
    return await what_is_there(talk)


async def what_is_there(talk: Talk) -> Any:
    """Tickets by their messages, these by their providers' ids, customers by their numbers."""

    async def people(view: View) -> dict[Any, str]:
        found = {
            by: await view.customers.by_contact(talk.organization.id, Contact(PHONE, by)) for by in PEOPLE
        }
        return {one.id: one.name for one in found.values() if one is not None}

    async def choices(view: View) -> dict[str, Any]:
        seen = {}
        for thread in (TOGETHER, *(name for names in THREADS.values() for name in names)):
            place = (talk.organization.id, talk.channel, OURS, thread)
            found = await view.correspondences.get(*place)
            while found is not None and found.alias_of is not None:
                found = await view.correspondences.get(*place[:3], found.alias_of)
            if found is not None:
                seen[thread] = (found.heard_at, found.opted_out, found.opted_at)
        return seen

    names = await talk.store.read(people)
    tickets = [
        (
            ticket.subject,
            names[ticket.customer_id],
            ticket.created_at,
            ticket.message_count,
            ticket.last_message_at,
            ticket.first_response_at,
            ticket.status,
            [
                (
                    one.external_id or one.content_text,
                    one.created_at,
                    one.content_text,
                    one.author.name,
                    is_deleted(one),
                    [*versions_of(one)],
                    reactions_of(one),
                    one.delivery,
                )
                for one in messages
            ],
        )
        for ticket, messages in await talk.tickets()
    ]
    return sorted(tickets, key=repr), sorted(names.values()), await talk.store.read(choices)


PARTS = ("out-Hi-0", "out-there-1")
SEND = "the job runs"


@st.composite
def fates(draw: st.DrawFn, channel: Channel) -> list[Any]:
    """What is told of an answer of two parts, which a job sends."""
    reports = st.builds(
        lambda part, state, marked: (part, Afterwords(reports=(Report(part, state, _why(state)),)), marked),
        st.sampled_from(PARTS),
        st.sampled_from(
            [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED]
        ),
        st.booleans(),
    )
    told: list[Any] = draw(st.lists(reports, max_size=5))
    told += draw(st.lists(st.sampled_from([("echo", part) for part in PARTS]), max_size=2))
    watermarks = st.builds(
        lambda at, read: TellArrival(channel, OURS, CARLA, after(at), read=read),
        st.integers(45, 55),
        st.booleans(),
    )
    return [SEND, *told, *draw(st.lists(watermarks, max_size=2))]


def _why(state: DeliveryState) -> str:
    return "No such number." if state is DeliveryState.FAILED else ""


@given(st.data())
def test_an_answer_fares_the_same_whoever_tells_of_it_first(data: st.DataObject) -> None:
    channel = data.draw(st.sampled_from([Channel.SMS, Channel.MESSENGER]))
    events = data.draw(fates(channel))
    told = data.draw(again(events))
    one, other = anyio.run(fate_of, channel, told), anyio.run(fate_of, channel, events)
    assert one == other
    assert one[0] == 2, "each piece was sent once"


async def fate_of(channel: Channel, events: Sequence[Any]) -> Any:
    """How often it was sent, and how it stands in the end; its state never goes back on the way."""
    talk = await a_talk(channel=channel)
    await talk.hear(said("m0", CARLA, 0, channel=channel))
    ticket, _ = await talk.only()
    answer = await talk.answer(ticket.id, ANSWER)
    for event in events:
        match event:
            case "the job runs":
                await talk.send(answer)
            case "echo", part:
                # A part is echoed after it was sent, so one that was told of before it stands for the whole job.
                await talk.send(answer)
                await talk.hear(_echo(channel, answer.id, part))
            case part, told, marked:
                if marked:
                    await talk.send(answer)
                ours = str(answer.id) if marked else None
                await talk.tell(TellAfterwords(channel, OURS, part, told, ours))
            case _:
                await talk.tell(event)
    final = await talk.look(answer)
    return talk.provider.calls, final.delivery, len((await talk.only())[1])


def _echo(channel: Channel, answer_id: Any, part: str) -> Message:
    return said(part, CARLA, 50, channel=channel, by_us="Page inbox", ours=answer_id)
