"""Addresses: header fields as the RFCs mean them and as senders write them."""

import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from helpdesk_core.addresses import (
    MAX_ADDRESSES,
    Address,
    BadAddress,
    format_address,
    is_email,
    parse_addresses,
)


def read(header: str) -> list[tuple[str, str]]:
    return [(address.email, address.name) for address in parse_addresses(header)]


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("ana@x.example", [("ana@x.example", "")]),
        ("<ana@x.example>", [("ana@x.example", "")]),
        ("Ana Lima <Ana@X.Example>", [("Ana@x.example", "Ana Lima")]),
        ('"Lima, Ana" <ana@x.example>, b@y.example', [("ana@x.example", "Lima, Ana"), ("b@y.example", "")]),
        ("Lima, Ana <ana@x.example>", [("ana@x.example", "Lima, Ana")]),
        ("ana@x.example (Ana (from sales) Lima)", [("ana@x.example", "Ana (from sales) Lima")]),
        ("pete(his account)@x.example (his host)", [("pete@x.example", "his account")]),
        ("<ana@(the host)x.example>", [("ana@x.example", "")]),
        ('"Ana \\"Ace\\" Lima" <ana@x.example>', [("ana@x.example", 'Ana "Ace" Lima')]),
        ("'Ana Lima' <ana@x.example>", [("ana@x.example", "Ana Lima")]),
        ('"ana@x.example" <ana@x.example>', [("ana@x.example", "")]),
        ("=?utf-8?q?J=C3=BCrgen=2C_Chef?= <j@x.example>", [("j@x.example", "Jürgen, Chef")]),
        ('"=?utf-8?q?J=C3=BCrgen?=" <j@x.example>', [("j@x.example", "Jürgen")]),
        ("=?utf-8?q?J=C3=BCrgen_=3Cj=40x=2Eexample=3E?=", [("j@x.example", "Jürgen")]),
        ("Team: a@x.example, B <b@x.example>; c@y", [("a@x.example", ""), ("b@x.example", "B"), ("c@y", "")]),
        ("a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        ("<@relay.example,@other.example:a@x.example>", [("a@x.example", "")]),
        ("<<a@x.example>>", [("a@x.example", "")]),
        ("mailto:a@x.example", [("a@x.example", "")]),
        ('"john"@x.example', [("john@x.example", "")]),
        ("taro..@docomo.example", [("taro..@docomo.example", "")]),
        ("Name <a@x.example", [("a@x.example", "Name")]),
        ("undisclosed-recipients:;", []),
        ("MAILER-DAEMON (Mail Delivery)", []),
        ("Ana <nowhere>, , ;", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_field_yields_its_addresses(header: str, addresses: list[tuple[str, str]]) -> None:
    assert read(header) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a.b+c@sub.example.org",
        "ü@münchen.example",
        "a@[192.0.2.1]",
        "x_y=z@a-b.example",
        "a" * 64 + "@b.example",
    ],
)
def test_what_can_be_mailed_is_an_address(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "@b", "a@", "a@b@c", "a b@c.example", "a@b c", "a@b\n", "a@b\r\nBcc: x@y.example", "a\0@b", "a@-b",
        "a@b-", "a@b..c", "a@.b", "<a@b>", '"a"@b', "a,b@c", "a@b\u200b", "a@b\ud800",
        "a" * 65 + "@b", "a@" + "b." * 130 + "c",
    ],
)  # fmt: skip
def test_what_cannot_be_mailed_is_no_address(text: str) -> None:
    assert not is_email(text)
    with pytest.raises(BadAddress):
        Address(text)


@pytest.mark.parametrize(
    "field", ['"ana b"@x.example', '<"ana b"@x.example>', 'Ana <"a@y.example b"@x.example>']
)
def test_a_quoted_address_is_never_read_as_somebody_elses(field: str) -> None:
    assert read(field) == []
    assert read('"ana"@x.example, <"ana"@x.example>') == [("ana@x.example", "")] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("ana@MÜNCHEN.example", "ana@xn--mnchen-3ya.example"),
        ("jose\u0301@x.example", "jos\u00e9@X.example"),
    ],
)
def test_two_spellings_of_one_mailbox_share_a_key(one: str, other: str) -> None:
    assert Address(one).key == Address(other).key


def test_a_name_never_breaks_its_line() -> None:
    assert Address("a@x.example", "Ana\r\nBcc: b@y.example\0").name == "Ana Bcc: b@y.example"


NAMES = st.text(max_size=60)


@given(
    st.lists(
        st.tuples(NAMES, st.from_regex(r"[a-zA-Z0-9.+_-]{1,20}@[a-z]{1,10}\.example", fullmatch=True)),
        max_size=5,
    )
)
@example([('Lima, "Ana" \\ (x) <y>;', "a@x.example")])
def test_formatted_addresses_are_read_back(people: list[tuple[str, str]]) -> None:
    # What we store as written is parsed again for every answer; a name must not turn into a second recipient.
    addresses = tuple(Address(email, name) for name, email in people)
    # Quotes around a whole name are taken for somebody's quoting, and so are encoded words; a name that is its own
    # address tells nothing.
    assume(all("=?" not in a.name and a.name[:1] not in ("'", '"') and a.name != a.email for a in addresses))
    assert parse_addresses(", ".join(map(format_address, addresses))) == addresses


@given(st.text(st.characters(exclude_categories=())))
@example('"' * 5_000)
@example("\\" + '"\\' * 5_000)
def test_any_field_can_be_read(header: str) -> None:
    # From, To and Cc are a stranger's: nothing in them may stop the mail, and all that comes out can be mailed.
    for address in parse_addresses(header):
        assert is_email(address.email)
        assert address.name.isprintable() or address.name == address.name.strip()
        assert len(address.name.splitlines()) <= 1


@pytest.mark.parametrize("piece", ['"', "<", "(", ",", ":", "=?a?q?", '"\\', "a@b.c,", "(()", "a,", '\\"'])
def test_a_hostile_field_takes_no_time(piece: str) -> None:
    began = time.process_time()
    found = parse_addresses(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 2
    assert len(found) <= MAX_ADDRESSES
