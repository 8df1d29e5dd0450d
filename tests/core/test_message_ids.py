"""Message ids are read out of headers as they really come."""

from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.message_ids import LONGEST_ID, MOST_IDS, message_ids, thread_id


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("<a@x.example>", ("a@x.example",)),
        ("<a@x> <b@y>", ("a@x", "b@y")),
        ("<a@x><b@y>", ("a@x", "b@y")),
        ("<a@x>,\r\n\t<b@y>;<c@z>", ("a@x", "b@y", "c@z")),
        ("<a@x> <b@y> <a@x>", ("a@x", "b@y")),
        ("<long-id-that-was\r\n -folded@x>", ("long-id-that-was-folded@x",)),
        ("<a@x\r\n b@y>", ("a@x", "b@y")),
        ("< a@x >", ("a@x",)),
        ("<<a@x>>", ("a@x",)),
        ("<a@x <b@y>", ("a@x", "b@y")),
        ("<a@x, and more words", ("a@x",)),
        ("a@x>", ("a@x",)),
        ("a@x", ("a@x",)),
        ("a@x, b@y", ("a@x", "b@y")),
        ("<no-at-sign>", ("no-at-sign",)),
        ("<A@X> <a@x>", ("A@X", "a@x")),
        ("<a(1)@x>", ("a(1)@x",)),
        ("<a@x> (answering <b@y> (of Monday))", ("a@x",)),
        ("(of Monday <b@y>", ("b@y",)),
        (":-) <a@x>", ("a@x",)),
        ("Your letter of Monday <a@x>", ("a@x",)),
        ("Your letter of Monday to ann@x.example", ()),
        ("=?utf-8?q?=3Ca=40x=2Eexample=3E?=", ("a@x.example",)),
        ("=?utf-8?b?PGFAeD4=?=", ("a@x",)),
        ("=?no-such-charset?q?a=40x?=", ()),
        ("<a\0b@x> <ok@x>", ("ok@x",)),
        ("<a\ud800@x>", ()),
        ("<>", ()),
        ("< \r\n >", ()),
        ("<", ()),
        ("@", ()),
        ("null", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_ids_are_read_as_they_come(header: str | None, ids: tuple[str, ...]) -> None:
    assert message_ids(header) == ids


@given(st.text(st.characters()) | st.text('<>@(),; \r\n\tab"\\=?', max_size=60))
@example("=?utf-8?b?A?=")
@example("=?x?q?")
def test_whatever_a_header_holds_ids_are_never_empty_and_can_be_stored(header: str) -> None:
    ids = message_ids(header)
    assert len(set(ids)) == len(ids)
    for one in ids:
        assert 0 < len(one.encode("utf-8")) <= LONGEST_ID
        assert one == one.strip()
        assert one.isprintable()
        assert not set("<>") & set(one)


@given(
    st.lists(
        st.from_regex(r"[a-zA-Z0-9.+=_-]{1,20}@[a-z0-9.-]{1,10}", fullmatch=True), max_size=8, unique=True
    )
)
def test_what_was_written_is_read_whichever_way_it_was_folded(ids: list[str]) -> None:
    for between in (" ", "\r\n ", ",", "", " (a note)\r\n\t"):
        assert message_ids(between.join(f"<{one}>" for one in ids)) == tuple(ids)
    assert message_ids(" ".join(ids)) == tuple(ids)


def test_of_a_long_thread_the_root_and_the_nearest_are_kept() -> None:
    ids = [f"{count}@x" for count in range(500)]
    assert message_ids(" ".join(f"<{one}>" for one in ids)) == ("0@x", *ids[-(MOST_IDS - 1) :])


def test_an_id_too_long_for_a_line_of_mail_is_none() -> None:
    longest = "a" * (LONGEST_ID - 2) + "@x"
    assert message_ids(f"<{longest}> <a{longest}> <{'ü' * (LONGEST_ID // 2)}@x>") == (longest,)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "unit", ["<", "(", ")", "<a", "(<", "((a)", "a@", "<a@x> ", "=?", " ", "=?utf-8?q?a?= "]
)
def test_a_hostile_header_of_megabytes_costs_no_time(unit: str) -> None:
    assert len(message_ids(unit * (4_000_000 // len(unit)))) <= MOST_IDS


def test_a_cut_through_an_endless_header_leaves_no_half_id() -> None:
    ids = message_ids("<" + "a" * 70_000 + "@x> <whole@x>")
    assert ids == ("whole@x",)
    assert message_ids("a" * 70_000 + "@x") == ()
    assert message_ids("<cut@x>" + " " * ((1 << 16) - 5)) == ()


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: b64encode(raw).decode()))
def test_a_thread_index_is_an_id_that_every_store_can_hold_or_nothing(header: str) -> None:
    told = thread_id(header)
    assert told is None or (told.startswith("thread-index:") and len(told) == 57)
    assert thread_id(b64encode(bytes(22)).decode()) is None
