"""What becomes of an answer, whatever reports come in whatever order."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.conversations import (
    RANK,
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
)
from helpdesk_core.delivery_reports import known_ids, meant, with_arrival, with_fates, with_id
from helpdesk_core.email import Fate, Undelivered
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId
from helpdesk_core.richtext import document_from_text
from helpdesk_core.sendings import key_of, never_left
from helpdesk_core.tickets import Channel

ID = UUID("01960b1e-6f00-7000-8000-000000000001")
IDA, JO = "ida@garden.example", "jo@garden.example"
ANSWER = Conversation(
    id=ConversationId(ID),
    organization_id=OrganizationId(ID),
    ticket_id=TicketId(ID),
    kind=Kind.REPLY,
    channel=Channel.EMAIL,
    author=Author(AuthorType.USER, ID, "Noor", AuthorRole.AGENT),
    content=document_from_text("Here."),
    content_text="Here.",
    content_html="<p>Here.</p>",
    created_at=datetime(2026, 4, 6, tzinfo=UTC),
    delivery=DeliveryStatus(DeliveryState.SENT),
    mail=MailHeaders(message_id="a@desk.example", to=(IDA,), cc=(JO,)),
)

Change = Callable[[Conversation], Conversation]


def failing(email: str, reason: str = "550 No such user") -> Undelivered:
    return Undelivered(email, reason, "5.1.1", permanent=True)


def fate(which: Fate, email: str) -> Change:
    return lambda reply: with_fates(reply, which, [failing(email, which.value)])


CHANGES: list[Change] = [with_arrival, *(fate(which, email) for which in Fate for email in (IDA, JO))]
REPORTS = st.lists(st.sampled_from(range(len(CHANGES))), max_size=8)


def after(reports: Sequence[int]) -> Conversation:
    reply = ANSWER
    for report in reports:
        reply = CHANGES[report](reply)
    return reply


@given(REPORTS, st.randoms(use_true_random=False))
def test_the_order_of_reports_and_their_repetition_do_not_matter(reports: list[int], random: object) -> None:
    again = [*reports, *reports]
    random.shuffle(again)  # type: ignore[attr-defined]
    one, other = after(reports).delivery, after(again).delivery
    assert one is not None
    assert other is not None
    assert one.state is other.state
    # Who is named first is who was heard of first.
    assert sorted(one.detail or "") == sorted(other.detail or "")


@given(REPORTS)
def test_nothing_goes_back_and_no_report_says_something_new_twice(reports: list[int]) -> None:
    reply = ANSWER
    for report in reports:
        moved = CHANGES[report](reply)
        assert moved.delivery is not None
        assert reply.delivery is not None
        assert RANK[moved.delivery.state] >= RANK[reply.delivery.state]
        assert CHANGES[report](moved) == moved
        reply = moved


def test_a_report_is_about_those_it_names_or_about_the_only_one_there_is() -> None:
    alone = evolve(ANSWER.mail, cc=())
    nobody = Undelivered("", "", None, permanent=False)
    assert meant(ANSWER.mail, [failing("JO@Garden.example"), failing("x@x.example")]) == (failing(JO),)
    assert meant(ANSWER.mail, []) == (nobody,)
    assert meant(alone, []) == (evolve(nobody, email=IDA),)
    # Passed on to somebody who is gone: neither is known to be dead.
    assert [one.permanent for one in meant(ANSWER.mail, [failing("x@x.example")])] == [False]
    (passed_on,) = meant(alone, [failing("x@x.example")])
    assert (passed_on.email, passed_on.permanent) == (IDA, False)
    assert passed_on.reason == "(as x@x.example) 550 No such user"


def test_a_retry_is_the_same_mail_unless_a_provider_says_that_it_never_left() -> None:
    assert key_of(with_arrival(ANSWER)) == key_of(ANSWER) == f"ticket-reply/{ID}"
    assert key_of(never_left(ANSWER, "no quota")) == f"ticket-reply/{ID}/1"
    delivered = with_arrival(ANSWER)
    assert never_left(delivered, "no quota") == delivered


def test_so_many_ids_of_one_answer_are_remembered_and_no_more() -> None:
    reply = ANSWER
    for number in range(20):
        reply = with_id(reply, f"{number}@ses.example")
    assert known_ids(with_id(reply, "a@desk.example")) == (
        "a@desk.example",
        *(f"{number}@ses.example" for number in range(10)),
    )
