"""Which values a custom field takes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.custom_fields import (
    SELECTING,
    CustomField,
    FieldType,
    missing_values,
    problem_with,
    wrong_values,
)
from helpdesk_core.ids import OrganizationId
from tests.strategies import json_values, texts

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_field(type: FieldType = FieldType.TEXT, name: str = "size", **more: Any) -> CustomField:
    return CustomField(
        id=UUID(int=1),
        organization_id=OrganizationId(UUID(int=2)),
        name=name,
        created_at=NOW,
        updated_at=NOW,
        type=type,
        **{"options": ("S", "M") if type in SELECTING else (), **more},
    )


@pytest.mark.parametrize(
    ("type", "right", "wrong"),
    [
        (FieldType.TEXT, ["", "a b", "ü" * 1000], ["a\nb", "a" * 1001, 3, True, ["a"]]),
        (FieldType.MULTILINE, ["a\nb", ""], [3, {}, "a" * 70_000]),
        (FieldType.INTEGER, [0, -7, 2**53], [1.0, 1.5, True, "3", [1]]),
        (FieldType.NUMBER, [0, 1.5, -2], [float("nan"), float("inf"), True, "1.5"]),
        (FieldType.BOOLEAN, [True, False], [0, 1, "true"]),
        (
            FieldType.DATE,
            ["2024-02-29"],
            ["2023-02-29", "2024-2-9", "20240229", "2024-W09-4", 7, "2024-02-29T"],
        ),
        (FieldType.SELECT, ["S", "M"], ["L", "s", "", ["S"], 1]),
        (FieldType.MULTISELECT, [[], ["M", "S"]], ["S", ["L"], ["S", "S"], [["S"]], {"S": 1}]),
        (FieldType.EMAIL, ["ida@garden.example"], ["ida", "ida@", "a b@c.example", 1]),
        (
            FieldType.URL,
            ["https://garden.example/a?b#c", "http://x"],
            ["garden.example", "javascript:alert(1)", "http://", "http://[", "https://a b", 5],
        ),
    ],
)
def test_a_field_takes_values_of_its_type(type: FieldType, right: list[Any], wrong: list[Any]) -> None:
    field = a_field(type)
    assert {repr(value): problem_with(field, value) for value in right} == {repr(v): None for v in right}
    assert [value for value in wrong if problem_with(field, value) is None] == []


@given(st.sampled_from(FieldType), json_values)
def test_whatever_is_sent_it_is_right_or_there_is_a_sentence_about_it(type: FieldType, value: Any) -> None:
    problem = problem_with(a_field(type), value)
    assert problem is None or problem.startswith("must ")


@given(st.dictionaries(texts, json_values), st.booleans())
def test_unknown_keys_inactive_fields_and_null_are_never_wrong(values: dict[str, Any], known: bool) -> None:
    fields = [a_field(FieldType.DATE, "a day", active=False), a_field(FieldType.BOOLEAN, "a switch")]
    given = {**values, "a day": 7, "a switch": None if known else True}
    assert wrong_values(fields, given) == {}


def test_a_wrong_value_is_named_by_its_key() -> None:
    fields = [a_field(FieldType.INTEGER, "size"), a_field(FieldType.BOOLEAN, "broken")]
    assert wrong_values(fields, {"size": "3", "broken": True, "other": object()}) == {
        "size": "must be a whole number"
    }


def test_long_lists_of_options_are_cut_in_the_sentence() -> None:
    options = tuple(str(number) for number in range(20))
    problem = problem_with(a_field(FieldType.SELECT, options=options), "x")
    assert problem == "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …"


def test_required_fields_without_a_value_are_missing_in_the_order_of_their_places() -> None:
    fields = [
        a_field(name="last", required=True, position=9),
        a_field(name="first", required=True, position=1),
        a_field(FieldType.MULTISELECT, "many", required=True, position=5),
        a_field(FieldType.BOOLEAN, "no", required=True),
        a_field(name="off", required=True, active=False),
        a_field(name="free"),
    ]
    values = {"last": "", "many": [], "no": False}
    assert missing_values(fields, values) == ("first", "many", "last")
    assert missing_values(fields, {"first": "a", "many": ["S"], "last": "b", "no": False}) == ()


def test_zero_and_no_are_values() -> None:
    fields = [
        a_field(FieldType.INTEGER, "count", required=True),
        a_field(FieldType.BOOLEAN, "flag", required=True),
    ]
    assert missing_values(fields, {"count": 0, "flag": False}) == ()
