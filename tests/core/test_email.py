"""Mail: what arrived messages say, and that answers say it back."""

import email
import email.policy
import time
from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.addresses import Address
from helpdesk_core.charsets import one_line
from helpdesk_core.email import (
    Mail,
    MailPart,
    OutgoingMail,
    compose,
    envelope_recipients,
    is_automatic,
    message_id_for,
    parse_mail,
    read_mail,
    references_for,
)
from helpdesk_core.email.mime import MAX_PARTS

MAILS = Path(__file__).parent / "mails"


def example_mail(name: str) -> Mail:
    return parse_mail((MAILS / f"{name}.eml").read_bytes())


def a_mail(body: str = "", **headers: str) -> Mail:
    fields = {"from": "ana@x.example"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return parse_mail(
        "".join(f"{name}: {value}\n" for name, value in fields.items()).encode() + b"\n" + body.encode()
    )


# ------------------------------------------------------------------ what arrived


def test_a_reply_is_understood() -> None:
    mail = example_mail("flowed_reply")
    assert evolve(mail, headers={}) == Mail(
        from_=Address("nora@harbour.example", "Nora Lind"),
        subject="Re: Your order A-1001 is late",
        text=(
            "Thank you, that helps. But the second parcel has not arrived yet, and the tracking page shows nothing.\n\n"
            "On 5 Mar 2024, Acme Support wrote:\n"
            "> We have sent the parcel again, it should be with you by Thursday.\n>> Where is it?\n\n-- \nNora"
        ),
        to=(Address("acme+k7@desk.example", "Acme Support"),),
        recipients=("acme@desk.example",),
        message_id="f1c2.nora@harbour.example",
        in_reply_to=("018e-reply@desk.example",),
        references=("first@harbour.example", "018e-reply@desk.example"),
        date=datetime(2024, 3, 5, 9, 12, 40, tzinfo=UTC),
    )
    assert mail.headers["return-path"] == "<nora@harbour.example>"
    assert is_automatic(mail) is None


def test_of_two_alternatives_the_plain_one_is_the_text_and_the_other_is_kept() -> None:
    mail = example_mail("alternative")
    assert mail.subject == "Schöne Grüße and a question"
    assert mail.from_ == Address("ada@blue-kite.example", "Okafor, Ada")
    assert mail.text == "Can I change the *colour* of my kite?"
    assert mail.html is not None
    assert "<b>colour</b>" in mail.html
    assert mail.parts == ()


def test_an_image_of_the_text_and_a_file_beside_it_are_told_apart() -> None:
    mail = example_mail("inline_image")
    assert mail.subject == "Facture n° 12 – correction"
    assert mail.text.startswith("Voici la facture corrigée – merci.")
    image, file = mail.parts
    assert (image.filename, image.content_type, image.content_id, image.inline) == (
        "image001.png", "image/png", "image001.png@01DA7.5", True,
    )  # fmt: skip
    assert image.content.startswith(b"\x89PNG")
    assert (file.filename, file.content_type, file.inline) == ("facture n° 12.pdf", "application/pdf", False)
    assert file.content.endswith(b"%%EOF\n")


def test_words_before_and_after_a_file_are_one_text() -> None:
    mail = example_mail("text_around_a_file")
    assert mail.text == "Here is the form:\n\nPlease sign it.\n\nSam"
    assert [part.filename for part in mail.parts] == ["form.pdf"]


def test_a_japanese_mail_is_read_in_its_own_charset() -> None:
    mail = example_mail("japanese")
    assert (mail.subject, mail.from_) == ("注文番号について", Address("tanaka@sakura.example", "田中"))
    assert mail.text == "荷物がまだ届いていません。\n確認をお願いします。"


def test_a_mail_in_html_alone_has_a_text_too() -> None:
    mail = example_mail("html_only")
    assert mail.text == (
        "Dear team,\n\ntwo things:\n\n- the lamp is broken\n- see the page (https://lantern.example/p/7)\n\n> old words"
    )


def test_a_forwarded_mail_is_an_attachment_named_by_its_subject() -> None:
    mail = example_mail("forwarded")
    (part,) = mail.parts
    assert (part.filename, part.content_type) == ("Where is my invoice?.eml", "message/rfc822")
    assert parse_mail(part.content).text == "I never got it."
    assert mail.text == "Can somebody answer this?"


def test_a_report_of_a_failed_delivery_keeps_its_details_as_files() -> None:
    mail = example_mail("bounce")
    assert [part.content_type for part in mail.parts] == ["message/delivery-status", "text/rfc822-headers"]
    assert b"Final-Recipient: rfc822; gone@harbour.example" in mail.parts[0].content


def test_letters_are_read_although_the_charset_is_wrong() -> None:
    mail = example_mail("wrong_charset")
    assert mail.from_ == Address("lukasz@delta.example", "Łukasz")
    assert (mail.subject, mail.text) == ("Zamówienie", "Gdzie jest moja paczka? Proszę o odpowiedź.")
    assert mail.date is None
    assert mail.warnings == ("The Date header is none.",)


def test_parts_are_found_although_another_boundary_was_announced() -> None:
    mail = example_mail("wrong_boundary")
    assert mail.text == "A photo for you."
    assert [(part.filename, len(part.content)) for part in mail.parts] == [("image-1.png", 70)]
    assert mail.warnings == ("The boundary between the parts is not the one that was announced.",)


def test_a_badly_folded_header_does_not_hide_the_ones_behind_it() -> None:
    mail = example_mail("misfolded")
    assert mail.subject == "A subject that a broken program has folded without a blank"
    assert (mail.message_id, mail.text) == ("mf@mesa.example", "Words.")


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_line_ends_do_not_matter(path: Path) -> None:
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    unix, dos, mac = (parse_mail(raw.replace(b"\n", end)) for end in (b"\n", b"\r\n", b"\r"))
    for other in (dos, mac):
        assert evolve(other, parts=(), html=None) == evolve(unix, parts=(), html=None)
        assert [part.filename for part in other.parts] == [part.filename for part in unix.parts]


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_the_standard_library_finds_the_same_files(path: Path) -> None:
    theirs = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    files = [
        part.get_payload(decode=True)
        for part in theirs.walk()
        if part.get_content_maintype() in ("image", "application")
    ]
    ours = parse_mail(path.read_bytes()).parts
    if path.stem != "wrong_boundary":  # there, it finds none
        assert [
            part.content for part in ours if part.content_type.startswith(("image/", "application/"))
        ] == files


# ------------------------------------------------------------------ nothing is lost


def test_what_is_no_mail_at_all_is_kept_whole() -> None:
    raw = "just words, grüezi".encode()
    mail = parse_mail(raw)
    assert mail.parts == (MailPart("message.eml", "message/rfc822", raw),)
    assert mail.text == "just words, grüezi"
    assert len(mail.warnings) == 1
    assert parse_mail(b"").parts == (MailPart("message.eml", "message/rfc822", b""),)


def test_an_mbox_line_and_blank_lines_in_front_are_passed_over() -> None:
    raw = b"\r\n\nFrom nora@x.example Tue Mar  5 09:12:44 2024\nFrom: nora@x.example\nSubject: hi\n\nbody"
    assert (parse_mail(raw).subject, parse_mail(raw).text) == ("hi", "body")


def test_a_body_begins_where_the_headers_end_even_without_a_blank_line() -> None:
    mail = parse_mail(b"From: a@x.example\nSubject: hi\nDear all,\nthis is it.")
    assert (mail.subject, mail.text) == ("hi", "Dear all,\nthis is it.")


MULTIPART = {"content_type": "multipart/mixed; boundary=b"}


def test_parts_behind_a_boundary_that_closes_too_early_are_kept() -> None:
    mail = a_mail("--b\n\none\n--b--\n--b\nContent-Type: application/x\n\ntwo\n--b--\n", **MULTIPART)
    assert (mail.text, [part.content for part in mail.parts]) == ("one", [b"two"])


def test_a_line_that_only_begins_like_a_boundary_is_text() -> None:
    assert a_mail("--b\n\n--box\n--b-\nx--b\n--b--\n", **MULTIPART).text == "--box\n--b-\nx--b"


def test_a_multipart_without_parts_is_a_text() -> None:
    mail = a_mail("only words", **MULTIPART)
    assert (mail.text, len(mail.warnings)) == ("only words", 1)


def test_a_named_text_is_a_file_and_shown_if_there_is_no_other() -> None:
    body = "--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b--"
    mail = a_mail(body, **MULTIPART)
    assert (mail.text, mail.parts) == ("log", (MailPart("log.txt", "text/plain", b"log"),))
    assert a_mail(body.replace("\n\n", "\nContent-Disposition: attachment\n\n"), **MULTIPART).text == ""
    assert a_mail("--b\n\nwords\n" + body, **MULTIPART).text == "words"


def test_two_alternatives_of_one_kind_are_both_kept() -> None:
    body = "--b\n\none\n--b\n\ntwo\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--"
    mail = a_mail(body, content_type="multipart/alternative; boundary=b")
    assert mail.text == "one\n\ntwo"
    assert [part.filename for part in mail.parts] == ["invitation-1.ics"]


def test_a_text_beside_html_is_part_of_the_html_too() -> None:
    body = "--b\nContent-Type: text/html\n\n<p>one</p>\n--b\n\n2 < 3\n--b--"
    mail = a_mail(body, **MULTIPART)
    assert mail.text == "one\n\n2 < 3"
    assert mail.html == "<p>one</p>\n<div>2 &lt; 3</div>"


def test_more_parts_than_are_taken_apart_stay_together() -> None:
    mail = a_mail("--b\nContent-Type: image/png\n\nx\n" * (MAX_PARTS + 3) + "--b--", **MULTIPART)
    assert len(mail.parts) == MAX_PARTS + 1
    assert mail.parts[-1].content.count(b"image/png") == 3
    assert len(mail.warnings) == 1


def test_parts_nested_too_deep_stay_together() -> None:
    body = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(1_000))
    mail = a_mail(body + "--b1000\n\nfound", content_type="multipart/mixed; boundary=b0")
    (part,) = mail.parts
    assert part.content_type == "message/rfc822"
    assert part.content.endswith(b"found")


