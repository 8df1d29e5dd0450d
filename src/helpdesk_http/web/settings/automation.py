"""The rooms for what the desk does by itself, or at one click: macros and rules."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpdesk_core.actions import Action, Do
from helpdesk_core.conditions import FIELDS, Condition, Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import OrganizationId
from helpdesk_core.macros import Macro
from helpdesk_core.ports.store import View
from helpdesk_core.rules import Rule, Trigger
from helpdesk_core.users import Role
from helpdesk_http.automation import automation_values
from helpdesk_http.routes.macros import NewMacro
from helpdesk_http.routes.rules import NewRule
from helpdesk_http.web.forms import Column, Control, nullable, rows, several, ticked
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.controls import ACTIVE, DESCRIPTION, NAME, PLACE, words
from helpdesk_http.web.tongues import Ours as _

NUMBERS: Final = frozenset({Do.SNOOZE})
LISTS: Final = frozenset({Operator.ANY_OF, Operator.NONE_OF})
WITHOUT_VALUE: Final = frozenset({Operator.IS_SET, Operator.NOT_SET})


async def _actions(organization_id: OrganizationId, view: View) -> Control:
    people = {str(one.id): one.email for one in await view.users.of(organization_id)}
    teams = {str(one.id): one.name for one in await view.teams.of(organization_id)}
    known = {Do.ASSIGN.value: people, Do.ASSIGN_TEAM.value: _told_apart(teams)}
    ids = {do: {name.casefold(): id for id, name in names.items()} for do, names in known.items()}
    read = rows("do", "value", "field")

    def name_of(row: Mapping[str, str]) -> str:
        return known.get(row["do"], {}).get(row["value"], row["value"])

    def id_of(row: Mapping[str, str]) -> str:
        return ids.get(row["do"], {}).get(row["value"].casefold(), row["value"])

    return Control(
        name="actions",
        label=_("What is done"),
        kind="rows",
        hint=_(
            "People by their e-mail, teams by their name; texts may hold placeholders like"
            " {{customer.first_name|there}}."
        ),
        columns=(
            Column(name="do", label=_("Action"), options=words(Do)),
            Column(name="value", label=_("Value"), long=True),
            Column(name="field", label=_("Field, for set field")),
        ),
        reads=lambda form, name: [{**row, "value": id_of(row)} for row in read(form, name)],
        shows=lambda written: [{**row, "value": name_of(row)} for row in written or ()],
    )


def _told_apart(names: Mapping[str, str]) -> Mapping[str, str]:
    """Names by id; where several have the same one, their ids stand for them."""
    often = Counter(name.casefold() for name in names.values())
    return {id: name if often[name.casefold()] == 1 else id for id, name in names.items()}


def _conditions(name: str, label: str) -> Control:
    return Control(
        name=name,
        label=label,
        kind="rows",
        columns=(
            Column(name="field", label=_("Field"), options=words(FIELDS)),
            Column(name="operator", label=_("Comparison"), options=words(Operator)),
            Column(name="value", label=_("Value, several with commas")),
        ),
        reads=rows("field", "operator", "value"),
    )


ALL: Final = _conditions("all", _("All of these hold"))
ANY: Final = _conditions("any", _("One of these holds"))


async def macro_controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    teams = [
        ("", _("Everybody\u2019s")),
        *((str(one.id), one.name) for one in await view.teams.of(organization_id)),
    ]
    team = Control(name="team_id", label=_("Whose it is"), kind="choice", options=teams, reads=nullable)
    return (NAME, DESCRIPTION, team, await _actions(organization_id, view), ACTIVE)


async def rule_controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    return (
        NAME,
        DESCRIPTION,
        Control(name="events", label=_("When"), kind="several", options=words(Trigger), reads=several),
        Control(
            name="kinds",
            label=_("Only messages of these kinds"),
            kind="several",
            options=words(Kind),
            reads=several,
        ),
        ALL,
        ANY,
        await _actions(organization_id, view),
        PLACE,
        Control(
            name="stop_after",
            label=_("No rule behind it looks at what it has acted on"),
            kind="checkbox",
            reads=ticked,
        ),
        ACTIVE,
    )


def automation_shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The API's body: values of actions and conditions as what they are, not as text."""
    body = dict(values)
    if "actions" in body:
        body["actions"] = [_action(row) for row in body["actions"]]
    for name in ("all", "any"):
        if name in body:
            body[name] = [_condition(row) for row in body[name]]
    return body


def _action(row: Mapping[str, str]) -> Mapping[str, Any]:
    value: Any = row["value"]
    if row["do"] in NUMBERS:
        value = number(value)
    if row["do"] in (Do.ASSIGN, Do.ASSIGN_TEAM) and not value:
        value = None
    return {"do": row["do"], "value": value, **({"field": row["field"]} if row["field"] else {})}


def _condition(row: Mapping[str, str]) -> Mapping[str, Any]:
    operator, value = row["operator"], row["value"]
    if operator in WITHOUT_VALUE:
        return {"field": row["field"], "operator": operator}
    if operator in LISTS:
        return {
            "field": row["field"],
            "operator": operator,
            "value": [one.strip() for one in value.split(",") if one.strip()],
        }
    counted = row["field"].startswith("hours_since_") or row["field"] == "message_count"
    return {"field": row["field"], "operator": operator, "value": number(value) if counted else value}


def number(written: str) -> Any:
    """The number that was written; what is none is handed on, for the API's class to refuse."""
    try:
        return float(written) if "." in written else int(written)
    except ValueError:
        return written


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def action_rows(actions: Sequence[Action]) -> list[Mapping[str, str]]:
    return [{"do": one.do.value, "value": _shown(one.value), "field": one.field or ""} for one in actions]


def condition_rows(conditions: Sequence[Condition]) -> list[Mapping[str, str]]:
    return [
        {"field": one.field, "operator": one.operator.value, "value": _shown(one.value)} for one in conditions
    ]


MACROS = Room[Macro](
    name="macros",
    title=_("Macros"),
    lead=_("What agents do again and again, prepared: one click answers, tags and sets the status."),
    one=_("macro"),
    sign="zap",
    takes=NewMacro,
    verbs=lambda desk: desk.arrange_macros(),
    reads=lambda view: view.macros,
    controls=macro_controls,
    values=lambda macro: {
        "name": macro.name,
        "description": macro.description,
        "team_id": str(macro.team_id or ""),
        "actions": action_rows(macro.actions),
        "active": macro.active,
    },
    values_of=automation_values,
    shape=automation_shape,
    line=lambda macro: macro.description,
    needed=Role.AGENT,
)

RULES = Room[Rule](
    name="rules",
    title=_("Rules"),
    lead=_("What the desk does by itself when something happens to a ticket."),
    one=_("rule"),
    sign="zap",
    takes=NewRule,
    verbs=lambda desk: desk.arrange_rules(),
    reads=lambda view: view.rules,
    controls=rule_controls,
    values=lambda rule: {
        "name": rule.name,
        "description": rule.description,
        "events": list(rule.events),
        "kinds": list(rule.kinds),
        "all": condition_rows(rule.all),
        "any": condition_rows(rule.any),
        "actions": action_rows(rule.actions),
        "position": rule.position,
        "stop_after": rule.stop_after,
        "active": rule.active,
    },
    values_of=automation_values,
    shape=automation_shape,
    line=lambda rule: rule.description,
)
