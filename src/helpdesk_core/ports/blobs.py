"""Where the bytes of files live."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.attachments import FileLink
from helpdesk_core.ids import OrganizationId


class Blobs(Protocol):
    """Files by the digest of their bytes, each organization's apart from the others'.

    Putting the same bytes twice keeps them once, and counts as putting them again. What was put can be read back by
    every process of the desk, also after a crash directly afterwards; what was put in part cannot be seen. A digest of
    another organization, or that is none, is NotFound. Raises StoreUnavailable where the storage does not answer.
    """

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        """The hex SHA-256 of the content, which is durable on return."""
        ...

    async def put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        """As `put` of each, in their order; all are durable on return, at less cost than one after the other."""
        ...

    async def put_stream(
        self, organization_id: OrganizationId, chunks: AsyncIterable[bytes]
    ) -> tuple[str, int]:
        """As `put`, for what comes in pieces, of which one at a time is held: the digest and the size.

        What `chunks` raises comes through, and nothing is kept.
        """
        ...

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        """The content, or NotFound."""
        ...

    async def stream(
        self, organization_id: OrganizationId, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """The content from `start` up to, not including, `stop`, in pieces; NotFound before the first of them."""
        ...

    async def remove(self, organization_id: OrganizationId, digest: str, put_before: datetime) -> bool:
        """Removes a file, unless it was put, perhaps again, at that time or later.

        True: there is no such file now. Whoever puts the same content at the same moment does not lose it.
        """
        ...

    async def link(
        self, organization_id: OrganizationId, digest: str, filename: str, content_type: str, seconds: int
    ) -> str | None:
        """An address that anyone can download the file from, for so long, under this name and type.

        None where the storage has no such addresses. The file need not exist.
        """
        ...


class FileLinks(Protocol):
    """Makes the desk's own download links: texts that nobody else can make or change."""

    def seal(self, link: FileLink) -> str:
        """Letters, digits, `-`, `_` and `.` only, for a path."""
        ...

    def open(self, token: str) -> FileLink | None:
        """What was sealed, under any of the desk's keys; None for anything else. It may have ended."""
        ...


Sniff = Callable[[bytes], Sequence[str]]
"""The media types that a file of these first bytes may be of, the likeliest first."""
