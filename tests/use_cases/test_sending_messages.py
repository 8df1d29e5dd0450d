"""Answers leave as messages: once each piece, in their order, and with a true word on how they fared."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.afterwords import Afterwords, Report
from helpdesk_core.commands import TellAfterwords, TellChoice
from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.errors import Conflict
from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.integrations import TROUBLE, IntegrationState
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater
from helpdesk_core.message_sendings import UNSURE
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OptedOut
from helpdesk_core.sendings import CLAIM
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer
from helpdesk_core.use_cases.customers.merge_customers import MergeCustomers
from helpdesk_core.use_cases.tickets.merge_tickets import MergeTickets
from helpdesk_core.use_cases.tickets.redact_conversation import RedactConversation
from helpdesk_core.use_cases.tickets.split_ticket import SplitTicket
from tests.contracts.builders import after
from tests.use_cases.talk import NOOR, OURS, Provider, TakenFirst, Talk, a_talk, said

IDA, OTTO = "+14155550117", "+14155550118"
LOST = "The connection broke."


class Killed(BaseException):
    """The process ends here."""


async def asked(by: str = IDA, **more: Any) -> tuple[Talk, TicketId]:
    """A desk with a question on a ticket."""
    talk = await a_talk(**more)
    await talk.hear(said(f"m0 of {by}", by, 0, channel=talk.channel))
    ticket, _ = await talk.only()
    return talk, ticket.id


def told(part: str, state: DeliveryState, detail: str = "") -> TellAfterwords:
    return TellAfterwords(Channel.SMS, OURS, part, Afterwords(reports=(Report(part, state, detail),)))


def state_of(answer: Conversation) -> DeliveryState | None:
    return answer.delivery.state if answer.delivery is not None else None


def why(answer: Conversation) -> str:
    return (answer.delivery.detail if answer.delivery is not None else None) or ""


async def test_an_answer_leaves_piece_by_piece_and_only_once() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One|Two|Three")
    for _ in range(2):
        assert state_of(await talk.send(answer)) is DeliveryState.SENT
    assert talk.provider.texts == ["One", "Two", "Three"]
    assert len({part.key for part in talk.provider.taken}) == 3


@given(
    st.lists(st.sampled_from(["killed before", "killed after", "later", "lost", "lost after"]), max_size=5)
)
async def test_no_piece_is_taken_twice_whatever_happens_and_wherever_it_is_killed(what: list[str]) -> None:
    """The provider can be asked; so every piece arrives in the end."""
    talk, ticket_id = await asked()
    talk.provider.looks_up = True
    answer = await talk.answer(ticket_id, "One|Two|Three")
    meant: dict[str, Any] = {
        "killed before": Killed(),
        "killed after": TakenFirst(Killed()),  # type: ignore[arg-type]
        "later": TryLater("Busy."),
        "lost": MayHaveLeft(LOST),
        "lost after": TakenFirst(MayHaveLeft(LOST)),
    }
    talk.provider.troubles = [meant[one] for one in what]
    for attempt in range(1, len(what) + 2):
        talk.now += CLAIM
        try:
            await talk.try_to_send(answer, min(attempt, MAX_ATTEMPTS - 1), job=f"{attempt}")
        except Killed:
            continue
    assert state_of(await talk.look(answer)) is DeliveryState.SENT
    assert talk.provider.texts == ["One", "Two", "Three"]


@given(
    st.lists(st.sampled_from(["killed before", "killed after", "lost", "lost after", "strange"]), max_size=4)
)
async def test_where_nobody_can_tell_a_piece_is_never_sent_twice_and_somebody_is_asked(
    what: list[str],
) -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One|Two")
    meant: dict[str, Any] = {
        "killed before": Killed(),
        "killed after": TakenFirst(Killed()),  # type: ignore[arg-type]
        "lost": MayHaveLeft(LOST),
        "lost after": TakenFirst(MayHaveLeft(LOST)),
        "strange": TakenFirst(KeyError("sid")),
    }
    talk.provider.troubles = [meant[one] for one in what]
    for attempt in range(1, 4):
        talk.now += CLAIM
        try:
            await talk.try_to_send(answer, attempt, job=f"{attempt}")
        except Killed:
            continue
    final = await talk.look(answer)
    assert len(talk.provider.texts) == len({*talk.provider.texts})
    if what:
        assert (state_of(final), why(final)) == (
            DeliveryState.FAILED,
            "Nobody can tell whether it has left.",
        )
        again = await talk.retry(final)
        talk.provider.troubles = []
        assert state_of(await talk.send(again, job="z")) is DeliveryState.SENT
    else:
        assert state_of(final) is DeliveryState.SENT


async def test_that_it_may_have_left_stays_known_while_other_troubles_come_between() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    talk.provider.troubles = [TakenFirst(MayHaveLeft(LOST))]
    unsure = await talk.try_to_send(answer)
    assert (state_of(unsure), why(unsure)) == (DeliveryState.QUEUED, f"It may have left. {LOST}")
    talk.provider.looks_up = True
    talk.provider.taken, before = [], talk.provider.taken
    talk.provider.troubles = [TryLater("Busy.")]
    assert (await talk.try_to_send(answer, 2)).metadata[UNSURE]
    talk.provider.taken = before
    assert state_of(await talk.try_to_send(answer, 3)) is DeliveryState.SENT
    assert talk.provider.texts == ["One"]


async def test_an_echo_without_a_mark_settles_what_was_given_up_because_nobody_knew() -> None:
    talk, ticket_id = await asked(channel=Channel.DIALPAD)
    talk.provider.troubles = [TakenFirst(MayHaveLeft(LOST))]
    answer = await talk.answer(ticket_id, "It is ready.")
    await talk.try_to_send(answer)
    assert state_of(await talk.try_to_send(answer, 2)) is DeliveryState.FAILED
    about: dict[str, Any] = {"channel": Channel.DIALPAD, "by_us": "Dialpad"}
    await talk.hear(said("6121", IDA, 62, "Something else", **about))
    await talk.hear(said("6120", IDA, 63, "It is  ready.", **about))
    assert state_of(await talk.look(answer)) is DeliveryState.SENT
    _, messages = await talk.only()
    assert sorted(one.content_text for one in messages[1:]) == ["It is ready.", "Something else"]


async def test_a_report_that_comes_while_nobody_knows_settles_it() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    talk.provider.troubles = [TakenFirst(MayHaveLeft(LOST))]
    await talk.try_to_send(answer)
    marked = evolve(told("out-One-0", DeliveryState.DELIVERED), ours=str(answer.id))
    await talk.tell(marked)
    assert state_of(await talk.try_to_send(answer, 2)) is DeliveryState.DELIVERED
    assert talk.provider.calls == 1


async def test_an_echo_that_comes_before_the_call_returns_makes_no_second_message() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One|Two")

    async def echo(part: OutgoingMessage) -> None:
        await talk.hear(said(talk.provider.id_of(part), IDA, 50, part.text, by_us="Phone", ours=answer.id))

    talk.provider.on_send = echo
    assert state_of(await talk.send(answer)) is DeliveryState.SENT
    _, messages = await talk.only()
    assert [one.kind for one in messages] == [Kind.INBOUND, Kind.REPLY]


@pytest.mark.parametrize("when", ["before", "within", "after", "never"])
async def test_reports_count_whenever_they_come(when: str) -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    report = told("out-One-0", DeliveryState.DELIVERED)
    if when == "before":
        await talk.tell(report)

    async def within(part: OutgoingMessage) -> None:
        await talk.tell(report)

    talk.provider.on_send = within if when == "within" else None
    await talk.send(answer)
    if when == "after":
        await talk.tell(report)
    expected = DeliveryState.SENT if when == "never" else DeliveryState.DELIVERED
    assert state_of(await talk.look(answer)) is expected


async def test_a_retry_sends_just_the_part_that_failed() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One|Two|Three")
    await talk.send(answer)
    await talk.tell(
        told("out-One-0", DeliveryState.DELIVERED),
        told("out-Three-2", DeliveryState.DELIVERED),
        told("out-Two-1", DeliveryState.FAILED, "No such number."),
    )
    failed = await talk.look(answer)
    assert (state_of(failed), why(failed)) == (DeliveryState.FAILED, "No such number.")
    again = await talk.retry(failed)
    assert state_of(again) is DeliveryState.QUEUED
    assert state_of(await talk.send(again, job="b")) is DeliveryState.SENT
    assert talk.provider.texts == ["One", "Two", "Three", "Two"]
    assert len({part.key for part in talk.provider.taken}) == 4
    # What is told late of the try that failed counts no longer.
    await talk.tell(told("out-Two-1", DeliveryState.FAILED, "Undelivered."))
    await talk.tell(told("out-Two-again-1-1", DeliveryState.DELIVERED))
    assert state_of(await talk.look(answer)) is DeliveryState.DELIVERED


async def test_a_retry_while_another_piece_is_on_its_way_waits_for_it() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One|Two")
    again: list[Conversation] = []

    async def fails(part: OutgoingMessage) -> None:
        if part.text == "Two" and not again:
            await talk.tell(told("out-One-0", DeliveryState.FAILED, "No."))
            again.append(await talk.retry(await talk.look(answer)))
            with pytest.raises(TryLater):
                await talk.send(answer, job="b")

    talk.provider.on_send = fails
    await talk.send(answer)
    await talk.send(again[0], job="b")
    assert talk.provider.texts == ["One", "Two", "One"]


async def test_answers_of_a_ticket_leave_in_their_order() -> None:
    talk, ticket_id = await asked()
    first, second = await talk.answer(ticket_id, "First"), await talk.answer(ticket_id, "Second")
    with pytest.raises(TryLater):
        await talk.send(second, job="b")
    talk.provider.troubles = [TryLater("Busy.")]
    await talk.try_to_send(first)
    assert state_of(await talk.try_to_send(second, job="b")) is DeliveryState.QUEUED
    await talk.send(first, 2)
    await talk.send(second, 2, job="b")
    assert talk.provider.texts == ["First", "Second"]


async def test_an_answer_that_waited_too_long_for_an_earlier_one_says_so() -> None:
    talk, ticket_id = await asked()
    await talk.answer(ticket_id, "First")
    second = await talk.try_to_send(await talk.answer(ticket_id, "Second"), MAX_ATTEMPTS, job="b")
    assert (state_of(second), why(second)) == (
        DeliveryState.FAILED,
        "An earlier answer of this ticket has not left.",
    )


@pytest.mark.parametrize("again", [False, True])
async def test_who_wants_no_messages_gets_none_also_where_one_is_in_line(again: bool) -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    await talk.tell(TellChoice(Channel.SMS, OURS, IDA, after(61), opted_out=True))
    refused = await talk.try_to_send(answer)
    assert (state_of(refused), why(refused)) == (
        DeliveryState.FAILED,
        "The customer has asked for no more messages.",
    )
    if again:
        await talk.tell(TellChoice(Channel.SMS, OURS, IDA, after(62), opted_out=False))
        await talk.send(await talk.retry(refused), job="b")
    assert talk.provider.texts == (["One"] if again else [])


async def test_who_wants_no_messages_by_one_name_gets_none_by_another() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0, threads=(IDA, "id-7")))
    ticket, _ = await talk.only()
    await talk.tell(TellChoice(Channel.SMS, OURS, "id-7", after(61), opted_out=True))
    assert state_of(await talk.try_to_send(await talk.answer(ticket.id, "One"))) is DeliveryState.FAILED
    assert talk.provider.calls == 0


async def test_what_the_provider_says_of_it_is_remembered() -> None:
    talk, ticket_id = await asked()
    talk.provider.troubles = [OptedOut("They have blocked you.")]
    answer = await talk.answer(ticket_id, "One")
    with pytest.raises(GiveUp):
        await talk.send(answer)
    assert why(await talk.look(answer)) == "They have blocked you."
    second = await talk.try_to_send(await talk.answer(ticket_id, "Two"))
    assert (state_of(second), talk.provider.calls) == (DeliveryState.FAILED, 1)


async def test_past_the_window_only_a_template_leaves() -> None:
    talk, ticket_id = await asked(provider=Provider(window=timedelta(hours=24)))
    answer = await talk.answer(ticket_id, "One")
    talk.now += timedelta(days=1)
    late = await talk.try_to_send(answer)
    assert state_of(late) is DeliveryState.FAILED
    assert "within 24 hours" in why(late)
    await talk.hear(said("m1", IDA, 60 * 24))
    assert state_of(await talk.send(await talk.retry(late), job="b")) is DeliveryState.SENT


async def test_while_an_account_is_refused_answers_wait_and_its_admins_see_why() -> None:
    talk, ticket_id = await asked()
    talk.provider.troubles = [AccountRefused("The token was revoked.")]
    answer = await talk.answer(ticket_id, "One")
    with pytest.raises(AccountRefused) as refused:
        await talk.send(answer)
    assert refused.value.after is not None
    assert (state_of(await talk.look(answer)), talk.provider.calls) == (DeliveryState.QUEUED, 1)
    account = await talk.store.read(lambda view: view.integrations.by_account("sms", OURS))
    assert account is not None
    assert account.settings[TROUBLE] == "The token was revoked."
    assert state_of(await talk.send(answer, 2)) is DeliveryState.SENT


async def test_an_account_that_is_not_connected_sends_nothing() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    account = await talk.store.read(lambda view: view.integrations.by_account("sms", OURS))
    assert account is not None
    gone = evolve(account, state=IntegrationState.DISCONNECTED)
    await talk.store.transact(lambda work: work.integrations.replace(gone))
    failed = await talk.try_to_send(answer)
    assert (state_of(failed), why(failed)) == (
        DeliveryState.FAILED,
        f"The SMS account {OURS} is not connected.",
    )


async def test_what_was_redacted_in_line_leaves_no_more_and_holds_nobody_up() -> None:
    talk, ticket_id = await asked()
    first, second = await talk.answer(ticket_id, "First"), await talk.answer(ticket_id, "Second")
    redact = RedactConversation(talk.store, talk.clock, talk.new_id)
    await redact(talk.organization.id, first.id, NOOR, None)
    assert state_of(await talk.try_to_send(first)) is DeliveryState.FAILED
    await talk.send(second, job="b")
    assert talk.provider.texts == ["Second"]
    with pytest.raises(Conflict):
        await talk.retry(await talk.look(first))


async def test_nothing_is_sent_to_whoever_was_erased() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    customer_id = (await talk.only())[0].customer_id
    await EraseCustomer(talk.store, talk.clock, talk.new_id)(talk.organization.id, customer_id, NOOR)
    failed = await talk.try_to_send(answer)
    assert (state_of(failed), talk.provider.calls) == (DeliveryState.FAILED, 0)
    assert IDA not in repr(failed)


@pytest.mark.parametrize("into_the_other", [True, False])
async def test_an_answer_reaches_whom_it_was_written_to_whatever_tickets_became_one(
    into_the_other: bool,
) -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0), said("m1", OTTO, 5))
    [(hers, _), (his, _)] = await talk.tickets()
    answers = [await talk.answer(hers.id, "To Ida"), await talk.answer(his.id, "To Otto")]
    source, target = (hers.id, his.id) if into_the_other else (his.id, hers.id)
    await MergeTickets(talk.store, talk.clock, talk.new_id)(talk.organization.id, source, NOOR, target)
    for number, answer in enumerate(answers):
        await talk.send(answer, job=str(number))
    assert {(part.thread, part.text) for part in talk.provider.taken} == {(IDA, "To Ida"), (OTTO, "To Otto")}


async def test_the_answers_of_customers_who_became_one_still_leave() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0), said("m1", OTTO, 5))
    [(hers, _), (his, _)] = await talk.tickets()
    answer = await talk.answer(hers.id, "To Ida")
    merge = MergeCustomers(talk.store, talk.clock, talk.new_id)
    await merge(talk.organization.id, CustomerId(hers.customer_id), CustomerId(his.customer_id), NOOR)
    await talk.send(answer)
    assert [(part.thread, part.text) for part in talk.provider.taken] == [(IDA, "To Ida")]


async def test_a_ticket_that_was_split_off_is_answered_where_its_messages_came_from() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0), said("m1", IDA, 5))
    ticket, messages = await talk.only()
    split = SplitTicket(talk.store, talk.clock, talk.new_id)
    other = await split(talk.organization.id, ticket.id, NOOR, [messages[1].id])
    await talk.send(await talk.answer(other.id, "On the other matter"))
    assert [part.thread for part in talk.provider.taken] == [IDA]


async def test_an_older_ticket_of_a_conversation_that_went_on_is_still_answered() -> None:
    talk = await a_talk()
    await talk.hear(said("m0", IDA, 0))
    ticket, _ = await talk.only()
    await talk.close(ticket.id)
    await talk.hear(said("m1", IDA, 5))
    await talk.send(await talk.answer(ticket.id, "On the first matter"))
    assert [part.thread for part in talk.provider.taken] == [IDA]


async def test_a_job_that_comes_late_finds_nothing_to_do() -> None:
    talk, ticket_id = await asked()
    answer = await talk.answer(ticket_id, "One")
    await talk.send(answer)
    await talk.tell(told("out-One-0", DeliveryState.FAILED, "No such number."))
    failed = await talk.send(answer, job="b")
    assert (state_of(failed), talk.provider.calls) == (DeliveryState.FAILED, 1)
    assert "sending" not in failed.metadata
