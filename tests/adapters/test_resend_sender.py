"""Answers sent through Resend's API: its keys, its limits, its refusals."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from helpdesk_adapters.email.resend.client import ResendMail
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.addresses import Address
from helpdesk_core.email import MailPart, OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.mail import Accepted
from tests.fakes.http_server import Reply
from tests.fakes.resend_api import KEY, FakeResend, fake_resend, problem

MAIL = OutgoingMail(
    message_id="reply.1@brightlane.example",
    from_=Address("help@brightlane.example", "Brightlane"),
    to=(Address("maya@okafor-bikes.example"),),
    subject="Re: Your order",
    text="It is on its way.",
    date=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    with fake_resend() as resend:
        yield resend


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp()
    yield http
    await http.close()


@pytest.fixture
def sender(http: OutgoingHttp, resend: FakeResend) -> ResendMail:
    return ResendMail(http, KEY, resend.base)


async def test_the_same_answer_twice_is_sent_once(sender: ResendMail, resend: FakeResend) -> None:
    first = await sender.send(MAIL, "ticket-reply/1")
    assert await sender.send(MAIL, "ticket-reply/1") == first
    (sent,) = resend.sent
    assert first == Accepted(provider_id=sent.id, message_id=sent.message_id.strip("<>"))
    assert sent.key == "ticket-reply/1"


async def test_a_plain_answer_says_no_more_than_it_must(sender: ResendMail, resend: FakeResend) -> None:
    await sender.send(MAIL, "ticket-reply/1")
    assert resend.sent[0].payload == {
        "from": "Brightlane <help@brightlane.example>",
        "to": ["maya@okafor-bikes.example"],
        "subject": "Re: Your order",
        "text": "It is on its way.",
        "headers": {"Message-ID": "<reply.1@brightlane.example>"},
    }


async def test_an_automatic_answer_asks_not_to_be_answered(sender: ResendMail, resend: FakeResend) -> None:
    mail = evolve(MAIL, automatic=True, in_reply_to="a@x.example", references=("ü@x.example", "a@x.example"))
    await sender.send(mail, "ticket-reply/1")
    assert resend.sent[0].payload["headers"] == {
        "Message-ID": "<reply.1@brightlane.example>",
        "In-Reply-To": "<a@x.example>",
        "References": "<a@x.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
    }


async def test_only_a_picture_of_the_text_goes_under_its_content_id(
    sender: ResendMail, resend: FakeResend
) -> None:
    """What has one is shown in the text by Resend, and would be missing among the files."""
    files = (
        MailPart("logo.png", "image/png", b"1", "logo@x", inline=True),
        MailPart("scan.png", "image/png", b"2", "scan@x", inline=False),
    )
    await sender.send(evolve(MAIL, html="<img src='cid:logo@x'>", attachments=files), "ticket-reply/1")
    shown = resend.sent[0].payload["attachments"]
    assert [file.get("content_id") for file in shown] == ["logo@x", None]
    assert [resend.sent[0].attachment(index) for index in (0, 1)] == [b"1", b"2"]


async def test_another_mail_under_the_same_key_is_given_up(sender: ResendMail, resend: FakeResend) -> None:
    """The key is not changed to get it through: that would be a second mail for one answer."""
    await sender.send(MAIL, "ticket-reply/1")
    with pytest.raises(GiveUp, match="409 invalid_idempotent_request"):
        await sender.send(evolve(MAIL, text="Something else"), "ticket-reply/1")
    assert len(resend.sent) == 1


async def test_while_the_first_try_is_still_on_its_way_the_second_waits(
    sender: ResendMail, resend: FakeResend
) -> None:
    resend.troubles["/emails"] = [problem(409, "concurrent_idempotent_requests")]
    with pytest.raises(TryLater, match="concurrent_idempotent_requests"):
        await sender.send(MAIL, "ticket-reply/1")


@pytest.mark.parametrize("name", ["rate_limit_exceeded", "daily_quota_exceeded"])
@pytest.mark.parametrize("header", ["retry-after", "ratelimit-reset"])
async def test_a_limit_is_waited_for_as_long_as_resend_asks(
    sender: ResendMail, resend: FakeResend, name: str, header: str
) -> None:
    resend.troubles["/emails"] = [problem(429, name, headers={header: "45"})]
    with pytest.raises(TryLater, match=f"429 {name}") as later:
        await sender.send(MAIL, "ticket-reply/1")
    assert later.value.after == timedelta(seconds=45)


@pytest.mark.parametrize(
    "trouble", [Reply(500), Reply(502, b"<html>"), Reply(408), Reply(200, b"<html>Log in to this network")]
)
async def test_an_answer_that_says_nothing_is_no_refusal(
    sender: ResendMail, resend: FakeResend, trouble: Reply
) -> None:
    resend.troubles["/emails"] = [trouble]
    with pytest.raises(TryLater):
        await sender.send(MAIL, "ticket-reply/1")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "invalid_parameter"),
        (401, "missing_api_key"),
        (403, "validation_error"),
        (422, "validation_error"),
    ],
)
async def test_a_refusal_is_told_in_resends_words_without_the_key(
    sender: ResendMail, resend: FakeResend, status: int, name: str
) -> None:
    told = f"The brightlane.example domain is not verified for {KEY}.\nAdd it."
    resend.troubles["/emails"] = [problem(status, name, told)]
    with pytest.raises(GiveUp) as refused:
        await sender.send(MAIL, "ticket-reply/1")
    assert str(refused.value) == (
        f"Resend answered {status} {name} The brightlane.example domain is not verified for …. Add it."
    )


async def test_more_recipients_than_resend_takes_are_not_even_tried(
    sender: ResendMail, resend: FakeResend
) -> None:
    many = tuple(Address(f"rider{number}@okafor-bikes.example") for number in range(49))
    await sender.send(evolve(MAIL, cc=many), "ticket-reply/1")
    with pytest.raises(GiveUp, match="at most 50 recipients"):
        await sender.send(evolve(MAIL, cc=many, bcc=many[:1]), "ticket-reply/2")
    assert [mail.key for mail in resend.sent] == ["ticket-reply/1"]
    assert [request.method for request in resend.requests] == ["POST", "GET"]


@pytest.mark.parametrize(
    "trouble",
    [
        problem(401, "restricted_api_key"),
        Reply(500),
        Reply(200, b"<html>"),
        Reply(200, b'{"message_id": null}'),
    ],
)
async def test_a_mail_that_was_taken_is_sent_even_if_its_outside_id_cannot_be_had(
    sender: ResendMail, resend: FakeResend, trouble: Reply
) -> None:
    resend.troubles["/emails/"] = [trouble]
    accepted = await sender.send(MAIL, "ticket-reply/1")
    assert accepted == Accepted(provider_id=resend.sent[0].id)


async def test_what_resend_is_to_repeat_in_its_reports_goes_along(
    sender: ResendMail, resend: FakeResend
) -> None:
    await sender.send(evolve(MAIL, marks={"conversation": "c-1"}), "ticket-reply/1")
    assert resend.sent[0].payload["tags"] == [{"name": "conversation", "value": "c-1"}]


async def test_without_a_key_the_setting_is_named(http: OutgoingHttp) -> None:
    with pytest.raises(MissingSetting, match="RESEND_API_KEY"):
        await ResendMail(http, None).send(MAIL, "ticket-reply/1")
