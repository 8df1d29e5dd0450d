"""Whatever is brought can be told in a line, and is the same thing when that is read."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.imports.lines import UnreadableLine, line_of, thing_of
from helpdesk_core.imports import brought
from helpdesk_core.imports.brought import KIND_OF, Kind
from helpdesk_core.imports.digests import digest_of

texts = st.text(max_size=40)
times = st.builds(
    lambda since, zone: (datetime(1970, 1, 1, tzinfo=UTC) + since).astimezone(zone),
    st.timedeltas(timedelta(), timedelta(days=40_000)),
    st.sampled_from([UTC, timezone(timedelta(hours=-5))]),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, values, max_size=3)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


def built(cls: type[Any]) -> st.SearchStrategy[Any]:
    """A thing with whatever its members can be; those that have a default have it, or not."""
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        str | None: st.none() | texts,
        bool: st.booleans(),
        int: st.integers(0, 2**40),
        datetime: times,
        datetime | None: st.none() | times,
        tuple[str, ...]: some(texts),
        Any: values,
        brought.Said: st.sampled_from(brought.Said),
        brought.Speaker: st.sampled_from(brought.Speaker),
    }
    members = {}
    for field in attrs.fields(attrs.resolve_types(cls)):
        inner = getattr(field.type, "__args__", (None,))[0]
        if field.type in by_type:
            members[field.name] = by_type[field.type]
        elif isinstance(inner, type) and attrs.has(inner):
            several = getattr(field.type, "__origin__", None) is tuple
            members[field.name] = some(built(inner)) if several else st.none() | built(inner)
        else:
            members[field.name] = objects
    return st.builds(cls, **members)


@given(st.one_of([built(cls) for cls in KIND_OF]))
def test_a_thing_in_a_line_is_the_same_thing(thing: Any) -> None:
    line = line_of(thing)
    assert "\n" not in line
    again = thing_of(KIND_OF[type(thing)], line.encode("utf-8", "surrogatepass"))
    assert again == thing
    assert digest_of(again) == digest_of(thing)


@pytest.mark.parametrize(
    "line",
    ["", "null", "7", '{"id": 1', '{"id": "1"}', '{"id": "1", "name": "A", "nmae": "B"}', "[" * 100_000],
)
def test_what_is_no_such_thing_says_why(line: str) -> None:
    with pytest.raises(UnreadableLine) as refused:
        thing_of(Kind.TEAMS, line)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"updated_at": "2026-13-01"}, "updated_at: month must be in 1..12"),
        ({"nmae": "Ida"}, "extra fields found (nmae)"),
        ({"id": "1", "metadata": [], "blocked": []}, "metadata: expected a mapping"),
        ({"identities": [{"kind": "slack"}]}, "identities[0].value: required field missing"),
    ],
)
def test_a_line_that_cannot_be_read_says_which_member_is_wrong(members: dict[str, Any], told: str) -> None:
    with pytest.raises(UnreadableLine) as refused:
        thing_of(Kind.CUSTOMERS, json.dumps({"id": "1", **members}))
    assert str(refused.value) == told


def test_where_a_file_is_to_be_had_is_no_change_of_its_ticket() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def ticket(reference: str) -> brought.BroughtTicket:
        file = brought.BroughtFile(id="1", filename="a.txt", reference=reference)
        message = brought.BroughtMessage(
            id="1", said=brought.Said.NOTE, speaker=brought.Speaker.USER, created_at=at, files=(file,)
        )
        return brought.BroughtTicket(id="1", created_at=at, updated_at=at, messages=(message,))

    assert digest_of(ticket("https://one.example")) == digest_of(ticket("https://two.example"))
