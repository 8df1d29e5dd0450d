"""What a brought macro does, in our words."""

from attrs import evolve

from helpdesk_core.actions import Action, Do
from helpdesk_core.errors import InvalidValue
from helpdesk_core.imports.brought import BroughtAction, BroughtMacro, Kind
from helpdesk_core.use_cases.importing.errand import Errand

NAMING = {Do.ASSIGN: Kind.USERS, Do.FOLLOW: Kind.USERS, Do.ASSIGN_TEAM: Kind.TEAMS}
"""The actions whose value is somebody's id."""


async def actions_of(thing: BroughtMacro, errand: Errand) -> tuple[Action, ...]:
    """The step: what it does. InvalidValue for what nothing here does, and for somebody who is not here."""
    if thing.actions:
        return tuple([await _action(one, place, errand) for place, one in enumerate(thing.actions)])
    translation = errand.import_.translation
    status = translation.status(thing.status) if thing.status else None
    priority = translation.priority(thing.priority) if thing.priority else None
    return (
        *([Action(Do.REPLY, thing.text)] if thing.text.strip() else []),
        *([Action(Do.SET_STATUS, status.value)] if status else []),
        *([Action(Do.SET_PRIORITY, priority.value)] if priority else []),
        *(Action(Do.ADD_TAG, tag) for tag in thing.add_tags),
    )


async def _action(told: BroughtAction, place: int, errand: Errand) -> Action:
    path = f"actions[{place}]"
    if told.do not in {one.value for one in Do}:
        raise InvalidValue(f"{path}.do", f"{told.do!r} is nothing that can be done")
    action = Action(Do(told.do), told.value, told.field)
    if action.do not in NAMING or action.value is None:
        return action
    there = str(action.value)
    known = await errand.known(NAMING[action.do], [there])
    if there not in known:
        raise InvalidValue(f"{path}.value", f"{there} was not brought")
    return evolve(action, value=str(known[there].our_id))
