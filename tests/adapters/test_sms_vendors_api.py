"""The APIs of Telnyx, Vonage and MessageBird as the desk calls them: what is sent, what is fetched, and by whom."""

from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from attrs import evolve

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.messaging.sending import refusal
from helpdesk_adapters.messaging.sms.files import LinkedFiles
from helpdesk_adapters.messaging.sms.messagebird.client import MessageBirdMessages
from helpdesk_adapters.messaging.sms.telnyx.client import TelnyxMessages
from helpdesk_adapters.messaging.sms.vonage.client import VonageFiles, VonageMessages
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_core.ids import ConversationId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, MessageSender, OpenAccount
from helpdesk_core.tickets import Channel
from tests.fakes import messagebird_api, telnyx_api, vonage_api
from tests.fakes.carrier import LOST, FakeCarrier
from tests.fakes.messagebird_api import FakeMessageBird, fake_messagebird
from tests.fakes.telnyx_api import FakeTelnyx, fake_telnyx
from tests.fakes.vonage_api import FakeVonage, fake_vonage

OURS, IDA = "+14155550142", "+14155550117"
ANSWER = ConversationId(new_id())
HELLO = OutgoingMessage(Channel.SMS, OURS, IDA, str(ANSWER), ANSWER, "It is ready.")
WEBHOOK = "https://desk.example/api/webhooks/sms"


async def nothing() -> bytes:
    return b""


PHOTO = OutgoingFile("bike.png", "image/png", 3, "https://desk.example/f/1", nothing)
SHEET = OutgoingFile("bill.pdf", "application/pdf", 3, "https://desk.example/f/2", nothing)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp()
    yield http
    await http.close()


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with fake_telnyx() as fake:
        yield fake


@pytest.fixture
def vonage() -> Iterator[FakeVonage]:
    with fake_vonage() as fake:
        yield fake


@pytest.fixture
def bird() -> Iterator[FakeMessageBird]:
    with fake_messagebird() as fake:
        yield fake


def line(**secrets: str) -> OpenAccount:
    return OpenAccount("sms", OURS, {}, secrets)


T_LINE = line(api_key=telnyx_api.KEY)
V_LINE = line(api_key=vonage_api.KEY, api_secret=vonage_api.SECRET)
B_LINE = line(api_key=messagebird_api.KEY)


def sender_of(fake: FakeCarrier, http: OutgoingHttp) -> Any:
    made: dict[type, Any] = {
        FakeTelnyx: TelnyxMessages,
        FakeVonage: VonageMessages,
        FakeMessageBird: MessageBirdMessages,
    }
    return made[type(fake)](http.trusting(fake.base), fake.base, WEBHOOK)


async def sent(sender: MessageSender, message: OutgoingMessage, account: OpenAccount) -> None:
    for part in sender.parts(message):
        await sender.send(part, account)


async def test_telnyx_is_told_the_words_the_files_and_where_to_report(
    telnyx: FakeTelnyx, http: OutgoingHttp
) -> None:
    await sent(sender_of(telnyx, http), evolve(HELLO, files=(PHOTO,)), T_LINE)
    assert list(telnyx.sent.values()) == [
        {
            "from": OURS,
            "to": IDA,
            "text": "It is ready.",
            "tags": [f"{ANSWER}/0"],
            "media_urls": [PHOTO.link],
            "webhook_url": WEBHOOK,
        }
    ]


async def test_vonage_is_told_of_each_file_in_a_message_of_its_own(
    vonage: FakeVonage, http: OutgoingHttp
) -> None:
    await sent(sender_of(vonage, http), evolve(HELLO, files=(PHOTO,)), V_LINE)
    plain = {"from": OURS[1:], "to": IDA[1:], "webhook_url": WEBHOOK, "webhook_version": "v1"}
    words = {"channel": "sms", "message_type": "text", "text": "It is ready.", "client_ref": f"{ANSWER}/0"}
    photo = {"channel": "mms", "message_type": "image", "image": {"url": PHOTO.link}}
    assert list(vonage.sent.values()) == [
        plain | words,
        plain | photo | {"client_ref": f"{ANSWER}/file-0"},
    ]


async def test_messagebird_is_told_the_words_and_a_reference(
    bird: FakeMessageBird, http: OutgoingHttp
) -> None:
    await sent(sender_of(bird, http), HELLO, B_LINE)
    assert list(bird.sent.values()) == [
        {
            "originator": OURS,
            "recipients": [IDA],
            "body": "It is ready.",
            "datacoding": "auto",
            "reference": f"{ANSWER}/0/{OURS}",
            "reportUrl": WEBHOOK,
        }
    ]