def test_a_text_too_long_to_show_is_attached_whole() -> None:
    mail = a_mail("word " * 300_000)
    assert len(mail.text) < 1_100_000
    assert mail.parts == (MailPart("text.txt", "text/plain", b"word " * 300_000),)


@pytest.mark.parametrize(
    ("disposition", "content_type", "filename"),
    [
        ('attachment; filename="a b.pdf"', "application/pdf", "a b.pdf"),
        ("attachment; filename=a b.pdf", "application/pdf", "a b.pdf"),
        ("attachment", 'application/pdf; name="a.pdf"', "a.pdf"),
        (
            "attachment; filename*=utf-8''%E2%82%AC%20rates.pdf; filename=x.pdf",
            "application/pdf",
            "€ rates.pdf",
        ),
        (
            "attachment; filename*0=long; filename*1*=%20name; filename*2=.pdf",
            "application/pdf",
            "long name.pdf",
        ),
        ("attachment; filename*0*=iso-8859-1'de'%DC; filename*1=b.pdf", "application/pdf", "Üb.pdf"),
        ('attachment; filename="=?utf-8?B?w7wucGRm?="', "application/pdf", "ü.pdf"),
        ("=?utf-8?Q?attachment;_filename=3D=C3=BC=2Epdf?=", "application/pdf", "ü.pdf"),
        ('attachment; filename="C:\\Users\\ana\\a.pdf"', "application/pdf", "a.pdf"),
        ('attachment; filename="../../etc/passwd"', "application/pdf", "passwd"),
        ('attachment; filename="a\\"b.pdf"', "application/pdf", 'a"b.pdf'),
        ('attachment; filename="unclosed.pdf', "application/pdf", '"unclosed.pdf'),
        ("attachment", "image/jpeg", "image-1.jpg"),
        ("attachment", "nonsense", "attachment-1.txt"),
    ],
)
def test_a_file_has_the_name_its_sender_gave_it(disposition: str, content_type: str, filename: str) -> None:
    mail = a_mail("x", content_disposition=disposition, content_type=content_type)
    assert [part.filename for part in mail.parts] == [filename]


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", "AAEC", b"\0\1\2"),
        ("BASE64 ", "AA\tEC\n", b"\0\1\2"),
        ("quoted-printable", "a=3Db=  \nc", b"a=bc"),
        ("x-uuencode", "begin 644 x\n#86)C\n`\nend\n", b"abc"),
        ("8bit", "ü", "ü".encode()),
        ("x-unknown", "ü", "ü".encode()),
    ],
)
def test_the_bytes_of_a_file_come_out_of_their_encoding(encoding: str, body: str, content: bytes) -> None:
    mail = a_mail(body, content_type="application/x", content_transfer_encoding=encoding)
    assert mail.parts[0].content == content


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [
        ({"to": "a@x.example", "cc": "b@x.example, A@X.example"}, ("A@x.example", "b@x.example")),
        ({"to": "list@x.example", "delivered_to": "acme+tok@d.example"}, ("acme+tok@d.example",)),
        ({"to": "list@x.example", "x_original_to": "a@d.example", "envelope_to": "b@d"}, ("a@d.example", "b@d")),
        ({}, ()),
    ],
)  # fmt: skip
def test_the_envelope_tells_the_recipients_where_it_is_known(
    headers: dict[str, str], recipients: Any
) -> None:
    assert a_mail(**headers).recipients == recipients


