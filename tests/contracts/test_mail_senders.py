"""Every way that mail leaves the desk keeps to one contract: a real SMTP server, Resend's API over HTTP."""

from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import anyio
import pytest
from attrs import evolve, frozen

from helpdesk_adapters.email.outgoing import mail_sender
from helpdesk_adapters.email.resend.client import ResendMail
from helpdesk_adapters.email.smtp import SmtpMail
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.addresses import Address, parse_addresses
from helpdesk_core.email import MailPart, OutgoingMail, parse_mail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.mail import Accepted, MailSender
from tests.fakes.resend_api import KEY, FakeResend, fake_resend, problem
from tests.fakes.smtp_server import Mailbox, receiving

ANSWER = OutgoingMail(
    message_id="reply.1@brightlane.example",
    from_=Address("help@brightlane.example", "Brightlane, Support"),
    to=(Address("maya@okafor-bikes.example", "Maya Økafor"),),
    cc=(Address("workshop@okafor-bikes.example"),),
    bcc=(Address("archive@brightlane.example"),),
    reply_to=Address("brightlane+t17@inbound.desk.example", "Brightlane, Support"),
    subject="Re: Die zweite Kiste – never came",
    text="It is on its way.\n\nGrüße\nBrightlane",
    html="<p>It is on its way.</p><p>Grüße<br>Brightlane</p>",
    in_reply_to="second@okafor-bikes.example",
    references=("first@okafor-bikes.example", "second@okafor-bikes.example"),
    attachments=(
        MailPart("Lieferschein (ä).pdf", "application/pdf", bytes(range(256))),
        MailPart("logo.png", "image/png", b"\x89PNG", "logo@brightlane", inline=True),
    ),
    date=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)


@frozen
class Arrived:
    """A mail as its recipients see it, whichever way it came."""

    recipients: frozenset[str]
    from_: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    text: str
    html: str
    message_id: str
    in_reply_to: str
    references: str
    files: frozenset[tuple[str, str, bytes, str | None]]


class Way(Protocol):
    """One way out, and what its other side is made to do."""

    sender: MailSender

    def arrived(self) -> list[Arrived]: ...
    def refuse(self, *, for_good: bool) -> None: ...
    def go_away(self) -> None: ...


class OverSmtp:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.sender: MailSender = SmtpMail(f"smtp://127.0.0.1:{mailbox.port}")

    def arrived(self) -> list[Arrived]:
        return [self._arrived(one.raw, one.recipients) for one in self.mailbox.delivered]

    def refuse(self, *, for_good: bool) -> None:
        self.mailbox.refusals["DATA"] = "554 Looks like spam" if for_good else "451 Looks like rain"

    def go_away(self) -> None:
        self.sender = SmtpMail("smtp://127.0.0.1:9")

    def _arrived(self, raw: bytes, recipients: Sequence[str]) -> Arrived:
        mail = parse_mail(raw)
        assert mail.from_ is not None
        assert "archive@" not in raw.decode("ascii")
        return Arrived(
            recipients=frozenset(recipients),
            from_=mail.from_,
            to=mail.to,
            cc=mail.cc,
            reply_to=mail.reply_to,
            subject=mail.subject,
            text=mail.text,
            html=(mail.html or "").strip(),
            message_id=mail.headers["message-id"],
            in_reply_to=mail.headers["in-reply-to"],
            references=mail.headers["references"],
            files=frozenset(
                (part.filename, part.content_type, part.content, part.content_id) for part in mail.parts
            ),
        )


