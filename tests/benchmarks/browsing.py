"""Reading the pages of a desk as browsers do: furnished desks, sessions, and a connection that keeps the time."""

import asyncio
import gzip
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from urllib.parse import urljoin

from attrs import define, evolve, field, frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Status
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import SESSION_LIFE, Actor, Role, Session, User
from tests.benchmarks.load import request
from tests.benchmarks.servers import Founded

MESSAGES = 50
SAID = "Since this morning it leaks when I fill it beyond the half.\n\nWhat can I do about it? The lid is shut."


@frozen
class Furnished:
    """A desk to be read: the cookies of its agents, a ticket of many messages, and its customer."""

    cookies: Sequence[str]
    ticket: int
    ticket_id: str
    customer_id: str


def furnished(founded: Founded, agents: int = 1, messages: int = MESSAGES) -> Furnished:
    """Adds what pages need to a desk: agents who are logged in, and a ticket with so many messages."""
    return asyncio.run(_furnished(founded, agents, messages))


async def _furnished(founded: Founded, agents: int, messages: int) -> Furnished:
    desk = Container(settings=Settings(data_dir=founded.data))
    organization = OrganizationId(founded.organization)
    async with desk.desk().opened(jobs=False):
        tokens = [desk.new_token()() for _ in range(agents)]
        name = desk.new_id()()
        first = await desk.create_user()(
            organization, f"ada-{name}@garden.example", "Ada", Role.ADMIN, "correct horse battery"
        )
        users = [
            first,
            *(
                evolve(first, id=UserId(desk.new_id()()), email=f"a{place}-{name}@garden.example")
                for place in range(1, agents)
            ),
        ]
        await desk.store().transact(lambda work: _come_in(desk, users, tokens, work))
        actor = Actor("user", first.id, "Ada")
        opening = Opening("The kettle leaks", Channel.API)
        requester = Requester(email=f"ida-{name}@garden.example", name="Ida")
        ticket = await desk.open_ticket()(organization, actor, opening, requester, SAID)
        for number in range(messages - 1):
            draft = Draft(
                content=document_from_text(f"{SAID} ({number})"),
                author=agent_author(actor),
                kind=Kind.NOTE,
            )
            await desk.post_conversation()(organization, ticket.id, actor, draft)
        return Furnished(
            [f"helpdesk_session={token}" for token in tokens],
            ticket.number,
            str(ticket.id),
            str(ticket.customer_id),
        )


async def _come_in(desk: Container, users: Sequence[User], tokens: Sequence[str], work: Work) -> None:
    now = desk.clock()()
    for user, token in zip(users, tokens, strict=True):
        if user is not users[0]:
            await work.users.add(user)
        await work.sessions.add(Session(digest(token), user.id, now, now + SESSION_LIFE))


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
    return [urljoin(address, one) for one in found if not one.startswith("data:")]
