"""Mail servers as they are: encrypted in three ways, asking for a log-in, refusing some of the recipients."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from helpdesk_adapters.email.smtp import BadSmtpUrl, SmtpMail, SmtpServer, Tls, parse_smtp_url
from helpdesk_core.addresses import Address
from helpdesk_core.email import OutgoingMail
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.mail import Accepted
from tests.fakes.authority import Authority, new_authority
from tests.fakes.smtp_server import receiving

MAIL = OutgoingMail(
    message_id="reply.1@brightlane.example",
    from_=Address("help@brightlane.example", "Brightlane"),
    to=(Address("maya@okafor-bikes.example"), Address("joe@okafor-bikes.example")),
    reply_to=Address("brightlane+t17@inbound.desk.example"),
    subject="Re: Your order",
    text="It is on its way.",
    html=None,
    in_reply_to=None,
    references=(),
    date=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)
LOGINS = {"desk@brightlane": "p@ss/word?"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that the machine trusts for the time of the test."""
    authority = new_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    return authority


async def test_starttls_and_log_in(authority: Authority) -> None:
    with receiving(starttls=authority.server_context("127.0.0.1"), logins=LOGINS) as mailbox:
        for query in ("?tls=starttls", ""):
            url = f"smtp://desk%40brightlane:p%40ss%2Fword%3F@127.0.0.1:{mailbox.port}{query}"
            assert await SmtpMail(url).send(MAIL, "key-1") == Accepted(repeats=True)
    assert [(one.user, one.over_tls) for one in mailbox.delivered] == [("desk@brightlane", True)] * 2


@pytest.mark.parametrize("url", ["smtps://127.0.0.1:{}", "smtp://127.0.0.1:{}?tls=implicit"])
async def test_implicit_tls(authority: Authority, url: str) -> None:
    with receiving(tls=authority.server_context("127.0.0.1")) as mailbox:
        await SmtpMail(url.format(mailbox.port)).send(MAIL, "key-1")
    assert len(mailbox.delivered) == 1


@pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])
async def test_a_certificate_for_another_name_is_not_believed(
    authority: Authority, *, implicit: bool
) -> None:
    context = authority.server_context("mail.elsewhere.example")
    with receiving(tls=context if implicit else None, starttls=None if implicit else context) as mailbox:
        url = f"smtp://127.0.0.1:{mailbox.port}?tls={'implicit' if implicit else 'starttls'}"
        with pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"):
            await SmtpMail(url).send(MAIL, "key-1")
    assert mailbox.delivered == []


@pytest.mark.parametrize("query", ["?tls=starttls", ""])
async def test_a_certificate_of_a_stranger_is_not_believed_and_nothing_goes_without_one(
    tmp_path: Path, query: str
) -> None:
    context = new_authority(tmp_path).server_context("127.0.0.1")
    with receiving(starttls=context) as mailbox, pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"):
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}{query}").send(MAIL, "key-1")
    assert mailbox.delivered == []


async def test_where_starttls_is_asked_for_nothing_goes_unencrypted() -> None:
    with receiving() as mailbox, pytest.raises(GiveUp, match="STARTTLS"):
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}?tls=starttls").send(MAIL, "key-1")
    assert mailbox.delivered == []


async def test_a_password_does_not_leave_the_machine_unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        SmtpServer, "is_here", False
    )  # the one thing that cannot be had here: another machine
    with receiving(logins=LOGINS) as mailbox:
        url = f"smtp://desk%40brightlane:p%40ss%2Fword%3F@127.0.0.1:{mailbox.port}"
        with pytest.raises(GiveUp, match="the password is not sent unprotected") as refused:
            await SmtpMail(url).send(MAIL, "key-1")
        await SmtpMail(url + "?tls=none").send(MAIL, "key-1")
    assert "p@ss" not in str(refused.value)
    assert len(mailbox.delivered) == 1


async def test_a_wrong_password_is_told_without_showing_it() -> None:
    with receiving(logins=LOGINS) as mailbox, pytest.raises(GiveUp, match="535") as refused:
        await SmtpMail(f"smtp://desk%40brightlane:wrong-one@127.0.0.1:{mailbox.port}").send(MAIL, "key-1")
    assert "wrong-one" not in str(refused.value)


async def test_who_takes_mail_gets_it_though_another_is_refused() -> None:
    with receiving() as mailbox:
        mailbox.refusals["joe@okafor-bikes.example"] = "550 No such user"
        accepted = await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(MAIL, "key-1")
    assert [one.recipients for one in mailbox.delivered] == [("maya@okafor-bikes.example",)]
    (refused,) = accepted.refused
    assert (refused.email, refused.reason) == ("joe@okafor-bikes.example", "550 No such user")
    assert (refused.permanent, accepted.deferred) == (True, ())


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        (("550 No such user", "550 No such user"), GiveUp),
        (("550 No such user", "450 Greylisted"), TryLater),
        (("452 Full", "550 No such user"), TryLater),
    ],
)
async def test_where_everybody_is_refused_the_replies_decide(
    replies: tuple[str, str], error: type[Exception]
) -> None:
    with receiving() as mailbox:
        for address, reply in zip(MAIL.to, replies, strict=True):
            mailbox.refusals[address.email] = reply
        with pytest.raises(error, match=rf"joe@okafor-bikes\.example: {replies[1]}"):
            await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(MAIL, "key-1")
    assert mailbox.delivered == []


