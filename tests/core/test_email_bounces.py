"""Bounces and automatic mail: each case is a complaint that it prevents."""

import time

import pytest

from helpdesk_core.email import (
    Bounce,
    Classified,
    Fate,
    Nature,
    Undelivered,
    classify,
    parse_mail,
    read_bounce,
)

REPORT = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: help@desk.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@x.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {reason}

--b
Content-Type: text/rfc822-headers

From: help@desk.example
To: ana@x.example
Message-ID: <018e@desk.example>

--b--
"""


def a_report(action: str = "failed", status: str = "5.1.1", reason: str = "550 User unknown") -> bytes:
    return REPORT.format(action=action, status=status, reason=reason).encode()


def bounce_of(raw: bytes | str) -> Bounce | None:
    return read_bounce(parse_mail(raw.encode() if isinstance(raw, str) else raw))


def test_a_report_tells_who_and_why_and_which_mail() -> None:
    ana = Undelivered("ana@x.example", "550 User unknown", "5.1.1", permanent=True)
    assert bounce_of(a_report()) == Bounce(Fate.FAILED, (ana,), ("018e@desk.example",))


def test_a_customer_whose_mailbox_is_full_is_not_struck_off() -> None:
    bounce = bounce_of(a_report(status="5.2.2", reason="552 Mailbox full"))
    assert bounce is not None
    assert [one.permanent for one in bounce.recipients] == [False]


def test_a_mail_that_is_only_late_has_not_failed() -> None:
    bounce = bounce_of(a_report(action="delayed", status="4.4.1", reason="connection timed out"))
    assert bounce is not None
    assert bounce.fate is Fate.DELAYED
    assert [one.permanent for one in bounce.recipients] == [False]


def test_an_address_that_was_reached_is_not_struck_off() -> None:
    bounce = bounce_of(a_report(action="relayed", status="2.1.5", reason="250 OK"))
    assert bounce is not None
    assert not any(one.permanent for one in bounce.recipients)


FREE_TEXT = {
    "qmail": (
        "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ana@x.example>:\n"
        "550 5.1.1 Sorry, no mailbox here by that name.\n\n--- Below this line is a copy of the message.\n\n"
        "Return-Path: <help@desk.example>\nMessage-ID: <018e@desk.example>\nFrom: help@desk.example\n"
    ),
    "exim": (
        "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: ana@x.example\n"
        "Subject: Mail delivery failed: returning message to sender\n\nThis message was created automatically.\n\n"
        "  ana@x.example\n    host mx.x.example: 550 no such user\n\n------ This is a copy of the message ------\n\n"
        "Message-ID: <018e@desk.example>\n"
    ),
    "a gateway in German": (
        "From: gateway@mx.example\nReturn-Path: <>\nIn-Reply-To: <018e@desk.example>\n"
        "Subject: Unzustellbar: Ihre Lampe\n\n"
        "Die Nachricht konnte nicht zugestellt werden an ana@x.example: Empfänger unbekannt\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("raw", FREE_TEXT.values(), ids=FREE_TEXT.keys())
def test_a_report_for_people_is_no_new_ticket_either(raw: str) -> None:
    bounce = bounce_of(f"To: help@desk.example\n{raw}")
    assert bounce is not None
    assert (bounce.fate, bounce.message_ids) == (Fate.FAILED, ("018e@desk.example",))
    assert [(one.email, one.permanent) for one in bounce.recipients] == [("ana@x.example", True)]


def test_the_reason_that_agents_read_ends_where_the_report_ends_it() -> None:
    raw = FREE_TEXT["qmail"].replace(
        "550 5.1.1 Sorry, no mailbox here by that name.", "Sorry, no mailbox here. (#5.1.1)"
    )
    bounce = bounce_of(f"To: help@desk.example\n{raw}")
    assert bounce is not None
    assert [one.reason for one in bounce.recipients] == ["Sorry, no mailbox here. (#5.1.1)"]


def test_a_complaint_about_spam_is_told_from_a_failure() -> None:
    raw = a_report().replace(b"message/delivery-status", b"message/feedback-report")
    bounce = bounce_of(raw)
    assert bounce is not None
    assert bounce.fate is Fate.COMPLAINED


def test_the_desks_own_address_is_never_taken_for_the_dead_one() -> None:
    raw = (
        "From: MAILER-DAEMON@mx.example\nTo: help@desk.example\nSubject: failure notice\n\n"
        "The mail of help@desk.example could not be delivered to ana@x.example: unknown user\n"
    )
    bounce = bounce_of(raw)
    assert bounce is not None
    assert [one.email for one in bounce.recipients] == ["ana@x.example"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("My mail was returned", "Hello,\n\nI sent a mail to you and got: 550 5.1.1 user unknown. Why?"),
        ("Mail delivery failed", "Hi,\n\nI keep getting this when I write to bo@x.example: mailbox full."),
        ("Re: Undelivered Mail Returned to Sender", "Which address did you use?\n\n> could not be delivered"),
        ("Delivery of my lamp", "My parcel could not be delivered, nobody was at home. What now?"),
    ],
)
def test_a_customer_who_asks_about_lost_mail_gets_an_answer(subject: str, text: str) -> None:
    mail = parse_mail(f"From: ana@x.example\nTo: help@desk.example\nSubject: {subject}\n\n{text}\n".encode())
    assert classify(mail) == Classified(Nature.PERSON)


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        (
            "Hello,\n\nThank you for your message. I am out of the office until Monday.\n\nAna",
            Nature.AUTO_REPLY,
        ),
        ("Guten Tag,\n\nich bin derzeit nicht im Büro.", Nature.AUTO_REPLY),
        ("This is an automated response. Do not answer.", Nature.AUTO_REPLY),
        ("> I am out of the office until Monday.\n\nWho takes care of it then?", Nature.PERSON),
        ("The lamp that I bought on holiday flickers. I am away from home.", Nature.PERSON),
        ("I am out of lamps.", Nature.PERSON),
    ],
)
def test_a_note_of_absence_without_any_header_is_known_by_its_first_words(text: str, nature: Nature) -> None:
    mail = parse_mail(f"From: ana@x.example\nSubject: Re: Lamp\n\n{text}\n".encode())
    assert classify(mail).nature is nature


def test_a_form_that_writes_for_a_customer_is_answered() -> None:
    form = b"From: no-reply@shop.example\nReply-To: ana@x.example\nSubject: Lamp\n\nIt flickers.\n"
    assert classify(parse_mail(form)).nature is Nature.PERSON
    assert classify(parse_mail(form.replace(b"Reply-To", b"X-To"))).nature is Nature.NOTICE


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ("Subject: Lamp", Nature.PERSON),
        ("Subject: Re: Out of office", Nature.PERSON),
        ("Subject: Absence of light", Nature.PERSON),
        ("Subject: Automatic reply: Lamp", Nature.AUTO_REPLY),
        ("Subject: Abwesenheitsnotiz: Lampe", Nature.AUTO_REPLY),
        ("Subject: Réponse automatique : Lampe", Nature.AUTO_REPLY),
        ("Subject: Respuesta automática: Lámpara", Nature.AUTO_REPLY),
        ("Subject: 自動返信: ランプ", Nature.AUTO_REPLY),
        ("Subject: Lamp\nAuto-Submitted: auto-replied (vacation)", Nature.AUTO_REPLY),
        ("Subject: Lamp\nPrecedence: auto_reply", Nature.AUTO_REPLY),
        ("Subject: Lamp\nX-Apple-Action: VACATION", Nature.AUTO_REPLY),
        ("Subject: Lamps of March\nPrecedence: bulk\nList-Unsubscribe: <https://x.example>", Nature.LIST),
        ("Subject: Lamp\nList-Id: <lamps.x.example>", Nature.LIST),
        ("Subject: Backup done\nAuto-Submitted: auto-generated", Nature.NOTICE),
    ],
)  # fmt: skip
def test_two_programs_never_talk_to_each_other_all_night(headers: str, nature: Nature) -> None:
    mail = parse_mail(f"From: ana@x.example\nTo: help@desk.example\n{headers}\n\nIt flickers.\n".encode())
    assert classify(mail).nature is nature


@pytest.mark.parametrize(
    "words",
    ["-" * 50_000, "- " * 25_000, "user " * 10_000, "! " * 25_000, "[!] " * 10_000, " " * 50_000, "a@" * 25_000,
     "Thank you for . " * 3_000, ("-" * 200 + "\n") * 250, "* " * 999 + "\n",
     "the address was not " * 2_000, "550 " * 9_999],
)  # fmt: skip
def test_a_hostile_report_takes_little_time(words: str) -> None:
    raw = (
        f"From: MAILER-DAEMON@x.example\nSubject: {words[:990].replace(chr(10), '')}\n\nx {words}\n{words}\n"
    )
    began = time.perf_counter()
    mail = parse_mail(raw.encode())
    for variant in (raw, raw.replace("MAILER-DAEMON", "ana")):
        mail = parse_mail(variant.encode())
        read_bounce(mail)
        classify(mail)
    assert time.perf_counter() - began < 6
