"""Reading the pages of a desk as browsers do: furnished desks, sessions, and a connection that keeps the time."""

import asyncio
import gzip
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from urllib.parse import urljoin

import orjson
from attrs import define, field, frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.use_cases.people.manage_users import NO_PASSWORD
from helpdesk_core.users import SESSION_LIFE, Role, Session, User
from helpdesk_http.who import SESSION_COOKIE
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import Founded, tickets

MESSAGES = 50
SAID = (
    "Since this morning it leaks when I fill it beyond the half.\n\nWhat can I do about it? The lid is shut."
)


def logged_in(founded: Founded, agents: int = 1) -> Sequence[str]:
    """So many new agents of the desk: the cookies of their sessions."""
    return asyncio.run(_logged_in(founded, agents))


async def _logged_in(founded: Founded, agents: int) -> Sequence[str]:
    desk = Container(settings=Settings(data_dir=founded.data))
    async with desk.desk().opened(jobs=False):
        now, name = desk.clock()(), desk.new_id()()
        users = [
            User(
                UserId(desk.new_id()()),
                OrganizationId(founded.organization),
                f"ada{place}-{name}@garden.example",
                "Ada",
                Role.AGENT,
                now,
                NO_PASSWORD,
            )
            for place in range(agents)
        ]
        tokens = [desk.new_token()() for _ in users]

        async def come_in(work: Work) -> None:
            for user, token in zip(users, tokens, strict=True):
                await work.users.add(user)
                await work.sessions.add(Session(digest(token), user.id, now, now + SESSION_LIFE))

        await desk.store().transact(come_in)
    return [f"{SESSION_COOKIE}={token}" for token in tokens]


@frozen
class Spoken:
    """A ticket of many messages, and its customer."""

    number: int
    id: str
    customer_id: str


def spoken(sender: Sender, port: int, key: str, messages: int = MESSAGES) -> Spoken:
    """A new ticket with so many messages, from both sides in turn."""
    answer = sender.send(port, tickets(key, 1, "long"), 201, 1).answer
    ticket = orjson.loads(answer.partition(b"\r\n\r\n")[2])
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    said = [
        {"kind": ("reply", "inbound")[number % 2], "text": f"{SAID} ({number})"}
        for number in range(messages - 1)
    ]
    authorization = f"Bearer {key}"
    sender.send(
        port, [request("POST", path, orjson.dumps(one), authorization=authorization) for one in said], 201, 1
    )
    return Spoken(ticket["number"], ticket["id"], ticket["customer_id"])


@define
class Browser:
    """One connection that is kept, on which one page after the other is asked for."""

    port: int
    cookie: str
    _connection: socket.socket = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> "Answer":
        asked = request("GET", path, cookie=self.cookie, accept_encoding="gzip", accept="text/html")
        begun = perf_counter()
        self._connection.sendall(asked)
        head, _, body = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])  # type: ignore[index]
        while len(body) < length:
            body += self._connection.recv(1 << 18)
        return Answer(perf_counter() - begun, head, body)

    def close(self) -> None:
        self._connection.close()

    def _until(self, words: bytes) -> bytes:
        found = b""
        while words not in found:
            piece = self._connection.recv(1 << 18)
            assert piece, "the server has gone"
            found += piece
        return found


@frozen
class Answer:
    """What came, after so many seconds, and as many bytes as it took on the way."""

    seconds: float
    head: bytes
    sent: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @property
    def body(self) -> bytes:
        packed = b"content-encoding: gzip" in self.head.lower()
        return gzip.decompress(self.sent) if packed else self.sent


@contextmanager
def browsing(port: int, cookie: str) -> Iterator[Browser]:
    browser = Browser(port, cookie)
    try:
        yield browser
    finally:
        browser.close()


def first_load(browser: Browser, path: str) -> dict[str, int]:
    """Bytes on the way by address: the page, and all that a browser with an empty cache fetches for it."""
    sizes: dict[str, int] = {}
    todo = [path]
    while todo:
        address = todo.pop().partition("#")[0]
        if address in sizes:
            continue
        answer = browser.get(address)
        assert answer.status == 200, address
        sizes[address] = len(answer.sent)
        todo += _needed(address, answer.body.decode())
    return sizes


def _needed(address: str, text: str) -> list[str]:
    path = address.partition("?")[0]
    if path.endswith(".js"):
        found = re.findall(r'(?:from|import)\s*"(\.[^"]+)"', text)
    elif path.endswith((".css", ".svg")):
        found = re.findall(r'url\("?([^")]+)"?\)', text)
    else:
        found = re.findall(r'(?:href|src)="(/app/static/[^"#]+)', text)
        modules = " ".join(re.findall(r'data-needs="([^"]+)"', text)).split()
        found += [f"/app/static/js/{name}.js" for name in modules]
    return [urljoin(address, one) for one in found if not one.startswith("data:")]
