"""Sparse answers: `?fields=id,subject` leaves everything else out.

Every GET of the API that shows an attrs class, or a page of them, takes `fields`. The id is always there.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, get_args, get_origin
from urllib.parse import unquote_plus

import attrs
import orjson
from attrs import frozen

from helpdesk_core.unset import UNSET
from helpdesk_http.annotations import kind_of, members_of
from helpdesk_http.scalars import FieldError, InvalidParameters

FIELDS: Final = "fields"


@frozen
class Sparse:
    """What an answer shows: the class of the one thing or, `listed`, of the items of its `data`."""

    shown: Any
    listed: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that can be asked for, as they are called in JSON."""
        return tuple(member.wire for member in members_of(self.shown))

    def taken(self, raw_query: bytes) -> tuple[frozenset[str], bytes]:
        """The fields that are asked for (none: all of them), and the query without them. InvalidParameters as ever."""
        pieces = raw_query.split(b"&")
        ours = [piece for piece in pieces if piece.partition(b"=")[0] == FIELDS.encode()]
        if not ours:
            return frozenset(), raw_query
        texts = (unquote_plus(piece.partition(b"=")[2].decode("latin-1")) for piece in ours)
        asked = {name for text in texts for name in text.split(",")}
        unknown = sorted(asked - set(self.names))
        if unknown:
            message = f"must be of: {', '.join(self.names)}"
            raise InvalidParameters((FieldError(f"query.{FIELDS}", message),))
        return frozenset(asked), b"&".join(piece for piece in pieces if piece not in ours)

    def cut(self, body: bytes, fields: frozenset[str]) -> bytes:
        """The answer with these fields only."""
        whole = orjson.loads(body)
        if not self.listed:
            return orjson.dumps(_only(whole, fields))
        return orjson.dumps({**whole, "data": [_only(item, fields) for item in whole["data"]]})


def sparse_of(method: str, path: str, answer: Any) -> Sparse | None:
    """How `fields` is to be read for an operation; None: it takes none."""
    if method != "GET" or not path.startswith("/api/v1/"):
        return None
    if not attrs.has(get_origin(answer) or answer):
        return None
    for member in members_of(answer):
        (arm,) = member.kind.arms[:1] or (None,)
        if member.wire == "data" and get_origin(arm) in (list, tuple, Sequence):
            (item,) = kind_of(get_args(arm)[0]).arms[:1]
            return Sparse(item, listed=True) if attrs.has(get_origin(item) or item) else None
    return Sparse(answer, listed=False)


def without_extras(value: Any, body: bytes, write: Callable[[Any], bytes]) -> bytes:
    """The body as it would be had nobody asked for extras: fields that may be UNSET are."""
    if not attrs.has(type(value)):
        return body
    extras = [
        field.name
        for field in attrs.fields(type(value))
        if field.default is UNSET and getattr(value, field.name) is not UNSET
    ]
    return write(attrs.evolve(value, **dict.fromkeys(extras, UNSET))) if extras else body


def _only(item: Any, fields: frozenset[str]) -> Any:
    return {name: value for name, value in item.items() if name in fields or name == "id"}
