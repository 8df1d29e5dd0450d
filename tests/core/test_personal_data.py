"""Personal data leaves a text and comes back to it, and nothing else does."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_core.knowledge.personal_data import redact, restored, without_personal_data

NAMES = ("Maria López", "Jörg Müller", "Will Smith", "王小明", "von der Heide", "Иван Петров", "Jan Kowalski")

SPICE = st.sampled_from(
    [
        "Maria",
        "MARIA LOPEZ",
        "[name 1]",
        "[email 2]",
        "ida@garden.example",
        "+49 171 1234567",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "https://x.example/?token=abc",
        "order 12345",
        "1Z999AA10123456784",
        "2026-01-15",
        "8.8.8.8",
        "\n",
        " ",
        "王小明",
        "s",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(SPICE, st.text(max_size=5))).map("".join))
SOME_NAMES = st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=12)), max_size=4)


@given(TEXTS, SOME_NAMES)
@example("[name 1] Maria [text 1]", ["Maria"])
@example("Maria\u0300 Maria", ["Maria"])
def test_what_was_taken_out_comes_back(text: str, names: list[str]) -> None:
    redacted = redact(text, names)
    assert restored(redacted.text, redacted.found) == text


@given(st.lists(TEXTS, max_size=4), SOME_NAMES)
def test_texts_that_belong_together_share_their_placeholders(texts: list[str], names: list[str]) -> None:
    found: dict[str, str] = {}
    told = []
    for text in texts:
        redacted = redact(text, names, found)
        found = dict(redacted.found)
        told.append(redacted.text)
    assert [restored(text, found) for text in told] == texts
    assert len(set(found.values())) == len({(key.split()[0], value) for key, value in found.items()})


@given(TEXTS, SOME_NAMES)
@example("00000 00 0@0.0", [])
@example("000000000 00000 00", [])
@example("000000#000", [])
@example("4111111111111111AA00 0100 0000 0000", [])
def test_what_is_without_personal_data_has_no_more_to_lose(text: str, names: list[str]) -> None:
    once = without_personal_data(text, [])
    assert not re.search(
        r"(?<![\w.+-])[a-z]+@[a-z]+\.[a-z]+(?![\w.-])", without_personal_data(text, names), re.ASCII
    )
    assert without_personal_data(once, []) == once or "[" in text


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("Write to ida.o'neil+shop@mail.garden.example.", "Write to [email]."),
        ("Call +49 171 1234567 or 0171/1234567!", "Call [phone] or [phone]!"),
        ("Call (415) 555-2671, or 020 7946 0958.", "Call [phone], or [phone]."),
        ("Card 4111 1111 1111 1111, 12/27", "Card [card], 12/27"),
        ("Pay to DE89 3704 0044 0532 0130 00 please", "Pay to [account] please"),
        ("Pay to GB82WEST12345698765432", "Pay to [account]"),
        ("Order #12345 and order number: AB-991", "Order #[number] and order number: [number]"),
        ("Bestellnummer 4711, Sendung 1Z999AA10123456784", "Bestellnummer [number], Sendung [number]"),
        ("Ticket 991 is in #4711-2", "Ticket [number] is in [number]"),
        ("Open https://x.example/reset?token=abc now.", "Open [link] now."),
        ("See https://x.example/orders/1234567", "See [link]"),
        ("From 8.8.8.8 and 2001:4860:4860::8888", "From [address] and [address]"),
        ("maria lopez, MARIA, Marias, María's", "[name], [name], [name]s, [name]'s"),
        ("Herr Jorg Mueller und Müller", "Herr [name] und [name]"),
        ("您好王小明先生", "您好[name]先生"),
        ("thanks to Will, who will come", "thanks to [name], who will come"),
        ("key sk_live_abcdefghij0123456789", "key [number]"),
        ("Card 4111.1111.1111.1111 or 4111/1111/1111/1111", "Card [card] or [card]"),
        ("4111 1111 1111 1111 12 27 123", "[card] 12 27 123"),
        ("no. 7 4111\u00a01111\u00a01111\u00a01111", "no. 7 [card]"),
        ("DE89.3704.0044.0532.0130.00", "[account]"),
        ("0171\u200b1234567, o\u00adrder 991-22", "[phone], order [number]"),
        (
            "order **77441**, order (77441), order: 7 7 4 4 1",
            "order **[number]**, order ([number]), order: [number]",
        ),
        ("Bestellnr. 12-34-56, Kundennr: 991, PO-4711", "Bestellnr. [number], Kundennr: [number], [number]"),
        ("ida (at) garden.example, ida [at] garden dot example", "[email], [email]"),
        ("ida @ garden.example, ida＠garden.example", "[email], [email]"),
        ("@marialopez, LopezMaria77 and mlopez", "@[name], [name] and [name]"),
        ("您好小明，王先生", "您好[name]，[name]先生"),
        ("пишет Петров, с Иваном Петровым для Ивана", "пишет [name], с [name] для [name]"),
        ("do Kowalskiego", "do [name]"),
    ],
)
def test_what_tells_who_somebody_is_goes(told: str, left: str) -> None:
    assert without_personal_data(told, NAMES) == left


@pytest.mark.parametrize(
    "told",
    [
        "It takes 10 to 14 days, from 9:30 to 17:00.",
        "On 2026-01-15 10:30, or 15.01.2026, or 1/15/26, in 2019-2026.",
        "It costs 1,299.00 EUR, or 1.000.000 in all.",
        "The WH-1000XM5 and the RTX4090 with 3.5 mm jack, IPv4, version 10.15.7.",
        "See https://docs.example/help/returns#how and www.example.",
        "Your router is at 192.168.1.1 or 10.0.0.1.",
        "Will it work? The order of the day. Order your number today.",
        "[name] and [email] wrote.",
        "von der Leine, der Hund",
        "Two pieces @ 3.50 EUR, meet at garden.example.",
        "2026-01-15 to 2026-02-14, then 10 20 30 40 50.",
    ],
)
def test_what_tells_nothing_of_anybody_stays(told: str) -> None:
    assert without_personal_data(told, NAMES) == told


@pytest.mark.parametrize(
    "part",
    [
        "1 ",
        "1-",
        "12 34 56 78 9  ",
        "a@",
        "https://",
        "0",
        "Maria ",
        "order ",
        "ab:",
        "DE12 ",
        "[name 1]",
        "a-",
        "+1 ",
    ],
)
def test_it_takes_time_in_proportion_to_the_text(part: str) -> None:
    def took(length: int) -> float:
        text = (part * (length // len(part) + 1))[:length]
        begun = time.process_time()
        redact(text, NAMES)
        return time.process_time() - begun

    took(1_000)
    assert took(200_000) < 16 * took(50_000) + 0.2
