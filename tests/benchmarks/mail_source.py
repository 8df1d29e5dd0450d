"""Resend as far as fetching a received mail goes: one process that answers every id with a mail of its own."""

import argparse
import asyncio
import re
from typing import cast

import orjson
import uvloop

from tests.benchmarks.servers import TO


class Answering(asyncio.Protocol):
    def __init__(self) -> None:
        self._given = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._given += data
        while b"\r\n\r\n" in self._given:
            head, _, self._given = self._given.partition(b"\r\n\r\n")
            wanted = RECEIVED.match(head)
            body = mail(wanted[1].decode()) if wanted else b"{}"
            status = b"200 OK" if wanted else b"404 Not Found"
            self._transport.write(
                b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (status, len(body), body)
            )


RECEIVED = re.compile(rb"GET /emails/receiving/([\w-]+)(?:\?\S*)? ")


def mail(email_id: str) -> bytes:
    """The mail of this id, from one of some hundred customers."""
    sender = f"ida{sum(email_id.encode()) % 400}@garden.example"
    return orjson.dumps(
        {
            "object": "email",
            "id": email_id,
            "from": f"Ida <{sender}>",
            "to": [TO],
            "cc": None,
            "bcc": None,
            "reply_to": None,
            "received_for": [TO],
            "created_at": "2026-04-06 09:29:58.5+00",
            "subject": f"The kettle leaks ({email_id})",
            "html": "<p>Since this morning it <b>leaks</b> when I fill it beyond the half.</p><p>What can I do?</p>",
            "text": "Since this morning it leaks when I fill it beyond the half.\n\nWhat can I do?",
            "headers": {
                "message-id": f"<{email_id}@garden.example>",
                "subject": f"The kettle leaks ({email_id})",
            },
            "message_id": f"<{email_id}@garden.example>",
            "raw": None,
            "attachments": [],
        }
    )


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))
