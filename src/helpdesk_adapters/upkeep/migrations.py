"""Bringing the store up to date, whichever it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import to_thread
from attrs import frozen

from helpdesk_adapters.desk import Openable
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ports.store import Store


@frozen
class Migrations:
    """The migrations of the database at `url`, which `store` keeps."""

    url: str
    store: Store

    def due(self) -> bool:
        """Whether there is no database yet, or an older one. StoreUnavailable where it cannot be asked."""
        from helpdesk_adapters.storage.sql.migrate import is_current

        with _told_plainly(self.url):
            return not is_current(self.url)

    def upgrade(self) -> bool:
        """Makes the database or brings it up to date, all of it or nothing; False where nothing was due.

        On PostgreSQL it also takes up pgvector where that has come to the server since. StoreUnavailable where the
        database cannot be written, or where a newer release has written it.
        """
        due = self.due()
        if not due and self.url.startswith("sqlite"):
            return False
        from alembic.util import CommandError

        from helpdesk_adapters.storage.sql.migrate import migrate

        try:
            with _told_plainly(self.url):
                migrate(self.url)
        except CommandError as error:  # it has had a migration that this release does not know
            raise StoreUnavailable(
                "The database was written by a newer release; install that one."
            ) from error
        return due

    async def create(self) -> None:
        """Makes the database if there is none. One that is behind is left alone: MigrationsDue names the command."""
        from helpdesk_adapters.storage.sql.revision import MigrationsDue

        if not isinstance(self.store, Openable):
            return
        try:
            await self.store.open()
        except MigrationsDue as due:
            if due.found is not None:
                raise
            await to_thread.run_sync(self.upgrade)
        else:
            await self.store.close()


@contextmanager
def _told_plainly(url: str) -> Iterator[None]:
    """What PostgreSQL's driver raises, as a refusal."""
    if url.startswith("sqlite"):
        yield
        return
    import psycopg
    from sqlalchemy.exc import DBAPIError

    from helpdesk_adapters.storage.sql.postgres_errors import refusal

    try:
        yield
    except psycopg.Error as error:
        raise refusal(error) from error
    except DBAPIError as error:
        raise (refusal(error.orig) if isinstance(error.orig, psycopg.Error) else error) from error
