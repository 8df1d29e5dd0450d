"""Messages of other channels than mail become conversations of their tickets."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.afterwords import Afterwords, Edit, Reaction, is_deleted, reactions_of, versions_of
from helpdesk_core.attachments import AttachmentState
from helpdesk_core.commands import Done, Nothing, TellAfterwords, TellChoice
from helpdesk_core.conversations import DeliveryState, Kind
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.jobs import JobKind
from helpdesk_core.messages import RemoteFile, Sender
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel, Status
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer
from helpdesk_core.use_cases.tickets.redact_conversation import RedactConversation
from tests.contracts.builders import after
from tests.use_cases.talk import NOOR, OURS, Talk, a_talk, said

IDA, OTTO = "+14155550117", "+14155550118"
A_FILE = RemoteFile("twilio", "https://files.example/1", "f1", "brake.jpg", "image/jpeg")


def told(external_id: str, **words: Any) -> TellAfterwords:
    return TellAfterwords(Channel.SMS, OURS, external_id, Afterwords(**words))


async def seen(talk: Talk, look: Callable[[View], Awaitable[Any]]) -> Any:
    return await talk.store.read(look)


async def found_by(talk: Talk, words: str) -> int:
    """How many tickets are found by these words."""
    page = await talk.store.read(
        lambda view: view.tickets.page(talk.organization.id, TicketFilter(q=words), Page())
    )
    return len(page.items)


async def test_messages_of_somebody_go_on_in_one_ticket_in_the_order_they_were_said() -> None:
    talk = await a_talk()
    for minute in (3, 1, 2, 1):
        await talk.hear(said(f"m{minute}", IDA, minute))
    ticket, messages = await talk.only()
    assert [one.content_text for one in messages] == ["I am m1.", "I am m2.", "I am m3."]
    assert (ticket.created_at, ticket.last_message_at, ticket.message_count) == (after(1), after(3), 3)


async def test_a_message_of_nobody_s_account_waits_for_one() -> None:
    talk = await a_talk()
    outcome = await talk.hear(said("m1", IDA, 1, account="+19995550100"))
    assert isinstance(outcome, Nothing)
    assert (outcome.unmatched, outcome.account) == (True, "+19995550100")


async def test_a_closed_ticket_is_followed_by_just_one_new_one() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0))
    first, _ = await talk.only()
    await talk.close(first.id)
    talk.now = after(120)
    await talk.hear(said("m2", IDA, 71), said("m1", IDA, 70), said("m0", IDA, 0), said("m3", IDA, 72))
    [(closed, one), (opened, others)] = await talk.tickets()
    assert (closed.status, [message.external_id for message in one]) == (Status.CLOSED, [f"{OURS}/m0"])
    assert opened.follows_id == first.id
    assert [message.content_text for message in others] == ["I am m1.", "I am m2.", "I am m3."]


async def test_what_opens_no_ticket_opens_none_on_a_closed_one_either() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0))
    ticket, _ = await talk.only()
    await talk.close(ticket.id)
    outcome = await talk.hear(said("stop", IDA, 70, opens=False))
    assert isinstance(outcome, Nothing)
    assert (await talk.only())[0].message_count == 1


@pytest.mark.parametrize("first", ["question", "stop"])
async def test_what_opens_no_ticket_is_in_the_one_that_was_open_when_it_was_said(first: str) -> None:
    talk = await a_talk()
    messages = [said("question", IDA, 1), said("stop", IDA, 2, opens=False)]
    await talk.hear(*(messages if first == "question" else messages[::-1]))
    _, kept = await talk.only()
    assert [one.external_id for one in kept] == [f"{OURS}/question", f"{OURS}/stop"]


@pytest.mark.parametrize("first", ["question", "stop"])
async def test_what_opens_no_ticket_and_was_said_before_one_is_in_none(first: str) -> None:
    talk = await a_talk()
    messages = [said("stop", IDA, 1, opens=False), said("question", IDA, 2)]
    await talk.hear(*(messages if first == "stop" else messages[::-1]))
    _, kept = await talk.only()
    assert [one.external_id for one in kept] == [f"{OURS}/question"]


async def test_who_only_says_stop_is_nobody_s_customer() -> None:
    talk = await a_talk()
    await talk.hear(said("stop", IDA, 1, opens=False))
    assert (
        await seen(talk, lambda view: view.customers.by_contact(talk.organization.id, a_phone(IDA))) is None
    )


async def test_a_blocked_customer_is_not_heard() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0))
    known = await seen(talk, lambda view: view.customers.by_contact(talk.organization.id, a_phone(IDA)))
    await talk.store.transact(lambda work: work.customers.replace(evolve(known, blocked=True)))
    assert isinstance(await talk.hear(said("m1", IDA, 1)), Nothing)
    assert (await talk.only())[0].message_count == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
async def test_names_that_turn_out_to_be_one_conversation_s_have_one_ticket(
    order: tuple[int, ...],
) -> None:
    talk = await a_talk()
    threads = [("leg-1",), ("leg-2",), ("leg-1", "leg-2")]
    for number in order:
        await talk.hear(said(f"m{number}", IDA, number, threads=threads[number]))
    ticket, messages = await talk.only()
    assert [one.content_text for one in messages] == ["I am m0.", "I am m1.", "I am m2."]
    assert isinstance(await talk.hear(said("m3", IDA, 3, threads=("leg-2",))), Done)
    assert (await talk.only())[0].id == ticket.id


async def test_what_waited_under_one_name_is_in_the_ticket_of_another_once_they_are_known_to_be_one() -> None:
    talk = await a_talk()
    await talk.hear(
        said("stop", IDA, 3, threads=("a",), opens=False),
        said("question", IDA, 2, threads=("b",)),
        said("help", IDA, 1, threads=("a", "b"), opens=False),
    )
    _, messages = await talk.only()
    assert [one.external_id for one in messages] == [f"{OURS}/question", f"{OURS}/stop"]


async def test_tickets_of_two_customers_are_not_made_one() -> None:
    talk = await a_talk()
    await talk.hear(
        said("m0", IDA, 0, threads=("a",)),
        said("m1", OTTO, 1, threads=("b",)),
        said("m2", IDA, 2, threads=("a", "b")),
    )
    assert [ticket.message_count for ticket, _ in await talk.tickets()] == [2, 1]


@pytest.mark.parametrize("first", [IDA, OTTO])
async def test_a_thread_of_several_is_whoever_began_it(first: str) -> None:
    talk = await a_talk()
    messages = [
        said("m0", IDA, 0, threads=("thread",), subject="Of Ida"),
        said("m1", OTTO, 1, threads=("thread",), subject="Of Otto"),
    ]
    await talk.hear(*(messages if first == IDA else messages[::-1]))
    ticket, _ = await talk.only()
    ida = await seen(talk, lambda view: view.customers.by_contact(talk.organization.id, a_phone(IDA)))
    assert (ticket.customer_id, ticket.subject) == (ida.id, "Of Ida")


async def test_what_somebody_decided_of_a_ticket_stays_though_an_earlier_message_comes() -> None:
    talk = await a_talk()
    await talk.hear(said("m1", OTTO, 1, threads=("thread",), subject="Of Otto"))
    ticket, _ = await talk.only()
    renamed = evolve(ticket, subject="The brakes", version=ticket.version + 1)
    await talk.store.transact(lambda work: work.tickets.replace(renamed))
    await talk.hear(said("m0", IDA, 0, threads=("thread",), subject="Of Ida"))
    assert (await talk.only())[0].subject == "The brakes"


async def test_an_edit_is_found_by_its_new_words_and_no_more_by_the_old() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, "My kaleidoscope"))
    await talk.tell(told("m0", edits=(Edit(after(1), "My xylophone"),)))
    _, [message] = await talk.only()
    assert [one.text for one in versions_of(message)] == ["My kaleidoscope"]
    assert (await found_by(talk, "xylophone"), await found_by(talk, "kaleidoscope")) == (1, 0)


@pytest.mark.parametrize("late", [False, True])
async def test_a_message_that_was_deleted_has_no_words_and_no_files(late: bool) -> None:
    talk = await a_talk()
    message, deletion = (
        said("m0", IDA, 0, "My kaleidoscope", files=(A_FILE,)),
        told("m0", deleted_at=after(1)),
    )
    if late:
        await talk.tell(deletion)
        await talk.hear(message)
    else:
        await talk.hear(message)
        await talk.tell(deletion)
    ticket, [kept] = await talk.only()
    assert is_deleted(kept)
    assert await found_by(talk, "kaleidoscope") == 0
    files = await seen(talk, lambda view: view.attachments.of_ticket(talk.organization.id, ticket.id))
    assert (kept.attachment_ids, [*files]) == ((), [])
    await talk.tell(told("m0", edits=(Edit(after(2), "A secret"),)))
    assert "secret" not in repr((await talk.only())[1])


async def test_files_have_their_place_at_once_and_are_fetched_by_jobs_each_once() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, files=(A_FILE, A_FILE, evolve(A_FILE, external_id="f2"))))
    ticket, [message] = await talk.only()
    files = await seen(talk, lambda view: view.attachments.of_ticket(talk.organization.id, ticket.id))
    assert [(file.state, file.conversation_id) for file in files] == [
        (AttachmentState.PENDING, message.id)
    ] * 2
    jobs = await seen(
        talk,
        lambda view: view.jobs.page(JobFilter(kind=JobKind.FETCH_FILE.value), Page(sort="created_at")),
    )
    assert len(jobs.items) == 2


async def test_what_is_said_at_the_provider_s_side_is_an_answer_that_has_left() -> None:
    talk = await a_talk()
    await talk.hear(
        said("m1", IDA, 5), said("m2", IDA, 7, by_us="Page inbox"), said("m0", IDA, 3, by_us="Phone")
    )
    ticket, messages = await talk.only()
    assert [one.kind for one in messages] == [Kind.REPLY, Kind.INBOUND, Kind.REPLY]
    assert [one.delivery.state for one in messages if one.delivery] == [DeliveryState.SENT] * 2
    assert ticket.first_response_at == after(3)


async def test_the_customer_s_last_word_is_theirs_and_not_ours() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 5), said("m1", IDA, 3), said("m2", IDA, 9, by_us="Phone"))
    known = await seen(
        talk, lambda view: view.correspondences.get(talk.organization.id, Channel.SMS, OURS, IDA)
    )
    assert known.heard_at == after(5)


async def test_nothing_that_is_told_again_brings_back_what_was_redacted() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, "My kaleidoscope", marks={"place": "kaleidoscope lane"}))
    await talk.tell(told("m0", edits=(Edit(after(1), "My kaleidoscope is lost"),)))
    _, [message] = await talk.only()
    await RedactConversation(talk.store, talk.clock, talk.new_id)(
        talk.organization.id, message.id, NOOR, "kaleidoscope"
    )
    again = told("m0", edits=(Edit(after(2), "My kaleidoscope!"),), reactions=())
    await talk.tell(again)
    assert "kaleidoscope" not in repr((await talk.only())[1])


async def test_nothing_is_left_of_whoever_is_erased() -> None:
    talk = await a_talk()
    await talk.tell(TellChoice(Channel.SMS, OURS, IDA, after(0), opted_out=False))
    await talk.hear(
        said("m0", IDA, 0, "My kaleidoscope", sender=Sender("Ida Quill", (a_phone(IDA),))),
        said("stop", IDA, -1, opens=False),
    )
    await talk.tell(
        told("m0", edits=(Edit(after(1), "My xylophone"),), reactions=(Reaction(IDA, after(1), "👍"),))
    )
    ticket, _ = await talk.only()
    answer = await talk.answer(ticket.id, "Dear Ida Quill")
    await talk.send(answer)
    [part] = talk.provider.taken
    await talk.tell(told(talk.provider.id_of(part), reactions=(Reaction(IDA, after(2), "👍"),)))
    await EraseCustomer(talk.store, talk.clock, talk.new_id)(talk.organization.id, ticket.customer_id, NOOR)
    left = repr(await talk.tickets())
    for trace in (IDA, "kaleidoscope", "xylophone", "Quill"):
        assert trace not in left, trace
    known = await seen(
        talk, lambda view: view.correspondences.get(talk.organization.id, Channel.SMS, OURS, IDA)
    )
    assert known is None


async def test_who_only_said_stop_is_erased_too() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, channel=Channel.SMS, threads=("another",)))
    await talk.tell(TellChoice(Channel.SMS, OURS, IDA, after(0), opted_out=True))
    ticket, _ = await talk.only()
    await EraseCustomer(talk.store, talk.clock, talk.new_id)(talk.organization.id, ticket.customer_id, NOOR)
    known = await seen(
        talk, lambda view: view.correspondences.get(talk.organization.id, Channel.SMS, OURS, IDA)
    )
    assert known is None


async def test_reactions_are_shown_of_the_newest() -> None:
    talk = await a_talk()
    await talk.tell(told("m0", reactions=(Reaction("Ida", after(2), "🎉"),)))
    await talk.hear(said("m0", IDA, 0))
    await talk.tell(told("m0", reactions=(Reaction("Ida", after(1), "👍"),)))
    _, [message] = await talk.only()
    assert reactions_of(message) == {"Ida": "🎉"}


def a_phone(number: str) -> Contact:
    return Contact(PHONE, number)


@pytest.mark.parametrize("told", [datetime(1970, 1, 21, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
async def test_a_time_that_cannot_be_is_none(told: datetime) -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, at=told))
    ticket, [message] = await talk.only()
    assert (ticket.created_at, message.created_at) == (talk.now, talk.now)
