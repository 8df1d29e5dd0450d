"""The one thing that repositories need of a database."""

from collections.abc import Sequence
from typing import Any, Protocol

from attrs import Factory, define
from sqlalchemy import Dialect

from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.prepared import NO_PARAMS, Params, Prepared, Row
from helpdesk_core.ids import OrganizationId


@define
class Marks:
    """What the open unit of work has touched so far, and what it has seen: nouns by kind and key.

    `texts`: what it has written that can be found by words, and whose it is, by table and id.
    """

    jobs: bool = False
    logs: set[OrganizationId] = Factory(set)
    seen: dict[tuple[str, Any], Any] = Factory(dict)
    texts: dict[tuple[str, Any], tuple[OrganizationId, str]] = Factory(dict)


class Connection(Protocol):
    """An open connection inside a transaction.

    A unique key that is violated raises AlreadyTaken, a reference to something that is not there Conflict, a value
    that no column can hold InvalidValue, and a database that does not answer StoreUnavailable.
    """

    @property
    def dialect(self) -> Dialect: ...

    @property
    def marks(self) -> Marks: ...

    @property
    def matrices(self) -> Matrices:
        """The vectors that are kept in memory, for all connections of a store."""
        ...

    async def rows(self, prepared: Prepared, params: Params = NO_PARAMS) -> list[Row]:
        """Everything the statement yields, converted."""
        ...

    async def execute(self, prepared: Prepared, params: Params = NO_PARAMS) -> int:
        """Runs a statement that yields nothing; the number of rows it changed."""
        ...

    async def send(self, prepared: Prepared, params: Sequence[Params]) -> None:
        """Runs a statement for each of `params`, maybe later: an error may show at a later statement or in the end.

        Only for what no unit would go on after.
        """
        ...

    async def catch_up(self) -> None:
        """Makes what the open unit has written so far findable by its words."""
        ...
