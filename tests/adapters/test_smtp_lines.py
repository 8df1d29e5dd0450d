"""Many answers at once go over few connections, and each still arrives once."""

from collections import Counter
from collections.abc import Awaitable, Callable

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.email import smtp_lines
from helpdesk_adapters.email.smtp import SmtpMail
from helpdesk_core.jobs import GiveUp, TryLater
from tests.adapters.test_smtp import MAIL
from tests.fakes.smtp_server import Mailbox, receiving


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def a_sender(mailbox: Mailbox) -> SmtpMail:
    return SmtpMail(f"smtp://127.0.0.1:{mailbox.port}")


async def burst(
    sender: SmtpMail, mails: int, attempt: Callable[[SmtpMail, int], Awaitable[None]] | None = None
) -> None:
    """As many mails by eight jobs at once, which is what a worker does."""
    left = list(range(mails))

    async def job() -> None:
        while left:
            await (attempt or send)(sender, left.pop())

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(job)


async def send(sender: SmtpMail, number: int) -> None:
    await sender.send(evolve(MAIL, message_id=f"{number}@brightlane.example"), f"key-{number}")


def ids(mailbox: Mailbox) -> list[str]:
    return sorted(one.message["Message-ID"] for one in mailbox.delivered)


async def test_a_burst_goes_over_few_connections_and_none_is_left_open() -> None:
    with receiving() as mailbox:
        await burst(a_sender(mailbox), 100)
    assert ids(mailbox) == sorted(f"<{number}@brightlane.example>" for number in range(100))
    carried = Counter(one.peer for one in mailbox.delivered)
    assert max(carried.values()) <= smtp_lines.MAILS_OF_ONE
    assert len(carried) < 40


async def test_never_more_connections_than_a_few_at_once() -> None:
    sizes: list[int] = []
    with receiving() as mailbox:
        sender = a_sender(mailbox)

        async def watched(sender: SmtpMail, number: int) -> None:
            sizes.append(sender._lines._busy)
            await send(sender, number)

        await burst(sender, 60, watched)
        assert sender._lines._busy == 0
    assert max(sizes) <= smtp_lines.AT_ONCE


async def test_one_mail_after_the_other_leaves_no_connection_behind() -> None:
    with receiving() as mailbox:
        sender = a_sender(mailbox)
        for number in range(3):
            await send(sender, number)
    assert len({one.peer for one in mailbox.delivered}) == 3


async def test_a_connection_that_the_server_gave_up_is_replaced_before_anything_is_sent() -> None:
    with receiving() as mailbox:
        mailbox.hang_up_before_next = True
        await burst(a_sender(mailbox), 30)
    assert ids(mailbox) == sorted(f"<{number}@brightlane.example>" for number in range(30))
    assert len({one.peer for one in mailbox.delivered}) == 30


async def test_what_is_refused_does_not_take_the_others_with_it() -> None:
    with receiving() as mailbox:
        mailbox.refusals["nobody@x.example"] = "550 No such user"
        refused: list[int] = []

        async def attempt(sender: SmtpMail, number: int) -> None:
            to = MAIL.to if number % 3 else (evolve(MAIL.to[0], email="nobody@x.example"),)
            mail = evolve(MAIL, message_id=f"{number}@brightlane.example", to=to)
            try:
                await sender.send(mail, f"key-{number}")
            except GiveUp:
                refused.append(number)

        sender = a_sender(mailbox)
        await burst(sender, 30, attempt)
        assert sender._lines._busy == 0
    assert sorted(refused) == list(range(0, 30, 3))
    assert len(mailbox.delivered) == 20


async def test_whoever_stops_waiting_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_adapters.email.smtp.ANSWER_WITHIN", 0.5)
    with receiving() as mailbox:
        mailbox.silent = True
        sender = a_sender(mailbox)

        async def attempt(sender: SmtpMail, number: int) -> None:
            with anyio.move_on_after(0.1 if number % 2 else 5), pytest.raises(TryLater):
                await send(sender, number)

        await burst(sender, 16, attempt)
        mailbox.silent = False
        await burst(sender, 16)
        assert sender._lines._busy == 0
    assert len(ids(mailbox)) == 16
