"""Files in other wrappings than MIME's: each case is a complaint that it prevents."""

import binascii
import struct
from base64 import encodebytes

from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.email import parse_mail, with_files_apart
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