def test_where_from_names_nobody_the_sender_is_sought_elsewhere() -> None:
    raw = b"From: nobody\nSender: Ana <ana@x.example>\nReply-To: <b@x.example>\n\n"
    mail = parse_mail(raw)
    assert (mail.from_, mail.reply_to) == (Address("ana@x.example", "Ana"), (Address("b@x.example"),))
    assert mail.warnings == ("The From header names no address.",)
    assert parse_mail(b"Subject: x\n\n").from_ is None


def test_the_pieces_that_a_provider_hands_out_make_the_same_mail() -> None:
    headers = [
        ("From", "Ana <ana@x.example>"),
        ("Subject", "=?utf-8?q?=C3=BC?="),
        ("Message-ID", "<1@x.example>"),
    ]
    part = MailPart("a.png", "image/png", b"x", "c@x")
    mail = read_mail(headers, None, "<p>hi <img src='cid:c@x'>", [part])
    assert mail == Mail(
        from_=Address("ana@x.example", "Ana"),
        subject="ü",
        text="hi",
        html="<p>hi <img src='cid:c@x'>",
        parts=(evolve(part, inline=True),),
        message_id="1@x.example",
        headers={"from": "Ana <ana@x.example>", "subject": "ü", "message-id": "<1@x.example>"},
    )


