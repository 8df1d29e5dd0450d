"""What providers keep for organizations, and orders.

What a row has no column for is its body, JSON under the fields' names; one that it lacks has its default.
"""

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import attrs
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.ids import OrganizationId
from helpdesk_core.orders import FulfillmentStatus, Order, ShopCustomer
from helpdesk_core.privacy_requests import PrivacyKind, PrivacyRequest, PrivacyState
from helpdesk_core.records import Record

R = TypeVar("R", bound=Record)

RECORD = ("organization_id", "kind", "provider", "account", "external_id", "created_at", "body")
_OF_RECORD = frozenset(RECORD)

ORDER = (
    "id",
    "organization_id",
    "provider",
    "account",
    "external_id",
    "number",
    "created_at",
    "updated_at",
    "customer_id",
    "ticket_id",
    "currency",
    "financial_status",
    "status",
    "version",
    "total_price",
    "fulfillment_status",
    "body",
)
_PLAIN = ORDER[:-3]
_OF_ORDER = frozenset(ORDER)


def to_record(kind: type[R], row: Row) -> R:
    _, _, provider, account, external_id, created_at, body = row
    return kind(
        provider=provider,
        account=account,
        external_id=external_id,
        created_at=created_at,
        **_fields(kind, body),
    )


def record_row(organization_id: OrganizationId, record: Record) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "kind": record.kind,
        "provider": record.provider,
        "account": record.account,
        "external_id": record.external_id,
        "created_at": record.created_at,
        "body": _body(record, _OF_RECORD),
    }


SHOP_CUSTOMER = (
    "organization_id",
    "provider",
    "account",
    "external_id",
    "customer_id",
    "told_at",
    "erased_at",
)


def shop_customer_row(known: ShopCustomer) -> dict[str, Any]:
    return {name: getattr(known, name) for name in SHOP_CUSTOMER}


def to_order(row: Row) -> Order:
    *plain, total_price, fulfillment_status, body = row
    return Order(
        **dict(zip(_PLAIN, plain, strict=True)),
        total_price=None if total_price is None else Decimal(total_price),
        fulfillment_status=FulfillmentStatus(fulfillment_status),
        **_fields(Order, body),
    )


def order_row(order: Order) -> dict[str, Any]:
    return {
        **{name: getattr(order, name) for name in _PLAIN},
        "total_price": None if order.total_price is None else str(order.total_price),
        "fulfillment_status": order.fulfillment_status.value,
        "body": _body(order, _OF_ORDER),
    }


PRIVACY_REQUEST = (
    "id",
    "organization_id",
    "provider",
    "account",
    "request_key",
    "created_at",
    "due_at",
    "finished_at",
    "customer_id",
    "kind",
    "state",
    "body",
)
_PLAIN_REQUEST = PRIVACY_REQUEST[:-3]
_OF_REQUEST = frozenset(PRIVACY_REQUEST)


def to_privacy_request(row: Row) -> PrivacyRequest:
    *plain, kind, state, body = row
    return PrivacyRequest(
        **dict(zip(_PLAIN_REQUEST, plain, strict=True)),
        kind=PrivacyKind(kind),
        state=PrivacyState(state),
        **_fields(PrivacyRequest, body),
    )


def privacy_request_row(request: PrivacyRequest) -> dict[str, Any]:
    return {
        **{name: getattr(request, name) for name in _PLAIN_REQUEST},
        "kind": request.kind.value,
        "state": request.state.value,
        "body": _body(request, _OF_REQUEST),
    }


def _fields(kind: type[Any], body: dict[str, Any]) -> dict[str, Any]:
    return {
        field.name: _converter().structure(body[field.name], field.type)
        for field in attrs.fields(kind)
        if field.name in body
    }


def _body(noun: Any, columns: frozenset[str]) -> dict[str, Any]:
    return {
        field.name: _converter().unstructure(getattr(noun, field.name), field.type)
        for field in attrs.fields(type(noun))
        if field.name not in columns
    }


@cache
def _converter() -> OrjsonConverter:
    converter = make_converter()
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    return converter
