"""Files in memory, for tests, demos and embedding."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import datetime
from hashlib import sha256

from attrs import field, frozen

from helpdesk_adapters.blobs.pieces import PIECE
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.clock import Clock


@frozen
class MemoryBlobs:
    """Blobs that last as long as the process."""

    clock: Clock
    _kept: dict[tuple[OrganizationId, str], tuple[datetime, bytes]] = field(factory=dict, repr=False)

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        self._kept[organization_id, digest] = self.clock(), content
        return digest

    async def put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        return [await self.put(organization_id, content) for content in contents]

    async def put_stream(
        self, organization_id: OrganizationId, chunks: AsyncIterable[bytes]
    ) -> tuple[str, int]:
        content = b"".join([chunk async for chunk in chunks])
        return await self.put(organization_id, content), len(content)

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        try:
            return self._kept[organization_id, digest][1]
        except KeyError:
            raise NotFound("file", digest) from None

    async def stream(
        self, organization_id: OrganizationId, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        return _pieces((await self.get(organization_id, digest))[start:stop])

    async def remove(self, organization_id: OrganizationId, digest: str, put_before: datetime) -> bool:
        put_at, _ = self._kept.get((organization_id, digest), (None, b""))
        if put_at is not None and put_at >= put_before:
            return False
        self._kept.pop((organization_id, digest), None)
        return True

    async def link(
        self, organization_id: OrganizationId, digest: str, filename: str, content_type: str, seconds: int
    ) -> str | None:
        return None


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), PIECE):
        yield content[at : at + PIECE]
