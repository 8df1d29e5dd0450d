"""A model behind a real server in a process of its own: how it speaks, breaks, stalls and never ends."""

import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import anyio
import pytest

from helpdesk_adapters.ai.chat import ChatModel, Patience, Prices
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.models import ModelUnavailable, Prompt
from helpdesk_core.suggestions.suggestions import Usage
from tests.fakes.model_server import ModelServer, Order, event, model_server, piece, refuses, says, sends

KEY = "sk-very-secret-0123456789"
PROMPT = Prompt(task="Be kind.", material="Where is my parcel?", most_tokens=50)
SOON = Patience(first=1.5, between=0.5, whole=5.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
async def http(server: ModelServer) -> AsyncIterator[OutgoingHttp]:
    opened = OutgoingHttp()
    yield opened.trusting(server.base)
    await opened.close()


def a_model(http: OutgoingHttp, server: ModelServer, **more: Any) -> ChatModel:
    return ChatModel(http, server.base, "small", KEY, **{"patience": SOON, **more})


async def written(model: ChatModel, prompt: Prompt = PROMPT) -> tuple[str, list[Usage]]:
    pieces = [one async for one in model.write(prompt)]
    text = "".join(one for one in pieces if isinstance(one, str))
    return text, [one for one in pieces if isinstance(one, Usage)]


async def test_an_answer_comes_in_pieces_with_what_was_counted_and_what_it_costs(
    http: OutgoingHttp, server: ModelServer
) -> None:
    server.orders(says("Your parcel ", "is on ", "its way.", usage=(1_000, 50)))
    prices = Prices(prompt=Decimal("2.50"), completion=Decimal(10))
    spent: list[tuple[str, Usage]] = []
    model = a_model(http, server, prices=prices, spent=lambda *told: spent.append(told))
    pieces = [one async for one in model.write(PROMPT)]
    assert pieces == ["Your parcel ", "is on ", "its way.", Usage(1_000, 50, Decimal("0.003"))]
    assert spent == [("small", Usage(1_000, 50, Decimal("0.003")))]
    (asked,) = server.asked
    assert (asked["target"], asked["headers"]["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert asked["body"] == {
        "model": "small",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Where is my parcel?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "max_tokens": 50,
    }


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
async def test_where_a_chunk_is_cut_is_no_matter(http: OutgoingHttp, server: ModelServer, size: int) -> None:
    words = ("Größe: ", "日本語", " 👩‍👧 ", "\n\nfin")
    server.orders(says(*words, bytes_a_part=size))
    assert await written(a_model(http, server)) == ("".join(words), [Usage(7, 5)])


async def test_an_emoji_in_two_escaped_halves_is_one(http: OutgoingHttp, server: ModelServer) -> None:
    halves = [event({"choices": [{"delta": {"content": half}}]}) for half in ("x", "y")]
    raw = [halves[0].replace("x", "a\\ud83d"), halves[1].replace("y", "\\ude00b"), "data: [DONE]\n\n"]
    server.orders(sends(*raw))
    assert await written(a_model(http, server)) == ("a😀b", [])


async def test_an_answer_without_a_count_has_none(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(says("Good.", usage=None))
    assert await written(a_model(http, server)) == ("Good.", [])


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        {"prompt_tokens": "7"},
        {"prompt_tokens": True},
        {"prompt_tokens": -1, "completion_tokens": 10**30},
    ],
)
async def test_a_count_that_is_none_is_none(http: OutgoingHttp, server: ModelServer, usage: object) -> None:
    server.orders(
        sends(piece("Good."), event({"choices": [], "usage": usage}), "data: [DONE]\n\n", end="close")
    )
    assert await written(a_model(http, server)) == ("Good.", [])


async def test_a_server_that_does_not_stream_is_understood(http: OutgoingHttp, server: ModelServer) -> None:
    told = {"choices": [{"message": {"role": "assistant", "content": "At once."}}], "usage": None}
    server.orders(sends(json.dumps(told), type="application/json"))
    assert await written(a_model(http, server)) == ("At once.", [])


async def test_comments_other_events_and_strange_line_ends_are_passed_over(
    http: OutgoingHttp, server: ModelServer
) -> None:
    body = ": PROCESSING\n\n" + piece("Right").replace("\n", "\r\n") + ":\r\rid: 4\r" + piece(".")
    server.orders(sends(body.encode(), "data: [DONE]\n\n", type="text/event-stream; charset=iso-8859-1"))
    assert await written(a_model(http, server)) == ("Right.", [])


async def test_what_a_model_thinks_is_no_answer_but_a_sign_of_life(
    http: OutgoingHttp, server: ModelServer
) -> None:
    thought = event({"choices": [{"delta": {"content": None, "reasoning_content": "Hm, a parcel."}}]})
    server.orders(sends(*[thought] * 6, piece("It left."), "data: [DONE]\n\n", pause=0.3))
    assert await written(a_model(http, server)) == ("It left.", [])


async def test_an_option_that_a_server_does_not_take_is_left_out_from_then_on(
    http: OutgoingHttp, server: ModelServer
) -> None:
    no_length = {"error": {"message": "Use 'max_completion_tokens' instead.", "param": "max_tokens"}}
    server.orders(
        refuses(400, json.dumps(no_length)),
        refuses(422, json.dumps({"error": {"message": "Unknown field stream_options"}})),
        says("One."),
        says("Two."),
    )
    model = a_model(http, server)
    assert [(await written(model))[0] for _ in range(2)] == ["One.", "Two."]
    bodies = [asked["body"] for asked in server.asked]
    assert len(bodies) == 4
    for body in bodies[2:]:
        assert {"stream_options", "max_tokens"}.isdisjoint(body)
        assert body["max_completion_tokens"] == 50


# ------------------------------------------------------------------ trying again


@pytest.mark.parametrize(
    "trouble",
    [
        refuses(503),
        refuses(429),
        sends(end="break"),
        sends(end="close"),
        sends(event({"error": {"type": "overloaded_error", "message": "busy"}})),
    ],
    ids=["503", "429", "broken", "empty", "overloaded"],
)
async def test_before_the_first_token_it_is_tried_again(
    http: OutgoingHttp, server: ModelServer, trouble: Order
) -> None:
    server.orders(trouble, says("Now."))
    assert (await written(a_model(http, server)))[0] == "Now."
    assert len(server.asked) == 2


async def test_a_pause_that_is_asked_for_is_kept(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(refuses(429, Retry_After="1"), says("Now."))
    began = time.monotonic()
    assert (await written(a_model(http, server)))[0] == "Now."
    assert time.monotonic() - began >= 1


async def test_a_pause_that_nobody_would_wait_for_is_told_at_once(
    http: OutgoingHttp, server: ModelServer
) -> None:
    server.orders(refuses(429, Retry_After="3600"), says("Never."))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="is busy: it answered 429"):
        await written(a_model(http, server))
    assert time.monotonic() - began < 1
    assert len(server.asked) == 1


async def test_three_times_is_enough(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(*[refuses(503, Retry_After="0")] * 4)
    with pytest.raises(ModelUnavailable, match="it answered 503"):
        await written(a_model(http, server))
    assert len(server.asked) == 3


async def test_after_the_first_token_nothing_is_asked_again(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(sends(piece("Half an"), end="break"), says("Never."))
    async with aclosing(a_model(http, server).write(PROMPT)) as pieces:
        assert await anext(pieces) == "Half an"
        with pytest.raises(ModelUnavailable, match=r"does not answer\. The connection to 127\.0\.0\.1 broke"):
            await anext(pieces)
    assert len(server.asked) == 1


async def test_a_server_that_is_not_there_is_unavailable(http: OutgoingHttp) -> None:
    gone = "http://127.0.0.1:9/v1"
    model = ChatModel(http.trusting(gone), gone, "small", KEY, patience=SOON)
    with pytest.raises(ModelUnavailable, match=r"The model at 127\.0\.0\.1 does not answer"):
        await written(model)


# ------------------------------------------------------------------ answers that are none

NOTHING = event({"choices": [{"delta": {}, "finish_reason": "stop"}]})


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (sends("<html><b>Welcome</b></html>", type="text/html"), "no model's answer"),
        (sends("[1, 2]", type="application/json"), "no model's answer"),
        (sends("data: {no JSON\n\n"), "cannot be read"),
        (sends(piece("Well"), "data: <html>\n\n"), "cannot be read"),
        (sends("data: " + "[" * 100_000 + "\n\n"), "cannot be read"),
        (sends(event({"error": {"message": f"Bad key {KEY}", "code": "invalid"}})), r"an error \(invalid\)"),
        (sends(event({"error": f"No {KEY}"})), "reports an error"),
        (sends(json.dumps({"error": {"message": "none"}}), type="application/json"), "reports an error"),
        (sends(piece("Well"), event({"object": "error", "message": KEY, "code": 500})), "reports an error"),
        (sends(piece("Well")), "broke off"),
        (sends(NOTHING), "answered with nothing"),
        (sends(event({"choices": [{"delta": {}, "finish_reason": "content_filter"}]})), "declines"),
        (sends(event({"choices": "none", "usage": 4}), NOTHING), "answered with nothing"),
        (
            refuses(401, json.dumps({"error": {"message": f"Incorrect API key: {KEY}"}})),
            "refuses the desk's key",
        ),
        (refuses(404, json.dumps({"error": {"message": f"no model, {KEY}"}})), "does not know the model"),
        (refuses(400, json.dumps({"error": {"code": "context_length_exceeded"}})), "context_length_exceeded"),
        (refuses(302, "", location="http://127.0.0.1:1/"), "answered 302"),
        (sends("x" * 1000, headers={"content-encoding": "br"}), "encoding that was not asked for"),
    ],
)
async def test_what_is_no_answer_is_said_in_one_line_without_the_key(
    http: OutgoingHttp,
    server: ModelServer,
    order: Order,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.orders(*[order] * 3)
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelUnavailable, match=message) as caught:
        await written(a_model(http, server))
    assert "\n" not in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    for told in (str(caught.value), shown, caplog.text, repr(a_model(http, server))):
        assert KEY not in told
        assert PROMPT.material not in told


async def test_a_key_that_no_header_can_hold_is_not_told(http: OutgoingHttp, server: ModelServer) -> None:
    model = ChatModel(http, server.base, "small", "sk-very\nsecret", patience=SOON)
    with pytest.raises(ModelUnavailable, match="cannot be asked") as caught:
        await written(model)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


# ------------------------------------------------------------------ time and size


async def test_a_first_token_that_does_not_come_is_waited_for_and_no_longer(
    http: OutgoingHttp, server: ModelServer
) -> None:
    for silent in (
        says("Late.", before=30.0),
        sends(piece(""), end="hang"),
        sends(": still here\n\n", pause=0.1, end="repeat"),
    ):
        server.orders(silent)
        began = time.monotonic()
        with pytest.raises(ModelUnavailable, match="has not begun to answer in time"):
            await written(a_model(http, server))
        assert 1 < time.monotonic() - began < 4


async def test_an_answer_that_stalls_is_given_up(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(sends(piece("I was just going to"), end="hang"))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="has stopped in the middle"):
        await written(a_model(http, server))
    assert time.monotonic() - began < 3


async def test_an_answer_that_drips_for_ever_ends_with_the_patience_for_all_of_it(
    http: OutgoingHttp, server: ModelServer
) -> None:
    server.orders(sends(piece("a "), pause=0.3, end="repeat"))
    patience = Patience(first=1.0, between=0.5, whole=1.0)
    with pytest.raises(ModelUnavailable, match="has stopped in the middle"):
        await written(a_model(http, server, patience=patience))


async def test_an_answer_without_end_is_cut_where_it_ought_to_have_ended(
    http: OutgoingHttp, server: ModelServer
) -> None:
    server.orders(sends(piece("and on "), end="repeat"))
    text, counted = await written(a_model(http, server))
    assert 50 * 16 < len(text) <= 50 * 16 + len("and on ")
    assert counted == []
    assert server.left == 1


async def test_an_answer_that_must_be_whole_is_none_when_it_is_cut(
    http: OutgoingHttp, server: ModelServer
) -> None:
    whole = Prompt(task="Translate.", material="Hallo", most_tokens=5, whole=True)
    cut = event({"choices": [{"delta": {"content": "Hel"}, "finish_reason": "length"}]})
    for order in (sends(cut, "data: [DONE]\n\n"), sends(piece("Hello "), end="repeat")):
        server.orders(order)
        with pytest.raises(ModelUnavailable, match="cut off"):
            await written(a_model(http, server), whole)


@pytest.mark.parametrize("flood", [b"data: " + b"x" * 65_536, b"x" * 65_536, piece("").encode() * 100])
async def test_a_flood_that_says_nothing_is_ended(
    http: OutgoingHttp, server: ModelServer, flood: bytes
) -> None:
    server.orders(*[sends(flood, end="repeat")] * 3)
    with pytest.raises(ModelUnavailable):
        await written(a_model(http, server))


async def test_what_breaks_after_the_end_is_no_matter(http: OutgoingHttp, server: ModelServer) -> None:
    end = event({"choices": [{"delta": {"content": "Done."}, "finish_reason": "stop"}]})
    server.orders(sends(end, end="break"))
    assert await written(a_model(http, server)) == ("Done.", [])


# ------------------------------------------------------------------ going away


async def gone(server: ModelServer) -> bool:
    for _ in range(150):
        if server.left:
            return True
        await anyio.sleep(0.02)
    return False


async def test_who_stops_listening_ends_the_request(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(sends(piece("One, "), pause=0.05, end="repeat"))
    async with aclosing(a_model(http, server).write(PROMPT)) as pieces:
        assert await anext(pieces) == "One, "
        assert server.left == 0
    assert await gone(server)


async def test_who_is_cancelled_ends_the_request(http: OutgoingHttp, server: ModelServer) -> None:
    server.orders(sends(piece("One, "), end="hang"))
    patient = Patience(first=30.0, between=30.0, whole=60.0)
    with anyio.move_on_after(0.5):
        await written(a_model(http, server, patience=patient))
    assert await gone(server)
