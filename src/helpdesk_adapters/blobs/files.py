"""Files in a local folder: `<organization>/<first two of the digest>/<digest>`."""

import os
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from anyio import to_thread
from attrs import frozen

from helpdesk_core.errors import NotFound, StoreUnavailable
from helpdesk_core.ids import OrganizationId


@frozen
class FileBlobs:
    """Blobs in a folder. A file appears under its name only once it is whole and synced to the disk."""

    folder: Path

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        return await to_thread.run_sync(self._put, organization_id, content)

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        path = self._path(organization_id, digest)
        try:
            return await to_thread.run_sync(path.read_bytes)
        except FileNotFoundError:
            raise NotFound("file", digest) from None

    def _put(self, organization_id: OrganizationId, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        path = self._path(organization_id, digest)
        if path.exists():
            return digest
        partial = path.with_name(f".{digest}.{token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            _sync(path.parent)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StoreUnavailable(f"A file could not be stored: {error.strerror or error}") from error
        return digest

    def _path(self, organization_id: OrganizationId, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise NotFound("file", digest)
        return self.folder / str(organization_id) / digest[:2] / digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
