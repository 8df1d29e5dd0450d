"""One delivery of Slack is one event, whether it comes as JSON or as a form (api.slack.com/apis/events-api,
api.slack.com/interactivity/handling).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from helpdesk_adapters.web.vendor_json import object_in, read_object
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, Reply, UnknownMediaType, UnreadableDelivery

FORM: Final = "application/x-www-form-urlencoded"
SLASH_COMMAND: Final = "slash_command"
FORM_EVENTS: Final = frozenset({SLASH_COMMAND, "shortcut", "message_action", "view_submission"})
"""Events that come as a form; all others are JSON."""
TOLD_APART: Final = frozenset({"message_changed", "message_deleted"})
"""Subtypes of a message that are events of their own."""


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under the id that it has in every retry; its raw form is JSON always.

    Nothing is kept of a handshake, and of a check of the certificate.
    """
    if is_form(delivery):
        return _of_form(delivery)
    told = read_object(delivery.body)
    kind, team = _text(told, "type"), _text(told, "team_id") or _text(told, "enterprise_id")
    if kind == "url_verification":
        return ()
    if kind != "event_callback":
        if not kind:
            raise UnreadableDelivery("The delivery does not say what it is.")
        return (Item(f"{team}/{_digest(delivery.body)}", kind, delivery.body),)
    event, event_id = told.get("event"), _text(told, "event_id")
    if not isinstance(event, dict) or not _text(event, "type") or not event_id:
        raise UnreadableDelivery("The event has no id, or no type.")
    subtype = _text(event, "subtype")
    type = subtype if _text(event, "type") == "message" and subtype in TOLD_APART else _text(event, "type")
    return (Item(f"{team}/{event_id}", type, delivery.body),)


def answer(delivery: Delivery) -> Reply | None:
    """What Slack wants to hear: its challenge, and nothing at all to what people do, who would be shown it."""
    if is_form(delivery):
        return Reply(b"", "text/plain")
    told = object_in(delivery.body)
    if _text(told, "type") == "url_verification":
        return Reply(_text(told, "challenge").encode(), "text/plain")
    return None


def is_form(delivery: Delivery) -> bool:
    """Whether it is a form; UnknownMediaType for what is neither that nor JSON."""
    media = delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media in (FORM, "application/json"):
        return media == FORM
    if media:
        raise UnknownMediaType("Slack sends JSON and forms.")
    return delivery.body[:1] != b"{"


def is_ssl_check(delivery: Delivery) -> bool:
    """Whether it is Slack's check of the certificate, from which nothing follows."""
    try:
        return is_form(delivery) and form_of(delivery.body).get("ssl_check") == "1"
    except UnreadableDelivery:
        return False


def form_of(body: bytes) -> Mapping[str, str]:
    """The fields of a form; every text can be stored."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise UnreadableDelivery("The delivery is no form of text.") from error
    return {storable(name): storable(value) for name, value in pairs}


def _of_form(delivery: Delivery) -> Sequence[Item]:
    if is_ssl_check(delivery):
        return ()
    form = form_of(delivery.body)
    if "payload" in form:
        raw = form["payload"].encode()
        told = read_object(raw)
        kind = _text(told, "type")
        if not kind:
            raise UnreadableDelivery("The payload does not say what it is.")
        return (Item(f"{_team(told)}/{_once(told, raw)}", kind, raw),)
    if "command" in form:
        raw = json.dumps(dict(sorted(form.items()))).encode()
        return (Item(f"{_team(form)}/{_once(form, raw)}", SLASH_COMMAND, raw),)
    raise UnreadableDelivery("The form is neither a command nor a payload.")


def _once(told: Mapping[str, Any], raw: bytes) -> str:
    """What tells one click from the next: the form that was sent, or the trigger."""
    view = told.get("view")
    if isinstance(view, dict) and _text(view, "id"):
        return f"{_text(view, 'id')}:{_text(view, 'hash')}"
    return _text(told, "trigger_id") or _digest(raw)


def _team(told: Mapping[str, Any]) -> str:
    team = told.get("team")
    return _text(team, "id") if isinstance(team, dict) else _text(told, "team_id")


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return storable(value) if isinstance(value, str) else ""


def _digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()
