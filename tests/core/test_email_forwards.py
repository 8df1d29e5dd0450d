"""A message that somebody passes on is taken out of the mail that it was passed on with."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.email import Mail, parse_mail
from helpdesk_core.email.forwards import Forward, read_forward
from helpdesk_core.subjects import forwarded_subject


def passed_on(text: str, subject: str = "Fwd: Kettle", html: bool = False) -> Forward | None:
    head = f"From: Noor <noor@acme.example>\nTo: acme@desk.example\nSubject: {subject}\n"
    head += "References: <root@garden.example> <o@garden.example>\n"
    kind = "text/html" if html else "text/plain"
    return read_forward(parse_mail(f"{head}Content-Type: {kind}; charset=utf-8\n\n{text}\n".encode()))


GMAIL = """Please help her.

---------- Forwarded message ---------
From: Ida Green <ida@garden.example>
Date: Mon, Apr 6, 2026 at 9:30 AM
Subject: The kettle leaks
To: Noor <noor@acme.example>


It drips.

Ida"""
APPLE = """Please help her.

Anfang der weitergeleiteten Nachricht:

> Von: Ida Green <ida@garden.example>
> Betreff: The kettle leaks
> Datum: 6. April 2026 um 09:30:00 MESZ
> An: noor@acme.example
>\x20
> It drips.
>\x20
> Ida"""
OUTLOOK = """Please help her.

________________________________
De : Ida Green <ida@garden.example>
Envoyé : lundi 6 avril 2026 09:30
À : Noor <noor@acme.example>
Objet : The kettle leaks

It drips.

Ida"""
OLD_OUTLOOK = """Please help her.

-----Original Message-----
From: Ida Green [mailto:ida@garden.example]
Sent: Monday, April 6, 2026 9:30 AM
To: Noor
Subject: The kettle leaks

It drips.

Ida"""
THUNDERBIRD = """Please help her.


-------- Weitergeleitete Nachricht --------
Betreff: \tThe kettle leaks
Datum: \tMon, 6 Apr 2026 09:30:00 +0200
Von: \tIda Green <ida@garden.example>
An: \tnoor@acme.example



It drips.

Ida"""


@pytest.mark.parametrize(
    "text", [GMAIL, APPLE, OUTLOOK, OLD_OUTLOOK, THUNDERBIRD], ids="gmail apple outlook old tb".split()
)
def test_forwards_are_read_as_the_programs_of_the_day_write_them(text: str) -> None:
    found = passed_on(text, "WG: Kettle")
    assert found is not None
    mail = found.mail
    assert (mail.from_ and (mail.from_.email, mail.from_.name)) == ("ida@garden.example", "Ida Green")
    assert (mail.subject, mail.text, found.note) == (
        "The kettle leaks",
        "It drips.\n\nIda",
        "Please help her.",
    )
    assert (mail.message_id, mail.references, mail.recipients) == (
        "o@garden.example",
        ("root@garden.example",),
        ("acme@desk.example",),
    )
    assert mail.date in (None, datetime(2026, 4, 6, 7, 30, tzinfo=UTC))


def test_what_was_passed_on_keeps_its_form_and_images() -> None:
    html = (
        '<div dir="ltr">Please.<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message '
        "---------<br>From: <strong>Ida</strong> &lt;<a href='mailto:ida@garden.example'>ida@garden.example</a>&gt;"
        "<br>Subject: Kettle<br>To: &lt;noor@acme.example&gt;<br></div><br>It <b>drips</b>."
        "<img src='cid:a@b'></div></div>"
    )
    found = passed_on(html, html=True)
    assert found is not None
    assert (
        found.mail.html or ""
    ).strip() == '<div dir="ltr"><div class="gmail_quote"><br>It <b>drips</b>.<img src="cid:a@b"></div></div>'
    assert found.note == "Please."


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Kettle", "I looked.\n\nFrom: ida@garden.example\nSubject: Kettle\n\nIt drips."),
        ("Re: Kettle", "Fine.\n\nOn Monday, Ida <ida@garden.example> wrote:\n> It drips."),
        (
            "Fwd: Kettle",
            "---------- Forwarded message ---------\nFrom: Ida Green\nSubject: Kettle\n\nIt drips.",
        ),
        ("Fwd: Kettle", "Nothing here."),
    ],
    ids=["a reply", "a quoted reply", "nobody's address", "no message"],
)
def test_what_names_nobody_or_announces_nothing_is_no_forward(subject: str, text: str) -> None:
    assert passed_on(text, subject) is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Fwd: FW: Kettle", "Kettle"),
        ("[fwd: Kettle]", "Kettle"),
        ("Kettle (fwd)", "Kettle"),
        ("TR: Bouilloire", "Bouilloire"),
        ("Re: Kettle", "Re: Kettle"),
        ("Trouble", "Trouble"),
    ],
)
def test_the_subject_of_what_was_passed_on_is_bare(subject: str, bare: str) -> None:
    assert forwarded_subject(subject) == bare


@given(st.text(alphabet="From: abc@d.e\n>-Subject-*Von", max_size=400), st.text(max_size=30))
def test_any_text_is_a_forward_or_is_not(text: str, subject: str) -> None:
    found = read_forward(Mail(text=text, html=text, subject=subject))
    assert found is None or found.mail.from_ is not None


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    assert read_forward(Mail(text="From: a\n" * 100_000, subject="Fwd: x")) is None
