"""Files in memory, for tests, demos and embedding."""

from hashlib import sha256

from attrs import field, frozen

from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId


@frozen
class MemoryBlobs:
    """Blobs that last as long as the process."""

    _kept: dict[tuple[OrganizationId, str], bytes] = field(factory=dict, repr=False)

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        self._kept[organization_id, digest] = content
        return digest

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        try:
            return self._kept[organization_id, digest]
        except KeyError:
            raise NotFound("file", digest) from None