# ------------------------------------------------------------------ any bytes


def texts_of(mail: Mail) -> list[str]:
    people = [*([mail.from_] if mail.from_ else []), *mail.to, *mail.cc, *mail.reply_to]
    return [
        *(mail.subject, mail.text, mail.html or "", mail.message_id or ""),
        *mail.in_reply_to, *mail.references, *mail.recipients, *mail.headers, *mail.headers.values(),
        *(text for part in mail.parts for text in (part.filename, part.content_type, part.content_id or "")),
        *(text for person in people for text in (person.email, person.name)),
    ]  # fmt: skip


LINES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [
                b"From: a@x.example", b"Subject: =?utf-8?q?=ED=A0=80?=", b"To: \"x", b"Date: Mon, 99 Foo",
                b"", b"", b"--b", b"--b--",
                b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/alternative; boundary=\"b",
                b"Content-Type: text/html; charset=utf-7", b"Content-Type: text/plain; format=flowed; charset=utf-16",
                b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64",
                b"Content-Disposition: attachment; filename*0*=%",
                b"Content-Transfer-Encoding: quoted-printable", b"Content-ID: <\xff>", b"  folded",
                b"+2AA-", b"<p>&#xD800;&#0;", b"AAE=A",
                b"From x", b"Message-ID: <a b", b"References: <a> \0 <b>", b"Return-Path: <>", b"> quoted ", b"-- ",
            ]
        ),
    ),
    max_size=25,
)  # fmt: skip


@given(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"]))
@example([b"Content-Type: text/plain; charset=utf-7", b"", b"+2AA-"], b"\n")
def test_any_bytes_become_a_mail_that_can_be_stored(lines: list[bytes], end: bytes) -> None:
    # A mailbox is read in order: one message that cannot be taken in would hold up all those behind it.
    mail = parse_mail(end.join(lines))
    is_automatic(mail)
    for text in texts_of(mail):
        assert "\0" not in text
        assert text.encode("utf-8").decode("utf-8") == text
    assert len(mail.subject.splitlines()) <= 1
    assert all(part.filename for part in mail.parts)


@given(st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=6), st.booleans())
def test_no_part_is_ever_lost(contents: list[bytes], closed: bool) -> None:
    # A customer's only proof may be in the third attachment of a message whose end was cut off.
    raw = b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(
        b"--b\r\nContent-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + encodebytes(content)
        for content in contents
    )
    mail = parse_mail(raw + b"--b--\r\n" if closed else raw)
    assert [part.content for part in mail.parts] == contents


