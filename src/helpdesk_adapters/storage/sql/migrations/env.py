"""How Alembic reaches the database: over the connection that `migrate` hands it, in one transaction."""

from alembic import context

from helpdesk_adapters.storage.sql.rows import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
