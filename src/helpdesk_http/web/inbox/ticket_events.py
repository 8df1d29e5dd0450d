"""What happened to a ticket besides what was said: one quiet line for what somebody did at one moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.event_log import DomainEvent

AT_ONCE: Final = timedelta(minutes=2)
"""What one person does within this time stands in one line."""

Names = Mapping[UUID, str]


@frozen
class Part:
    """One thing that changed: `what` is a word of the template, `value` what it is now, `link` where that is."""

    what: str
    value: str = ""
    link: str = ""


@frozen
class Line:
    """Who did what; `who` is empty where nobody did it, `kind` is that of the actor."""

    at: datetime
    who: str
    kind: str
    parts: tuple[Part, ...]


def lines_of(events: Sequence[DomainEvent], names: Names) -> Sequence[Line]:
    """The lines in the order of time. Events that say nothing to a reader are left out; total over what events hold.

    names: of users and teams, by id.
    """
    lines: list[Line] = []
    for event in sorted(events, key=lambda one: (one.recorded_at, one.seq)):
        parts = _parts(event, names)
        if not parts:
            continue
        last = lines[-1] if lines else None
        here = Line(event.recorded_at, event.actor.name, event.actor.type, parts)
        if (
            last is not None
            and (last.who, last.kind) == (here.who, here.kind)
            and here.at - last.at < AT_ONCE
        ):
            kept = tuple(one for one in last.parts if one.what not in {part.what for part in parts})
            lines[-1] = evolve(last, parts=(*kept, *parts))
        else:
            lines.append(here)
    return lines


def _parts(event: DomainEvent, names: Names) -> tuple[Part, ...]:
    match event.type:
        case "ticket.updated":
            return (*_taken_over(event.data), *_changed(event.data, names))
        case "ticket.merged":
            return (_other("merged", event.data.get("into_id")),)
        case "ticket.unmerged":
            return (_other("unmerged", event.data.get("from_id")),)
        case "ticket.sla_breached":
            return (Part("late"),)
        case _:
            return ()


def _taken_over(data: Mapping[str, Any]) -> tuple[Part, ...]:
    hows = {"merged_id": "took", "unmerged_id": "gave_back", "split_id": "split"}
    return tuple(_other(what, data[how]) for how, what in hows.items() if how in data)


def _other(what: str, ticket_id: Any) -> Part:
    return Part(what, "", f"/app/tickets/id/{ticket_id}" if ticket_id else "")


def _changed(data: Mapping[str, Any], names: Names) -> tuple[Part, ...]:
    changed, before, after = data.get("changed", ()), data.get("before") or {}, data.get("after") or {}
    parts: list[Part] = []
    for name in changed:
        match name:
            case "status" | "priority":
                parts.append(Part(name, str(after.get(name, data.get(name, "")))))
            case "assignee_id" | "team_id":
                whose = after.get(name)
                what = name.removesuffix("_id")
                parts.append(Part(what if whose else f"no_{what}", _named(whose, names)))
            case "tags":
                parts += _tags(before.get("tags") or (), after.get("tags") or ())
            case "snoozed_until":
                until = after.get("snoozed_until")
                parts.append(Part("snoozed" if until else "awake", str(until or "")))
            case "subject" | "custom_fields" | "customer_id" | "followers":
                parts.append(Part(name))
            case _:
                continue
    return tuple(parts)


def _tags(before: Sequence[str], after: Sequence[str]) -> Sequence[Part]:
    added = [tag for tag in after if tag not in before]
    gone = [tag for tag in before if tag not in after]
    told = (("tagged", added), ("untagged", gone))
    return [Part(what, ", ".join(map(str, tags))) for what, tags in told if tags]


def _named(id_: Any, names: Names) -> str:
    try:
        return names.get(UUID(str(id_)), "?") if id_ else ""
    except ValueError:
        return "?"
