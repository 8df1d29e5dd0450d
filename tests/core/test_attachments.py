"""Names and types of files: safe for disks, headers and browsers, whatever somebody sends."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.attachments import MAX_FILENAME, content_disposition, safe_filename
from helpdesk_core.media_types import is_text, served_type

ANY_NAME = st.text(st.characters(), max_size=400)


@given(ANY_NAME)
@example("..")
@example("con\r\nset-cookie: a=b")
@example("\u202egpj.exe")
@example("a" * 500 + ".pdf")
def test_a_name_is_safe_and_stays_so(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe) <= MAX_FILENAME
    assert not re.search(r'[\x00-\x1f\x7f/\\<>:"|?*\u202a-\u202e\u2066-\u2069]', safe)
    assert safe not in (".", "..")
    assert safe_filename(safe) == safe


@given(ANY_NAME)
@example('a"b\\c.txt')
@example("100% naïve; filename=other.html")
@example("請求書.pdf")
@example("%41.txt")
def test_a_disposition_is_one_header_that_saves_under_the_name(name: str) -> None:
    value = content_disposition(name)
    found = re.fullmatch(r"attachment; filename=\"([^\"\\%]+)\"(?:; filename\*=UTF-8''([!-~]+))?", value)
    assert found, value
    assert value.isascii()
    assert value.isprintable()
    assert (found[1] if found[2] is None else unquote(found[2])) == safe_filename(name)
    # RFC 8187 §3.2.1: nothing but attr-char and percent-encoding.
    assert re.fullmatch(r"([A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*", found[2] or "")


def test_an_old_program_reads_a_name_without_its_accents() -> None:
    assert content_disposition("Überblick.pdf").startswith('attachment; filename="Uberblick.pdf"; ')
    assert content_disposition("請求書.pdf").startswith('attachment; filename="attachment.pdf"; ')
    assert content_disposition("請求書").startswith('attachment; filename="attachment"; ')


ZIP = b"PK\x03\x04" + b"\0" * 50
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("declared", "name", "head", "found", "served"),
    [
        (WORD, "a.docx", ZIP, ["application/zip"], WORD),
        (None, "a.docx", ZIP, ["application/zip"], WORD),
        ("application/octet-stream", "a.docx", ZIP, [], WORD),
        ("image/png", "a.docx", ZIP, [WORD], "application/zip"),
        ("text/html", "a.zip", ZIP, ["text/html"], "application/zip"),
        ("application/msword", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", [], "application/msword"),
        ("image/jpg", "a.jpg", b"\xff\xd8\xff\0", ["image/jpeg"], "image/jpeg"),
        ("image/svg+xml", "a.svg", b"\0", ["image/svg+xml"], "application/octet-stream"),
        ("text/html", "a.html", b"\0\0", ["text/html"], "application/octet-stream"),
        ("text/html; charset=utf-8", "a.html", b"<p>", ["text/html"], "text/plain"),
        ("text/csv; charset=utf-8", "a.csv", b"a,b", [], "text/csv"),
        (None, "a.csv", "ä,b".encode("latin-1"), [], "text/csv"),
        (None, "a", b"BMW is broken", ["image/bmp"], "text/plain"),
        (None, "a", b"%PDF-1.4 only text", ["application/pdf"], "application/pdf"),
        ("application/x-msdownload", "a.exe", b"MZ\0", ["application/x-dosexec"], "application/octet-stream"),
        ("video/mp4", "a.mp4", b"\0\0\0\x18ftyp", ["audio/mp4", "video/mp4"], "video/mp4"),
    ],
)
def test_a_type_is_told_by_the_bytes_and_a_hint_decides_between_equals(
    declared: str | None, name: str, head: bytes, found: list[str], served: str
) -> None:
    assert served_type(declared, name, head, found) == served


TYPES = st.sampled_from(
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript"]
)


@given(st.none() | TYPES | st.text(), st.text(), st.binary(), st.lists(TYPES | st.text()))
def test_nothing_is_ever_served_as_what_a_browser_would_run(
    declared: str | None, name: str, head: bytes, found: list[str]
) -> None:
    served = served_type(declared, name, head, [one for one in found if "/" in one])
    assert not re.search(r"html|svg|xml$|script", served)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_what_anybody_writes_is_text(text: str) -> None:
    assert is_text(text.encode())