HOSTILE = {
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 500_000,
    "nearly boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx" * 1_000_000,
    "headers": b"A: b\n" * 500_000,
    "long header": b"Subject: " + b"=?utf-8?q?" * 300_000,
    "recipients": b"To: " + b"a@b.example, " * 200_000,
    "parameters": b"Content-Type: multipart/mixed; " + b'a*0*="%;' * 100_000,
    "blank lines": b"From: a@b.example\n\n" + b"\n" * 4_000_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 500_000,
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000)
    ),
    "misfolded": b"From: a@b.example\n" + b"x\nTo: a@b.example\n" * 50_000,
    "broken base64": b"Content-Transfer-Encoding: base64\n\n" + b"AAA=A" * 500_000,
    "html": b"Content-Type: text/html\n\n" + b"<div><b>" * 100_000,
    "html that nobody closes": b"Content-Type: text/html\n\n" + b"<a <b " * 300_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: a/b\n\nx\n" * 10_000,
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 10_000,
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 1_000_000,
    "encoded twice": b"Subject: =?utf-8?Q?" + b"=3D=3Futf-8=3FQ=3F" * 100_000 + b"?=\n\n",
    "rtf": b"Content-Type: text/rtf\n\n{\\rtf1" + b"{\\*\\a\\'41" * 300_000,
    "calendar": b"Content-Type: text/calendar\n\n" + b'BEGIN:VEVENT\nDTSTART;A="' * 100_000,
    "boxes": b"Content-Type: text/plain; charset=us-ascii\n\n" + bytes(range(128, 256)) * 10_000,
    "escapes": b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B-!\x1b(B" * 200_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_takes_little_time(raw: bytes) -> None:
    began = time.process_time()
    parse_mail(raw)
    assert time.process_time() - began < 6


# ------------------------------------------------------------------ automatic mail


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, "auto-submitted: auto-replied"),
        (
            {"auto_submitted": "auto-generated; owner-email=x"},
            "auto-submitted: auto-generated; owner-email=x",
        ),
        ({"precedence": "Bulk"}, "precedence: Bulk"),
        ({"precedence": "auto_reply"}, "precedence: auto_reply"),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, "x-auto-response-suppress: DR, OOF, AutoReply"),
        ({"x_autoreply": "yes"}, "x-autoreply: yes"),
        ({"x_autorespond": ""}, "x-autorespond"),
        ({"return_path": "<>"}, "return-path: <>"),
        ({"content_type": "multipart/report; boundary=b"}, "content-type: multipart/report; boundary=b"),
        ({"list_id": "<a.b.example>"}, "list-id: <a.b.example>"),
        ({"list_unsubscribe": "<https://b.example>"}, "list-unsubscribe: <https://b.example>"),
        ({"from": "MAILER-DAEMON@mx.example"}, "from a mail system"),
        ({"from": "Postmaster <postmaster@mx.example>"}, "from a mail system"),
        ({"from": "MAILER-DAEMON (Mail Delivery System)"}, "from a mail system"),
        ({"auto_submitted": "no"}, None),
        ({"auto_submitted": "No (a person)"}, None),
        ({"precedence": "normal"}, None),
        ({"x_auto_response_suppress": "None"}, None),
        ({"x_autoreply": "no"}, None),
        ({"return_path": "<ana@x.example>"}, None),
        ({"from": "postmasters-choir@x.example"}, None),
        ({}, None),
    ],
)
def test_a_program_is_told_from_a_person(headers: dict[str, str], reason: str | None) -> None:
    assert is_automatic(a_mail(**headers)) == reason


# ------------------------------------------------------------------ what is sent

ANA, DESK = Address("ana@x.example", "Ana Lima"), Address("acme@desk.example", "Acme, Support")
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
NINETIES = NOON.replace(year=1990, tzinfo=None)


def an_answer(**changes: Any) -> OutgoingMail:
    told: dict[str, Any] = {
        "message_id": "018e@desk.example",
        "from_": DESK,
        "to": (ANA,),
        "subject": "Re: hi",
        "text": "Hello Ana",
        "date": NOON,
    }
    return OutgoingMail(**told | changes)


