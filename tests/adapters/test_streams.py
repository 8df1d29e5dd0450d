"""Answers over HTTP that are read as they come, under the same rules as any other call."""

import pytest

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp, TryLater
from tests.fakes.http_server import Reply, Request, serving


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def events(request: Request) -> Reply:
    return Reply(
        200, b"data: one\n\ndata: two\ndata: lines\n\n: comment\n\n", {"content-type": "text/event-stream"}
    )


async def test_events_come_one_by_one() -> None:
    with serving(events) as port:
        base = f"http://127.0.0.1:{port}"
        http = OutgoingHttp().trusting(base)
        async with http.stream(f"{base}/x", {"X-Key": "k"}, json={"a": 1}, silent=5) as answer:
            assert (answer.status, answer.media_type, answer.host) == (200, "text/event-stream", "127.0.0.1")
            assert [one async for one in answer.events()] == ["one", "two\nlines"]
        await http.close()


async def test_an_address_that_is_not_trusted_is_not_streamed_from() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return events(request)

    with serving(answer) as port:
        http = OutgoingHttp()
        with pytest.raises(GiveUp, match="HELPDESK_OUTBOUND_ALLOW_NETWORKS"):
            async with http.stream(f"http://127.0.0.1:{port}/", json={}, silent=5):
                pytest.fail("it was let through")
        await http.close()
    assert asked == []


async def test_what_is_no_event_stream_is_told_as_broken() -> None:
    with serving(lambda request: Reply(200, b"<html>")) as port:
        base = f"http://127.0.0.1:{port}"
        http = OutgoingHttp().trusting(base)
        async with http.stream(base, json={}, silent=5) as answer:
            with pytest.raises(TryLater):
                [one async for one in answer.events()]
        async with http.stream(base, json={}, silent=5) as answer:
            assert await answer.body() == b"<html>"
        await http.close()


async def test_silence_breaks_the_connection() -> None:
    silent = Reply(200, headers={"content-type": "text/event-stream"}, dribble=(b"", 30.0))
    with serving(lambda request: silent) as port:
        base = f"http://127.0.0.1:{port}"
        http = OutgoingHttp().trusting(base)
        async with http.stream(base, json={}, silent=0.3) as answer:
            with pytest.raises(TryLater, match="broke"):
                [one async for one in answer.events()]
        await http.close()
