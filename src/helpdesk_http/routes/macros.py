"""Macros."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import MacroId, TicketId
from helpdesk_core.macros import Macro
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.automation import ActionBody, ActionList, action_body, automation_values
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.values import Description, Title
from helpdesk_http.views import TicketView, ticket_view
from helpdesk_http.who import Caller

OfTeam = Annotated[UUID | None, About(doc="Whose it is, for display; null: everybody's.")]


@frozen(kw_only=True)
class NewMacro:
    """What agents do again and again, prepared."""

    name: Title
    actions: ActionList
    description: Description = ""
    team_id: OfTeam = None
    active: bool = True


@frozen(kw_only=True)
class MacroPatch:
    """What is to be different; `actions` replaces the list whole."""

    name: Title | Unset = UNSET
    actions: ActionList | Unset = UNSET
    description: Description | Unset = UNSET
    team_id: OfTeam | Unset = UNSET
    active: bool | Unset = UNSET


@frozen
class MacroView:
    """What agents do again and again, prepared."""

    id: UUID
    name: str
    description: str
    actions: Sequence[ActionBody]
    team_id: UUID | None
    active: bool
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class OnTicket:
    """A ticket by its id."""

    ticket_id: UUID


@frozen
class AppliedView:
    """The ticket after a macro, and the messages that it posted."""

    ticket: TicketView
    conversation_ids: Sequence[UUID]


@frozen
class SaidView:
    """A text as it will be posted."""

    kind: Kind
    text: str


@frozen
class PreviewView:
    """What a macro would do: properties of the ticket as they would be, and texts, placeholders filled in."""

    changes: Mapping[str, Any]
    texts: Sequence[SaidView]


async def apply_macro(desk: Container, who: Caller, macro_id: UUID, body: OnTicket) -> AppliedView:
    """Do a macro's actions to a ticket: all of them, or none."""
    done = await desk.apply_macro()(
        who.organization_id, MacroId(macro_id), TicketId(body.ticket_id), who.actor
    )
    return AppliedView(ticket_view(done.ticket), done.conversation_ids)


async def preview_macro(desk: Container, who: Caller, macro_id: UUID, body: OnTicket) -> PreviewView:
    """See what a macro would do to a ticket. Nothing is done."""
    shown = await desk.preview_macro()(
        who.organization_id, MacroId(macro_id), TicketId(body.ticket_id), who.actor
    )
    return PreviewView(shown.changes, [SaidView(one.kind, one.text) for one in shown.texts])


def _view(macro: Macro) -> MacroView:
    return MacroView(
        id=macro.id,
        name=macro.name,
        description=macro.description,
        actions=[action_body(action) for action in macro.actions],
        team_id=macro.team_id,
        active=macro.active,
        created_at=macro.created_at,
        updated_at=macro.updated_at,
    )


OPERATIONS: tuple[Operation, ...] = (
    *arrangement_operations(
        "/api/v1/macros",
        "macro",
        tag="Macros",
        shows=MacroView,
        takes=NewMacro,
        changes=MacroPatch,
        verbs=lambda desk: desk.arrange_macros(),
        reads=lambda view: view.macros,
        view_of=_view,
        values_of=automation_values,
        writing=Scope.WRITE,
    ),
    operation(
        "POST /api/v1/macros/{macro_id}/apply",
        apply_macro,
        tag="Macros",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/macros/{macro_id}/preview",
        preview_macro,
        tag="Macros",
        auth=key(Scope.READ),
        errors=(404, 409),
    ),
)
