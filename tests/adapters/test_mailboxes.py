"""Where the reading of a mailbox stands, names of folders, and what servers say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.email.imap.mailbox_names import encode_name
from helpdesk_adapters.email.imap.responses import body_in, descriptions, number_in, numbers
from helpdesk_core.mailboxes import (
    MOST_TRIES,
    Place,
    begun,
    dealt_with,
    left_behind,
    place_as_text,
    place_from_text,
)
from helpdesk_core.ports.mailboxes import Described

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UIDS = st.integers(1, 2**32 - 1)
PLACES = st.builds(
    Place,
    UIDS,
    UIDS,
    UIDS,
    st.datetimes(timezones=st.just(UTC)),
    st.dictionaries(UIDS, st.integers(1, 9)),
)


@given(place=PLACES)
def test_a_place_comes_back_from_its_text(place: Place) -> None:
    assert place_from_text(place_as_text(place)) == place


@given(place=PLACES, uid=UIDS)
def test_a_place_never_goes_back(place: Place, uid: int) -> None:
    assert dealt_with(place, uid).uid >= place.uid
    assert left_behind(place, uid).uid >= place.uid
    assert uid not in dealt_with(left_behind(place, uid), uid).left


def test_reading_goes_on_under_the_same_uidvalidity_and_begins_anew_under_another() -> None:
    first = begun(None, 7, 11, NOON)
    assert (first.uid, first.backlog, first.since) == (0, 10, NOON)
    further = dealt_with(first, 10)
    assert begun(further, 7, 50, NOON + timedelta(days=9)) == further
    assert begun(further, 8, 50, NOON + timedelta(days=9)) == Place(8, 0, 49, NOON)


def test_a_message_is_given_up_after_so_many_tries() -> None:
    place = begun(None, 7, 11, NOON)
    for _ in range(MOST_TRIES):
        assert place.given_up == ()
        place = left_behind(place, 3)
    assert (place.to_retry, place.given_up) == ((), (3,))


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", "INBOX"),
        ("Support & Sales", "Support &- Sales"),
        ("Käse & Brot/日本", "K&AOQ-se &- Brot/&ZeVnLA-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("a\r\nb", "a&AA0ACg-b"),
        ("😀", "&2D3eAA-"),
    ],
)
def test_names_of_folders_travel_in_modified_utf_7(name: str, encoded: str) -> None:
    """The examples with ~peter are those of RFC 3501 §5.1.3."""
    assert encode_name(name) == encoded


@given(name=st.text())
def test_an_encoded_name_is_one_line_of_ascii(name: str) -> None:
    encoded = encode_name(name)
    assert encoded.isascii()
    assert encoded.isprintable()


def test_bodies_come_as_literal_quoted_or_nil() -> None:
    done = b"FETCH completed"
    assert body_in([b"1 FETCH (UID 5 BODY[]<0> {3}", bytearray(b"a\r\n"), b")", done]) == b"a\r\n"
    assert body_in([b'1 FETCH (UID 5 BODY[] "a \\"b\\" \\\\")', done]) == b'a "b" \\'
    assert body_in([b"1 FETCH (UID 5 BODY[]<9> NIL)", done]) == b""
    assert body_in([b"1 FETCH (BODY[]<0> {0}", bytearray(), b")", done]) == b""
    assert body_in([b"1 FETCH (FLAGS (\\Seen))", done]) is None


def test_descriptions_are_told_by_uid_whatever_else_the_server_says() -> None:
    lines = [
        b'7 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" UID 5 RFC822.SIZE 4286)',
        b"8 FETCH (FLAGS (\\Seen))",
        b'9 FETCH (UID 6 RFC822.SIZE 1 INTERNALDATE "99-Foo-1996 02:44:25 -0700")',
        b"FETCH completed",
    ]
    arrived = datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)
    assert descriptions(lines) == {5: Described(4286, arrived), 6: Described(1, None)}


def test_a_search_is_read_without_the_words_about_it() -> None:
    assert numbers([b"3 1 2", b"SEARCH completed 17"]) == [1, 2, 3]
    assert numbers([b"", b"SEARCH completed"]) == []
    assert number_in("UIDNEXT", [b"OK [UIDVALIDITY 3857529045] ok", b"OK [UIDNEXT 4392] next"]) == 4392


@given(lines=st.lists(st.binary() | st.binary().map(bytearray)))
def test_whatever_a_server_says_is_read_without_an_error(lines: list[bytes | bytearray]) -> None:
    body_in(lines)
    descriptions(lines)
    numbers(lines)
    number_in("UIDNEXT", lines)
