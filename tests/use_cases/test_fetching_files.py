"""Files that a provider keeps for us are fetched by a job, and never stand in the way of their message."""

from hashlib import sha256
from typing import Any

import pytest
from attrs import Factory, define
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_core.afterwords import Afterwords
from helpdesk_core.attachments import Attachment, AttachmentState
from helpdesk_core.commands import TellAfterwords
from helpdesk_core.errors import MissingSetting, NotFound
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater
from helpdesk_core.messages import RemoteFile
from helpdesk_core.ports.messages import FetchedFile, OpenAccount
from helpdesk_core.tickets import Channel
from tests.contracts.builders import after
from tests.use_cases.conftest import Bench
from tests.use_cases.talk import OURS, Talk, said

IDA = "+14155550117"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@define
class Kept:
    """A provider's files; troubles are met first."""

    found: FetchedFile = FetchedFile(PNG, "text/html", "brake.png")
    troubles: list[Exception] = Factory(list)
    asked: list[tuple[str, OpenAccount | None]] = Factory(list)
    meanwhile: Any = None

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        self.asked.append((reference, account))
        if self.troubles:
            raise self.troubles.pop(0)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.found


@define
class Fetching:
    """A desk that has heard a message with a file."""

    desk: Container
    talk: Talk
    kept: Kept

    async def file(self) -> Attachment | None:
        ticket, _ = await self.talk.only()
        found = await self.talk.store.read(
            lambda view: view.attachments.of_ticket(self.talk.organization.id, ticket.id)
        )
        return next(iter(found), None)

    async def fetch(self, attempt: int = 1) -> Attachment | None:
        file = await self.file()
        assert file is not None
        await self.desk.fetch_file()(file.organization_id, file.id, attempt)
        return await self.file()


@pytest.fixture
async def fetching(bench: Bench) -> Fetching:
    kept = Kept()
    bench.desk.file_sources.override(providers.Object({"elsewhere": kept}))
    talk = await Talk(bench.desk.store()).begin()
    file = RemoteFile("elsewhere", "ref-1", "f1", "brake.jpg", "image/jpeg")
    await talk.hear(said("m0", IDA, 0, files=(file,)))
    return Fetching(bench.desk, talk, kept)


async def test_a_file_is_what_its_bytes_are(fetching: Fetching) -> None:
    file = await fetching.fetch()
    assert file is not None
    assert (file.state, file.filename, file.content_type, file.size, file.origin) == (
        AttachmentState.STORED,
        "brake.png",
        "image/png",
        len(PNG),
        None,
    )
    assert file.digest is not None
    assert await fetching.desk.blobs().get(file.organization_id, file.digest) == PNG
    [(reference, account)] = fetching.kept.asked
    assert (reference, account and account.external_id) == ("ref-1", OURS)
    assert await fetching.fetch(2) == file
    assert len(fetching.kept.asked) == 1


async def test_a_file_that_cannot_be_had_just_now_is_tried_again_and_shown_as_lost_in_the_end(
    fetching: Fetching,
) -> None:
    fetching.kept.troubles = [TryLater("Not there yet."), TryLater("Gone.")]
    with pytest.raises(TryLater):
        await fetching.fetch()
    pending = await fetching.file()
    assert pending is not None
    assert pending.state is AttachmentState.PENDING
    with pytest.raises(TryLater):
        await fetching.fetch(MAX_ATTEMPTS)
    lost = await fetching.file()
    assert lost is not None
    assert (lost.state, lost.detail) == (AttachmentState.FAILED, "Gone.")


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [
        (GiveUp("It is larger than 10 MB."), None),
        (MissingSetting("TWILIO_AUTH_TOKEN", "files need it"), MissingSetting),
    ],
)
async def test_a_file_that_can_never_be_had_says_why_at_once(
    fetching: Fetching, trouble: Exception, raised: type[Exception] | None
) -> None:
    fetching.kept.troubles = [trouble]
    if raised is None:
        await fetching.fetch()
    else:
        with pytest.raises(raised):
            await fetching.fetch()
    lost = await fetching.file()
    assert lost is not None
    assert (lost.state, lost.detail) == (AttachmentState.FAILED, str(trouble))


async def test_a_file_of_a_message_that_is_taken_back_meanwhile_is_not_kept(
    fetching: Fetching, bench: Bench
) -> None:
    async def taken_back() -> None:
        words = Afterwords(deleted_at=after(1))
        await fetching.talk.tell(TellAfterwords(Channel.SMS, OURS, "m0", words))

    fetching.kept.meanwhile = taken_back
    file = await fetching.file()
    assert file is not None
    assert await fetching.fetch() is None
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    with pytest.raises(NotFound):
        await fetching.desk.blobs().get(file.organization_id, sha256(PNG).hexdigest())


async def test_the_message_was_there_before_its_file(fetching: Fetching) -> None:
    _, [message] = await fetching.talk.only()
    file = await fetching.file()
    assert file is not None
    assert message.attachment_ids == (file.id,)
