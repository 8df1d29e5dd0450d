"""Where the bytes of files live."""

from typing import Protocol

from helpdesk_core.ids import OrganizationId


class Blobs(Protocol):
    """Files by the digest of their bytes, each organization's apart from the others'.

    Putting the same bytes twice keeps them once. What was put can be read back by every process of the desk, also after
    a crash directly afterwards.
    """

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        """The hex SHA-256 of the content, which is durable on return."""
        ...

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        """The content, or NotFound."""
        ...