@pytest.mark.parametrize(
    ("reply", "error"), [("550 You may not send as this", GiveUp), ("452 Mailbox full", TryLater)]
)
async def test_a_refused_sender_is_told(reply: str, error: type[Exception]) -> None:
    with receiving() as mailbox:
        mailbox.refusals["MAIL"] = reply
        with pytest.raises(error, match=reply):
            await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(MAIL, "key-1")


async def test_a_server_that_is_closing_is_asked_later() -> None:
    with receiving() as mailbox:
        mailbox.refusals = {address.email: "421 Closing" for address in MAIL.to}
        with pytest.raises(TryLater):
            await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(MAIL, "key-1")
    assert mailbox.delivered == []


async def test_when_it_is_not_known_whether_it_was_taken_the_same_mail_goes_again() -> None:
    with receiving() as mailbox:
        sender = SmtpMail(f"smtp://127.0.0.1:{mailbox.port}")
        mailbox.hang_up_after_data = True
        with pytest.raises(TryLater):
            await sender.send(MAIL, "key-1")
        mailbox.hang_up_after_data = False
        await sender.send(MAIL, "key-1")
    first, second = mailbox.delivered
    assert first.message["Message-ID"] == "<reply.1@brightlane.example>"
    assert first.raw == second.raw


async def test_a_server_that_falls_silent_is_asked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_adapters.email.smtp.ANSWER_WITHIN", 0.2)
    with receiving() as mailbox:
        mailbox.silent = True
        with pytest.raises(TryLater, match=r"127\.0\.0\.1"):
            await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(MAIL, "key-1")


async def test_an_address_in_another_script_goes_out_where_the_server_can() -> None:
    mail = evolve(MAIL, to=(Address("jörg@bücher.example"),))
    with receiving() as mailbox, pytest.raises(GiveUp, match="SMTPUTF8"):
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(mail, "key-1")
    with receiving(utf8=True) as mailbox:
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(mail, "key-1")
    assert [one.recipients for one in mailbox.delivered] == [("jörg@xn--bcher-kva.example",)]


async def test_a_domain_in_another_script_goes_out_to_every_server() -> None:
    mail = evolve(MAIL, to=(Address("joerg@bücher.example"),))
    with receiving() as mailbox:
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(mail, "key-1")
    assert [one.recipients for one in mailbox.delivered] == [("joerg@xn--bcher-kva.example",)]


@pytest.mark.parametrize("utf8", [True, False])
async def test_an_odd_id_of_the_customers_does_not_keep_an_answer_back(*, utf8: bool) -> None:
    mail = evolve(MAIL, in_reply_to="größe@okafor-bikes.example")
    with receiving(utf8=utf8) as mailbox:
        await SmtpMail(f"smtp://127.0.0.1:{mailbox.port}").send(mail, "key-1")
    assert "größe@okafor-bikes.example".encode() in mailbox.delivered[0].raw


async def test_resends_mail_server_is_told_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as mailbox:
        url = f"smtp://127.0.0.1:{mailbox.port}"
        await SmtpMail(url).send(MAIL, "ticket-reply/1")
        monkeypatch.setattr("helpdesk_adapters.email.smtp.RESEND_HOST", "127.0.0.1")
        await SmtpMail(url).send(MAIL, "ticket-reply/1")
    told = [one.message["Resend-Idempotency-Key"] for one in mailbox.delivered]
    assert told == [None, "ticket-reply/1"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, Tls.OFFERED)),
        ("smtp://mail.example:25", SmtpServer("mail.example", 25, Tls.OFFERED)),
        ("smtp://mail.example:465", SmtpServer("mail.example", 465, Tls.IMPLICIT)),
        ("smtp://mail.example:2465", SmtpServer("mail.example", 2465, Tls.IMPLICIT)),
        ("smtp://mail.example:465?tls=starttls", SmtpServer("mail.example", 465, Tls.STARTTLS)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, Tls.IMPLICIT)),
        ("smtp://mail.example?tls=implicit", SmtpServer("mail.example", 465, Tls.IMPLICIT)),
        ("smtp://mail.example?tls=none", SmtpServer("mail.example", 587, Tls.NONE)),
        ("smtp://a:b%3A%40@[::1]:2525/", SmtpServer("::1", 2525, Tls.OFFERED, "a", "b:@")),
        (
            "smtp://resend:re_1@smtp.resend.com:587",
            SmtpServer("smtp.resend.com", 587, Tls.OFFERED, "resend", "re_1"),
        ),
        ("smtp://key@mail.example", SmtpServer("mail.example", 587, Tls.OFFERED, "key", "")),
    ],
)
def test_a_url_names_a_server(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:hidden@",
        "smtp://a:hidden@mail.example:0",
        "smtp://a:hidden@mail.example:99999",
        "smtp://a:hidden@mail.example:port",
        "smtp://a:hidden@mail.example?tls=maybe",
        "smtp://a:hidden@[::1",
    ],
)
def test_a_url_that_names_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(BadSmtpUrl, match=r"^must ") as refused:
        SmtpMail(url)
    assert "hidden" not in str(refused.value)


def test_the_password_is_not_part_of_what_is_printed() -> None:
    assert "b4d" not in repr(parse_smtp_url("smtp://a:b4d@mail.example"))
