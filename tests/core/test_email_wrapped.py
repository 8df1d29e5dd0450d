"""Files in other wrappings than MIME's: each case is a complaint that it prevents."""

import binascii
import struct
from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.email import parse_mail, with_files_apart
from helpdesk_core.email.calendars import event_lines
from helpdesk_core.email.rtf import MAX_RTF, read_rtf, unpacked
from helpdesk_core.email.tnef import unwrap
from helpdesk_core.email.uuencoded import without_uuencoded
from helpdesk_core.richtext import sanitize_html, without_remote_images


def attribute(number: int, content: bytes) -> bytes:
    return (
        b"\x02"
        + struct.pack("<II", number, len(content))
        + content
        + struct.pack("<H", sum(content) & 0xFFFF)
    )


def text_property(number: int, text: str) -> bytes:
    value = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(name: str, content: bytes, text: str = "") -> bytes:
    told = (text_property(0x3707, name), text_property(0x370E, "application/pdf"))
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(0x00069007, struct.pack("<II", 1252, 0))
        + (attribute(0x0002800C, text.encode("cp1252") + b"\0") if text else b"")
        + attribute(0x00069002, bytes(14))
        + attribute(0x00018010, b"RECHNU~1.PDF\0")
        + attribute(0x0006800F, content)
        + attribute(0x00069005, struct.pack("<I", len(told)) + b"".join(told))
    )


def a_mail_with(wrapped: bytes, text: str = "See there.") -> bytes:
    return (
        b"From: ana@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + text.encode() + b"\n"
        b'--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
        + encodebytes(wrapped)
        + b"--b--\n"
    )


def test_an_invoice_from_outlook_is_not_a_winmail_dat_that_nobody_can_open() -> None:
    mail = parse_mail(a_mail_with(winmail("Rechnung März.pdf", b"%PDF")))
    assert mail.text == "See there."
    assert [(part.filename, part.content_type) for part in mail.parts] == [
        ("winmail.dat", "application/ms-tnef"),
        ("Rechnung März.pdf", "application/pdf"),
    ]
    assert mail.parts[1].content == b"%PDF"


def test_words_that_are_only_in_the_winmail_dat_are_read() -> None:
    assert parse_mail(a_mail_with(winmail("a.pdf", b"", text="Viele Grüße"), text="")).text == "Viele Grüße"


def in_rtf(rtf: bytes) -> bytes:
    """A winmail.dat whose words are RTF only."""
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    words = struct.pack("<HHII", 0x0102, 0x1009, 1, len(packed)) + packed + b"\0" * (-len(packed) % 4)
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x00069003, struct.pack("<I", 1) + words)


def test_words_that_outlook_keeps_as_rtf_are_read() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 Arial;}}{\*\generator Riched20;}"
        rb"\f0 \'cf\'f0\'e8\'e2\'e5\'f2\par {\f1 Gr\'fc\'dfe} \u8364? \{ok\}\par}"
    )
    assert parse_mail(a_mail_with(in_rtf(rtf), text="")).text == "Привет\nGrüße € {ok}"


def test_html_that_outlook_keeps_as_rtf_is_html_again() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hi "
        rb"{\*\htmltag84 <b>}\htmlrtf {\b "
        rb"\htmlrtf0 there{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0"
        rb"{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 \'e9{\*\htmltag72 </p>}}"
    )
    mail = parse_mail(a_mail_with(in_rtf(rtf), text=""))
    assert (mail.html, mail.text) == ("<p>Hi <b>there</b>&lt;é</p>", "Hi there<é")


def test_rtf_is_unpacked_as_its_specification_shows() -> None:
    # The examples of [MS-OXRTFCP] §4.1.1 and §4.1.2: plain runs, and a piece that runs into itself.
    packed = (
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(bytes.fromhex(packed)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    packed = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert unpacked(bytes.fromhex(packed)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"{\\rtf1", b"{\\rtf1\\fromhtml1 ", struct.pack("<II4sI", 0, 9_999, b"LZFu", 0)]),
)
def test_any_bytes_are_read_as_rtf_without_a_complaint(noise: bytes, head: bytes) -> None:
    read_rtf(head + noise)
    rtf = unpacked(head + noise)
    assert rtf is None or len(rtf) <= MAX_RTF


INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:A lamp\\, and
  a talk
DTSTART;TZID=Europe/Berlin:20240305T090000
DTEND;TZID=Europe/Berlin:20240305T100000
LOCATION:Room 1
ORGANIZER;CN="Ana: B":mailto:ana@x.example
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_without_words_says_what_when_and_where_and_is_kept() -> None:
    mail = parse_mail(
        f"From: ana@x.example\nContent-Type: text/calendar; method=REQUEST\n\n{INVITATION}".encode()
    )
    assert mail.text == (
        "Invitation: A lamp, and a talk\nWhen: 2024-03-05 09:00 Europe/Berlin to 2024-03-05 10:00 Europe/Berlin"
        "\nWhere: Room 1\nBy: ana@x.example"
    )
    assert [(part.filename, part.content_type) for part in mail.parts] == [
        ("invitation-1.ics", "text/calendar")
    ]


@given(st.text(max_size=200), st.integers(0, 300))
def test_any_calendar_is_told_without_a_complaint(noise: str, cut: int) -> None:
    event_lines(INVITATION[:cut] + noise + INVITATION[cut:])


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("application/rtf", "{\\rtf1 Hi there}", "Hi there"),
        ("text/enriched", "<bold>Hi</bold> there, 1 << 2", "Hi there, 1 < 2"),
        ("text/plain", "<html><body><p>Hi there</p></body></html>", "Hi there"),
        ("text/plain", "<html> is how a page begins", "<html> is how a page begins"),
    ],
)
def test_words_in_an_unusual_form_are_read(kind: str, body: str, text: str) -> None:
    assert parse_mail(f"From: ana@x.example\nContent-Type: {kind}\n\n{body}\n".encode()).text == text


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_broken_winmail_dat_is_kept_as_it_came(noise: bytes, cut: int) -> None:
    wrapped = winmail("a.pdf", b"%PDF")[:cut] + noise
    unwrap(wrapped)
    parts = parse_mail(a_mail_with(wrapped)).parts
    assert parts[0].content == wrapped


def uuencoded(name: str, content: bytes) -> str:
    lines = (binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45))
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


@given(st.binary(min_size=1, max_size=300))
def test_a_file_from_an_old_program_is_no_page_of_garbage(content: bytes) -> None:
    raw = f"From: ana@x.example\n\nSee there.\n\n{uuencoded('a.pdf', content)}\nAna\n".encode()
    mail = with_files_apart(parse_mail(raw))
    assert mail.text.split() == ["See", "there.", "Ana"]
    assert [(part.filename, part.content) for part in mail.parts] == [("a.pdf", content)]


def test_a_text_about_beginnings_and_ends_stays_whole() -> None:
    for text in (
        "begin 644 a.pdf\nmore words than bytes\nend\n",
        "begin 644 a.pdf\nand no end",
        "begin again",
    ):
        assert without_uuencoded(text) == (text, ())


def test_remote_images_can_be_held_back_until_somebody_asks_for_them() -> None:
    html = sanitize_html('<p>Hi</p><img src="https://x.example/a.png" alt="Lamp"><img src="cid:b@x.example">')
    held = without_remote_images(html)
    assert ' src="https' not in held
    assert 'data-remote-src="https://x.example/a.png"' in held
    assert ' src="cid:b@x.example"' in held
