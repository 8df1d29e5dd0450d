"""What a message says, whatever its type: in words, and with the files that come with it."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import Factory, evolve, frozen

from helpdesk_adapters.messaging.whatsapp.payloads import (
    Card,
    FlowReply,
    Interactive,
    Location,
    Media,
    Order,
    Problem,
    Told,
)
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.messages import RemoteFile

SOURCE: Final = "whatsapp"
LONGEST_FLOW: Final = 10_000
"""Characters of a filled-in form that are shown."""

_ENDINGS: Final = {"image": "jpg", "video": "mp4", "audio": "ogg", "voice": "ogg", "sticker": "webp"}


@frozen
class Said:
    """A message in words."""

    text: str
    files: tuple[RemoteFile, ...] = ()
    marks: Mapping[str, Any] = Factory(dict)
    warnings: tuple[str, ...] = ()


def said(told: Told, errors: Sequence[Problem] = ()) -> Said:
    """What the message says. Of a type that nobody knows here it says that it is one."""
    plain = _said(told)
    marks = {**plain.marks, **_around(told)}
    warnings = tuple(dict.fromkeys([*plain.warnings, *map(sentence, (*told.errors, *errors))]))
    return evolve(plain, marks=marks, warnings=tuple(one for one in warnings if one))


def sentence(problem: Problem) -> str:
    """What WhatsApp says has gone wrong, on one line."""
    detail = problem.error_data.details or problem.details or problem.message or problem.title
    return one_line(f"WhatsApp says: {detail} ({problem.code})")[:300] if detail or problem.code else ""


def _said(told: Told) -> Said:
    media = {
        "image": told.image,
        "video": told.video,
        "audio": told.audio,
        "voice": told.voice,
        "document": told.document,
        "sticker": told.sticker,
    }.get(told.type)
    if media is not None:
        return _file(media, told.type)
    if told.type == "text" and told.text is not None:
        return Said(told.text.body)
    if told.type == "location" and told.location is not None:
        return _place(told.location)
    if told.type == "contacts" and told.contacts:
        return Said("\n".join(map(_card, told.contacts)))
    if told.type == "order" and told.order is not None:
        return _order(told.order)
    if told.type == "button" and told.button is not None:
        pressed = {"button": {"payload": told.button.payload[:1000]}}
        return Said(told.button.text or told.button.payload, marks=pressed)
    answer = _answer(told.interactive) if told.type == "interactive" and told.interactive else None
    if answer is not None:
        return answer
    if told.type == "system" and told.system is not None:
        return Said(told.system.body or f"WhatsApp tells: {told.system.type}")
    kind = told.unsupported.type if told.unsupported is not None else told.type
    named = f" ({one_line(kind)[:40]})" if kind not in ("", "unsupported") else ""
    return Said(f"A message of a type that cannot be shown here{named}. It is on the customer's phone.")


def _file(media: Media, kind: str) -> Said:
    if not media.id:
        return Said(media.caption, warnings=("WhatsApp does not say where the file is.",))
    reference = json.dumps({"id": media.id, "sha256": media.sha256})
    ending = _ENDINGS.get(kind)
    name = media.filename or (f"{kind}.{ending}" if ending else kind)
    mime = media.mime_type.partition(";")[0].strip()
    return Said(media.caption, (RemoteFile(SOURCE, reference, media.id, name, mime),))


def _place(place: Location) -> Said:
    latitude, longitude = _degrees(place.latitude), _degrees(place.longitude)
    where = f"{latitude}, {longitude}" if latitude and longitude else ""
    lines = [one for one in (place.name, place.address, where) if one]
    marks = {"location": {"latitude": latitude, "longitude": longitude}} if where else {}
    return Said("\n".join(["Location:", *lines]), marks=marks)


def _card(card: Card) -> str:
    name = card.name.formatted_name or f"{card.name.first_name} {card.name.last_name}".strip()
    ways = [one.phone for one in card.phones if one.phone] + [one.email for one in card.emails if one.email]
    return one_line(f"Contact: {', '.join([name, *ways] if name else ways)}")


def _order(order: Order) -> Said:
    lines = [
        one_line(
            f"{_number(line.quantity)} × {line.product_retailer_id}, {_number(line.item_price)} {line.currency}"
        )
        for line in order.product_items
    ]
    words = [order.text] if order.text else []
    return Said("\n".join([*words, "Order:", *lines]), marks={"order": {"catalog_id": order.catalog_id}})


def _answer(chosen: Interactive) -> Said | None:
    one = chosen.button_reply or chosen.list_reply
    if one is not None:
        text = "\n".join(part for part in (one.title or one.id, one.description) if part)
        return Said(text, marks={"choice": {"id": one.id[:1000]}})
    return _form(chosen.nfm_reply) if chosen.nfm_reply is not None else None


def _form(reply: FlowReply) -> Said:
    """A form that was filled in; what is no JSON object stays the text that it is."""
    try:
        filled = json.loads(reply.response_json)
    except (ValueError, RecursionError):
        filled = None
    if not isinstance(filled, dict):
        return Said(f"{reply.body or 'Form'}\n{reply.response_json}"[:LONGEST_FLOW].strip())
    lines = [f"{name}: {_value(value)}" for name, value in filled.items() if name != "flow_token"]
    text = "\n".join([reply.body or "Form", *map(one_line, lines)])[:LONGEST_FLOW]
    token = filled.get("flow_token")
    marks = {"form": {"flow_token": storable(token)[:1000]}} if isinstance(token, str) else {}
    return Said(storable(text), marks=marks)


def _around(told: Told) -> dict[str, Any]:
    """What else is noted: the message that it quotes, that it was forwarded, the advertisement it came from."""
    context, referral = told.context, told.referral
    noted: dict[str, Any] = {}
    if context.id:
        noted["reply_to"] = context.id
    if context.forwarded or context.frequently_forwarded:
        noted["forwarded"] = "often" if context.frequently_forwarded else "once"
    if referral is not None:
        shown = {"headline": referral.headline, "body": referral.body, "url": referral.source_url}
        noted["referral"] = {"type": referral.source_type, "id": referral.source_id, **shown}
    if told.group_id:
        noted["group"] = told.group_id
    return noted


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _degrees(value: object) -> str:
    return _number(value) if not isinstance(value, str) else ""


def _number(value: object) -> str:
    """A number as it is written; nothing for what is none."""
    if isinstance(value, str):
        return value[:40]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if isinstance(value, float):
        return f"{value:g}" if value.is_integer() else repr(value) if math.isfinite(value) else ""
    return str(value) if abs(value) < 2**63 else ""
