"""Which part of a file a request wants (RFC 9110 §14)."""

import re
from typing import Final

from attrs import frozen


@frozen
class Span:
    """The bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int


class Unsatisfiable(Exception):
    """The request wants nothing that is there."""


def wanted_span(header: str | None, size: int) -> Span | None:
    """What a Range header asks of a file of this size; None: all of it.

    A header that is malformed, or names several ranges or another unit, is passed over, as the RFC allows.
    """
    found = _ONE.fullmatch(header.strip()) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise Unsatisfiable
        return Span(size - length, size)
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(int(found[2]) + 1, size) if found[2] else size)


_ONE: Final = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})", re.IGNORECASE | re.ASCII)
