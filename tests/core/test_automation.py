"""Conditions, placeholders and actions: total on whatever they meet, strict about what is set up."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.actions import Action, Do, check_action
from helpdesk_core.conditions import (
    FIELDS,
    OF_TICKETS,
    Condition,
    Conditions,
    Operator,
    all_hold,
    check_condition,
    check_conditions,
    facts_of,
    holds,
)
from helpdesk_core.errors import InvalidValue
from helpdesk_core.placeholders import NAMES, check_placeholders, fill, values_of
from helpdesk_core.tickets import Priority, Status
from tests.contracts.builders import NOON, a_customer, a_message, a_ticket, after, an_organization
from tests.strategies import json_values, texts

HOME = an_organization()
CARLA = a_customer(HOME, name="Carla Costa", emails=("carla@Mail.example",), country="PT", language="pt")
TICKET = a_ticket(
    CARLA,
    7,
    subject="STRASSE is blocked",
    priority=Priority.HIGH,
    tags=("VIP", "returns"),
    custom_fields={"order": "A-1", "count": 3, "gift": True, "day": "2026-05-01", "sizes": ["S", "M"]},
    created_at=NOON,
)
FACTS = facts_of(TICKET, after(90), CARLA, a_message(TICKET, "It squeaks."), ["status"], "bad")

conditions = st.builds(
    Condition,
    st.sampled_from([*FIELDS, "custom_fields.order", "nonsense"]) | texts,
    st.sampled_from(Operator),
    json_values,
)


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("status", "is", "open", True),
        ("status", "is_not", "open", False),
        ("status", "any_of", ["pending", "open"], True),
        ("status", "none_of", ["pending", "open"], False),
        ("priority", "greater", "normal", True),
        ("priority", "less", "urgent", True),
        ("priority", "greater", "high", False),
        ("subject", "contains", "straße", True),
        ("subject", "is", "strasse IS blocked", True),
        ("subject", "not_contains", "bell", True),
        ("tags", "contains", "vip", True),
        ("tags", "contains", "vi", False),
        ("tags", "any_of", ["x", "Returns"], True),
        ("tags", "none_of", ["x", "y"], True),
        ("tags", "is_set", None, True),
        ("assignee_id", "not_set", None, True),
        ("team_id", "is", "x", False),
        ("customer.domain", "is", "mail.example", True),
        ("customer.country", "any_of", ["ES", "pt"], True),
        ("customer.company", "is_set", None, False),
        ("message.text", "contains", "SQUEAK", True),
        ("message.kind", "is", "inbound", True),
        ("changed", "contains", "status", True),
        ("rating.score", "is", "bad", True),
        ("hours_since_created", "greater", 1, True),
        ("hours_since_created", "less", 1.5, False),
        ("custom_fields.order", "is", "a-1", True),
        ("custom_fields.count", "greater", 2.5, True),
        ("custom_fields.count", "is", 3.0, True),
        ("custom_fields.gift", "is", True, True),
        ("custom_fields.gift", "is", 1, False),
        ("custom_fields.day", "less", "2026-05-02", True),
        ("custom_fields.sizes", "contains", "m", True),
        ("custom_fields.unknown", "not_set", None, True),
        ("custom_fields.unknown", "greater", 1, False),
    ],
)
def test_a_condition_says_what_it_reads_like(field: str, operator: str, value: Any, expected: bool) -> None:
    condition = Condition(field, Operator(operator), value)
    check_condition(condition, "all[0]")
    assert holds(condition, FACTS) is expected


@given(conditions, st.dictionaries(st.sampled_from([*FIELDS, "custom_fields.order"]), json_values))
def test_every_condition_is_answered_whatever_the_facts(condition: Condition, facts: dict[str, Any]) -> None:
    assert holds(condition, facts) in (True, False)


@given(conditions, st.dictionaries(st.sampled_from([*FIELDS, "custom_fields.order"]), json_values))
def test_an_operator_and_its_opposite_never_agree(condition: Condition, facts: dict[str, Any]) -> None:
    opposites = {"is": "is_not", "contains": "not_contains", "any_of": "none_of", "is_set": "not_set"}
    if condition.operator in opposites:
        opposite = Condition(condition.field, Operator(opposites[condition.operator]), condition.value)
        assert holds(condition, facts) is not holds(opposite, facts)


@given(conditions)
def test_a_condition_is_accepted_or_refused_with_a_path_below_its_own(condition: Condition) -> None:
    try:
        check_condition(condition, "any[3]")
    except InvalidValue as refusal:
        assert refusal.path in ("any[3].field", "any[3].operator", "any[3].value")  # noqa: PT017


@pytest.mark.parametrize(
    ("field", "operator", "value", "part"),
    [
        ("colour", "is", "red", "field"),
        ("custom_fields.", "is", "red", "field"),
        ("status", "contains", "open", "operator"),
        ("subject", "greater", 1, "operator"),
        ("tags", "is", "vip", "operator"),
        ("status", "is", "gone", "value"),
        ("status", "any_of", ["open", "gone"], "value"),
        ("status", "any_of", [], "value"),
        ("status", "any_of", "open", "value"),
        ("subject", "is", "", "value"),
        ("subject", "is", None, "value"),
        ("subject", "is", {"a": 1}, "value"),
        ("subject", "is_set", True, "value"),
        ("message_count", "greater", "three", "value"),
        ("message_count", "is", "three", "value"),
    ],
)
def test_a_condition_that_can_never_be_asked_is_refused(
    field: str, operator: str, value: Any, part: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_conditions(Conditions(any=(Condition(field, Operator(operator), value),)))
    assert refused.value.path == f"any[0].{part}"


def test_a_policy_cannot_ask_for_what_only_an_event_has() -> None:
    asked = Conditions(all=(Condition("message.text", Operator.CONTAINS, "x"),))
    check_conditions(asked)
    with pytest.raises(InvalidValue):
        check_conditions(asked, OF_TICKETS)


def test_all_must_hold_and_one_of_any() -> None:
    yes, no = Condition("status", Operator.IS, "open"), Condition("status", Operator.IS, "closed")
    assert all_hold(Conditions(), FACTS)
    assert all_hold(Conditions((yes,), (no, yes)), FACTS)
    assert not all_hold(Conditions((yes, no)), FACTS)
    assert not all_hold(Conditions((yes,), (no,)), FACTS)


VALUES = values_of(TICKET, CARLA, "Noor", "Bike repair")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {{customer.first_name|there}}", "Hi Carla"),
        ("Hi {{ customer.name }}, {{agent.name}}", "Hi Carla Costa, Noor"),
        ("#{{ticket.number}} {{ticket.subject}}", "#7 STRASSE is blocked"),
        ("{{customer.company|your shop}}", "your shop"),
        ("{{customer.company}}!", "!"),
        ("{{nobody.knows|this}}{{nor.this}}", "this"),
        ("{{", "{{"),
        ("{{a{{ticket.number}}", "{{a7"),
        ("{not} {{}}", "{not} "),
    ],
)
def test_placeholders_are_filled_in(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


@given(st.text(), st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_filling_in_is_total(text: str, values: dict[str, str]) -> None:
    fill(text, values)


@given(st.sampled_from(NAMES), st.text())
def test_what_is_filled_in_is_one_line_and_is_not_filled_in_again(name: str, value: str) -> None:
    hostile = f"{value}{{{{agent.name}}}}\n<b>"
    filled = fill(f"a {{{{{name}}}}} b", {"agent.name": "Noor", name: hostile})
    assert filled == f"a {' '.join(hostile.split())} b"


@pytest.mark.parametrize(
    "text", ["{{customer.nmae}}", "{{}}", "{{ticket}}", "{{customer name|x}}", "{{ticket.number}}" * 101]
)
def test_an_unknown_placeholder_is_refused_when_it_is_set_up(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_placeholders(text, "actions[0].value")
    assert refused.value.path == "actions[0].value"


@given(st.sampled_from(Do), json_values, st.none() | texts)
def test_an_action_is_accepted_or_refused_whatever_its_value(do: Do, value: Any, field: str | None) -> None:
    try:
        check_action(Action(do, value, field), "actions[0]")
    except InvalidValue as refusal:
        assert refusal.path in ("actions[0].field", "actions[0].value")  # noqa: PT017
    else:
        if do in (Do.ASSIGN, Do.FOLLOW) and value is not None:
            UUID(value)
        if do is Do.SET_STATUS:
            Status(value)


def test_a_ticket_from_the_future_has_no_age_yet() -> None:
    facts = facts_of(TICKET, datetime(2020, 1, 1, tzinfo=UTC))
    assert facts["hours_since_created"] < 0
    assert not holds(Condition("hours_since_created", Operator.GREATER, 0), facts)
