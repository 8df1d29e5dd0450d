"""Charsets: bytes that lie about themselves, and text that no store could keep."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.charsets import (
    decode,
    decode_base64,
    decode_words,
    is_known_charset,
    one_line,
    storable,
    unix_lines,
)


def is_storable(text: str) -> bool:
    return "\0" not in text and text.encode("utf-8").decode("utf-8") == text


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
@example("\ud83d\ude00 \udead\0")
def test_whatever_text_comes_can_be_stored_afterwards(text: str) -> None:
    # PostgreSQL refuses NUL, and UTF-8 has no form for half a surrogate pair: one such mail would block a mailbox.
    assert is_storable(storable(text))
    assert is_storable(one_line(text))
    assert len(one_line(text).splitlines()) <= 1
    assert "\r" not in unix_lines(text)


def test_halves_of_a_surrogate_pair_that_stand_together_become_their_character() -> None:
    assert storable("\ud83d\ude00!") == "\U0001f600!"


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=70)))
def test_no_bytes_and_no_claim_keep_text_from_coming_out(raw: bytes, claimed: str | None) -> None:
    # The claim is a stranger's: it may name a codec that is no charset, or one that reads escapes of its own.
    assert is_storable(decode(raw, claimed))


@pytest.mark.parametrize(
    ("raw", "claimed", "text"),
    [
        ("Größe".encode(), "us-ascii", "Größe"),
        ("Größe".encode("cp1252"), "us-ascii", "Größe"),
        ("Größe".encode("cp1252"), None, "Größe"),
        ("Größe".encode("cp1252"), "utf-8", "Größe"),
        ("“price” – 5 €".encode("cp1252"), "ISO-8859-1", "“price” – 5 €"),
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("你好，世界".encode("gb18030"), "GB2312", "你好，世界"),
        ("안녕하세요 똠방각하".encode("cp949"), "ks_c_5601-1987", "안녕하세요 똠방각하"),
        ("こんにちは①".encode("cp932"), "Shift_JIS", "こんにちは①"),
        ("こんにちは".encode("iso2022_jp"), None, "こんにちは"),
        ("สวัสดี".encode("cp874"), "windows-874", "สวัสดี"),
        ("hello".encode("utf-16"), None, "hello"),
        (b"hello!", "utf-16", "hello!"),
        ("žluťoučký kůň".encode()[:-1], "utf-8", "žluťoučký ků\ufffd"),
        (b"na\xefve", "x-unknown", "naïve"),
        (b"\x81\x80", None, "\x81€"),
        (b"rot13 is no charset", "rot13", "rot13 is no charset"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
    ],
)
def test_text_is_read_as_its_sender_meant_it(raw: bytes, claimed: str | None, text: str) -> None:
    assert decode(raw, claimed) == text


@pytest.mark.parametrize("name", ["UTF-8", "iso-8859-1", "ISO_8859-8-I", "cp-850", "x-sjis", "Windows-1252"])
def test_the_names_that_mail_programs_use_are_known(name: str) -> None:
    assert is_known_charset(name)


@pytest.mark.parametrize("name", ["", "x-unknown", "base64", "idna", "unicode_escape", "utf-8" * 20])
def test_what_is_no_charset_is_not_known_as_one(name: str) -> None:
    assert not is_known_charset(name)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?utf-8?q?J=C3=BCrgen?= Maier", "Jürgen Maier"),
        ("=?utf-8?q?one?= =?utf-8?q?_two?=", "one two"),
        ("=?utf-8?b?5L2g?=\r\n =?utf-8?b?5aW9?=", "你好"),
        ("=?UTF-8?B?5L0=?= =?UTF-8?B?oOWlvQ==?=", "你好"),
        ("=?iso-8859-1*fr?q?caf=E9?=", "café"),
        ("=?utf-8?q?=0D=0ABcc=3A_x=40y.z?=", "Bcc: x@y.z"),
        ("a =?broken and =?utf-8?q?good?=", "a =?broken and good"),
        ("=?utf-8?q?never ends", "=?utf-8?q?never ends"),
        ("=?utf-8?q?really??=", "really?"),
        ("=?nonsense?b?aGk=?=", "hi"),
        ("=?utf-8?q??= x", "x"),
    ],
)
def test_encoded_words_are_read(header: str, text: str) -> None:
    assert decode_words(header) == text


@given(ANY_TEXT)
def test_any_header_becomes_one_line(header: str) -> None:
    # An encoded word may hold a line break; on the way out it would begin another header.
    assert len(decode_words(header).splitlines()) <= 1


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVs\r\nbG8", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVsbG8=\r\nIHdvcmxk", b"hello world"),
        (b"aGVsbG8=\r\n-- \r\nsent to the whole list\r\n", b"hello"),
        (b"aGVsbG8hIQaGV", b"hello!!\x06\x86"),
        (b"This was never base64, was it?", b"This was never base64, was it?"),
        (b"", b""),
    ],
)
def test_base64_is_read_as_it_is_found_in_mail(raw: bytes, content: bytes) -> None:
    assert decode_base64(raw) == content


@given(st.binary())
def test_no_bytes_keep_base64_from_being_read(raw: bytes) -> None:
    # Padding in the wrong place makes the standard library raise, and the letter it was in would be lost.
    assert isinstance(decode_base64(raw), bytes)
