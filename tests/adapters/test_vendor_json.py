"""Vendors' JSON, read leniently."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import Factory, frozen

from helpdesk_adapters.web.vendor_json import named, read_object, structured
from helpdesk_core.webhooks import UnreadableDelivery


@frozen
class Line:
    sku: str
    count: int = 1


@frozen
class Order:
    id: int
    from_: str = named("from", "")
    paid: bool = False
    lines: tuple[Line, ...] = ()
    first: Line | None = None
    note: str | None = None
    extra: Mapping[str, Any] = Factory(dict)


def test_what_is_there_is_read_and_what_is_unknown_passed_over() -> None:
    told = {
        "id": 7,
        "from": "Maya",
        "paid": True,
        "lines": [{"sku": "a", "count": 2, "colour": "red"}],
        "first": {"sku": "b"},
        "note": "soon",
        "extra": {"x": [1]},
        "invented": {"tomorrow": True},
    }
    assert structured(told, Order) == Order(
        id=7,
        from_="Maya",
        paid=True,
        lines=(Line("a", 2),),
        first=Line("b"),
        note="soon",
        extra={"x": [1]},
    )


def test_null_and_values_of_another_type_count_as_absent() -> None:
    """Even where Python would make one of the other: `"7"` is no number, and True not 1."""
    nothing = dict.fromkeys(["from", "paid", "lines", "first", "note", "extra"])
    assert structured({"id": 7, **nothing}, Order) == Order(7)
    wrong = {"from": 3, "paid": "yes", "lines": {"sku": "a"}, "first": [], "note": {}, "extra": "x"}
    assert structured({"id": 7, **wrong}, Order) == Order(7)
    members = [{"sku": "a", "count": True}, {"count": 3}, None, "b", {"sku": "c", "count": "3"}]
    assert structured({"id": 7, "lines": members}, Order) == Order(7, lines=(Line("a"), Line("c")))


def test_every_text_can_be_stored() -> None:
    found = structured(read_object(b'{"id": 7, "note": "a\\u0000b\\ud800", "extra": {"\\u0000": 1}}'), Order)
    assert found == Order(7, note="ab\ufffd", extra={"": 1})


@pytest.mark.parametrize("told", [{}, {"id": None}, {"id": "7"}, {"id": True}, {"id": 1.0}])
def test_what_must_be_there_is_named_where_it_is_not(told: dict[str, Any]) -> None:
    with pytest.raises(UnreadableDelivery, match="Order: id"):
        structured(told, Order)


@pytest.mark.parametrize("told", [None, [], "x", 3])
def test_what_is_no_object_is_unreadable(told: object) -> None:
    with pytest.raises(UnreadableDelivery):
        structured(told, Order)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b"1" * 10_000])
def test_a_body_that_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableDelivery, match="The body is no"):
        read_object(body)
