"""Where a page may lead after it is done."""

import re
from typing import Final

OURS: Final = re.compile(r"/app(?:[/?#][^\\\x00-\x20\x7f]*)?")
"""Browsers take a backslash for a slash, and leave out tabs and line breaks."""


def inside(target: str | None) -> str:
    """A target of our own pages; anything else would let a link send people elsewhere."""
    return target if target and OURS.fullmatch(target) else "/app"
