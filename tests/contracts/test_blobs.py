"""One contract for every place where the bytes of files live."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from attrs import frozen

from helpdesk_adapters.blobs.files import FileBlobs
from helpdesk_adapters.blobs.memory import MemoryBlobs
from helpdesk_adapters.blobs.presigned import Credentials
from helpdesk_adapters.blobs.s3 import S3Blobs, bucket_of
from helpdesk_adapters.ids import system_clock
from helpdesk_core.errors import NotFound, StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.blobs import Blobs
from tests.fakes.s3_server import s3_server

BIG = bytes(range(256)) * 4 * 1024 * 11  # 11 MiB and more than one part of an upload
KEY = Credentials("key", "secret")


@frozen
class Place:
    """Blobs, and how exactly they know the time at which something was put."""

    blobs: Blobs
    tick: float


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(params=["memory", "folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "memory":
        return Place(MemoryBlobs(system_clock), 0.01)
    if request.param == "folder":
        return Place(FileBlobs(tmp_path / "files", system_clock), 0.01)
    return Place(a_bucket(request.getfixturevalue("s3")), 1.1)


@pytest.fixture
def blobs(place: Place) -> Blobs:
    return place.blobs


def a_bucket(address: str) -> S3Blobs:
    name = f"files-{uuid4().hex[:8]}"
    assert httpx2.put(f"{address}/{name}").status_code == 200
    return S3Blobs(
        bucket_of(f"s3://{name}/desk/attachments?endpoint={address}", None, None), system_clock, KEY
    )


def an_organization() -> OrganizationId:
    return OrganizationId(uuid4())


async def pieces(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read(blobs: Blobs, organization_id: OrganizationId, digest: str, *span: int) -> bytes:
    return b"".join([piece async for piece in await blobs.stream(organization_id, digest, *span)])


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\0\r\n" * 1000, BIG], ids=["nothing", "one", "lines", "big"]
)
async def test_what_is_put_comes_back_to_the_byte(blobs: Blobs, content: bytes) -> None:
    one, two = an_organization(), an_organization()
    digest = sha256(content).hexdigest()
    assert await blobs.put(one, content) == digest
    assert await blobs.put_stream(two, pieces(content)) == (digest, len(content))
    for organization_id in (one, two):
        assert await blobs.get(organization_id, digest) == content
        assert await read(blobs, organization_id, digest) == content


async def test_a_part_of_a_file_can_be_read(blobs: Blobs) -> None:
    home, content = an_organization(), bytes(range(256)) * 5000
    digest = await blobs.put(home, content)
    for start, stop in ((0, 1), (5, 700_000), (1_279_999, 1_280_000), (1_000_000, 1_280_000), (7, 7)):
        assert await read(blobs, home, digest, start, stop) == content[start:stop]
    assert await read(blobs, home, digest, 1_000_000) == content[1_000_000:]


async def test_no_organization_has_the_files_of_another(blobs: Blobs) -> None:
    mine, theirs = an_organization(), an_organization()
    digest = await blobs.put(mine, b"mine")
    with pytest.raises(NotFound):
        await blobs.get(theirs, digest)
    with pytest.raises(NotFound):
        await blobs.stream(theirs, digest)
    assert await blobs.remove(theirs, digest, a_while(hence=1))
    assert await blobs.get(mine, digest) == b"mine"


@pytest.mark.parametrize(
    "digest", ["", "ab", "../../x", "g" * 64, "A" * 64, "a" * 63 + "/", "٣" * 64, "a" * 64]
)
async def test_what_is_no_digest_of_a_file_is_not_found(blobs: Blobs, digest: str) -> None:
    home = an_organization()
    await blobs.put(home, b"something")
    with pytest.raises(NotFound):
        await blobs.get(home, digest)
    with pytest.raises(NotFound):
        await blobs.stream(home, digest)


async def test_what_breaks_off_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    home = an_organization()

    async def breaking() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await blobs.put_stream(home, breaking())
    with pytest.raises(NotFound):
        await blobs.get(home, sha256(b"half").hexdigest())
    assert files_in(tmp_path) == []


async def test_several_are_put_together_in_their_order(blobs: Blobs) -> None:
    home, contents = an_organization(), [b"one", b"", b"two", b"one", bytes(200_000)]
    digests = await blobs.put_all(home, contents)
    assert digests == [sha256(content).hexdigest() for content in contents]
    assert [await blobs.get(home, digest) for digest in digests] == contents
    assert await blobs.put_all(home, contents[:2]) == digests[:2]
    assert list(await blobs.put_all(home, [])) == []


async def test_many_put_the_same_at_once(blobs: Blobs) -> None:
    home, content = an_organization(), b"the same" * 50_000
    put = await asyncio.gather(*(blobs.put_stream(home, pieces(content)) for _ in range(8)))
    assert {digest for digest, _ in put} == {sha256(content).hexdigest()}
    assert await blobs.get(home, put[0][0]) == content


async def test_an_old_file_is_removed_and_a_young_one_is_not(blobs: Blobs) -> None:
    home = an_organization()
    digest = await blobs.put(home, b"short-lived")
    assert not await blobs.remove(home, digest, a_while(hence=-1))
    assert await blobs.get(home, digest) == b"short-lived"
    assert await blobs.remove(home, digest, a_while(hence=1))
    with pytest.raises(NotFound):
        await blobs.get(home, digest)
    assert await blobs.remove(home, digest, a_while(hence=1))
    assert await blobs.put(home, b"short-lived") == digest
    assert await blobs.get(home, digest) == b"short-lived"


@pytest.mark.parametrize("streamed", [False, True])
async def test_putting_a_file_again_makes_it_young(place: Place, streamed: bool) -> None:
    home, blobs = an_organization(), place.blobs
    digest = await blobs.put(home, b"wanted again")
    await asyncio.sleep(place.tick)
    between = datetime.now(UTC)
    await asyncio.sleep(place.tick)
    if streamed:
        await blobs.put_stream(home, pieces(b"wanted again"))
    else:
        await blobs.put(home, b"wanted again")
    assert not await blobs.remove(home, digest, between)
    assert await blobs.get(home, digest) == b"wanted again"


async def test_a_file_that_is_put_while_it_is_removed_is_not_lost(tmp_path: Path) -> None:
    blobs, home = FileBlobs(tmp_path, system_clock), an_organization()
    digest = sha256(b"contested").hexdigest()
    for _ in range(200):
        begun = datetime.now(UTC)
        await asyncio.gather(blobs.remove(home, digest, begun), blobs.put(home, b"contested"))
        assert await blobs.get(home, digest) == b"contested"


def test_a_process_that_is_killed_leaves_no_half_file(tmp_path: Path) -> None:
    program = (
        "import anyio, sys, uuid; from pathlib import Path\n"
        "from helpdesk_adapters.blobs.files import FileBlobs\n"
        "from helpdesk_adapters.ids import system_clock\n"
        "async def chunks():\n"
        "    for number in range(10**6):\n"
        "        yield b'x' * 65536\n"
        "        if number == 20: print('begun', flush=True)\n"
        "        await anyio.sleep(0.001)\n"
        "async def main():\n"
        f"    await FileBlobs(Path({str(tmp_path)!r}), system_clock).put_stream(uuid.uuid4(), chunks())\n"
        "anyio.run(main)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.kill()
    names = [path.name for path in files_in(tmp_path)]
    assert names
    assert all(name.startswith(".") for name in names)


@pytest.mark.parametrize(
    "make", [lambda _: MemoryBlobs(system_clock), lambda path: FileBlobs(path, system_clock)]
)
async def test_a_place_without_addresses_gives_none(make: Callable[[Path], Blobs], tmp_path: Path) -> None:
    assert await make(tmp_path).link(an_organization(), "a" * 64, "a.pdf", "application/pdf", 3600) is None


async def test_a_link_of_the_bucket_gives_the_file_its_own_name(s3: str) -> None:
    blobs, home = a_bucket(s3), an_organization()
    digest = await blobs.put(home, b"%PDF-")
    link = await blobs.link(home, digest, "Überblick 2026.pdf", "application/pdf", 3600)
    assert link is not None
    assert "X-Amz-Expires=3600" in link
    answer = httpx2.get(link)
    assert answer.content == b"%PDF-"
    assert answer.headers["content-type"] == "application/pdf"
    disposition = answer.headers["content-disposition"]
    assert (
        disposition
        == "attachment; filename=\"Uberblick 2026.pdf\"; filename*=UTF-8''%C3%9Cberblick%202026.pdf"
    )


async def test_a_bucket_that_is_not_there_is_named(s3: str) -> None:
    await a_bucket(s3).check()
    missing = S3Blobs(bucket_of(f"s3://no-such-bucket?endpoint={s3}", None, None), system_clock, KEY)
    with pytest.raises(StoreUnavailable, match=r"no-such-bucket.*HELPDESK_STORAGE_URL") as refusal:
        await missing.check()
    assert "\n" not in str(refusal.value)


async def test_a_storage_that_does_not_answer_is_unavailable() -> None:
    nowhere = bucket_of("s3://bucket?endpoint=http://127.0.0.1:9", None, None)
    blobs = S3Blobs(nowhere, system_clock, KEY)
    with pytest.raises(StoreUnavailable):
        await blobs.put(an_organization(), b"x")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def a_while(hence: int) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hence)
