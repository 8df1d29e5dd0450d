"""What every place for files has in common."""

import re

from helpdesk_core.errors import NotFound

PIECE = 256 * 1024
"""How many bytes of a file are held at a time."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def checked(digest: str) -> str:
    """The digest; NotFound for what is none, whatever it would name."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound("file", digest)
    return digest
