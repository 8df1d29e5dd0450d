"""The desk's own download links: signed, so that nobody else can make one or change it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha384
from typing import Final
from uuid import UUID

from attrs import field, frozen
from itsdangerous import BadSignature, Signer

from helpdesk_core.attachments import FileLink
from helpdesk_core.ids import AttachmentId, OrganizationId

PURPOSE: Final = "file link"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{54}\.[A-Za-z0-9_-]{64}")
"""A signature of 48 bytes, which base64 spells in one way only: a link with any character changed does not open."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class SignedFileLinks:
    """Links that name organization, file and end, signed with the newest key; those of older keys still open."""

    keys: Sequence[bytes] = field(repr=False)
    """The newest first."""

    def seal(self, link: FileLink) -> str:
        moment = (link.until - _EPOCH) // timedelta(milliseconds=1)
        content = link.organization_id.bytes + link.attachment_id.bytes + moment.to_bytes(8, "big")
        return self._signer().sign(urlsafe_b64encode(content).rstrip(b"=")).decode()

    def open(self, token: str) -> FileLink | None:
        if not _TOKEN.fullmatch(token):
            return None
        try:
            content = urlsafe_b64decode(self._signer().unsign(token) + b"==")
        except BadSignature:
            return None
        return FileLink(
            OrganizationId(UUID(bytes=content[:16])),
            AttachmentId(UUID(bytes=content[16:32])),
            _EPOCH + timedelta(milliseconds=int.from_bytes(content[32:40], "big")),
        )

    def _signer(self) -> Signer:
        oldest_first = list(reversed(self.keys))
        return Signer(oldest_first, salt=PURPOSE, digest_method=sha384, key_derivation="hmac")
