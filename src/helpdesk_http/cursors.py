"""Lists page by page: cursors are places in a list, signed and opaque, good for the very list they came from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import attrs
import orjson
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.paging import Page, Position, Slice, cut
from helpdesk_http.clients import address_of_desk
from helpdesk_http.operations import Reply
from helpdesk_http.views import Listed

T = TypeVar("T")

SALT: Final = "cursor"
NOT_FILTERS: Final = frozenset({"limit", "cursor", "include"})


class PagedQuery(attrs.AttrsInstance, Protocol):
    """The parameters of a list: these, and whatever filters it has."""

    @property
    def limit(self) -> int: ...
    @property
    def sort(self) -> str: ...
    @property
    def cursor(self) -> str | None: ...


def page_of(desk: Container, name: str, query: PagedQuery) -> Page:
    """The page that is asked for; InvalidValue for a cursor that is not ours, or of another list, filter or order."""
    after = position_of(desk, _list_of(name, query), query.sort, query.cursor) if query.cursor else None
    return Page(query.limit, query.sort, after)


def page_of_few(things: Iterable[T], page: Page) -> Slice[T]:
    """The page of things that are few and were read whole: they have an `id` and the field that is sorted by."""

    def place(thing: Any) -> tuple[Any, Any]:
        return getattr(thing, page.column), thing.id

    ordered = sorted(things, key=place, reverse=page.descending)
    if page.after is not None:
        after = page.after.place
        ordered = [one for one in ordered if (place(one) < after if page.descending else place(one) > after)]
    return cut(ordered[: page.limit + 1], page)


def listed(
    desk: Container, request: Request, name: str, query: PagedQuery, views: Sequence[T], next: Position | None
) -> Reply[Listed[T]]:
    """The page as it is answered, with the way to the next one in body and `Link` header (RFC 8288)."""
    if next is None:
        return Reply(Listed(views, None))
    cursor = cursor_of(desk, _list_of(name, query), query.sort, next)
    return Reply(Listed(views, cursor), headers={"link": next_link(request, cursor)})


def next_link(request: Request, cursor: str) -> str:
    """The `Link` header that leads to the page of the cursor."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f'<{address_of_desk(request)}{request.scope["path"]}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'


def cursor_of(desk: Container, list_name: str, sort: str, position: Position) -> str:
    """The cursor of the page behind `position`."""
    value: Any = position.value.isoformat() if isinstance(position.value, datetime) else position.value
    told = base64_encode(orjson.dumps([list_name, sort, value, position.id.hex]))
    return _signer(desk.keys().derive(SALT)).sign(told).decode()


def position_of(desk: Container, list_name: str, sort: str, cursor: str) -> Position:
    """The position that a cursor of this list and order stands for."""
    try:
        told = base64_decode(_signer(desk.keys().derive(SALT)).unsign(cursor))
        name, order, value, id_ = orjson.loads(told)
    except (BadData, ValueError) as error:
        raise InvalidValue("query.cursor", "is not a cursor of this desk") from error
    if (name, order) != (list_name, sort):
        raise InvalidValue("query.cursor", "belongs to another list, filter or sort order")
    column = sort.removeprefix("-")
    is_time = column.endswith("_at") or column == "since"
    return Position(datetime.fromisoformat(value) if is_time else value, UUID(id_))


def _list_of(name: str, query: PagedQuery) -> str:
    filters = {
        field.name: getattr(query, field.name)
        for field in attrs.fields(type(query))
        if field.name not in NOT_FILTERS and getattr(query, field.name) != field.default
    }
    return f"{name}:{sha256(repr(sorted(filters.items())).encode()).hexdigest()[:12]}" if filters else name


@lru_cache(8)
def _signer(keys: tuple[bytes, ...]) -> Signer:
    """A signer with keys that are for cursors alone; the newest comes first here, last there."""
    return Signer(reversed(keys), key_derivation="none", digest_method=sha256)
