"""Files.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen
from httpx2 import Response

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment


@frozen(kw_only=True)
class Uploaded:
    """The stored file; `url` holds for an hour."""

    id: UUID
    filename: str
    url: str
    size: int
    type: str


@frozen(kw_only=True)
class DownloadLink:
    """Where the file is for an hour; whoever has the address can read it."""

    url: str
    filename: str
    mimeType: str


@frozen(kw_only=True)
class StoredAttachment:
    """A file of the organization."""

    id: UUID
    filename: str
    content_type: str
    size: int
    state: str
    """`stored`, or `failed` where it could not be had; `detail` says why."""
    detail: str | None
    ticket_id: UUID | None
    conversation_id: UUID | None
    created_at: datetime


@frozen(kw_only=True)
class AttachmentLink:
    """Where the file is until `expires_at`; whoever has the address can read it."""

    url: str
    filename: str
    content_type: str
    size: int
    expires_at: datetime


@frozen
class Files:
    """Files."""

    _calls: Calls

    async def upload(
        self,
        *,
        file: Any,
        conversation_id: UUID | None | Unset = UNSET,
        ticket_id: UUID | None | Unset = UNSET,
    ) -> Uploaded:
        """Upload a file.

        With `conversationId` it becomes the last file of that message, with `ticketId` it belongs
        to the ticket. A file
        that names neither waits a day for a message that lists its id among its `attachment_ids`.

        file: At most 10 MiB. Its type is told by its bytes, not by what is said of it.
        """
        answered: Uploaded = await self._calls.answer(
            Uploaded,
            "POST",
            "/api/upload",
            files={"file": file, "conversationId": conversation_id, "ticketId": ticket_id},
        )
        return answered

    async def link_to(self, attachment_id: UUID | str) -> DownloadLink:
        """Get an address to download a file from, valid for an hour."""
        answered: DownloadLink = await self._calls.answer(
            DownloadLink, "GET", f"/api/attachments/{segment(attachment_id)}/download"
        )
        return answered

    async def create_attachment(
        self,
        *,
        file: Any,
        conversation_id: UUID | None | Unset = UNSET,
        ticket_id: UUID | None | Unset = UNSET,
    ) -> StoredAttachment:
        """Upload a file.

        With `conversation_id` it becomes the last file of that message, with `ticket_id` it belongs
        to the ticket. A file
        that names neither waits a day for a message that lists its id among its `attachment_ids`.

        file: At most 10 MiB. Its type is told by its bytes, not by what is said of it.
        """
        answered: StoredAttachment = await self._calls.answer(
            StoredAttachment,
            "POST",
            "/api/v1/attachments",
            files={"file": file, "conversation_id": conversation_id, "ticket_id": ticket_id},
        )
        return answered

    async def get_attachment(self, attachment_id: UUID | str) -> StoredAttachment:
        """Read what is known of a file."""
        answered: StoredAttachment = await self._calls.answer(
            StoredAttachment, "GET", f"/api/v1/attachments/{segment(attachment_id)}"
        )
        return answered

    async def link_to_attachment(self, attachment_id: UUID | str) -> AttachmentLink:
        """Get an address to download a file from, valid for an hour."""
        answered: AttachmentLink = await self._calls.answer(
            AttachmentLink, "GET", f"/api/v1/attachments/{segment(attachment_id)}/download"
        )
        return answered

    async def delete_attachment(
        self, attachment_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take back a file that belongs to no message yet."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/attachments/{segment(attachment_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def download(self, token: str) -> Response:
        """Download a file by its link.

        Answers single ranges (206, 416) and `If-None-Match` (304). A link that has ended or was
        changed is a 404.
        """
        return await self._calls.response("GET", f"/files/{segment(token)}", 206, 304)

    async def download_content(self, attachment_id: UUID | str) -> Response:
        """Download a file.

        The address does not end, and opens nothing to whoever has it: images in the HTML of
        messages are here. It is
        answered as links to files are: always to be saved, never run; with ranges and
        `If-None-Match`.
        """
        return await self._calls.response(
            "GET", f"/api/v1/attachments/{segment(attachment_id)}/content", 206, 304
        )
