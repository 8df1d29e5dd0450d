"""A reply token proves the ticket that an answer belongs to, and nothing else does."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk_core.ids import OrganizationId
from helpdesk_core.reply_tokens import (
    LARGEST_NUMBER,
    LONGEST_TOKEN,
    bounce_token,
    bounced_ticket_of,
    reply_token,
    split_recipient,
    ticket_number_of,
)

ACME = OrganizationId(UUID("01890000-0000-7000-8000-000000000001"))
KEY = b"a key of thirty-two bytes, more or less"

numbers = st.integers(1, LARGEST_NUMBER)
keys = st.binary(min_size=1, max_size=40)
organizations = st.uuids().map(OrganizationId)
anything = st.text(st.characters(), max_size=60)


@given(numbers, st.lists(keys, min_size=1, max_size=4, unique=True), organizations, st.data())
def test_a_token_of_any_key_in_rotation_proves_its_ticket(
    number: int, rotation: list[bytes], organization: OrganizationId, data: st.DataObject
) -> None:
    token = reply_token(organization, number, data.draw(st.sampled_from(rotation)))
    assert ticket_number_of(token, organization, rotation) == number
    assert len(token) <= LONGEST_TOKEN


@given(numbers, st.data())
def test_any_changed_character_is_refused(number: int, data: st.DataObject) -> None:
    token = reply_token(ACME, number, KEY)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters() | st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz-+"))
    assume(other.lower() != token[at] or not other.isascii())
    assert ticket_number_of(token[:at] + other + token[at + 1 :], ACME, [KEY]) is None
    assert ticket_number_of(token[:at] + token[at + 1 :], ACME, [KEY]) is None
    assert ticket_number_of(token[:at] + other + token[at:], ACME, [KEY]) is None


@given(numbers, organizations)
def test_a_token_of_another_organization_is_refused(number: int, other: OrganizationId) -> None:
    assume(other != ACME)
    assert ticket_number_of(reply_token(other, number, KEY), ACME, [KEY]) is None


@given(numbers, keys)
def test_a_token_of_a_retired_key_is_refused(number: int, retired: bytes) -> None:
    # HMAC pads a key with zeros, so keys that differ in trailing zeros alone are one key
    assume(retired.rstrip(b"\0") != KEY)
    assert ticket_number_of(reply_token(ACME, number, retired), ACME, [KEY]) is None
    assert ticket_number_of(reply_token(ACME, number, retired), ACME, []) is None


@given(numbers, st.data())
def test_a_token_survives_mail_servers_that_change_its_case(number: int, data: st.DataObject) -> None:
    token = reply_token(ACME, number, KEY)
    mixed = "".join(data.draw(st.sampled_from([one.lower(), one.upper()])) for one in token)
    assert ticket_number_of(mixed, ACME, [b"newer", KEY]) == number
    assert ticket_number_of(token.upper(), ACME, [KEY]) == number


@given(anything, st.lists(st.binary(max_size=8), max_size=2))
def test_whatever_else_is_written_there_proves_nothing(token: str, rotation: list[bytes]) -> None:
    assert ticket_number_of(token, ACME, rotation) is None


def test_a_letter_that_only_lower_cases_to_ascii_is_refused() -> None:
    tokens = (reply_token(ACME, number, KEY) for number in range(1, 200))
    token = next(token for token in tokens if "k" in token)
    assert ticket_number_of(token.replace("k", "\u212a"), ACME, [KEY]) is None  # the Kelvin sign


def test_an_empty_key_neither_signs_nor_proves() -> None:
    with pytest.raises(ValueError, match="key"):
        reply_token(ACME, 1, b"")
    # HMAC treats a key of zero bytes as the empty one: what that signs, an empty setting must not accept
    assert ticket_number_of(reply_token(ACME, 1, b"\0"), ACME, [b""]) is None


@pytest.mark.parametrize("number", [0, -1, LARGEST_NUMBER + 1])
def test_a_number_that_no_ticket_has_is_not_signed(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        reply_token(ACME, number, KEY)


def test_a_token_stays_what_it_was_so_that_mail_already_sent_can_be_answered() -> None:
    assert reply_token(ACME, 42, KEY) == "42-oiod7aggdzdlaaki"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("acme@desk.example", ("acme", None, "desk.example")),
        ("Acme+12-ABC@Desk.EXAMPLE", ("acme", "12-ABC", "desk.example")),
        (" <acme+12-abc@desk.example> ", ("acme", "12-abc", "desk.example")),
        ("help+eu+12-abc@desk.example", ("help+eu", "12-abc", "desk.example")),
        ('"acme+12-abc"@desk.example', ("acme", "12-abc", "desk.example")),
        ("acme+@desk.example", ("acme", None, "desk.example")),
        ("grün@dörf.example", ("grün", None, "dörf.example")),
        ("acme@localhost", ("acme", None, "localhost")),
        ("+12-abc@desk.example", None),
        ("acme", None),
        ("acme@", None),
        ("@desk.example", None),
        ("a@b@desk.example", None),
        ("acme@desk..example", None),
        ("acme@.example", None),
        ("acme@desk example", None),
        ("two words@desk.example", None),
        ("Acme <acme@desk.example>", None),
        ("a@b.example, c@d.example", None),
        ("acme\0@desk.example", None),
        ("acme@desk\ud800.example", None),
        ("a" * 320 + "@desk.example", None),
        ("", None),
    ],
)
def test_a_recipient_falls_into_mailbox_token_and_domain(
    address: str, parts: tuple[str, str | None, str] | None
) -> None:
    assert split_recipient(address) == parts


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,35}", fullmatch=True), numbers)
def test_what_is_put_into_an_address_comes_out_of_it(slug: str, number: int) -> None:
    address = f"{slug}+{reply_token(ACME, number, KEY)}@desk.example"
    assert len(address.split("@")[0]) <= 64
    for written in (address, address.upper()):
        parts = split_recipient(written)
        assert parts is not None
        mailbox, token, domain = parts
        assert (mailbox, domain) == (slug, "desk.example")
        assert token is not None
        assert ticket_number_of(token, ACME, [KEY]) == number


@given(anything | st.text('a@."<>+ \t', max_size=12))
def test_splitting_never_fails_and_gives_no_empty_part(address: str) -> None:
    parts = split_recipient(address)
    assert parts is None or all(part is None or part for part in parts)


@given(numbers, st.lists(keys, min_size=1, max_size=4, unique=True), organizations, st.data())
def test_a_bounce_token_proves_its_ticket_to_reports_and_nothing_to_answers(
    number: int, rotation: list[bytes], organization: OrganizationId, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(rotation))
    token, answers = bounce_token(organization, number, key), reply_token(organization, number, key)
    assert bounced_ticket_of(token.upper(), organization, rotation) == number
    assert len(token) <= LONGEST_TOKEN
    # Who got a mail knows where to answer it, which must not be enough to report about it.
    assert ticket_number_of(token, organization, rotation) is None
    assert bounced_ticket_of(answers, organization, rotation) is None
    assert bounced_ticket_of(f"b{answers}", organization, rotation) is None
    assert bounced_ticket_of(token, OrganizationId(UUID(int=organization.int ^ 1)), rotation) is None


@given(anything)
def test_whatever_stands_in_place_of_a_bounce_token_proves_nothing(text: str) -> None:
    assert bounced_ticket_of(text, ACME, [KEY]) is None
