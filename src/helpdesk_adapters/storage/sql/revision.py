"""Whether a database is up to date, answered without the migration tool."""

from helpdesk_core.errors import StoreUnavailable

HEAD = "0008"
"""The newest migration."""

CURRENT = "SELECT version_num FROM alembic_version"


class MigrationsDue(StoreUnavailable):
    """The database has to be brought up to date first."""

    def __init__(self, found: str | None) -> None:
        state = "is empty" if found is None else f"is at version {found}"
        super().__init__(f"The database {state} and version {HEAD} is needed: run `helpdesk db upgrade`.")
        self.found = found
