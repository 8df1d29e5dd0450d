"""The widget: messages by the floor, polling, live streams, and how soon a visitor sees an answer."""

import sys
import time
from collections.abc import Sequence
from statistics import median

import httpx2
import orjson
import pytest
from attrs import frozen

from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import Founded, Server, found, serving, webhooks
from tests.benchmarks.streams import allow_files, opened, until_all
from tests.http.running import free_port

pytestmark = pytest.mark.timeout(900)

ROUNDS, WRITES, READS = 25, 600, 1000
SESSIONS = 100
VISITORS = 1000


@frozen
class Chats:
    """Visitors who have written before: the tokens of their sessions, their tickets, and a message of each."""

    tokens: Sequence[str]
    tickets: Sequence[str]
    newest: Sequence[str]


def chats(port: int, key: str, number: int) -> Chats:
    """A widget, and so many visitors who have each said something in it."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        widget = {"name": f"Shop {number}"}
        made = client.post("/api/v1/widgets", json=widget, headers={"authorization": f"Bearer {key}"})
        tokens, taken = [], []
        for place in range(number):
            begun = client.post("/api/widget/init", json={"apiKey": made.json()["api_key"]}).json()
            tokens.append(begun["sessionToken"])
            said = {"sessionToken": tokens[-1], "message": f"Where is my order? ({place})"}
            taken.append(client.post("/api/widget/message", json=said).json())
    return Chats(tokens, [one["ticketId"] for one in taken], [one["conversationId"] for one in taken])


@pytest.fixture(scope="module")
def some_chats(desk: Server, founded: Founded, quick: bool) -> Chats:
    return chats(desk.port, founded.key, 8 if quick else SESSIONS)


def test_a_visitors_message_is_taken_at_a_third_of_the_floors_rate(
    sender: Sender, desk: Server, floor: Server, some_chats: Chats, figures: Figures, quick: bool
) -> None:
    writes = 16 if quick else WRITES
    compared = compare(
        floor,
        desk,
        1 if quick else ROUNDS,
        lambda name: sender.send(floor.port, webhooks("/webhook", writes, f"chat-{name}"), 200),
        lambda name: sender.send(desk.port, _messages(some_chats, writes, name), 200),
    )
    figures.add("message in the widget, by the floor", compared.told, "at least 0.35", compared.rates)
    assert quick or compared.ratio >= 0.35


def test_asking_for_news_costs_little_where_there_are_none(
    sender: Sender, desk: Server, some_chats: Chats, figures: Figures, quick: bool
) -> None:
    asked = [
        request("GET", f"/api/widget/message?after={newest}", x_widget_session=token)
        for token, newest in zip(some_chats.tokens, some_chats.newest, strict=True)
    ]
    sender.send(desk.port, _messages(some_chats, len(asked), "before"), 200)
    told = sender.send(desk.port, asked, 200)
    newest = orjson.loads(told.answer.partition(b"\r\n\r\n")[2])["messages"]
    assert newest, "there is a later message"
    with httpx2.Client(base_url=f"http://127.0.0.1:{desk.port}") as client:
        polls = [_poll(client, token) for token in some_chats.tokens]
    best = max(
        sender.send(desk.port, polls * (READS // len(polls) + 1), 200).rate for _ in range(1 if quick else 7)
    )
    figures.add("polling without news", f"{best:,.0f}/s", "", "the best of seven rounds")


def test_a_thousand_live_visitors_fit_into_80_mib_and_an_answer_comes_within_200_ms(
    sender: Sender, tmp_path_factory: pytest.TempPathFactory, figures: Figures, quick: bool
) -> None:
    number = 20 if quick else VISITORS
    allow_files(number + 200)
    founded, port = found(tmp_path_factory.mktemp("visitors")), free_port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    with serving(command, port, founded.environment) as desk:
        here = chats(port, founded.key, number)
        for one in opened(port, _streams(here)[:5], b"event: message\n"):  # what the first of them needs
            one.close()
        before = desk.resident()
        visitors = opened(port, _streams(here), b"event: message\n")
        live = desk.resident() - before
        waited = []
        for place in range(5 if quick else 40):
            begun = time.perf_counter()
            sender.send(port, [_answer(founded.key, here.tickets[place], str(place))], 201, 1)
            until_all([visitors[place]], f"On its way ({place}).".encode())
            waited.append(time.perf_counter() - begun)
        after = desk.resident() - before
        for one in visitors:
            one.close()
    figures.add(
        f"{number:,} live visitors of the widget",
        f"{live:.0f} MiB",
        "less than 80 MiB",
        f"{live * 1024 / number:.0f} KiB each; {after:.0f} MiB after the answers; {before:.0f} MiB without them",
    )
    figures.add(
        f"an answer seen by one of {number:,} live visitors",
        f"{median(waited) * 1000:.0f} ms",
        "less than 200 ms",
        f"from the agent's POST; {min(waited) * 1000:.0f}-{max(waited) * 1000:.0f} ms",
    )
    assert quick or live < 80
    assert quick or median(waited) < 0.2


def _messages(here: Chats, number: int, name: str) -> list[bytes]:
    """One message after the other, of each visitor in turn."""
    return [
        request(
            "POST",
            "/api/widget/message",
            orjson.dumps({"message": f"And my other order, {name}-{place}? I sent it back on Monday."}),
            x_widget_session=here.tokens[place % len(here.tokens)],
        )
        for place in range(number)
    ]


def _poll(client: httpx2.Client, token: str) -> bytes:
    """What a widget asks that has shown everything."""
    news, asked = True, "/api/widget/message"
    while news:
        news = client.get(asked, headers={"x-widget-session": token}).json()["messages"]
        asked = f"/api/widget/message?after={news[-1]['id']}" if news else asked
    return request("GET", asked, x_widget_session=token)


def _streams(here: Chats) -> list[bytes]:
    return [request("GET", "/api/widget/stream", x_widget_session=token) for token in here.tokens]


def _answer(key: str, ticket: str, name: str) -> bytes:
    body = orjson.dumps({"text": f"On its way ({name})."})
    return request("POST", f"/api/v1/tickets/{ticket}/conversations", body, authorization=f"Bearer {key}")
