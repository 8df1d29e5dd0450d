"""Conditions and actions as they stand in JSON: what macros, rules and policies are made of."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from attrs import frozen

from helpdesk_core import conditions as core
from helpdesk_core.actions import LONGEST_TEXT, Action, Do
from helpdesk_core.actions import MOST as MOST_ACTIONS
from helpdesk_core.conditions import CUSTOM, FIELDS, Condition, Operator
from helpdesk_http.fields import About, Many, Number, Text

_FIELD: Final = "|".join(name.replace(".", r"\.") for name in FIELDS)


@frozen(kw_only=True)
class ConditionBody:
    """One thing to be true of a ticket. Text is compared without regard to case; of a list one item is enough."""

    field: Annotated[
        str,
        Text(
            min=1,
            max=200,
            pattern=rf"^({_FIELD}|custom_fields\..+)$",
            doc=f"What is looked at; `{CUSTOM}` and a name: that custom field.",
            example="priority",
        ),
    ]
    operator: Annotated[Operator, About(example="is")]
    value: Annotated[
        Any,
        About(
            doc="What it is compared with: a string, number or boolean; for `any_of` and `none_of` an array of these; "
            "for `is_set` and `not_set` nothing.",
            example="high",
        ),
    ] = None


@frozen(kw_only=True)
class ActionBody:
    """One thing to do to a ticket.

    The value is a status, a priority, a user's id or null (`assign`), a team's id or null (`assign_team`), a tag, what
    the custom field named by `field` is to hold, a text (`add_note`, `reply`), hours (`snooze`) or a user's id
    (`follow`). Texts may hold placeholders like `{{customer.first_name|there}}`.
    """

    do: Annotated[Do, About(example="set_priority")]
    value: Annotated[Any, About(example="high")] = None
    field: Annotated[str | None, Text(min=1, max=200, doc="For `set_field`: its name.")] = None


ConditionList = Annotated[tuple[ConditionBody, ...], Many(max=core.MOST)]
ActionList = Annotated[
    tuple[ActionBody, ...],
    Many(min=1, max=MOST_ACTIONS, doc=f"Done all or none; a text has at most {LONGEST_TEXT:,} characters."),
]
Place = Annotated[int, Number(min=-(1 << 31), max=(1 << 31) - 1, doc="The lowest comes first.")]


def automation_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body with its conditions and actions as the core has them."""
    made = dict(values)
    for name in ("all", "any"):
        if name in made:
            made[name] = tuple(Condition(one.field, one.operator, one.value) for one in made[name])
    if "actions" in made:
        made["actions"] = tuple(Action(one.do, one.value, one.field) for one in made["actions"])
    return made


def condition_body(condition: Condition) -> ConditionBody:
    return ConditionBody(field=condition.field, operator=condition.operator, value=condition.value)


def action_body(action: Action) -> ActionBody:
    return ActionBody(do=action.do, value=action.value, field=action.field)
