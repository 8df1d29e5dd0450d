"""Files in a local folder: `<organization>/<first two of the digest>/<digest>`."""

import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO, TYPE_CHECKING

from anyio import to_thread
from attrs import frozen

from helpdesk_adapters.blobs.pieces import PIECE, checked
from helpdesk_core.errors import NotFound, StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from hashlib import _Hash


@frozen
class FileBlobs:
    """Blobs in a folder. A file appears under its name only once it is whole and synced to the disk.

    Its time of change is when it was last put.
    """

    folder: Path
    clock: Clock

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        return (await self.put_all(organization_id, [content]))[0]

    async def put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        if not contents:
            return []
        return await to_thread.run_sync(self._put_all, organization_id, contents)

    async def put_stream(
        self, organization_id: OrganizationId, chunks: AsyncIterable[bytes]
    ) -> tuple[str, int]:
        draft = await to_thread.run_sync(self._begin, organization_id)
        try:
            async for chunk in chunks:
                await to_thread.run_sync(draft.write, chunk)
            return await to_thread.run_sync(self._finish, organization_id, draft)
        finally:
            draft.discard()

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        path = self._path(organization_id, digest)
        with _found(digest):
            return await to_thread.run_sync(path.read_bytes)

    async def stream(
        self, organization_id: OrganizationId, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        path = self._path(organization_id, digest)
        with _found(digest):
            size = (await to_thread.run_sync(path.stat)).st_size
        return _pieces(path, start, size if stop is None else min(stop, size))

    async def remove(self, organization_id: OrganizationId, digest: str, put_before: datetime) -> bool:
        path = self._path(organization_id, digest)
        return await to_thread.run_sync(_remove, path, put_before)

    async def link(
        self, organization_id: OrganizationId, digest: str, filename: str, content_type: str, seconds: int
    ) -> str | None:
        return None

    def _put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        """The folders are synced once each, when all files are in them."""
        digests, changed = [], set[Path]()
        for content in contents:
            digest = sha256(content).hexdigest()
            digests.append(digest)
            if self._renewed(self._path(organization_id, digest)):
                continue
            draft = self._begin(organization_id)
            try:
                draft.write(content)
                changed |= self._keep(organization_id, digest, draft)
            finally:
                draft.discard()
        _sync(changed)
        return digests

    def _begin(self, organization_id: OrganizationId) -> "_Draft":
        folder = self.folder / str(organization_id)
        path = folder / f".{token_hex(16)}"
        with _stored():
            try:
                return _Draft(path, path.open("xb"))
            except FileNotFoundError:
                folder.mkdir(parents=True, exist_ok=True)
                return _Draft(path, path.open("xb"))

    def _finish(self, organization_id: OrganizationId, draft: "_Draft") -> tuple[str, int]:
        digest = draft.hash.hexdigest()
        _sync(self._keep(organization_id, digest, draft))
        return digest, draft.size

    def _keep(self, organization_id: OrganizationId, digest: str, draft: "_Draft") -> set[Path]:
        """The folders that are still to be synced."""
        path = self._path(organization_id, digest)
        if self._renewed(path):
            return set()
        with _stored():
            return draft.keep_as(path, self.clock().timestamp())

    def _renewed(self, path: Path) -> bool:
        """Whether this content is there already; then it counts as put now."""
        now = self.clock().timestamp()
        try:
            with _stored():
                os.utime(path, (now, now))
        except FileNotFoundError:
            return False
        # A removal may have set it aside between the finding of the file and the writing of its time. If it is still
        # there now, whoever sets it aside from here on sees the new time.
        return path.exists()

    def _path(self, organization_id: OrganizationId, digest: str) -> Path:
        return self.folder / str(organization_id) / checked(digest)[:2] / digest


class _Draft:
    """A file that is being written, under a name that nobody looks for."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self.file = path, file
        self.hash: _Hash = sha256()
        self.size = 0
        self.kept = False

    def write(self, chunk: bytes) -> None:
        self.hash.update(chunk)
        self.size += len(chunk)
        with _stored():
            self.file.write(chunk)

    def keep_as(self, path: Path, now: float) -> set[Path]:
        """The folders that are to be synced before the file counts as kept."""
        self.file.flush()
        os.fsync(self.file.fileno())
        os.utime(self.path, (now, now))
        try:
            self.path.replace(path)
            changed = {path.parent}
        except FileNotFoundError:  # the folder's first file
            path.parent.mkdir(exist_ok=True)
            self.path.replace(path)
            changed = {path.parent, path.parent.parent}
        self.kept = True
        return changed

    def discard(self) -> None:
        """Closes it, and removes what has not been kept."""
        self.file.close()
        if not self.kept:
            self.path.unlink(missing_ok=True)


def _remove(path: Path, put_before: datetime) -> bool:
    # It is set aside first and looked at again: who puts the same content meanwhile either finds it still there,
    # and its new time is seen here, or does not find it and writes it anew.
    aside = path.with_name(f".{path.name}.{token_hex(8)}")
    with _stored():
        try:
            if _put_at(path) >= put_before:
                return False
            path.rename(aside)
        except FileNotFoundError:  # there is none, or another process is about to remove it
            return True
        if _put_at(aside) >= put_before:
            aside.replace(path)
            return False
        aside.unlink()
    return True


def _put_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


async def _pieces(path: Path, start: int, stop: int) -> AsyncIterator[bytes]:
    file = await to_thread.run_sync(path.open, "rb")
    try:
        await to_thread.run_sync(file.seek, start)
        left = stop - start
        while left > 0 and (piece := await to_thread.run_sync(file.read, min(PIECE, left))):
            left -= len(piece)
            yield piece
    finally:
        file.close()


@contextmanager
def _found(digest: str) -> "Iterator[None]":
    try:
        yield
    except FileNotFoundError:
        raise NotFound("file", digest) from None


@contextmanager
def _stored() -> "Iterator[None]":
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreUnavailable(f"A file could not be stored: {error.strerror or error}") from error


def _sync(folders: Iterable[Path]) -> None:
    for folder in folders:
        with _stored():
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
