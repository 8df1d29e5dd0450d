"""The new part of a reply: each case is a complaint that it prevents."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.email import Reply, parse_mail, split_reply

INTRODUCTIONS = {
    "Gmail": "On Tue, Mar 5, 2024 at 9:01 AM Acme Support <help@acme.example> wrote:",
    "Gmail, folded": "On Tue, Mar 5, 2024 at 9:01 AM Acme Support <\nhelp@acme.example> wrote:",
    "Gmail, folded twice": "On Tue, Mar 5, 2024 at 9:01 AM Acme Support <help@acme.example>\nwrote:",
    "Apple Mail": "On 5 Mar 2024, at 09:01, Acme Support <help@acme.example> wrote:",
    "Thunderbird": "On 3/5/24 09:01, Acme Support wrote:",
    "German": "Am Di., 5. März 2024 um 09:01 Uhr schrieb Acme Support <help@acme.example>:",
    "French": "Le mar. 5 mars 2024 à 09:01, Acme Support <help@acme.example> a écrit :",
    "Spanish": "El mar, 5 mar 2024 a las 9:01, Acme Support (<help@acme.example>) escribió:",
    "Portuguese": "Em ter., 5 de mar. de 2024 às 09:01, Acme Support <help@acme.example> escreveu:",
    "Italian": "Il giorno mar 5 mar 2024 alle ore 09:01 Acme Support <help@acme.example> ha scritto:",
    "Dutch": "Op di 5 mrt 2024 om 09:01 schreef Acme Support <help@acme.example>:",
    "Danish": "Den tirs. 5. mar. 2024 kl. 09.01 skrev Acme Support <help@acme.example>:",
    "Polish": "wt., 5 mar 2024 o 09:01 Acme Support <help@acme.example> napisał(a):",
    "Czech": "út 5. 3. 2024 v 9:01 odesílatel Acme Support <help@acme.example> napsal:",
    "Russian": "вт, 5 мар. 2024 г. в 09:01, Acme Support <help@acme.example>:",
    "Finnish": "ti 5. maalisk. 2024 klo 9.01 Acme Support <help@acme.example> kirjoitti:",
    "Turkish": "Acme Support <help@acme.example>, 5 Mar 2024 Sal, 09:01 tarihinde şunu yazdı:",
    "Japanese": "2024年3月5日(火) 9:01 Acme Support <help@acme.example>:",
    "Chinese": "Acme Support <help@acme.example> 于2024年3月5日周二 09:01写道：",
    "Korean": "2024년 3월 5일 (화) 오전 9:01, Acme Support <help@acme.example>님이 작성:",
    "Vietnamese": "Vào 09:01 Thứ 3, 5 thg 3, 2024 Acme Support <help@acme.example> đã viết:",
    "Outlook": "From: Acme Support <help@acme.example>\nSent: Tuesday, March 5, 2024 9:01\nTo: Ana\nSubject: Lamp",
    "Outlook, starred": "*From:* Acme Support\n*Sent:* Tuesday, March 5, 2024 9:01 AM\n*To:* Ana\n*Subject:* Lamp",
    "Outlook, German": "Von: Acme\nGesendet: Dienstag, 5. März 2024 09:01\nAn: Ana\nBetreff: AW: Lampe",
    "Outlook, French": "De : Acme\nEnvoyé : mardi 5 mars 2024 09:01\nÀ : Ana\nObjet : RE: Lampe",
    "Outlook, Swedish": "Från: Acme\nSkickat: den 5 mars 2024 09:01\nTill: Ana\nÄmne: SV: Lampa",
    "Outlook of old": "-----Original Message-----\nFrom: Acme",
    "Outlook of old, Italian": "-----Messaggio originale-----\nDa: Acme",
    "GroupWise": ">>> Acme Support <help@acme.example> 3/5/2024 9:01 AM >>>",
    "web.de": "Acme Support <help@acme.example> hat am 5. März 2024 um 09:01 geschrieben:",
    "another helpdesk": "##- Please type your reply above this line -##",
    "Hotmail": "________________________________\nFrom: Acme <help@acme.example>\nSent: 5 March 2024\nTo: Ana",
}


@pytest.mark.parametrize("introduction", INTRODUCTIONS.values(), ids=INTRODUCTIONS.keys())
def test_my_answer_is_not_buried_under_everything_that_was_said_before(introduction: str) -> None:
    above = f"It is the blue lamp.\n\nAna\n\n{introduction}\n"
    marked = split_reply(f"{above}\n> Which lamp is it?\n> \n> Acme\n")
    bare = split_reply(f"{above}\nWhich lamp is it?\n\nAcme\n")
    assert (marked.new, bare.new) == ("It is the blue lamp.\n\nAna",) * 2
    assert "Which lamp is it?" in marked.quoted
    assert "Which lamp is it?" in bare.quoted


def test_an_answer_below_the_question_is_not_lost() -> None:
    text = "On 3/5/24 09:01, Acme wrote:\n> Which lamp is it?\n\nThe blue one.\n"
    assert split_reply(text).new == "The blue one."


def test_answers_between_the_questions_are_not_lost() -> None:
    text = "On 3/5/24 09:01, Acme wrote:\n> Which lamp?\nThe blue one.\n> Since when?\n\nYesterday.\n"
    assert split_reply(text).new == "The blue one.\n\nYesterday."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nnothing came back.",
        "Our dates are these:\nDate: 5 March 2024\nTime: 9:00\nPlease come.",
        "I set it up like this:\n- one\n- two\n\nand it fails -- always.",
        "From: the beginning it was broken.\nPlease help.",
        "Sent from my desk, since my phone broke.",
        ">>> SALE <<< is what your page says.",
        "See below.\n\n--------- Your feedback ---------\n\nIt is fine.",
    ],
)
def test_words_that_look_like_a_mail_programs_are_not_cut_off(text: str) -> None:
    assert split_reply(text) == Reply(text)


@pytest.mark.parametrize(
    "announcement",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
    ],
)
def test_what_somebody_passes_on_is_there_to_be_read(announcement: str) -> None:
    text = f"Please deal with this.\n\n{announcement}\nFrom: Bo <bo@x.example>\nSubject: Lamp\n\nIt flickers."
    assert split_reply(text).new == text


def test_a_mail_that_begins_with_a_pasted_header_is_not_empty() -> None:
    text = "From: Bo <bo@x.example>\nDate: 5 Mar 2024\nSubject: Lamp\n\nIt flickers."
    assert split_reply(text).new == text


def test_a_mail_that_is_all_quote_is_not_empty() -> None:
    text = "> It flickers.\n> Still."
    assert split_reply(text) == Reply(text)


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Lima\nLisbon",
        "Sent from my iPhone",
        "Gesendet von meinem iPad",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS <https://aka.example>",
        "_______________________________________________\nlamps mailing list\nlamps@lists.example",
    ],
)
def test_nobody_reads_the_same_signature_a_hundred_times(signature: str) -> None:
    told = split_reply(f"It flickers.\n\n{signature}\n")
    assert (told.new, told.signature) == ("It flickers.", signature.replace("-- ", "--"))


def test_a_greeting_and_a_name_stay_with_the_words() -> None:
    text = "Hello,\n\nit flickers.\n\nBest regards\nAna"
    assert split_reply(text).new == text


def test_an_answer_that_is_html_only_is_told_from_its_quote() -> None:
    html = (
        "<div>It flickers.</div><div class=gmail_quote>On Tue, Mar 5, 2024 at 9:01 AM Acme &lt;h@acme.example&gt;"
        " wrote:<br><blockquote>Which lamp?</blockquote></div>"
    )
    mail = parse_mail(f"From: ana@x.example\nContent-Type: text/html\n\n{html}\n".encode())
    assert split_reply(mail.text).new == "It flickers."


PIECES = st.lists(
    st.sampled_from(
        [
            *INTRODUCTIONS.values(),
            "",
            "> quoted",
            ">> twice",
            "-- ",
            "words",
            "Sent from my iPhone",
            "____________________",
        ]
    )
    | st.text(max_size=60),
    max_size=12,
)


@given(PIECES)
def test_every_word_is_in_one_of_the_pieces(lines: list[str]) -> None:
    text = "\n".join(lines)
    told = split_reply(text)
    kept = sorted(f"{told.new}{told.signature}{told.quoted}".split())
    assert "".join(sorted("".join(kept))) == "".join(sorted("".join(text.split())))
    assert bool(told.new.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "On 1 \n" * 200_000,
        "On 1/1/2024 <a@b.example\n" * 50_000,
        "On 1/1/2024 a:\n" * 50_000,
        "On 1/1/2024 <a@b.example> " + "wrote " * 60 + ":\n" * 2,
        "From: " * 300_000,
        "From: a\nTo: b\n" * 100_000,
        "> \nx\n" * 200_000,
        "-" * 1_000_000,
        "wrote: " * 200_000,
        "Sent from " + "a " * 400_000,
        "begin 644 a\n" * 100_000,
    ],
)
def test_a_hostile_text_takes_little_time(text: str) -> None:
    began = time.process_time()
    split_reply(text)
    assert time.process_time() - began < 6
