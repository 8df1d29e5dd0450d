"""Mail as people's programs really write it, in the languages in which people write.

Each file of `mails` that is no mail is a list of habits, collected from many programs and told in other words.
"""

import tomllib
from pathlib import Path

import pytest

from helpdesk_core.email import Nature, classify, parse_mail, read_bounce, split_reply

MAILS = Path(__file__).with_name("mails")
INTRODUCTIONS = tomllib.loads((MAILS / "introductions.toml").read_text("utf-8"))
HTML_REPLIES = tomllib.loads((MAILS / "html_replies.toml").read_text("utf-8"))
ANSWER = "It is the blue lamp.\n\nAna"
QUESTION = "Which lamp is it?"


def lines_of(name: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in (MAILS / name).read_text("utf-8").splitlines()]


def a_mail(sender: str, subject: str, text: str, more: str = "", kind: str = "plain") -> bytes:
    head = f"From: {sender}\nTo: help@acme.example\nSubject: {subject}\n{more}"
    return f"{head}Content-Type: text/{kind}; charset=utf-8\n\n{text}\n".encode()


# ------------------------------------------------------------------ replies


@pytest.mark.parametrize("introduction", INTRODUCTIONS["certain"].values(), ids=INTRODUCTIONS["certain"])
def test_no_program_and_no_language_buries_my_answer(introduction: str) -> None:
    assert split_reply(f"{ANSWER}\n\n{introduction}\n> {QUESTION}\n> \n> Acme\n").new == ANSWER
    assert split_reply(f"{ANSWER}\n\n{introduction}\n\n{QUESTION}\n\nAcme\n").new == ANSWER


@pytest.mark.parametrize("introduction", INTRODUCTIONS["uncertain"].values(), ids=INTRODUCTIONS["uncertain"])
def test_what_may_be_somebodys_own_words_is_cut_off_only_above_a_quote(introduction: str) -> None:
    assert split_reply(f"{ANSWER}\n\n{introduction}\n> {QUESTION}\n").new == ANSWER
    assert QUESTION in split_reply(f"{ANSWER}\n\n{introduction}\n\n{QUESTION}\n").new


@pytest.mark.parametrize("html", HTML_REPLIES.values(), ids=HTML_REPLIES)
def test_an_answer_in_html_alone_is_not_buried_either(html: str) -> None:
    mail = parse_mail(a_mail("ana@x.example", "Re: Lamp", html, kind="html"))
    new = [line for line in split_reply(mail.text).new.splitlines() if line.strip()]
    assert new == ["It is the blue lamp.", "Ana"]


@pytest.mark.parametrize("line", lines_of("devices.txt"))
def test_nobody_reads_in_every_mail_what_telephone_it_came_from(line: str) -> None:
    told = split_reply(f"{ANSWER}\n\n{line}\n")
    assert (told.new, told.signature) == (ANSWER, line.rstrip())


@pytest.mark.parametrize("text", (MAILS / "own_words.txt").read_text("utf-8").split("===\n"))
def test_no_line_of_a_customers_own_is_taken_for_a_programs(text: str) -> None:
    new = split_reply(text).new
    assert [line for line in text.splitlines() if line[:1] != ">" and line.strip() not in new] == []


# ------------------------------------------------------------------ notes of absence


@pytest.mark.parametrize("told", lines_of("absences.txt"))
def test_a_note_of_absence_starts_no_conversation_of_programs(told: str) -> None:
    subject, _, text = told.partition(" | ")
    mail = parse_mail(a_mail("ana@x.example", subject, text, "In-Reply-To: <1@acme.example>\n"))
    assert classify(mail).nature is Nature.AUTO_REPLY


@pytest.mark.parametrize("told", lines_of("no_absences.txt"))
def test_a_customer_who_speaks_of_a_holiday_is_answered(told: str) -> None:
    subject, _, text = told.partition(" | ")
    mail = parse_mail(a_mail("ana@x.example", subject, text, "In-Reply-To: <1@acme.example>\n"))
    assert classify(mail).nature is Nature.PERSON


def test_a_new_mail_of_somebody_about_to_leave_is_no_note_of_absence() -> None:
    text = "I will be on vacation until 12 March. Deliver the lamp after that."
    assert classify(parse_mail(a_mail("ana@x.example", "My order", text))).nature is Nature.PERSON


@pytest.mark.parametrize(
    "header",
    ["Preference: auto_reply", "Delivered-To: Autoresponder", "X-POST-MessageClass: 9; Autoresponder", "X-Away: yes",
     "X-OTRS-Loop: yes", "X-RT-Loop-Prevention: acme", "X-Zammad-Send-Auto-Response: false", "X-MLServer: fml",
     "Mailing-List: contact lamps-help@x.example", "X-BeenThere: lamps@x.example", "X-Ricevuta: consegna",
     "X-Mailer: Vacation Responder 1.0"],
)  # fmt: skip
def test_a_program_that_says_so_in_its_own_header_is_not_answered(header: str) -> None:
    mail = parse_mail(a_mail("ana@x.example", "Lamp", "It flickers.", f"{header}\n"))
    assert classify(mail).nature not in (Nature.PERSON, Nature.BOUNCE)


# ------------------------------------------------------------------ bounces


@pytest.mark.parametrize("told", lines_of("bounces.txt"))
def test_a_bounce_in_any_language_is_no_new_ticket(told: str) -> None:
    mail = parse_mail(a_mail(*told.split(" | ", 2)))
    assert read_bounce(mail) is not None
    assert classify(mail).nature is Nature.BOUNCE


@pytest.mark.parametrize("told", lines_of("no_bounces.txt"))
def test_a_customer_who_speaks_of_a_failure_is_answered_too(told: str) -> None:
    assert classify(parse_mail(a_mail(*told.split(" | ", 2)))).nature is Nature.PERSON
