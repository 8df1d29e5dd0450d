"""Every provider in the registry keeps to one contract; a new one is tested by being there."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk_adapters.commerce.amazon.signing import key_pair
from helpdesk_adapters.messaging.sms import telnyx
from helpdesk_adapters.providers import ACCOUNT_KINDS, PROVIDERS, REGISTRY, Entry
from helpdesk_adapters.settings import FIELDS
from helpdesk_core.commands import Command, Nothing
from helpdesk_core.signatures import TOLERANCE, BadSignature, Proven, Reason
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery
from tests.contracts.webhook_bodies import read, same_words, signature_of, with_signature, written

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SECRET = (
    "whsec_" + b64encode(b"thirty-two bytes that nobody knows").decode()
)  # of a form that every scheme takes
OTHER = "whsec_" + b64encode(b"what somebody else would sign with").decode()
EVENTS = [(name, event) for name, entry in REGISTRY.items() for event in entry.webhooks.events]

each_provider = pytest.mark.parametrize("entry", REGISTRY.values(), ids=REGISTRY)
each_event = pytest.mark.parametrize(
    ("provider", "event"), EVENTS, ids=[f"{name}-{event}" for name, event in EVENTS]
)


def signed(
    entry: Entry,
    body: bytes | None = None,
    secret: str = SECRET,
    at: datetime = NOW,
    event: str | None = None,
) -> Delivery:
    """An example (of the first event, where none is named), or another body, as the provider would deliver it."""
    delivery = entry.delivery(event or next(iter(entry.webhooks.events)), body=body)
    return entry.sign(delivery, pair_of(entry, secret)[0], at, "delivery-1")


@cache
def key_pair_instead_of(secret: str) -> tuple[str, str]:
    """A private key, and the certificate by which it is known."""
    pair = key_pair(NOW)
    return pair, pair[pair.index("-----BEGIN CERTIFICATE") :]


KEY_PAIRS: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "amazon": key_pair_instead_of,
    "sms-telnyx": telnyx.pair_of,
}
"""Who signs with a key that nobody else has: the pair, private and public, that a test takes instead of a secret."""


def pair_of(entry: Entry, secret: str) -> tuple[str, str]:
    """What signs and what proves: the same text, but for those of `KEY_PAIRS`."""
    made = KEY_PAIRS.get(entry.webhooks.key)
    return made(secret) if made is not None and secret.strip() else (secret, secret)


def proven(entry: Entry, delivery: Delivery, *secrets: str) -> Proven:
    return entry.webhooks.verify(delivery, [pair_of(entry, secret)[1] for secret in secrets or [SECRET]], NOW)


def items_of(entry: Entry, delivery: Delivery) -> list[Item]:
    return list(entry.webhooks.split(delivery, proven(entry, delivery)))


def refusal(entry: Entry, delivery: Delivery, secrets: list[str]) -> Reason:
    with pytest.raises(BadSignature) as refused:
        entry.webhooks.verify(delivery, [pair_of(entry, secret)[1] for secret in secrets], NOW)
    return refused.value.reason


@each_provider
def test_the_registry_and_the_provider_agree(entry: Entry) -> None:
    webhooks = entry.webhooks
    assert PROVIDERS[webhooks.key] is webhooks
    assert webhooks.name in ACCOUNT_KINDS
    assert webhooks.paths
    assert all(path.startswith("/api/") for path in webhooks.paths)
    assert (webhooks.signature_header is None) is (webhooks.signature_member is not None)
    assert webhooks.secret_setting in {field.metadata["name"] for field in FIELDS}


def test_no_two_providers_share_a_door() -> None:
    paths = [
        (path, entry.webhooks.signature_header or entry.webhooks.signature_member)
        for entry in REGISTRY.values()
        for path in entry.webhooks.paths
    ]
    assert len(paths) == len(set(paths))


@each_provider
def test_what_the_provider_signs_is_proven(entry: Entry) -> None:
    delivery = signed(entry)
    assert isinstance(proven(entry, delivery), Proven)
    assert signature_of(entry, delivery)


@each_provider
def test_while_a_secret_is_rotated_the_old_and_the_new_one_count(entry: Entry) -> None:
    delivery = signed(entry)
    assert proven(entry, delivery, OTHER, SECRET) == proven(entry, delivery, SECRET)


@each_provider
def test_a_secret_of_somebody_elses_proves_nothing(entry: Entry) -> None:
    assert refusal(entry, signed(entry, secret=OTHER), [SECRET]) is Reason.MISMATCH


@each_provider
@pytest.mark.parametrize("secrets", [[], [""], ["  "]], ids=["none", "empty", "blank"])
def test_without_a_secret_nothing_is_proven(entry: Entry, secrets: list[str]) -> None:
    assert refusal(entry, signed(entry), secrets) is Reason.NO_SECRET


@each_provider
def test_without_its_signature_nothing_is_proven(entry: Entry) -> None:
    bare = with_signature(entry, signed(entry), None)
    assert refusal(entry, bare, [SECRET]) is Reason.MISSING_HEADER
    assert refusal(entry, evolve(bare, headers={}), [SECRET]) is Reason.MISSING_HEADER


@each_provider
@given(data=st.data())
def test_any_changed_byte_of_the_body_is_refused(entry: Entry, data: st.DataObject) -> None:
    """The signature is all that stands between a stranger and the inbox; what it leaves out counts for nothing."""
    delivery = signed(entry)
    place = data.draw(st.integers(0, len(delivery.body) - 1))
    mask = data.draw(st.integers(1, 255))
    body = delivery.body[:place] + bytes([delivery.body[place] ^ mask]) + delivery.body[place + 1 :]
    changed = evolve(delivery, body=body)
    if entry.webhooks.signature_member is not None and _means_the_same(entry, changed, delivery):
        return
    if same_words(entry, changed.body, delivery.body):
        return
    assert refusal(entry, changed, [SECRET]) in UNPROVEN


UNPROVEN = (Reason.MISMATCH, Reason.MALFORMED, Reason.MISSING_HEADER)


def _means_the_same(entry: Entry, changed: Delivery, delivery: Delivery) -> bool:
    try:
        return items_of(entry, changed) == items_of(entry, delivery)
    except BadSignature:
        return False


@each_provider
@given(data=st.data())
def test_any_changed_character_of_the_signature_is_refused(entry: Entry, data: st.DataObject) -> None:
    """A signature that is only nearly read would be only nearly compared."""
    delivery = signed(entry)
    value = signature_of(entry, delivery)
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    assume(letter != value[place])
    changed = with_signature(entry, delivery, value[:place] + letter + value[place + 1 :])
    refusal(entry, changed, [SECRET])


@each_provider
def test_a_stale_signature_is_refused_where_the_scheme_has_a_time(entry: Entry) -> None:
    late = TOLERANCE + timedelta(seconds=1)
    old, new = signed(entry, at=NOW - late), signed(entry, at=NOW + late)
    fresh = proven(entry, signed(entry))
    if (
        fresh.at is None
    ):  # nothing that is signed tells its age; the event's id keeps a recording from counting
        assert proven(entry, old) == proven(entry, new) == fresh
    else:
        assert refusal(entry, old, [SECRET]) is Reason.TOO_OLD
        assert refusal(entry, new, [SECRET]) is Reason.TOO_NEW


@each_event
def test_an_example_is_one_event_of_its_type_and_the_same_in_every_retry(provider: str, event: str) -> None:
    entry = REGISTRY[provider]
    deliveries = [signed(entry, event=event), signed(entry, at=NOW + timedelta(seconds=90), event=event)]
    items = [items_of(entry, delivery) for delivery in deliveries]
    assert {item.type for item in items[0]} == {event}
    assert items[0] == items[1]
    assert all(item.external_id for item in items[0])


@each_event
def test_an_example_means_what_the_folder_says(provider: str, event: str) -> None:
    entry = REGISTRY[provider]
    delivery = signed(entry, event=event)
    commands = [
        as_json(command)
        for item in items_of(entry, delivery)
        for command in entry.webhooks.events[event](item.raw)
    ]
    assert commands == json.loads(entry.becomes(event)), json.dumps(commands, indent=2)


@each_provider
def test_the_folder_has_examples_of_its_events_and_of_nothing_else(entry: Entry) -> None:
    names = {file.name for file in files(entry.folder).joinpath("examples").iterdir()}
    stems = {event: event.replace(".", "_").replace("/", "_") for event in entry.webhooks.events}
    endings = [
        (stem, ending)
        for event, stem in stems.items()
        for ending in (f".{entry.kind_of(event)}", ".becomes.json")
    ]
    assert names == {f"{stem}{ending}" for stem, ending in endings}


@each_event
def test_a_renewed_example_is_another_event_of_its_type(provider: str, event: str) -> None:
    """What is simulated twice must happen twice."""
    entry, seen = REGISTRY[provider], set()
    for name in ("simulated-1", "simulated-2"):
        delivery = entry.delivery(event, body=entry.renew(entry.example(event), name, NOW))
        sent = entry.sign(delivery, pair_of(entry, SECRET)[0], NOW, name)
        (item,) = items_of(entry, sent)
        assert item.type == event
        entry.webhooks.events[event](item.raw)
        seen.add(item.external_id)
    assert len(seen) == 2


@each_provider
def test_an_event_that_nobody_handles_means_nothing(entry: Entry) -> None:
    """Neither a type that the provider invents tomorrow nor one that merely looks alike."""
    handled = next(iter(entry.webhooks.events))
    for kind in ("helpdesk.test.unheard_of", handled.swapcase(), f"{handled} ", handled[:-1]):
        assert kind not in entry.webhooks.events


@each_provider
def test_the_guide_names_every_event_and_setting(entry: Entry) -> None:
    guide = entry.guide()
    wanted = [*entry.webhooks.events, *entry.webhooks.paths, entry.webhooks.secret_setting]
    kind = ACCOUNT_KINDS[entry.webhooks.name]
    assert [name for name in (*wanted, *kind.settings, *kind.secrets) if f"{name}`" not in guide] == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\0", "\ud800", "a@b.example", "<@>", "=?utf-8?q?=00?=", "1e999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@each_event
@given(data=st.data())
def test_a_changed_example_still_means_something_or_is_unreadable(
    provider: str, event: str, data: st.DataObject
) -> None:
    """Vendors change their payloads without asking. Anything but a clear refusal would be tried twelve times
    over.
    """
    entry = REGISTRY[provider]
    raw = items_of(entry, signed(entry, event=event))[0].raw if event in entry.forms else entry.example(event)
    value = read(entry, raw)
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(list(_paths(value))))
        value = _replaced(value, path, data.draw(JSON))
    _total(entry, event, written(entry, value))


@each_event
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_mean_something_or_are_unreadable(provider: str, event: str, body: bytes) -> None:
    """A proven sender may still be a broken one."""
    _total(REGISTRY[provider], event, body)


@each_provider
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_of_another_type_mean_nothing_or_are_unreadable(entry: Entry, body: bytes) -> None:
    others = entry.webhooks.translation_of("helpdesk.test.unheard_of")
    if others is None:
        return
    try:
        commands = others(body)
    except UnreadableDelivery:
        return
    assert all(isinstance(command, Nothing) for command in commands)


@each_event
@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"1" * 10_000, b"\xff\xfe", b'{"data": {}}', b"null"])
def test_hostile_bytes_are_unreadable(provider: str, event: str, body: bytes) -> None:
    with pytest.raises(UnreadableDelivery):
        REGISTRY[provider].webhooks.events[event](body)


@each_provider
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_proven_delivery_of_any_bytes_is_split_or_unreadable(entry: Entry, body: bytes) -> None:
    """What is proven may still be anything; an undocumented error would make the provider send it again for
    days.
    """
    try:
        items = entry.webhooks.split(Delivery({}, body), Proven(NOW, "delivery-1"))
    except UnreadableDelivery:
        return
    assert all(item.external_id and item.type for item in items)


def _total(entry: Entry, event: str, body: bytes) -> None:
    try:
        commands = entry.webhooks.events[event](body)
    except UnreadableDelivery:
        return
    assert all(isinstance(command, Command) for command in commands)
    json.dumps(
        [as_json(command) for command in commands], ensure_ascii=False
    ).encode()  # every text can be stored


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from _paths(member, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], other)
    return changed


def as_json(value: object) -> Any:
    """A command as its `becomes.json` writes it: `{"FetchEmail": {…}}` without what is at its default."""
    fields = attrs.fields(type(value))  # type: ignore[arg-type]
    told = {
        field.alias: _json(getattr(value, field.name)) for field in fields if not _is_default(field, value)
    }
    return {type(value).__name__: told}


def _is_default(field: "attrs.Attribute[Any]", value: object) -> bool:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        default = default.factory()  # type: ignore[union-attr]
    return bool(default is not attrs.NOTHING and getattr(value, field.name) == default)


def _json(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case UUID():
            return str(value)
        case bytes():
            return b64encode(value).decode()
        case Mapping():
            return {str(key): _json(member) for key, member in value.items()}
        case set() | frozenset():
            return sorted(_json(member) for member in value)
        case tuple() | list():
            return [_json(member) for member in value]
        case None | bool() | int() | float() | str():
            return value
        case _ if attrs.has(type(value)):
            (told,) = as_json(value).values()
            return told
        case _:
            return str(value)
