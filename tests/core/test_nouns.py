"""Small rules of the nouns: deliveries move forward, contacts stay unique, pauses grow, names are safe."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.attachments import safe_filename
from helpdesk_core.blocked_senders import blocks, check_pattern
from helpdesk_core.conversations import (
    RANK,
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    with_delivery,
)
from helpdesk_core.customers import Contact, Customer, absorb, normal_email, normal_phone, with_contacts
from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.health import Check, HealthState, answered, overall
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId, uuid7
from helpdesk_core.jobs import (
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    GiveUp,
    Rest,
    Retry,
    TryLater,
    after_failure,
    short_error,
)
from helpdesk_core.organizations import check_slug
from helpdesk_core.tickets import Channel
from helpdesk_core.users import Scope

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_reply(state: DeliveryState) -> Conversation:
    return Conversation(
        id=ConversationId(UUID(int=1)),
        organization_id=OrganizationId(UUID(int=2)),
        ticket_id=TicketId(UUID(int=3)),
        kind=Kind.REPLY,
        channel=Channel.EMAIL,
        author=Author(AuthorType.USER, UUID(int=4), "Noor", AuthorRole.AGENT),
        content={"type": "doc", "content": []},
        content_text="",
        content_html="",
        created_at=NOW,
        delivery=DeliveryStatus(state),
    )


def a_customer(number: int = 1, **fields: Any) -> Customer:
    blank = Customer(
        CustomerId(UUID(int=number)), OrganizationId(UUID(int=2)), created_at=NOW, updated_at=NOW
    )
    return evolve(blank, **fields)


@given(st.lists(st.sampled_from(DeliveryState)))
def test_a_delivery_moves_forward_whatever_the_order_of_reports(reports: list[DeliveryState]) -> None:
    reply = a_reply(DeliveryState.SENT)
    for report in reports:
        moved = with_delivery(reply, report)
        assert moved.delivery is not None
        assert reply.delivery is not None
        assert RANK[moved.delivery.state] >= RANK[reply.delivery.state]
        reply = moved


def test_a_failed_delivery_can_be_queued_again_but_a_sent_one_cannot() -> None:
    assert with_delivery(a_reply(DeliveryState.FAILED), DeliveryState.QUEUED) == a_reply(DeliveryState.QUEUED)
    assert with_delivery(a_reply(DeliveryState.SENT), DeliveryState.QUEUED) == a_reply(DeliveryState.SENT)


def test_a_note_has_no_delivery_to_move() -> None:
    note = evolve(a_reply(DeliveryState.QUEUED), kind=Kind.NOTE, delivery=None)
    assert with_delivery(note, DeliveryState.SENT) == note


def test_new_contacts_go_behind_the_known_ones_and_no_contact_stands_twice() -> None:
    customer = a_customer(emails=("iris@garden.example",))
    contacts = (
        Contact("email", "iris@work.example"),
        Contact("email", "iris@garden.example"),
        Contact("phone", "+31201234567"),
        Contact("slack", "U77"),
        Contact("slack", "U77"),
    )
    known = with_contacts(customer, contacts, NOW)
    assert known.emails == ("iris@garden.example", "iris@work.example")
    assert (known.phones, known.identities) == (("+31201234567",), (Contact("slack", "U77"),))
    assert known.email == "iris@garden.example"


def test_merging_customers_keeps_every_contact_and_overwrites_nothing() -> None:
    target = a_customer(1, name="Iris", emails=("iris@garden.example",), metadata={"plan": "gold"})
    other = a_customer(
        2, name="I.", company="Garden", phones=("+31201234567",), metadata={"plan": "tin", "vat": "1"}
    )
    merged = absorb(target, other, NOW)
    assert (merged.name, merged.company, merged.metadata) == ("Iris", "Garden", {"plan": "gold", "vat": "1"})
    assert set(merged.contacts) == set(target.contacts) | set(other.contacts)
    with pytest.raises(Conflict):
        absorb(target, target, NOW)


@pytest.mark.parametrize(
    ("text", "normal"),
    [("  Iris@Garden.Example ", "iris@garden.example"), ("a+b@c.example", "a+b@c.example")],
)
def test_an_email_is_compared_in_lower_case(text: str, normal: str) -> None:
    assert normal_email(text) == normal


@pytest.mark.parametrize(
    "text", ["", "iris", "a@b@c", "a b@c", "a@b\n", "<a@b>", "a@", "@b", "a\x00@b.example"]
)
def test_what_is_no_email_is_refused(text: str) -> None:
    if text == "a@b\n":
        assert normal_email(text) == "a@b"
        return
    with pytest.raises(InvalidValue):
        normal_email(text)


def test_a_phone_number_in_any_spelling_becomes_e164() -> None:
    assert {normal_phone("+31 20 123 45 67"), normal_phone("020-1234567", "NL")} == {"+31201234567"}
    for wrong in ("", "12", "call me", "020-1234567", "+310"):
        with pytest.raises(InvalidValue):
            normal_phone(wrong)


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True))
def test_pauses_double_up_to_an_hour_and_end_after_twelve_tries(attempts: int, jitter: float) -> None:
    follows = after_failure(attempts, RuntimeError("no"), NOW, jitter)
    if attempts >= MAX_ATTEMPTS:
        assert follows == Rest()
    else:
        assert isinstance(follows, Retry)
        shortest = min(timedelta(seconds=2 ** (attempts - 1)), LONGEST_PAUSE)
        assert shortest <= follows.at - NOW <= min(shortest * 1.25, LONGEST_PAUSE)


def test_a_pause_the_other_side_asked_for_is_kept() -> None:
    assert after_failure(1, TryLater("busy", timedelta(minutes=7)), NOW, 0.5) == Retry(
        NOW + timedelta(minutes=7)
    )
    assert after_failure(1, GiveUp("never"), NOW, 0.5) == Rest()


@given(st.text())
def test_an_error_fits_on_one_short_line(text: str) -> None:
    line = short_error(RuntimeError(text))
    assert line.startswith("RuntimeError")
    assert len(line) <= 500
    assert len(line.splitlines()) == 1


@given(st.text(max_size=600))
def test_a_file_name_can_stand_in_a_header_and_on_a_disk(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe) <= 200
    assert not set(safe) & set('/\\<>:"|?*\x00\r\n')
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in safe)
    assert safe not in {".", ".."}
    assert safe == safe.strip(" .")


def test_a_long_file_name_keeps_its_ending_and_any_script() -> None:
    assert safe_filename("../../приказ " + "ы" * 300 + ".pdf").endswith("ы.pdf")
    assert safe_filename("C:\\temp\\発注書.xlsx") == "発注書.xlsx"
    assert safe_filename(None) == safe_filename("...") == "attachment"


@pytest.mark.parametrize(
    ("pattern", "email", "blocked"),
    [
        ("pest@spam.example", "PEST@spam.example", True),
        ("pest@spam.example", "guest@spam.example", False),
        ("@spam.example", "anyone@spam.example", True),
        ("@spam.example", "anyone@deep.spam.example", False),
        ("*@*.spam.example", "anyone@deep.spam.example", True),
        ("*@*.spam.example", "anyone@spam.example", False),
        ("news*@shop.example", "newsletter@shop.example", True),
        ("a.b@c.example", "axb@c.example", False),
    ],
)
def test_a_blocked_sender_is_an_address_a_domain_or_a_wildcard(
    pattern: str, email: str, blocked: bool
) -> None:
    assert blocks(check_pattern(pattern), email) is blocked


@pytest.mark.parametrize("pattern", ["", "spam", "a b@c", "a@", "*" * 9 + "@c.example", "a@b@c"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidValue):
        check_pattern(pattern)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "a_b", "a.b", "x" * 33, "a\n"])
def test_a_slug_must_fit_into_an_address(slug: str) -> None:
    with pytest.raises(InvalidValue):
        check_slug(slug)


def test_a_scope_includes_those_before_it() -> None:
    assert [scope.covers(Scope.WRITE) for scope in (Scope.READ, Scope.WRITE, Scope.ADMIN)] == [
        False,
        True,
        True,
    ]


def test_the_whole_is_as_the_worst_of_its_parts() -> None:
    fine, slow = answered(5), answered(2500)
    broken, absent = Check(HealthState.UNHEALTHY), Check(HealthState.NOT_CONFIGURED)
    assert overall({"database": fine, "redis": absent}) is HealthState.HEALTHY
    assert overall({"database": slow, "redis": fine}) is HealthState.DEGRADED
    assert overall({"database": slow, "redis": broken}) is HealthState.UNHEALTHY


@given(st.integers(0, 7_000_000_000_000), st.integers(0, 2**80))
def test_ids_are_version_7_and_sort_by_time(milliseconds: int, entropy: int) -> None:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    made, later = uuid7(moment, entropy), uuid7(moment + timedelta(milliseconds=2), 0)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made < later
