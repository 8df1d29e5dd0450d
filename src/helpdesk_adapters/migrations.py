"""Bringing the store up to date, whichever it is."""

from anyio import to_thread
from attrs import frozen

from helpdesk_adapters.desk import Openable
from helpdesk_core.ports.store import Store


@frozen
class Migrations:
    """The migrations of the database at `url`, which `store` keeps."""

    url: str
    store: Store

    def due(self) -> bool:
        """Whether there is no database yet, or an older one. StoreUnavailable where it cannot be asked."""
        from helpdesk_adapters.storage.sql.migrate import is_current

        return not is_current(self.url)

    def upgrade(self) -> bool:
        """Makes the database or brings it up to date, all of it or nothing; False where nothing was due."""
        if not self.due():
            return False
        from helpdesk_adapters.storage.sql.migrate import migrate

        migrate(self.url)
        return True

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
