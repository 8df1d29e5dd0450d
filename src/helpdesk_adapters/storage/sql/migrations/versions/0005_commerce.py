"""What providers keep for organizations, orders, shops' customers, what shops ask for, and events that wait."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk_adapters.storage.sql.types import Document, Id, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID, AT, JSON, TEXT, INT = Id(), Instant(), Document(), sa.Text(), sa.Integer()
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PK = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("webhook_events", _column("account", TEXT, null=True))
    _index(
        "ix_webhook_events_waiting",
        "webhook_events",
        "provider",
        "account",
        "received_at",
        where="account IS NOT NULL",
    )
    _records()
    _orders()
    _shop_customers()
    _privacy_requests()
    _installs()


def _records() -> None:
    op.create_table(
        "commerce_records",
        _column("pk", PK),
        _column("organization_id", ID),
        _column("kind", EXACT),
        _column("provider", EXACT),
        _column("account", EXACT),
        _column("external_id", EXACT),
        _column("created_at", AT),
        _column("body", JSON),
        _primary_key("commerce_records", "pk"),
        _of_organization("commerce_records"),
    )
    _index(
        "uq_commerce_records",
        "commerce_records",
        "organization_id",
        "kind",
        "account",
        "external_id",
        unique=True,
    )
    _index("ix_commerce_records_created", "commerce_records", "organization_id", "kind", "created_at")
    _index("ix_commerce_records_external", "commerce_records", "external_id", "kind")
    _index("ix_commerce_records_account", "commerce_records", "organization_id", "provider", "account")


def _orders() -> None:
    op.create_table(
        "orders",
        _column("id", ID),
        _column("organization_id", ID),
        _column("provider", EXACT),
        _column("account", EXACT),
        _column("external_id", EXACT),
        _column("number", TEXT),
        _column("created_at", AT),
        _column("updated_at", AT),
        _column("customer_id", ID, null=True),
        _column("ticket_id", ID, null=True),
        _column("currency", TEXT, null=True),
        _column("total_price", TEXT, null=True),
        _column("financial_status", TEXT, null=True),
        _column("fulfillment_status", TEXT),
        _column("status", TEXT, null=True),
        _column("version", INT),
        _column("body", JSON),
        _primary_key("orders", "id"),
        _of_organization("orders"),
    )
    _index(
        "uq_orders_external_id",
        "orders",
        "organization_id",
        "provider",
        "account",
        "external_id",
        unique=True,
    )
    for by in ("created_at", "updated_at"):
        _index(f"ix_orders_{by}", "orders", "organization_id", by, "provider")
        _index(f"ix_orders_customer_{by}", "orders", "customer_id", by, where="customer_id IS NOT NULL")
    op.execute(
        "CREATE VIEW shopify_orders AS SELECT id, organization_id, account AS shop_domain,"
        " external_id AS order_id, number, customer_id, currency, total_price, financial_status,"
        " fulfillment_status, status, ticket_id, created_at, updated_at FROM orders WHERE provider = 'shopify'"
    )


def _shop_customers() -> None:
    op.create_table(
        "shop_customers",
        _column("organization_id", ID),
        _column("provider", EXACT),
        _column("account", EXACT),
        _column("external_id", EXACT),
        _column("customer_id", ID, null=True),
        _column("told_at", AT),
        _column("erased_at", AT, null=True),
        _primary_key("shop_customers", "organization_id", "provider", "account", "external_id"),
        _of_organization("shop_customers"),
        sqlite_with_rowid=False,
    )
    _index("ix_shop_customers_customer", "shop_customers", "customer_id", where="customer_id IS NOT NULL")


def _privacy_requests() -> None:
    op.create_table(
        "privacy_requests",
        _column("id", ID),
        _column("organization_id", ID),
        _column("provider", EXACT),
        _column("account", EXACT),
        _column("kind", EXACT),
        _column("request_key", EXACT),
        _column("state", TEXT),
        _column("created_at", AT),
        _column("due_at", AT),
        _column("finished_at", AT, null=True),
        _column("customer_id", ID, null=True),
        _column("body", JSON),
        _primary_key("privacy_requests", "id"),
        _of_organization("privacy_requests"),
    )
    _index(
        "uq_privacy_requests",
        "privacy_requests",
        "organization_id",
        "provider",
        "kind",
        "request_key",
        unique=True,
    )
    _index(
        "ix_privacy_requests_created",
        "privacy_requests",
        "organization_id",
        "created_at",
        "state",
        "kind",
    )
    _index("ix_privacy_requests_customer", "privacy_requests", "customer_id", where="customer_id IS NOT NULL")


def _installs() -> None:
    op.create_table(
        "installs",
        _column("state_hash", EXACT),
        _column("organization_id", ID),
        _column("user_id", ID),
        _column("session_hash", EXACT),
        _column("provider", EXACT),
        _column("target", TEXT),
        _column("expires_at", AT),
        _primary_key("installs", "state_hash"),
        sqlite_with_rowid=False,
    )
    _index("ix_installs_expires", "installs", "expires_at")


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id"
    )


def _column(name: str, type_: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=null)


def _primary_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
