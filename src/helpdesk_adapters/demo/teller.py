"""Telling what happened before today, by the very use cases that run a real desk."""

import struct
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from attrs import define, field, frozen

from helpdesk_adapters.offload import ThreadOffload
from helpdesk_core.commands import Done
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.ids import NewId, TicketId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.store import Store
from helpdesk_core.richtext import document_from_text
from helpdesk_core.satisfaction import Score
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.mail.block_senders import BlockSender
from helpdesk_core.use_cases.mail.prepare_mail import PrepareMail
from helpdesk_core.use_cases.mail.receive_email import ReceiveEmail
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import ChangeTicket, TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import OpenTicket, Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, PostConversation, agent_author
from helpdesk_core.use_cases.tickets.rate_ticket import RateTicket
from helpdesk_core.users import DESK, Actor, User


@frozen
class File:
    """Something attached to a letter."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@frozen
class Letter:
    """A letter of a customer; `answers` is the Message-ID of the mail it replies to."""

    sender: str
    subject: str
    text: str
    answers: str | None = None
    html: str | None = None
    cc: str | None = None
    files: tuple[File, ...] = ()


@define
class Teller:
    """Makes things happen at the time that is told; each call says how long ago that was."""

    store: Store
    blobs: Blobs
    domain: MailDomain
    new_id: NewId
    organization: Organization
    today: datetime
    _now: datetime = field(init=False)
    _letters: int = 0

    async def mail(self, ago: timedelta, letter: Letter) -> TicketId | None:
        """The letter arrives; the ticket that it is part of now, None where it was not wanted."""
        self._now = self.today - ago
        offload = ThreadOffload()
        prepare = PrepareMail(self.blobs, offload)
        receive = ReceiveEmail(self.store, prepare, offload, self.domain, self.clock, self.new_id)
        outcome = await receive(self._raw(letter))
        return outcome.ticket_id if isinstance(outcome, Done) else None

    async def open(self, ago: timedelta, opening: Opening, requester: Requester, message: str) -> Ticket:
        """A ticket that did not come by mail."""
        self._now = self.today - ago
        opened: Ticket = await OpenTicket(self.store, self.clock, self.new_id)(
            self.organization.id, DESK, opening, requester, message
        )
        return opened

    async def answer(
        self, ago: timedelta, ticket: TicketId, user: User, text: str, status: Status | None = None
    ) -> str:
        """An agent's answer; its Message-ID, by which the customer's mail program replies."""
        posted = await self._post(ago, ticket, user, Kind.REPLY, text, status)
        if posted.mail.message_id is None:
            raise ValueError("An answer by mail has a Message-ID.")
        return posted.mail.message_id

    async def note(self, ago: timedelta, ticket: TicketId, user: User, text: str) -> None:
        """A note among colleagues."""
        await self._post(ago, ticket, user, Kind.NOTE, text, None)

    async def change(self, ago: timedelta, ticket: TicketId, user: User, change: TicketChange) -> None:
        self._now = self.today - ago
        await ChangeTicket(self.store, self.clock, self.new_id)(
            self.organization.id, ticket, _actor(user), change
        )

    async def block(self, ago: timedelta, user: User, pattern: str) -> None:
        self._now = self.today - ago
        await BlockSender(self.store, self.clock, self.new_id)(self.organization.id, _actor(user), pattern)

    async def rate(self, ago: timedelta, ticket: TicketId, score: Score) -> None:
        self._now = self.today - ago
        await RateTicket(self.store, self.clock, self.new_id)(self.organization.id, ticket, DESK, score)

    def clock(self) -> datetime:
        return self._now

    async def _post(
        self, ago: timedelta, ticket: TicketId, user: User, kind: Kind, text: str, status: Status | None
    ) -> Conversation:
        self._now = self.today - ago
        draft = Draft(document_from_text(text), agent_author(_actor(user)), status=status)
        posted: Conversation = await PostConversation(self.store, self.domain, self.clock, self.new_id)(
            self.organization.id, ticket, _actor(user), kind, draft
        )
        return posted

    def _raw(self, letter: Letter) -> bytes:
        self._letters += 1
        mail = EmailMessage()
        mail["From"] = letter.sender
        mail["To"] = self.domain.address_of(self.organization)
        if letter.cc is not None:
            mail["Cc"] = letter.cc
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(self._now)
        mail["Message-ID"] = f"<{self._now:%Y%m%d%H%M%S}.{self._letters}@mail.example>"
        if letter.answers is not None:
            mail["In-Reply-To"] = mail["References"] = f"<{letter.answers}>"
        mail.set_content(letter.text)
        if letter.html is not None:
            mail.add_alternative(letter.html, subtype="html")
        for file in letter.files:
            kind, _, subtype = file.content_type.partition("/")
            mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
        return mail.as_bytes(policy=SMTP)


def picture(width: int = 360, height: int = 220) -> bytes:
    """A photo of a broken tent pole, as far as a few lines can take one (PNG, RFC 2083)."""
    rows = []
    for y in range(height):
        row = bytearray(b"\0")
        for x in range(width):
            on_pole = abs(y - height // 2 - (x - width // 2) // 6) < 9 and not 170 < x - (y % 5) < 184
            row += bytes((196, 170, 110) if on_pole else (70 + y // 4, 105 + y // 5, 62 + x // 12))
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    )


def _actor(user: User) -> Actor:
    return Actor("user", user.id, user.name)
