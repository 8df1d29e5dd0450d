"""Cursors: places in a list, signed and opaque, good for the very list they came from."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.paging import Page, Position

SALT: Final = "cursor"


def page_of(desk: Container, list_name: str, limit: int, sort: str, cursor: str | None) -> Page:
    """The page that a request asks for; InvalidValue for a cursor that is not ours or of another list or order."""
    return Page(limit, sort, _position(desk, list_name, sort, cursor) if cursor else None)


def cursor_of(desk: Container, list_name: str, sort: str, position: Position | None) -> str | None:
    """The cursor of the page behind `position`."""
    if position is None:
        return None
    value: Any = position.value.isoformat() if isinstance(position.value, datetime) else position.value
    return str(_serializer(desk).dumps([list_name, sort, value, position.id.hex]))


def _position(desk: Container, list_name: str, sort: str, cursor: str) -> Position:
    try:
        name, order, value, id_ = _serializer(desk).loads(cursor)
    except (BadData, ValueError) as error:
        raise InvalidValue("query.cursor", "is not a cursor of this desk") from error
    if (name, order) != (list_name, sort):
        raise InvalidValue("query.cursor", "belongs to another list or another sort order")
    column = sort.removeprefix("-")
    return Position(datetime.fromisoformat(value) if column.endswith("_at") else value, UUID(id_))


def _serializer(desk: Container) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed([key.hex() for key in desk.keys().derive(SALT)])), salt=SALT)
