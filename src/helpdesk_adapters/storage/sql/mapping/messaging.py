"""Conversations at providers, and single messages there."""

from functools import cache
from typing import Any
from uuid import UUID

import attrs
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.afterwords import Afterwords, ProviderMessage
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.tickets import Channel

CORRESPONDENCE = ("organization_id", "channel", "account", "thread", "customer_id", "ticket_id", "body")
_OF_CORRESPONDENCE = frozenset(CORRESPONDENCE)


def to_correspondence(row: Row) -> Correspondence:
    organization_id, channel, account, thread, customer_id, ticket_id, body = row
    known = {
        field.name: _converter().structure(body[field.name], field.type or str)
        for field in attrs.fields(Correspondence)
        if field.name in body
    }
    return Correspondence(organization_id, Channel(channel), account, thread, customer_id, ticket_id, **known)


def correspondence_row(one: Correspondence) -> dict[str, Any]:
    rest = [field for field in attrs.fields(Correspondence) if field.name not in _OF_CORRESPONDENCE]
    said = {
        field.name: getattr(one, field.name) for field in rest if getattr(one, field.name) != field.default
    }
    return {
        "organization_id": one.organization_id,
        "channel": one.channel.value,
        "account": one.account,
        "thread": one.thread,
        "customer_id": one.customer_id,
        "ticket_id": one.ticket_id,
        "body": _converter().unstructure(said),
    }


PROVIDER_MESSAGE = (
    "organization_id",
    "channel",
    "account",
    "external_id",
    "conversation_id",
    "told_at",
    "body",
)


def to_provider_message(row: Row) -> ProviderMessage:
    organization_id, channel, account, external_id, conversation_id, told_at, body = row
    afterwords = _converter().structure(body, Afterwords)
    return ProviderMessage(
        organization_id, Channel(channel), account, external_id, conversation_id, afterwords, told_at
    )


def provider_message_row(one: ProviderMessage) -> dict[str, Any]:
    return {
        "organization_id": one.organization_id,
        "channel": one.channel.value,
        "account": one.account,
        "external_id": one.external_id,
        "conversation_id": one.conversation_id,
        "told_at": one.told_at,
        "body": _converter().unstructure(one.afterwords),
    }


@cache
def _converter() -> OrjsonConverter:
    converter = make_converter(omit_if_default=True)
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    converter.register_unstructure_hook(UUID, str)
    return converter