def as_others_read_it(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


WORDS = (
    st.text(max_size=80)
    .map(lambda text: " ".join(one_line(text).split()))
    .filter(lambda text: "=?" not in text)
)
EMAILS = st.from_regex(r"[a-z0-9._+-]{1,30}@[a-z]{1,10}\.example", fullmatch=True)
PEOPLE = st.builds(Address, EMAILS, WORDS.filter(lambda name: name[:1] not in ("'", '"')))
IDS = st.from_regex(r"[A-Za-z0-9.$=/_-]{1,120}@[a-z.]{1,60}", fullmatch=True)
FILENAMES = st.text(max_size=120).map(lambda text: one_line(text).replace("/", "").replace("\\", "").strip())
FILES = st.builds(
    MailPart,
    FILENAMES.filter(lambda name: name != "" and "=?" not in name),
    st.sampled_from(["application/pdf", "image/png", "text/plain", "text/html"]),
    st.binary(max_size=200),
)  # fmt: skip
LETTERS = (
    (
        st.text(max_size=300)
        | st.from_regex(r"(?:(?:From |\.|\.\n|-- |> )*[a-z ]{0,90}\n){1,4}end", fullmatch=True)
    )
    .map(lambda text: text.replace("\r", "").replace("\0", "").strip())
    .filter(bool)
)


@given(
    st.builds(
        OutgoingMail,
        message_id=IDS,
        from_=PEOPLE,
        to=st.lists(PEOPLE, min_size=1, max_size=4).map(tuple),
        cc=st.lists(PEOPLE, max_size=3).map(tuple),
        bcc=st.lists(PEOPLE, max_size=2).map(tuple),
        reply_to=st.none() | PEOPLE,
        subject=WORDS,
        text=LETTERS,
        html=st.none() | LETTERS.map(lambda text: f"<p>{text}</p>"),
        in_reply_to=st.none() | IDS,
        references=st.lists(IDS, max_size=25).map(tuple),
        attachments=st.lists(FILES, max_size=3).map(tuple),
        automatic=st.booleans(),
        date=st.datetimes(NINETIES, NINETIES.replace(year=2090), timezones=st.just(UTC)),
    )
)
def test_what_is_composed_is_understood_again(sent: OutgoingMail) -> None:
    # Our own mails come back quoted, forwarded and bounced; what we cannot read ourselves nobody else will.
    raw = compose(sent)
    mail = parse_mail(raw)
    assert (mail.from_, mail.to, mail.cc) == (sent.from_, sent.to, sent.cc)
    assert mail.reply_to == ((sent.reply_to,) if sent.reply_to else ())
    assert (mail.subject, mail.text) == (sent.subject, sent.text)
    assert mail.date == sent.date.replace(microsecond=0)
    assert mail.message_id == sent.message_id
    assert mail.in_reply_to == ((sent.in_reply_to,) if sent.in_reply_to else ())
    assert mail.references == (*sent.references[:1], *sent.references[1:][-19:])
    assert [(part.filename, part.content_type, part.content) for part in mail.parts] == [
        (file.filename, file.content_type, file.content) for file in sent.attachments
    ]
    assert mail.html == sent.html
    assert bool(is_automatic(mail)) == sent.automatic
    assert mail.warnings == ()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert compose(sent) == raw
    assert_nothing_changes_on_the_way(raw)
    read = as_others_read_it(raw)
    assert [part.defects for part in read.walk() if part.defects] == []
    assert (read["auto-submitted"] is not None) == sent.automatic


def assert_nothing_changes_on_the_way(raw: bytes) -> None:
    """A DKIM signature holds over any relay that follows RFC 5321, and over those that keep mail in mbox files."""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert raw.isascii()
    assert not any(line.startswith(b"From ") for line in lines)
    assert not any(line != line.rstrip() for line in lines)


def test_other_programs_read_an_answer_as_it_is_meant() -> None:
    image = MailPart("ü.png", "image/png", b"\x89PNG", "logo@desk.example", inline=True)
    file = MailPart("Rechnung März " * 10 + ".pdf", "application/pdf", b"%PDF")
    forwarded = MailPart("a.eml", "message/rfc822", b"Subject: inner\r\n\r\nwords\r\n")
    sent = an_answer(
        subject="Grüße aus München, an alle, die diesen langen Betreff bis zu seinem Ende lesen möchten",
        html='<p>Hello Ana <img src="cid:logo@desk.example"></p>',
        to=(ANA, Address("k@münchen.example", "Käthe, Dr. Groß")),
        in_reply_to="<" + "long" * 40 + "@x.example>",
        references=("<first@x.example>", "long" * 40 + "@x.example"),
        attachments=(file, image, forwarded),
    )
    read = as_others_read_it(compose(sent))
    assert read["subject"] == sent.subject
    assert read["to"].addresses[1].display_name == "Käthe, Dr. Groß"
    assert read["to"].addresses[1].addr_spec == "k@xn--mnchen-3ya.example"
    assert str(read["in-reply-to"]) == f"<{'long' * 40}@x.example>"
    assert str(read["references"]).split() == ["<first@x.example>", f"<{'long' * 40}@x.example>"]
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert text.get_content().strip() == "Hello Ana"
    assert html is not None
    assert "cid:logo@desk.example" in html.get_content()
    attached = list(read.iter_attachments())
    assert [part.get_filename() for part in attached] == [file.filename, "a.eml"]
    assert attached[1].get_content()["subject"] == "inner"
    related = next(part for part in read.walk() if part.get_content_type() == "multipart/related")
    assert [part["content-id"] for part in related.iter_attachments()] == ["<logo@desk.example>"]
    assert [part.get_filename() for part in related.iter_attachments()] == ["ü.png"]
    assert [part.defects for part in read.walk() if part.defects] == []


HOSTILE_TEXT = "x\r\nBcc: evil@y.example\r\n\r\n<script>"


def test_nothing_in_an_answer_can_begin_another_header() -> None:
    raw = compose(
        an_answer(
            subject=HOSTILE_TEXT,
            from_=Address("acme@desk.example", HOSTILE_TEXT),
            in_reply_to=HOSTILE_TEXT,
            references=(HOSTILE_TEXT, "a@x.example\r\nBcc: evil@y.example"),
            attachments=(MailPart(HOSTILE_TEXT, "text/plain\r\nBcc: evil@y.example", b"x", HOSTILE_TEXT),),
        )
    )
    assert all(not line.lower().startswith(b"bcc") for line in raw.splitlines())
    assert as_others_read_it(raw)["bcc"] is None
    assert parse_mail(raw).to == (ANA,)


@pytest.mark.parametrize(
    "changes",
    [{"message_id": ""}, {"message_id": "ü@x.example"}, {"message_id": "a" * 201}, {"date": NINETIES}],
)  # fmt: skip
def test_a_mail_without_a_usable_id_or_instant_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="A mail needs"):
        an_answer(**changes)


