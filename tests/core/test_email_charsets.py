"""Letters, names and dates as programs have always got them wrong: each case is a mail that was a row of boxes once."""

import codecs
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.charset_guesses import from_iso2022_jp, likely_codec
from helpdesk_core.charsets import decode, decode_words
from helpdesk_core.email import parse_mail
from helpdesk_core.email.dates import read_date

RUSSIAN = "Привет, как дела? Все хорошо."
CHINESE = "你好，我的订单还没有到。"
TRADITIONAL = "您好，我的訂單還沒有到。"
KOREAN = "안녕하세요 주문이 도착하지 않았습니다"
JAPANESE = "こんにちは、世界"


@pytest.mark.parametrize(
    ("text", "written_as", "claimed"),
    [
        ("镕基 你好", "gb18030", "gb2312"),
        ("您好嘅", "big5hkscs", "big5"),
        ("①髙橋", "cp932", "shift_jis"),
        ("안녕하세요 똠", "cp949", "ks_c_5601-1987"),
        ("Привіт ґ", "koi8_u", "koi8-u"),
        ("“Hi” – 5 €", "cp1252", "iso-8859-1"),
        ("Žluťoučký „kůň“ šel", "cp1250", "iso-8859-2"),
        ("İstanbul ğüşı", "cp1254", "iso-8859-9"),
        ("Grüße “x”", "utf-8", "iso-8859-1"),
        ("Žluťoučký kůň", "utf-8", "windows-1250"),
        ("Grüße aus Köln", "latin_1", "utf-8"),
        ("Hi ☺", "utf-7", "utf-7"),
        (RUSSIAN, "cp1251", "iso-8859-1"),
        (RUSSIAN, "koi8_r", "us-ascii"),
        (RUSSIAN, "koi8_r", "unknown-8bit"),
        (RUSSIAN, "cp1251", None),
        (CHINESE, "gb18030", "us-ascii"),
        (TRADITIONAL, "big5", "us-ascii"),
        (KOREAN, "cp949", "iso-8859-1"),
        (JAPANESE, "cp932", None),
        (JAPANESE, "euc_jp", "x-unknown"),
        ("Καλημέρα σας, τι κάνετε;", "cp1253", None),
        ("שלום, ההזמנה שלי לא הגיעה", "cp1255", None),
        ("äöüßÄÖÜ", "latin_1", "iso-8859-1"),
        ("ÆØÅæøå", "latin_1", None),
        ("été à la forêt, où ça?", "latin_1", None),
    ],
)  # fmt: skip
def test_a_wrong_charset_makes_no_row_of_boxes(text: str, written_as: str, claimed: str | None) -> None:
    assert decode(text.encode(written_as), claimed) == text


@pytest.mark.parametrize("claimed", ["iso-2022-jp", "cp50220", "iso-2022-jp-ms", None])
def test_signs_that_only_vendors_have_are_read_in_japanese_mail(claimed: str | None) -> None:
    assert decode(b"\x1b$B-!9b66\x1b(B: \x1b$B%i%s%W\x1b(B", claimed) == "①高橋: ランプ"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("=?utf-8?Q?Gr=C3=BC?==?utf-8?Q?=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("Re:=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Re:Grüße"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe an alle?=", "Grüße an alle"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC?= =?utf-8?Q?=C3=9Fe?=", "Grüße"),
        ("=?foo?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?=3D=3Futf-8=3FQ=3FGr=3DC3=3DBC=3DC3=3D9Fe=3F=3D?=", "Grüße"),
        ("=?utf-8?Q?What_is_=3D=3Futf-8=3FQ=3Fa=3F=3D=3F?=", "What is =?utf-8?Q?a?=?"),
    ],
)
def test_a_subject_is_no_line_of_code(header: str, told: str) -> None:
    assert decode_words(header) == told


@pytest.mark.parametrize(
    ("subject", "charset"),
    [
        ("Привет, как дела", "koi8_r"),
        (CHINESE, "gbk"),
        ("ランプが壊れました", "cp932"),
        ("ランプ", "iso2022_jp"),
    ],
)
def test_a_subject_that_nobody_encoded_is_read_all_the_same(subject: str, charset: str) -> None:
    raw = b"From: ana@x.example\nSubject: " + subject.encode(charset) + b"\nX-Other: J\xfcrgen\n\nx\n"
    assert parse_mail(raw).subject == subject


@pytest.mark.parametrize(
    "date",
    ["Tue, 5 Mar 2024 09:01:22", "Tue, 5 Mar 2024 04:01:22 EST", "Tue, 5 Mar 2024 10:01:22 +0100 (MEZ)",
     "5 Mar 24 09:01:22 Z", "2024-03-05T09:01:22Z", "2024-03-05 10:01:22.123+01:00", "Tue Mar  5 09:01:22 2024",
     "Tue Mar 5 10:01:22 CET 2024",
     "Tue, 5 Mar 2024 10:01:22 GMT+01:00", "Tue, 5 Mar 2024 10:01:22 +01:00", "Tue, 5 Mar 2024 09.01.22 +0000",
     "Tuesday, 5 March 2024 09:01:22 +0000", "Tue, 5 Mar, 2024 09:01:22 +0000", "Tue, 5 Mar 2024 18:01:22 JST",
     "Di, 5 Mär 2024 10:01:22 MEZ", "mar, 5 mars 2024 10:01:22 +0100", "Tue, 05 Mar 2024 14:31:22 +0530"],
)  # fmt: skip
def test_a_clock_that_writes_otherwise_is_read(date: str) -> None:
    told = read_date(date)
    assert told is not None
    assert told.isoformat() == "2024-03-05T09:01:22+00:00"


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('attachment; filename="R%C3%A9sum%C3%A9.pdf"', "Résumé.pdf"),
        ('attachment; filename="100%25.pdf"', "100%25.pdf"),
        ("attachment; filename='a.pdf'", "a.pdf"),
        ('attachment; filename="a\u202egpj.exe"', "agpj.exe"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
    ],
)
def test_a_file_is_named_as_it_should_be(disposition: str, filename: str) -> None:
    head = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: application/pdf\nContent-Disposition: "
    assert parse_mail(f"{head}{disposition}\n\nx\n".encode()).parts[0].filename == filename


def test_a_boundary_that_ends_with_a_blank_is_found_with_and_without_it() -> None:
    def mail(line: str) -> bytes:
        head = 'From: a@b.example\nContent-Type: multipart/mixed; boundary="b "\n\n'
        return f"{head}{line}\n\nhi\n{line}\n\nho\n".encode()

    assert parse_mail(mail("--b ")).text == "hi\n\nho"
    assert parse_mail(mail("--b")).text == "hi\n\nho"
    assert parse_mail(mail("--b ").replace(b"hi", b"--b")).text == "--b\n\nho"


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "us-ascii", "iso-8859-1", "iso-2022-jp", "gb2312", "big5", "foo"]),
)
def test_any_bytes_are_some_text_that_can_be_stored(raw: bytes, claimed: str | None) -> None:
    text = decode(raw, claimed)
    assert "\0" not in text
    text.encode("utf-8")
    codec = likely_codec(raw)
    assert codec is None or codecs.lookup(codec)
    from_iso2022_jp(raw)


@given(st.text(max_size=80))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    plain = text.replace("\0", "").encode("utf-8", "ignore").decode().replace("\x1b", "")
    assert decode(plain.encode(), "utf-8") == plain
    word = f"=?utf-8?B?{b64encode(plain.encode()).decode()}?="
    if "=?" not in plain and plain.isprintable():
        assert decode_words(word) == plain.strip()
