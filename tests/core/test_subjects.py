"""Subjects are compared without what mail programs, lists and desks wrote on them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.subjects import (
    LARGEST_NUMBER,
    LONGEST_KEY,
    is_reply_subject,
    reply_subject,
    subject_key,
    ticket_number_in,
)

WRITTEN_ON_REPLIES = """
Re: RE: re: Re[2]: RE(3): Re^4: AW: Antw: Antwort: SV: Svar: VS: RES: Resp: RIF: R: RÉP: Odp: ODG:
Odpověď: YNT: Yanıt: ATB: Ats: BLS: Balas: VÁ: Válasz: Ответ: Отв: НА: отв: Відп: Απ: ΑΠ: ΣΧΕΤ:
Σχετ: תגובה: השב: רד: رد: إعادة: پاسخ: 回复: 回复： 回覆： 答复: 答覆: 返信: 답장: 회신: ตอบ:
"""
WRITTEN_ON_FORWARDS = """
Fw: FWD: Fwd[2]: WG: VB: VL: RV: ENC: TR: I: PD: İLT: ILT: ilt: Doorst: TRS: Továbbítás: Пересл:
ПЕР: ΠΡΘ: הועבר: 转发： 轉寄: 轉發: 転送: 전달:
"""
REPLIES = [*WRITTEN_ON_REPLIES.split(), "RE :", "Re [2]:", "Re (2) :", "Trả lời:"]
FORWARDS = [*WRITTEN_ON_FORWARDS.split(), "TR :", "إعادة توجيه:", "Chuyển tiếp:"]
PREFIXES = [*REPLIES, *FORWARDS]

anything = st.text(st.characters(), max_size=80)
words = st.sampled_from(["Invoice", "where is it", "Größe", "注文", "טלוויזיה", "x"])


@pytest.mark.parametrize("prefix", REPLIES)
def test_a_reply_prefix_of_any_language_is_seen_through(prefix: str) -> None:
    subject = f"{prefix} My parcel is late"
    assert subject_key(subject) == "my parcel is late"
    assert is_reply_subject(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Broken too (was: My parcel is late)",
        "Re: Broken too [was: Re: My parcel is late]",
        "Kaputt (war: AW: My parcel is late)",
    ],
)
def test_who_names_a_matter_anew_is_still_understood(subject: str) -> None:
    assert subject_key(subject) == "my parcel is late"
    assert subject_key("It was: nothing") == "it was: nothing"


@pytest.mark.parametrize("prefix", FORWARDS)
def test_a_forward_prefix_of_any_language_is_seen_through_and_is_no_reply(prefix: str) -> None:
    subject = f"{prefix} My parcel is late"
    assert subject_key(subject) == "my parcel is late"
    assert not is_reply_subject(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Invoice: 12",
        "Ref: 4711",
        "Reply: none came",
        "Area: north",
        "Order 5: broken",
        "re order 5",
        "A: b",
        "1: 2",
    ],
)
def test_a_real_word_before_a_colon_stays(subject: str) -> None:
    assert subject_key(subject) == subject.lower()
    assert not is_reply_subject(subject)


@pytest.mark.parametrize(
    "subject", ["R:base does not start", "I:\\share is full", "r: a language", "i: too", "R:", "I: "]
)
def test_a_single_letter_counts_only_as_italian_outlook_writes_it(subject: str) -> None:
    assert subject_key(subject) == subject.strip().lower()
    assert not is_reply_subject(subject)


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("[dev-list] Re: [dev-list] Help", "help"),
        ("Re: [EXTERNAL] AW: [Python Dev] Help", "help"),
        ("Re: [#123] Help", "help"),
        ("Help [#123]", "help"),
        ("Help [#123] me", "help me"),
        ("[A-1001] late", "[a-1001] late"),
        ("Help [urgent]", "help [urgent]"),
        ("Help (fwd) (Fwd)", "help"),
        ("[Fwd: Re: Help]", "help"),
        ("\u200fRe\u200b: He\u00adlp\ufeff", "help"),
        ("Ｈｅｌｐ\u3000ｍｅ", "help me"),
        ("  Help \r\n\t me ", "help me"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Cafe\u0301", "caf\u00e9"),
        ("❤\ufe0f", "❤"),
        ("Re:", ""),
        ("Fwd: [#9] AW:", ""),
        ("\u200b \u00a0", ""),
    ],
)
def test_a_key_leaves_what_the_author_meant(subject: str, key: str) -> None:
    assert subject_key(subject) == key


@given(words, st.lists(st.sampled_from([*PREFIXES, "[dev-list]", "[#77]"]), max_size=6))
def test_any_pile_of_prefixes_leads_to_the_same_key_since_each_program_adds_its_own(
    word: str, pile: list[str]
) -> None:
    assert subject_key(" ".join([*pile, word])) == subject_key(word)


@given(anything)
@example("R: r: I: x")
@example("İLT: İ")
@example("[Fwd: [Fwd: (fwd)]]")
@example("Re: " * 400)
@example("\ufdfa" * 200)
def test_a_key_is_its_own_key_so_that_stored_and_fresh_ones_compare(subject: str) -> None:
    key = subject_key(subject)
    assert subject_key(key) == key
    assert len(key) <= LONGEST_KEY


@given(
    st.text(st.characters(), max_size=40), st.text(st.characters(categories=["Cs", "Cc", "Cf"]), max_size=5)
)
def test_a_key_can_be_stored_anywhere_whatever_the_header_held(subject: str, odd: str) -> None:
    for made in (subject_key(subject + odd + subject), reply_subject(odd + subject)):
        made.encode("utf-8")
        assert not {"Cc", "Cs"} & set(map(unicodedata.category, made))


@given(anything)
@example("Re: [#1] Re: [#2] RE[5]: x")
@example("Ｒｅ：x")
@example("AW:")
def test_an_answer_to_an_answer_has_still_one_prefix(subject: str) -> None:
    once = reply_subject(subject)
    assert reply_subject(once) == once
    assert is_reply_subject(once)
    assert subject_key(once) == subject_key(subject) or len(subject_key(subject)) > LONGEST_KEY - 10


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Help", "Re: Help"),
        ("Re: Help", "Re: Help"),
        ("RE: Re: AW: Help", "RE: Help"),
        ("AW: Hilfe", "AW: Hilfe"),
        ("回复：订单", "回复： 订单"),
        ("Fwd: Help", "Re: Fwd: Help"),
        ("Re: Fwd: Re: Help", "Re: Fwd: Re: Help"),
        ("[#12] Re: Re: Help", "[#12] Re: Help"),
        ("Re: [#12] Re: Help", "Re: [#12] Help"),
        ("Ｒｅ：Help", "Ｒｅ：Help"),
        ("Help\r\nBcc: all@example.com", "Re: Help Bcc: all@example.com"),
        ("", "Re:"),
    ],
)
def test_an_answer_keeps_the_prefix_that_is_there(subject: str, answer: str) -> None:
    assert reply_subject(subject) == answer


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: [#1234] Help", 1234),
        ("Help [#7]", 7),
        ("［＃４２］ Help", 42),
        ("[#12] was [#13]", 12),
        (f"[#{LARGEST_NUMBER}]", LARGEST_NUMBER),
        (f"[#{LARGEST_NUMBER + 1}] and [#5]", 5),
        ("#1234", None),
        ("[1234]", None),
        ("[# 12]", None),
        ("[#0]", None),
        ("[#012]", None),
        ("[#-1]", None),
        ("[#٣]", None),
        ("[#" + "9" * 5000 + "]", None),
        ("", None),
    ],
)
def test_only_a_plausible_number_in_its_brackets_is_a_ticket_number(subject: str, number: int | None) -> None:
    assert ticket_number_in(subject) == number


@given(anything)
def test_reading_a_number_never_fails_and_never_leaves_its_range(subject: str) -> None:
    number = ticket_number_in(subject)
    assert number is None or 1 <= number <= LARGEST_NUMBER
