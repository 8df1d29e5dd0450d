"""The room for service levels: by when tickets are to be answered and resolved."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.tickets import Priority
from helpdesk_http.routes.sla_policies import NewSlaPolicy, values_of_policy
from helpdesk_http.web.forms import Column, Control, listed, rows
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.automation import ALL, ANY, automation_shape, condition_rows, number
from helpdesk_http.web.settings.controls import ACTIVE, DESCRIPTION, NAME, PLACE, words
from helpdesk_http.web.tongues import Ours as _

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AS_LONG: Final = _("Minutes of opening hours; nothing: as long as it takes.")
GOALS: Final = {
    "urgent": (_("Urgent: first answer within"), _("Urgent: resolved within")),
    "high": (_("High: first answer within"), _("High: resolved within")),
    "normal": (_("Normal: first answer within"), _("Normal: resolved within")),
    "low": (_("Low: first answer within"), _("Low: resolved within")),
}


async def controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    return (
        NAME,
        DESCRIPTION,
        *(
            Control(name=f"{priority}-{goal}", label=label, kind="number", hint=AS_LONG)
            for priority, labels in GOALS.items()
            for goal, label in zip(("first", "resolution"), labels, strict=True)
        ),
        Control(
            name="time_zone",
            label=_("Time zone of the opening hours"),
            hint=_("Such as Europe/Lisbon; nothing: always open."),
        ),
        Control(
            name="weekly",
            label=_("Opening hours"),
            kind="rows",
            columns=(
                Column(name="day", label=_("Day"), options=words(DAYS)),
                Column(name="opens", label=_("Opens, such as 09:00")),
                Column(name="closes", label=_("Closes, such as 17:30")),
            ),
            reads=rows("day", "opens", "closes"),
        ),
        Control(
            name="holidays",
            label=_("Holidays"),
            hint=_("Days such as 2027-01-01, parted by commas."),
            reads=listed,
        ),
        ALL,
        ANY,
        PLACE,
        ACTIVE,
    )


def shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The API's body: targets by priority, and the opening hours as one thing."""
    body = dict(automation_shape(values))
    targets: dict[str, Any] = {}
    for priority in GOALS:
        first, resolution = (body.pop(f"{priority}-{goal}", "") for goal in ("first", "resolution"))
        if first or resolution:
            targets[priority] = {
                "first_response_minutes": number(first) if first else None,
                "resolution_minutes": number(resolution) if resolution else None,
            }
    zone, weekly, holidays = body.pop("time_zone", ""), body.pop("weekly", []), body.pop("holidays", [])
    if zone or weekly or holidays:
        body["hours"] = {"time_zone": zone, "weekly": weekly, "holidays": holidays}
    else:
        body["hours"] = None
    return {**body, "targets": targets}


def values(policy: SlaPolicy) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "name": policy.name,
        "description": policy.description,
        "all": condition_rows(policy.all),
        "any": condition_rows(policy.any),
        "position": policy.position,
        "active": policy.active,
    }
    for priority in Priority:
        target = policy.targets.of(priority)
        found[f"{priority.value}-first"] = target.first_response_minutes
        found[f"{priority.value}-resolution"] = target.resolution_minutes
    if policy.hours is not None:
        found["time_zone"] = policy.hours.time_zone
        found["weekly"] = [
            {"day": one.day, "opens": one.opens, "closes": one.closes} for one in policy.hours.weekly
        ]
        found["holidays"] = ", ".join(day.isoformat() for day in policy.hours.holidays)
    return found


SERVICE_LEVELS = Room[SlaPolicy](
    name="sla",
    title=_("Service levels"),
    lead=_("By when tickets are to be answered and resolved. The first that fits a ticket counts."),
    one=_("service level"),
    sign="alarm-clock",
    takes=NewSlaPolicy,
    verbs=lambda desk: desk.arrange_sla_policies(),
    reads=lambda view: view.sla_policies,
    controls=controls,
    values=values,
    values_of=values_of_policy,
    shape=shape,
    line=lambda policy: policy.description,
)
