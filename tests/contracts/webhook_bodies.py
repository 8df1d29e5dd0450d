"""How bodies of webhooks are written, for tests that change them: JSON, a form, a JWT."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import evolve

from helpdesk_adapters.providers import Entry
from helpdesk_core.webhooks import Delivery

WHOLE = "."
"""The member of a body that is a JWT: the signature is its last part."""


def read(entry: Entry, body: bytes) -> Any:
    """What an example says, as JSON has it."""
    return (
        dict(parse_qsl(body.decode(), keep_blank_values=True)) if entry.kind == "form" else json.loads(body)
    )


def written(entry: Entry, value: Any) -> bytes:
    """The body that says so, as near as its kind can; halves of surrogate pairs are written as they are."""
    if entry.kind != "form":
        return json.dumps(value).encode("utf-8", "surrogatepass")
    if not isinstance(value, dict):
        return json.dumps(value).encode()
    told = {name: text if isinstance(text, str) else json.dumps(text) for name, text in value.items()}
    return urlencode(told, errors="surrogatepass").encode()


def same_words(entry: Entry, one: bytes, other: bytes) -> bool:
    """Whether two bodies are two spellings of the same form."""
    if entry.kind != "form":
        return one == other
    read = [sorted(set(parse_qsl(body.decode("latin-1"), keep_blank_values=True))) for body in (one, other)]
    return read[0] == read[1]


def signature_of(entry: Entry, delivery: Delivery) -> str:
    """The signature, wherever it is."""
    name, member = entry.webhooks.signature_header, entry.webhooks.signature_member or ""
    if name is not None:
        return delivery.headers[name]
    if member == WHOLE:
        return delivery.body.decode().rpartition(".")[2]
    return str(_parameters(entry, delivery)[member])


def with_signature(entry: Entry, delivery: Delivery, text: str | None) -> Delivery:
    """The delivery with another signature in the place of its own, or with none."""
    name, member = entry.webhooks.signature_header, entry.webhooks.signature_member or ""
    if name is not None:
        return evolve(delivery, headers=_with(delivery.headers, name, text))
    if member == WHOLE:
        signed = delivery.body.decode().rpartition(".")[0]
        return evolve(delivery, body=(f"{signed}.{text}" if text is not None else signed).encode())
    told = _with(_parameters(entry, delivery), member, text)
    if entry.kind != "form":
        return evolve(delivery, body=json.dumps(told).encode())
    if delivery.body:
        return evolve(delivery, body=urlencode(told).encode())
    return evolve(delivery, url=urlsplit(delivery.url)._replace(query=urlencode(told)).geturl())


def _parameters(entry: Entry, delivery: Delivery) -> Mapping[str, Any]:
    return read(entry, delivery.body or urlsplit(delivery.url).query.encode())


def _with(around: Mapping[str, Any], name: str, text: str | None) -> dict[str, Any]:
    told = {known: value for known, value in around.items() if known != name}
    return told if text is None else {**told, name: text}