def test_files_that_a_carrier_does_not_take_are_refused_before_anything_leaves() -> None:
    http = OutgoingHttp()
    vonage = VonageMessages(http, "https://api.nexmo.com")
    with pytest.raises(GiveUp, match=r"not bill\.pdf"):
        vonage.parts(evolve(HELLO, files=(PHOTO, SHEET)))
    with pytest.raises(GiveUp, match="USA and Canada"):
        vonage.parts(evolve(HELLO, account="+447700900142", files=(PHOTO,)))
    with pytest.raises(GiveUp, match="no files"):
        MessageBirdMessages(http, "https://rest.messagebird.com").parts(evolve(HELLO, files=(PHOTO,)))
    with pytest.raises(GiveUp, match="at most 10"):
        TelnyxMessages(http, "https://api.telnyx.com").parts(evolve(HELLO, files=(PHOTO,) * 11))


@pytest.mark.parametrize("sender", [TelnyxMessages, VonageMessages, MessageBirdMessages])
def test_a_name_cannot_be_answered(sender: Any) -> None:
    with pytest.raises(GiveUp, match="a name and no phone number"):
        sender(OutgoingHttp(), "https://api.example").parts(evolve(HELLO, thread="FEDEX"))


async def test_an_account_without_its_key_is_to_be_connected_again(
    telnyx: FakeTelnyx, vonage: FakeVonage, bird: FakeMessageBird, http: OutgoingHttp
) -> None:
    for fake in (telnyx, vonage, bird):
        with pytest.raises(AccountRefused, match="api_key"):
            await sent(sender_of(fake, http), HELLO, line())
        with pytest.raises(AccountRefused):
            await sent(sender_of(fake, http), HELLO, line(api_key="wrong", api_secret="wrong"))
        assert fake.sent == {}


async def test_a_message_that_messagebird_has_is_found_by_its_reference(
    bird: FakeMessageBird, http: OutgoingHttp
) -> None:
    sender = sender_of(bird, http)
    [part] = sender.parts(HELLO)
    bird.troubles.append(LOST)
    with pytest.raises(MayHaveLeft):
        await sender.send(part, B_LINE)
    found = await sender.send(evolve(part, again=True), B_LINE)
    assert [found.provider_id] == list(bird.sent)
    other = evolve(part, key=f"{new_id()}/0", again=True)  # this one never left
    assert (await sender.send(other, B_LINE)).provider_id in bird.sent
    assert len(bird.sent) == 2


async def test_among_more_messages_than_are_looked_at_nobody_knows(
    bird: FakeMessageBird, http: OutgoingHttp
) -> None:
    bird.others = 500
    sender = sender_of(bird, http)
    [part] = sender.parts(HELLO)
    with pytest.raises(GiveUp, match="did not say"):
        await sender.send(evolve(part, again=True), B_LINE)
    assert bird.sent == {}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, GiveUp),
        (401, AccountRefused),
        (402, AccountRefused),
        (403, AccountRefused),
        (422, GiveUp),
        (429, TryLater),
        (500, MayHaveLeft),
        (502, MayHaveLeft),
        (503, TryLater),
        (504, MayHaveLeft),
    ],
)
def test_a_refusal_means_what_its_status_says(status: int, expected: type[Exception]) -> None:
    found = refusal(Answer(status, {"retry-after": "9"}, b"", "api.example"), "Somebody", "no")
    assert type(found) is expected
    if isinstance(found, TryLater) and status >= 429:
        assert found.after is not None
        assert found.after.total_seconds() == 9


async def test_vonages_files_are_fetched_with_the_accounts_access_and_nobody_else_is_told_it(
    vonage: FakeVonage, telnyx: FakeTelnyx, http: OutgoingHttp
) -> None:
    vonage.media["/v3/media/1"] = b"a picture"
    files = VonageFiles(http.trusting(vonage.base, telnyx.base), vonage.base)
    found = await files.fetch(f"{vonage.base}/v3/media/1", V_LINE, 100)
    assert found.content == b"a picture"
    telnyx.media["/elsewhere"] = b"another"
    found = await files.fetch(f"{telnyx.base}/elsewhere", V_LINE, 100)
    assert found.content == b"another"
    assert "authorization" not in telnyx.asked[-1].headers
    with pytest.raises(GiveUp):
        await files.fetch(f"{vonage.base}/v3/media/1", V_LINE, 4)
    with pytest.raises(GiveUp):
        await files.fetch(f"{vonage.base}/v3/media/1", None, 100)


async def test_what_a_payload_names_is_fetched_from_the_internet_only(
    telnyx: FakeTelnyx, http: OutgoingHttp
) -> None:
    telnyx.media["/secret"] = b"of the house"
    for url in (
        f"{telnyx.base}/secret",
        "https://127.0.0.1/secret",
        "https://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
    ):
        with pytest.raises(GiveUp):
            await LinkedFiles(http).fetch(url, T_LINE, 100)
    assert telnyx.asked == []
    let_in = OutgoingHttp((ip_network("127.0.0.0/8"),))
    assert (await LinkedFiles(let_in).fetch(f"{telnyx.base}/secret", T_LINE, 100)).content == b"of the house"
    await let_in.close()
