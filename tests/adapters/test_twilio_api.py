"""Messages sent by Twilio's API, looked up there, and their media fetched: what it refuses, loses, and answers late."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.messaging.sms.parts import SmsMessages
from helpdesk_adapters.messaging.sms.twilio.access import Access
from helpdesk_adapters.messaging.sms.twilio.client import TwilioMessages
from helpdesk_adapters.messaging.sms.twilio.files import TwilioFiles
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import ConversationId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount, OptedOut
from helpdesk_core.tickets import Channel
from tests.fakes.twilio_api import (
    ACCOUNT,
    BUSY,
    KEY,
    KEY_SECRET,
    LOST,
    OPTED_OUT,
    TOKEN,
    FakeTwilio,
    Trouble,
    fake_twilio,
)

OURS, IDA = "+14155550142", "+14155550117"
LINE = OpenAccount("sms", OURS)
MEDIA = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
ANSWER = ConversationId(new_id())
CUTTING = TwilioMessages(OutgoingHttp(), "https://api.twilio.com", Access(), "https://desk.example/x")
HELLO = OutgoingMessage(Channel.SMS, OURS, IDA, str(ANSWER), ANSWER, "It is ready.")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with fake_twilio() as twilio:
        yield twilio


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp()
    yield http
    await http.close()


@pytest.fixture
def sender(http: OutgoingHttp, twilio: FakeTwilio) -> TwilioMessages:
    access = Access(ACCOUNT, TOKEN)
    return TwilioMessages(
        http.trusting(twilio.base), twilio.base, access, "https://desk.example/api/webhooks/sms"
    )


@pytest.fixture
def files(http: OutgoingHttp, twilio: FakeTwilio) -> TwilioFiles:
    return TwilioFiles(http.trusting(twilio.base), twilio.base, Access(ACCOUNT, TOKEN))


async def nothing() -> bytes:
    return b""


def a_file(name: str, type_: str, size: int = 1000) -> OutgoingFile:
    return OutgoingFile(name, type_, size, f"https://desk.example/files/{name}", nothing)


async def test_a_message_says_where_to_report_on_it(sender: TwilioMessages, twilio: FakeTwilio) -> None:
    [part] = sender.parts(evolve(HELLO, files=(a_file("a.png", "image/png"),)))
    sent = await sender.send(part, LINE)
    told = twilio.sent[sent.provider_id]
    assert (told["To"], told["From"], told["Body"]) == (IDA, OURS, "It is ready.")
    assert twilio.media_sent[sent.provider_id] == ["https://desk.example/files/a.png"]
    told_at = parse_qs(urlsplit(told["StatusCallback"]).query)
    assert told_at == {"account": [OURS], "answer": [str(ANSWER)]}


async def test_an_answer_to_whatsapp_leaves_there(sender: TwilioMessages, twilio: FakeTwilio) -> None:
    sent = await sender.send(evolve(HELLO, thread=f"whatsapp:{IDA}"), LINE)
    told = twilio.sent[sent.provider_id]
    assert (told["To"], told["From"]) == (f"whatsapp:{IDA}", f"whatsapp:{OURS}")


async def test_a_key_of_the_accounts_own_goes_before_the_operators_token(
    sender: TwilioMessages, twilio: FakeTwilio
) -> None:
    strange = evolve(sender, access=Access("AC0", "another token"))
    own = evolve(LINE, settings={"account_sid": ACCOUNT}, secrets={"api_key": KEY, "api_secret": KEY_SECRET})
    await strange.send(HELLO, own)
    assert len(twilio.sent) == 1
    with pytest.raises(AccountRefused, match="20003"):
        await strange.send(HELLO, LINE)
    for access in (Access(), Access(ACCOUNT)):
        with pytest.raises(MissingSetting):
            await evolve(sender, access=access).send(HELLO, LINE)
    assert KEY_SECRET not in repr(Access(ACCOUNT, TOKEN, KEY, KEY_SECRET))


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (OPTED_OUT, OptedOut),
        (Trouble.of_code(400, 21211, "Invalid 'To' Phone Number"), GiveUp),
        (Trouble.of_code(403, 21408, "Permission to send to this region"), GiveUp),
        (Trouble.of_code(401, 20003, "Authenticate"), AccountRefused),
        (Trouble.of_code(403, 20005, "Account not active"), AccountRefused),
        (Trouble(403, "<html>"), AccountRefused),
        (Trouble(500, "oops"), MayHaveLeft),
        (Trouble(200, "not JSON"), MayHaveLeft),
        (Trouble(302, ""), GiveUp),
    ],
)
async def test_what_twilio_refuses_is_told_apart(
    sender: TwilioMessages, twilio: FakeTwilio, trouble: Trouble, expected: type[Exception]
) -> None:
    twilio.troubles.append(trouble)
    with pytest.raises(expected) as told:
        await sender.send(HELLO, LINE)
    assert type(told.value) is expected
    assert twilio.sent == {}


async def test_it_waits_as_long_as_it_is_asked_to(sender: TwilioMessages, twilio: FakeTwilio) -> None:
    twilio.troubles.append(BUSY)
    with pytest.raises(TryLater) as busy:
        await sender.send(HELLO, LINE)
    assert (type(busy.value), busy.value.after) == (TryLater, timedelta(seconds=7))


async def test_what_was_never_reached_has_not_left(sender: TwilioMessages) -> None:
    nowhere = "http://127.0.0.1:9"
    with pytest.raises(TryLater) as told:
        await evolve(sender, base=nowhere, http=OutgoingHttp().trusting(nowhere)).send(HELLO, LINE)
    assert not isinstance(told.value, MayHaveLeft)


async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    sender: TwilioMessages, twilio: FakeTwilio
) -> None:
    twilio.troubles.append(LOST)
    with pytest.raises(MayHaveLeft):
        await sender.send(HELLO, LINE)
    found = await sender.send(evolve(HELLO, again=True), LINE)
    assert [found.provider_id] == list(twilio.sent)
    assert (found.state, twilio.calls) == (DeliveryState.SENT, 1)


async def test_a_message_that_was_never_taken_is_sent(sender: TwilioMessages, twilio: FakeTwilio) -> None:
    await sender.send(evolve(HELLO, text="Another one."), LINE)
    await sender.send(evolve(HELLO, thread="+14155550199"), LINE)
    twilio.made_at |= dict.fromkeys(twilio.sent, datetime.now(UTC))
    await sender.send(HELLO, LINE)
    [*_, earlier] = twilio.sent
    twilio.made_at[earlier] -= timedelta(hours=5)  # the same words, said before this answer was written
    sent = await sender.send(evolve(HELLO, again=True), LINE)
    assert len(twilio.sent) == 4
    assert sent.provider_id != earlier


async def test_of_two_alike_the_one_that_did_not_fail_is_it(
    sender: TwilioMessages, twilio: FakeTwilio
) -> None:
    for _ in range(2):
        await sender.send(HELLO, LINE)
    first, second = twilio.sent
    twilio.status[second] = "undelivered"
    assert (await sender.send(evolve(HELLO, again=True), LINE)).provider_id == first
    twilio.status[first] = "failed"
    found = await sender.send(evolve(HELLO, again=True), LINE)
    assert (found.state, twilio.calls) == (DeliveryState.FAILED, 2)


async def test_while_it_cannot_be_looked_up_nothing_is_sent(
    sender: TwilioMessages, twilio: FakeTwilio
) -> None:
    refused = evolve(sender, access=Access(ACCOUNT, "another token"))
    with pytest.raises(AccountRefused):
        await refused.send(evolve(HELLO, again=True), LINE)
    with pytest.raises(GiveUp):
        await sender.send(evolve(HELLO, again=True, text="", key="1/1"), LINE)
    assert twilio.calls == 0


def test_an_answer_is_as_many_messages_as_it_takes() -> None:
    long = CUTTING.parts(evolve(HELLO, text="word " * 700))
    assert [len(part.text) <= 1600 for part in long] == [True] * 3
    assert len({part.key for part in long}) == 3
    with pytest.raises(GiveUp, match="too long"):
        CUTTING.parts(evolve(HELLO, text="word " * 10_000))
    with pytest.raises(GiveUp, match="nothing in the answer"):
        CUTTING.parts(evolve(HELLO, text=" \n"))


def test_files_go_along_as_far_as_twilio_carries_them() -> None:
    pictures = [a_file(f"{n}.png", "image/png", 900 << 10) for n in range(7)]
    table = a_file("table.xlsx", "application/vnd.ms-excel")
    [part] = CUTTING.parts(evolve(HELLO, files=(*pictures, table)))
    assert [file.filename for file in part.files] == [f"{n}.png" for n in range(5)]
    assert part.text.splitlines() == [
        "It is ready.",
        "table.xlsx: https://desk.example/files/table.xlsx",
        "5.png: https://desk.example/files/5.png",
        "6.png: https://desk.example/files/6.png",
    ]
    small = [a_file(f"{n}.png", "image/png", 10) for n in range(12)]
    assert len(CUTTING.parts(evolve(HELLO, files=tuple(small)))[0].files) == 10
    [bare] = CUTTING.parts(evolve(HELLO, text="", files=(pictures[0],)))
    assert (bare.text, len(bare.files)) == ("", 1)


def test_whatsapp_takes_one_file_a_message() -> None:
    two = (a_file("a.png", "image/png"), a_file("b.pdf", "application/pdf"))
    parts = CUTTING.parts(evolve(HELLO, thread=f"whatsapp:{IDA}", files=two))
    assert [(part.text, part.files[0].filename) for part in parts] == [
        ("It is ready.", "a.png"),
        ("", "b.pdf"),
    ]


def test_files_need_an_address_at_which_twilio_finds_them() -> None:
    with pytest.raises(GiveUp, match="HELPDESK_PUBLIC_URL"):
        evolve(CUTTING, status_callback=None).parts(evolve(HELLO, files=(a_file("a.png", "image/png"),)))


@pytest.mark.parametrize("thread", ["FEDEX", "384387", "messenger:123"])
def test_whoever_cannot_be_answered_is_not(thread: str) -> None:
    with pytest.raises(GiveUp):
        CUTTING.parts(evolve(HELLO, thread=thread))


def test_whatsapps_own_ids_can_be_answered() -> None:
    assert len(CUTTING.parts(evolve(HELLO, thread="whatsapp:US.1234"))) == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000), st.integers(0, 12))
def test_any_answer_is_messages_that_twilio_takes_or_is_refused(text: str, count: int) -> None:
    pictures = tuple(a_file(f"{n}.png", "image/png") for n in range(count))
    try:
        parts = CUTTING.parts(evolve(HELLO, text=text, files=pictures))
    except GiveUp:
        assert not text.strip()
        assert not pictures
        return
    assert parts == CUTTING.parts(evolve(HELLO, text=text, files=pictures))
    assert sum(len(part.files) for part in parts) == min(count, 10)
    assert all(part.text or part.files for part in parts)
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 1600 for part in parts)


async def test_the_account_says_who_carries_its_messages(sender: TwilioMessages, twilio: FakeTwilio) -> None:
    carriers = SmsMessages({"twilio": sender})
    for settings in ({}, {"vendor": "twilio"}):
        [part] = carriers.parts(evolve(HELLO, settings=settings))
        await carriers.send(part, evolve(LINE, settings=settings))
    assert len(twilio.sent) == 2
    with pytest.raises(GiveUp, match="pigeon"):
        carriers.parts(evolve(HELLO, settings={"vendor": "pigeon"}))


async def test_a_file_is_fetched_with_the_accounts_access(files: TwilioFiles, twilio: FakeTwilio) -> None:
    twilio.media[MEDIA] = b"\x89PNG"
    assert (await files.fetch(twilio.base + MEDIA, LINE, 100)).content == b"\x89PNG"
    with pytest.raises(GiveUp, match="more than 3 bytes"):
        await files.fetch(twilio.base + MEDIA, None, 3)


async def test_where_twilio_sends_on_to_nobody_is_shown_who_asks(
    http: OutgoingHttp, twilio: FakeTwilio
) -> None:
    loopback = OutgoingHttp((ip_network("127.0.0.0/8"),))
    with fake_twilio() as cdn:
        cdn.media["/cdn/1"] = b"bytes"
        twilio.media[MEDIA] = f"{cdn.base}/cdn/1"
        open_to_it = TwilioFiles(loopback.trusting(twilio.base), twilio.base, Access(ACCOUNT, TOKEN))
        assert (await open_to_it.fetch(twilio.base + MEDIA, None, 100)).content == b"bytes"
        assert all("authorization" not in request.headers for request in cdn.asked)
        with pytest.raises(GiveUp, match="more than 2 bytes"):
            await open_to_it.fetch(twilio.base + MEDIA, None, 2)
        closed = TwilioFiles(http.trusting(twilio.base), twilio.base, Access(ACCOUNT, TOKEN))
        before = len(cdn.asked)
        with pytest.raises(GiveUp, match="no public address"):
            await closed.fetch(twilio.base + MEDIA, None, 100)
        assert len(cdn.asked) == before
    await loopback.close()


async def test_a_file_that_is_not_there_yet_is_asked_for_again(
    files: TwilioFiles, twilio: FakeTwilio
) -> None:
    with pytest.raises(TryLater):
        await files.fetch(twilio.base + MEDIA, LINE, 100)
    strange = evolve(files, access=Access(ACCOUNT, "another token"))
    with pytest.raises(TryLater):
        await strange.fetch(twilio.base + MEDIA, LINE, 100)


@pytest.mark.parametrize(
    "reference",
    [
        "cat.jpg",
        "",
        "http://169.254.169.254/latest/meta-data",
        "http://api.twilio.com/2010-04-01/x",
        "https://api.twilio.com.evil.example/x",
        "https://api.twilio.com@evil.example/x",
        "https://evil.example/api.twilio.com",
        "file:///etc/passwd",
        "//api.twilio.com/x",
        "https://[",
    ],
)
async def test_nobody_but_twilio_is_asked_for_its_files(
    files: TwilioFiles, twilio: FakeTwilio, reference: str
) -> None:
    with pytest.raises(GiveUp):
        await files.fetch(reference, LINE, 100)
    assert twilio.asked == []