def test_bcc_is_in_the_envelope_and_nowhere_else() -> None:
    sent = an_answer(cc=(Address("ANA@x.example"),), bcc=(Address("boss@desk.example"),))
    assert envelope_recipients(sent) == ("ANA@x.example", "boss@desk.example")
    assert b"boss" not in compose(sent)


def test_a_mail_to_nobody_in_sight_says_so() -> None:
    assert b"To: undisclosed-recipients:;" in compose(an_answer(to=(), bcc=(ANA,)))


def test_a_date_is_written_in_utc() -> None:
    assert parse_mail(compose(an_answer(date=NOON.astimezone().replace(microsecond=5)))).date == NOON
    assert an_answer(date=NOON + timedelta(hours=1)).date == datetime(2024, 3, 5, 13, tzinfo=UTC)


def test_a_forwarded_mail_that_may_not_go_as_it_is_goes_as_a_file() -> None:
    eight_bit = MailPart("a.eml", "message/rfc822", "Subject: ü\r\n\r\nü".encode())
    (part,) = parse_mail(compose(an_answer(attachments=(eight_bit,)))).parts
    assert (part.content_type, part.content) == ("application/octet-stream", eight_bit.content)


@pytest.mark.parametrize(
    ("parent", "references", "expected"),
    [
        (None, (), ()),
        ("b@x", (), ("b@x",)),
        ("<c@x>", ("<a@x>", "b@x"), ("a@x", "b@x", "c@x")),
        ("a@x", ("a@x", "b@x"), ("b@x", "a@x")),
        (None, ("a@x",), ("a@x",)),
        ("p@x", tuple(f"{n}@x" for n in range(40)), ("0@x", *(f"{n}@x" for n in range(22, 40)), "p@x")),
    ],
)
def test_an_answer_refers_to_the_whole_thread(parent: str | None, references: Any, expected: Any) -> None:
    assert references_for(parent, references) == expected


def test_a_conversation_always_has_the_same_message_id() -> None:
    conversation = UUID("018e0000-0000-7000-8000-000000000001")
    assert message_id_for(conversation, "desk.example") == f"{conversation}@desk.example"
