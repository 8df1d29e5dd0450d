"""Macros, rules, policies and views for hypothesis, every field filled."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from helpdesk_core.actions import Action, Do
from helpdesk_core.business_hours import DAYS, BusinessHours, Opening
from helpdesk_core.conditions import Condition, Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.macros import Macro
from helpdesk_core.rules import Rule, Trigger
from helpdesk_core.saved_views import SavedView, ViewFilter
from helpdesk_core.sla import SlaPolicy, Target, Targets
from helpdesk_core.tickets import Channel, Priority, Status
from tests.strategies import every_field, ids, json_values, maybe, names, some, texts, times

conditions = every_field(Condition, field=texts, operator=st.sampled_from(Operator), value=json_values)
actions = every_field(Action, do=st.sampled_from(Do), value=json_values, field=maybe(texts))
several = st.lists(conditions, max_size=2).map(tuple)
targets = every_field(
    Target,
    first_response_minutes=maybe(st.integers(1, 2**31)),
    resolution_minutes=maybe(st.integers(1, 2**31)),
)
hours = every_field(
    BusinessHours,
    time_zone=texts,
    weekly=some(every_field(Opening, day=st.sampled_from(DAYS), opens=texts, closes=texts)),
    holidays=some(st.dates(date(1971, 1, 1), date(2199, 12, 31))),
)


def _common(organization_id: Any) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "id": ids,
        "organization_id": st.just(organization_id),
        "name": names,
        "created_at": times,
        "updated_at": times,
        "version": st.integers(1, 2**31 - 1),
        "description": texts,
    }


def macros(organization_id: Any) -> st.SearchStrategy[Macro]:
    return every_field(
        Macro,
        **_common(organization_id),
        actions=st.lists(actions, max_size=3).map(tuple),
        team_id=maybe(ids),
        active=st.booleans(),
    )


def rules(organization_id: Any) -> st.SearchStrategy[Rule]:
    return every_field(
        Rule,
        **_common(organization_id),
        events=some(st.sampled_from(Trigger)),
        kinds=some(st.sampled_from(Kind)),
        all=several,
        any=several,
        actions=st.lists(actions, max_size=3).map(tuple),
        position=st.integers(-(2**31), 2**31 - 1),
        active=st.booleans(),
        stop_after=st.booleans(),
        begins_behind=maybe(st.integers(0, 2**53)),
    )


def sla_policies(organization_id: Any) -> st.SearchStrategy[SlaPolicy]:
    return every_field(
        SlaPolicy,
        **_common(organization_id),
        all=several,
        any=several,
        targets=every_field(
            Targets, low=maybe(targets), normal=maybe(targets), high=maybe(targets), urgent=maybe(targets)
        ),
        hours=maybe(hours),
        position=st.integers(-(2**31), 2**31 - 1),
        active=st.booleans(),
    )


def saved_views(organization_id: Any) -> st.SearchStrategy[SavedView]:
    return every_field(
        SavedView,
        **_common(organization_id),
        filter=every_field(
            ViewFilter,
            status=some(st.sampled_from(Status)),
            priority=some(st.sampled_from(Priority)),
            channel=some(st.sampled_from(Channel)),
            assignee_id=maybe(ids),
            unassigned=st.booleans(),
            team_id=maybe(ids),
            customer_id=maybe(ids),
            tag=maybe(texts),
            created_after=maybe(times),
            created_before=maybe(times),
            updated_after=maybe(times),
            snoozed=maybe(st.booleans()),
            sla_breached=maybe(st.booleans()),
            q=maybe(texts),
        ),
        sort=texts,
        position=st.integers(-(2**31), 2**31 - 1),
        user_id=maybe(ids),
    )
