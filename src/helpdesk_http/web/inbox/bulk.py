"""The same done to several tickets of a list, and taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import TeamId, TicketId, UserId
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.treat_several import MOST, Outcome, Trace, Treatment
from helpdesk_http.web.forms import listed, text
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.people.targets import inside
from helpdesk_http.web.rendering import SECURITY, counted, desk_of
from helpdesk_http.who import Caller

SALT: Final = "undo"
UNDO_FOR: Final = 600
"""Seconds in which something may be taken back."""


async def treat_tickets(request: Request, who: Caller) -> Response:
    """Changes the chosen tickets; a script is told how to take it back, a plain form goes back to the list."""
    form = await form_of(request, 50_000, fields=MOST + 20)
    ids = [TicketId(_id(str(one), "ticket")) for one in form.getlist("ticket")]
    if not ids:
        raise InvalidValue("ticket", "choose at least one ticket")
    desk = desk_of(request)
    done = await desk.treat_several()(who.organization_id, ids, who.actor, _treatment(form))
    return _answer(request, form, done, _undo(desk, who, done.traces))


async def take_back(request: Request, who: Caller) -> Response:
    """Undoes what the token tells of."""
    form = await form_of(request, 200_000)
    desk = desk_of(request)
    traces = _traces(desk, who, text(form, "token"))
    done = await desk.treat_several().take_back(who.organization_id, who.actor, traces)
    return _answer(request, form, done, "")


def _answer(request: Request, form: FormData, done: Outcome, undo: str) -> Response:
    if request.headers.get("accept", "") != "application/json":
        return RedirectResponse(inside(text(form, "back")), 303)
    refusals = list(dict.fromkeys(str(one) for one in done.refused.values()))[:3]
    message = counted(request, "%(num)s ticket changed.", "%(num)s tickets changed.", len(done.traces))
    told = {"message": " ".join([message, *refusals]), "undo": undo}
    return JSONResponse(told, headers=SECURITY)


def _treatment(form: FormData) -> Treatment:
    change: dict[str, Any] = {}
    if status := text(form, "status"):
        change["status"] = _one_of(Status, status, "status")
    if priority := text(form, "priority"):
        change["priority"] = _one_of(Priority, priority, "priority")
    if assignee := text(form, "assignee"):
        change["assignee_id"] = None if assignee == "nobody" else UserId(_id(assignee, "assignee"))
    if team := text(form, "team"):
        change["team_id"] = None if team == "none" else TeamId(_id(team, "team"))
    if until := text(form, "snooze"):
        change["snoozed_until"] = _moment(until)
    if not change and not text(form, "add_tags") and not text(form, "remove_tags"):
        raise InvalidValue("", "choose what is to be done")
    return Treatment(
        change=TicketChange(**change),
        add_tags=tuple(listed(form, "add_tags")),
        remove_tags=tuple(listed(form, "remove_tags")),
    )


def _one_of(kind: Any, value: str, name: str) -> Any:
    if value not in set(kind):
        raise InvalidValue(name, f"must be one of {', '.join(kind)}")
    return kind(value)


def _id(value: str, name: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise InvalidValue(name, "is no id") from None


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidValue("snooze", "is no time") from None
    if moment.tzinfo is None:
        raise InvalidValue("snooze", "needs an offset from UTC")
    return moment


def _undo(desk: Container, who: Caller, traces: Sequence[Trace]) -> str:
    """What takes the changes back, for whoever made them; empty where there is nothing to take back."""
    if not traces:
        return ""
    told = [[str(one.ticket_id), _plain(one.before), _plain(one.after)] for one in traces]
    body = orjson.dumps([str(who.organization_id), str(who.actor.id), told])
    return _signer(desk).sign(base64_encode(body)).decode()


def _traces(desk: Container, who: Caller, token: str) -> list[Trace]:
    try:
        body = base64_decode(_signer(desk).unsign(token, max_age=UNDO_FOR))
    except BadData:
        raise InvalidValue("token", "has run out: it can no longer be taken back") from None
    organization, actor, told = orjson.loads(body)
    if (organization, actor) != (str(who.organization_id), str(who.actor.id)):
        raise InvalidValue("token", "is not yours")
    return [Trace(TicketId(UUID(id_)), _noun(before), _noun(after)) for id_, before, after in told]


def _plain(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: str(value) if isinstance(value, UUID) else list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }


_NOUNS: Final[Mapping[str, Any]] = {
    "status": Status,
    "priority": Priority,
    "assignee_id": lambda value: UserId(UUID(value)),
    "team_id": lambda value: TeamId(UUID(value)),
    "tags": tuple,
    "snoozed_until": datetime.fromisoformat,
}


def _noun(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: None if value is None else _NOUNS[name](value) for name, value in fields.items()}


def _signer(desk: Container) -> TimestampSigner:
    keys = desk.keys().derive(SALT)
    return TimestampSigner(list(reversed(keys)), key_derivation="none", digest_method=sha256)
