"""Certificates are fetched once, kept while they are good, and their failures forgotten."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.commerce.amazon.certificates import MOST, Certificates, keep, name_of, sweep
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import TryLater
from tests.fakes.sns import CERTIFICATE_URL, NOW, FakeSns, certificate, fake_sns

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRED = certificate(begins=BEGINS, ends=datetime(2026, 2, 1, tzinfo=UTC))


@pytest.fixture
def sns() -> Iterator[FakeSns]:
    with fake_sns() as fake:
        yield fake


@pytest.fixture
async def ours(sns: FakeSns, tmp_path: Path) -> AsyncIterator[Certificates]:
    http = OutgoingHttp()
    yield Certificates(http.trusting(sns.base), tmp_path / "certificates", lambda: NOW)
    await http.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_certificate_is_fetched_once(sns: FakeSns, ours: Certificates) -> None:
    found: list[str] = []

    async def ask() -> None:
        found.append(await ours(sns.certificate_url))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(ask)
    assert found == [certificate()] * 20
    assert len(sns.fetched) <= 4
    fetched = len(sns.fetched)
    again = Certificates(ours.http, ours.folder, ours.clock)
    assert await again(sns.certificate_url) == certificate()
    assert len(sns.fetched) == fetched


async def test_one_that_has_run_out_is_fetched_anew(sns: FakeSns, ours: Certificates) -> None:
    keep(ours.folder, sns.certificate_url, EXPIRED)
    assert await ours(sns.certificate_url) == certificate()
    assert (ours.folder / name_of(sns.certificate_url)).read_text() == certificate()


async def test_one_that_runs_out_while_it_is_in_memory_is_fetched_anew(
    sns: FakeSns, ours: Certificates
) -> None:
    sns.pem = certificate(begins=BEGINS, ends=NOW + timedelta(days=1))
    assert await ours(sns.certificate_url) == sns.pem
    later = evolve(ours, clock=lambda: NOW + timedelta(days=2))
    assert later.known == {sns.certificate_url: sns.pem}
    sns.pem = certificate()
    assert await later(sns.certificate_url) == certificate()


async def test_one_that_was_published_too_late_is_given_and_not_kept(
    sns: FakeSns, ours: Certificates
) -> None:
    sns.pem = EXPIRED
    assert await ours(sns.certificate_url) == EXPIRED
    assert ours.known == {}
    assert list(ours.folder.glob("*")) == []


async def test_a_folder_that_cannot_be_written_is_no_hindrance(
    sns: FakeSns, ours: Certificates, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    stuck = evolve(ours, folder=tmp_path / "file" / "below")
    assert await stuck(sns.certificate_url) == certificate()


async def test_what_is_in_the_folder_and_no_certificate_is_not_used(sns: FakeSns, ours: Certificates) -> None:
    keep(ours.folder, sns.certificate_url, "x" * 100_000)
    assert await ours(sns.certificate_url) == certificate()


async def test_a_failure_is_not_remembered(sns: FakeSns, ours: Certificates) -> None:
    sns.pem = None
    for _ in range(2):
        with pytest.raises(TryLater):
            await ours(sns.certificate_url)
    assert len(sns.fetched) == 2
    sns.pem = certificate()
    assert await ours(sns.certificate_url) == certificate()


async def test_memory_holds_only_so_many(sns: FakeSns, ours: Certificates) -> None:
    for number in range(MOST + 5):
        url = CERTIFICATE_URL.replace("77aa55", str(number))
        keep(ours.folder, url, certificate())
        await ours(url)
    assert len(ours.known) == MOST


def test_what_has_run_out_is_swept_out_of_the_folder(tmp_path: Path) -> None:
    keep(tmp_path, "https://a.example", EXPIRED)
    keep(tmp_path, "https://b.example", certificate())
    (tmp_path / "other.pem").write_text("somebody's own")
    sweep(tmp_path, NOW)
    assert {path.name for path in tmp_path.iterdir()} == {name_of("https://b.example"), "other.pem"}
