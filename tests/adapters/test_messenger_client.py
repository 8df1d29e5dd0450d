"""How answers are made ready for Messenger: cut, put into forms, and what they are not sent without."""

from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.messaging.forms import multipart
from helpdesk_adapters.messaging.messenger.client import LARGEST_FILE, LONGEST, MessengerMessages
from helpdesk_adapters.messaging.messenger.graph import PageApi
from helpdesk_adapters.messaging.meta.graph import Graph
from helpdesk_adapters.messaging.pieces import characters, pieces
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import ConversationId
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, OpenAccount
from helpdesk_core.tickets import Channel

NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
MESSAGE = OutgoingMessage(
    Channel.MESSENGER, "1", "2", "key", ConversationId(UUID(int=1)), "Hello", heard_at=NOW
)

texts = st.lists(
    st.sampled_from(["word ", "line\n", "x" * 700, "👩‍👩‍👧‍👦" * 90, "e\u0301" * 400, "🇩🇪" * 300, " " * 50])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=14,
).map("".join)


def sender(*secrets: str) -> MessengerMessages:
    graph = Graph(OutgoingHttp(), "https://graph.example", secrets, token_in_query=True)
    return MessengerMessages(PageApi(graph), lambda: NOW)


async def nothing() -> bytes:
    return b""


def a_file(**more: Any) -> OutgoingFile:
    told = {
        "filename": "a.pdf",
        "content_type": "application/pdf",
        "size": 10,
        "link": "https://desk.example/f",
    }
    return OutgoingFile(**{**told, "read": nothing, **more})


@given(texts)
def test_pieces_fit_and_say_all_of_it_once_and_break_no_character(text: str) -> None:
    cut = pieces(text, LONGEST)
    assert cut
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(len(piece.encode("utf-16-le")) // 2 <= LONGEST.units for piece in cut)
    marks = sum(1 for one in characters(text) if not one.isspace())
    assert sum(1 for piece in cut for one in characters(piece) if not one.isspace()) == marks


def test_a_letter_under_more_marks_than_a_message_holds_is_cut_all_the_same() -> None:
    cut = pieces("e" + "\u0301" * 5000, LONGEST)
    assert "".join(cut) == "e" + "\u0301" * 5000
    assert all(0 < len(piece) <= LONGEST.units for piece in cut)


def test_an_answer_is_its_text_and_then_every_file_each_under_a_key_of_its_own() -> None:
    parts = sender("s").parts(evolve(MESSAGE, text="x " * 1500, files=(a_file(), a_file())))
    assert [(len(part.text) > 0, len(part.files), part.key) for part in parts] == [
        (True, 0, "key/0"),
        (True, 0, "key/1"),
        (False, 1, "key/2"),
        (False, 1, "key/3"),
    ]
    assert [part.files for part in sender("s").parts(evolve(MESSAGE, text=" ", files=(a_file(),)))] == [
        (a_file(),)
    ]


def test_a_file_that_is_too_large_leaves_nothing_half_sent() -> None:
    with pytest.raises(GiveUp, match=r"more than 25 MB: a\.pdf"):
        sender("s").parts(evolve(MESSAGE, files=(a_file(size=LARGEST_FILE + 1),)))


@pytest.mark.parametrize("name", ['a"b.pdf', "a\r\nx: y.pdf", "ä.pdf", "a\\b.pdf"])
def test_the_name_of_a_file_stays_within_its_line_of_the_form(name: str) -> None:
    content, kind = multipart(
        {"message": {"a": 1}, "tag": "t"}, "filedata", a_file(filename=name), b"\r\n--\x00\xff"
    )
    form = message_from_bytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + content)
    parts = list(form.walk())[1:]
    assert [part.keys() for part in parts] == [
        ["content-disposition"],
        ["content-disposition"],
        ["content-disposition", "content-type"],
    ]
    assert parts[2].get_payload(decode=True) == b"\r\n--\x00\xff"


async def test_what_is_missing_is_said_before_anything_is_sent() -> None:
    with pytest.raises(AccountRefused, match="has no access_token"):
        await sender("s").send(MESSAGE, OpenAccount("messenger", "1"))
    with pytest.raises(MissingSetting, match="MESSENGER_APP_SECRET"):
        await sender(" ").send(MESSAGE, OpenAccount("messenger", "1", secrets={"access_token": "t"}))


async def test_what_may_have_left_is_not_sent_a_second_time() -> None:
    with pytest.raises(GiveUp, match="Look into the page's inbox"):
        await sender("s").send(evolve(MESSAGE, again=True), OpenAccount("messenger", "1"))