class OverResend:
    def __init__(self, resend: FakeResend, http: OutgoingHttp) -> None:
        self.resend = resend
        self.http = http
        self.sender: MailSender = ResendMail(http, KEY, resend.base)

    def arrived(self) -> list[Arrived]:
        return [self._arrived(one.payload) for one in self.resend.sent]

    def refuse(self, *, for_good: bool) -> None:
        trouble = problem(422, "validation_error") if for_good else problem(500, "internal_server_error")
        self.resend.troubles["/emails"] = [trouble]

    def go_away(self) -> None:
        self.sender = ResendMail(self.http, KEY, "http://127.0.0.1:9")

    def _arrived(self, payload: dict[str, Any]) -> Arrived:
        to, cc, bcc = (
            tuple(address for one in payload.get(name, []) for address in parse_addresses(one))
            for name in ("to", "cc", "bcc")
        )
        return Arrived(
            recipients=frozenset(address.email for address in (*to, *cc, *bcc)),
            from_=parse_addresses(payload["from"])[0],
            to=to,
            cc=cc,
            reply_to=tuple(address for one in payload["reply_to"] for address in parse_addresses(one)),
            subject=payload["subject"],
            text=payload["text"],
            html=payload["html"],
            message_id=payload["headers"]["Message-ID"],
            in_reply_to=payload["headers"]["In-Reply-To"],
            references=payload["headers"]["References"],
            files=frozenset(
                (file["filename"], file["content_type"], b64decode(file["content"]), file.get("content_id"))
                for file in payload["attachments"]
            ),
        )


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["smtp", "resend"])
async def way(request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    if request.param == "smtp":
        with receiving() as mailbox:
            yield OverSmtp(mailbox)
        return
    http = OutgoingHttp()
    with fake_resend() as resend:
        yield OverResend(resend, http.trusting("http://127.0.0.1:9"))
    await http.close()


async def test_an_answer_arrives_as_it_was_written(way: Way) -> None:
    assert isinstance(await way.sender.send(ANSWER, "ticket-reply/1"), Accepted)
    assert way.arrived() == [
        Arrived(
            recipients=frozenset(
                {"maya@okafor-bikes.example", "workshop@okafor-bikes.example", "archive@brightlane.example"}
            ),
            from_=Address("help@brightlane.example", "Brightlane, Support"),
            to=(Address("maya@okafor-bikes.example", "Maya Økafor"),),
            cc=(Address("workshop@okafor-bikes.example"),),
            reply_to=(Address("brightlane+t17@inbound.desk.example", "Brightlane, Support"),),
            subject="Re: Die zweite Kiste – never came",
            text="It is on its way.\n\nGrüße\nBrightlane",
            html="<p>It is on its way.</p><p>Grüße<br>Brightlane</p>",
            message_id="<reply.1@brightlane.example>",
            in_reply_to="<second@okafor-bikes.example>",
            references="<first@okafor-bikes.example> <second@okafor-bikes.example>",
            files=frozenset(
                {
                    ("Lieferschein (ä).pdf", "application/pdf", bytes(range(256)), None),
                    ("logo.png", "image/png", b"\x89PNG", "logo@brightlane"),
                }
            ),
        )
    ]


async def test_a_retry_can_be_recognised(way: Way) -> None:
    """By its key where the other side keeps keys, else by its Message-ID."""
    for _ in range(2):
        await way.sender.send(ANSWER, "ticket-reply/1")
    assert len({one.message_id for one in way.arrived()}) == 1


async def test_a_refusal_for_now_is_tried_later(way: Way) -> None:
    way.refuse(for_good=False)
    with pytest.raises(TryLater) as later:
        await way.sender.send(ANSWER, "ticket-reply/1")
    assert str(later.value)
    assert way.arrived() == []


async def test_a_refusal_for_good_is_given_up_and_says_why(way: Way) -> None:
    way.refuse(for_good=True)
    with pytest.raises(GiveUp, match=r"554 Looks like spam|422 validation_error") as refused:
        await way.sender.send(ANSWER, "ticket-reply/1")
    assert KEY not in str(refused.value)
    assert way.arrived() == []


async def test_where_nobody_answers_it_is_tried_later(way: Way) -> None:
    way.go_away()
    with pytest.raises(TryLater, match=r"127\.0\.0\.1"):
        await way.sender.send(ANSWER, "ticket-reply/1")


async def test_a_subject_cannot_add_a_header(way: Way) -> None:
    hostile = evolve(ANSWER, subject="Hello\r\nBcc: stranger@elsewhere.example\r\n\r\nBuy this")
    await way.sender.send(hostile, "ticket-reply/1")
    (arrived,) = way.arrived()
    assert arrived.subject == "Hello Bcc: stranger@elsewhere.example  Buy this"
    assert "stranger@elsewhere.example" not in arrived.recipients
    assert arrived.text == "It is on its way.\n\nGrüße\nBrightlane"


async def test_several_answers_leave_side_by_side(way: Way) -> None:
    async with anyio.create_task_group() as group:
        for number in range(5):
            mail = evolve(ANSWER, message_id=f"reply.{number}@brightlane.example")
            group.start_soon(way.sender.send, mail, f"ticket-reply/{number}")
    assert len({one.message_id for one in way.arrived()}) == 5


async def test_without_any_way_out_the_settings_are_named() -> None:
    with pytest.raises(MissingSetting, match=r"^SMTP_URL or RESEND_API_KEY is not set"):
        await mail_sender(None, None).send(ANSWER, "ticket-reply/1")


def test_a_mail_server_wins_over_resend() -> None:
    resend = ResendMail(OutgoingHttp(), KEY)
    assert isinstance(mail_sender("smtp://127.0.0.1", resend), SmtpMail)
    assert mail_sender(None, resend) is resend
    assert mail_sender("", resend) is resend
