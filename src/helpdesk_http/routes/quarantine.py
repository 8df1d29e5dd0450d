"""Quarantine: mail that waits for somebody to decide about it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import asdict, fields, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.email.authentication import as_told
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId, QuarantinedMailId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import QuarantineFilter
from helpdesk_core.ports.store import View
from helpdesk_core.quarantine import LONGEST_EXCERPT, QuarantinedMail, QuarantineState, Reason
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About
from helpdesk_http.message_views import AuthenticationView, authentication_view
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Email, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class QuarantineQuery:
    """Filters of the list."""

    state: QuarantineState | None = None
    sender: Annotated[Email, About(doc="A whole address.")] | None = None
    limit: Limit = 25
    sort: Literal["-held_at", "held_at"] = "-held_at"
    cursor: Cursor | None = None


@frozen(kw_only=True)
class QuarantinedMailView:
    """A mail that is held, or was."""

    id: UUID
    state: QuarantineState
    reasons: Annotated[Sequence[Reason], About(doc="What it is held for.")]
    sender: Annotated[str, About(doc="Empty: it names none.")]
    subject: str
    held_at: datetime
    settled_at: Annotated[datetime | None, About(doc="When somebody decided about it.")]
    ticket_id: Annotated[UUID | None, About(doc="The ticket that it became part of.")]
    conversation_id: UUID | None


@frozen
class HeldFileView:
    """A file of a mail that is held; it cannot be downloaded."""

    filename: str
    content_type: str
    size: int


@frozen(kw_only=True)
class WholeQuarantinedMailView(QuarantinedMailView):
    """A mail with the beginning of its words, as long as it is held."""

    excerpt: Annotated[str | None, About(doc="Plain text. Null: it is held no longer.")]
    to: Sequence[str]
    files: Sequence[HeldFileView]
    authentication: AuthenticationView | None


async def list_quarantine(
    desk: Container, who: Caller, request: Request, query: QuarantineQuery
) -> Reply[Listed[QuarantinedMailView]]:
    """List mail that is or was held, the newest first."""
    sender = query.sender.lower() if query.sender is not None else None
    page = page_of(desk, "quarantine", query)
    read = partial(_page, who.organization_id, QuarantineFilter(query.state, sender), page)
    found = await desk.store().read(read)
    return listed(desk, request, "quarantine", query, [_view(mail) for mail in found.items], found.next)


async def get_quarantined_mail(
    desk: Container, who: Caller, quarantined_mail_id: UUID
) -> WholeQuarantinedMailView:
    """Read a mail that is held: the beginning of its words, and what its files are."""
    mail_id = QuarantinedMailId(quarantined_mail_id)
    found = await desk.store().read(lambda view: view.quarantine.get(who.organization_id, mail_id))
    return _whole(existing(found, "quarantined mail", mail_id))


async def release_quarantined_mail(
    desk: Container, who: Caller, quarantined_mail_id: UUID
) -> QuarantinedMailView:
    """Take a mail in after all.

    It opens a ticket, or joins the one that it belongs to, as if nothing had been against it.
    """
    mail_id = QuarantinedMailId(quarantined_mail_id)
    return _view(await desk.release_mail()(who.organization_id, mail_id, who.actor))


async def discard_quarantined_mail(
    desk: Container, who: Caller, quarantined_mail_id: UUID
) -> QuarantinedMailView:
    """Throw a mail away, with its files; the same mail is not taken in again."""
    mail_id = QuarantinedMailId(quarantined_mail_id)
    return _view(await desk.discard_mail()(who.organization_id, mail_id, who.actor))


async def _page(
    organization_id: OrganizationId, wanted: QuarantineFilter, page: Page, view: View
) -> Slice[QuarantinedMail]:
    return await view.quarantine.page(organization_id, wanted, page)


def _view(mail: QuarantinedMail) -> QuarantinedMailView:
    return QuarantinedMailView(
        **{field.name: getattr(mail, field.name) for field in fields(QuarantinedMailView)}
    )


def _whole(mail: QuarantinedMail) -> WholeQuarantinedMailView:
    command = mail.command
    files = command.files if command is not None else ()
    return WholeQuarantinedMailView(
        **asdict(_view(mail)),
        excerpt=None if command is None else command.mail.text[:LONGEST_EXCERPT],
        to=() if command is None else tuple(address.email for address in command.mail.to),
        files=[HeldFileView(file.filename, file.content_type, file.size) for file in files],
        authentication=None if command is None else authentication_view(as_told(command.authentication)),
    )


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/quarantine", list_quarantine, tag="Quarantine", auth=key(Scope.READ)),
    operation(
        "GET /api/v1/quarantine/{quarantined_mail_id}",
        get_quarantined_mail,
        tag="Quarantine",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/quarantine/{quarantined_mail_id}/release",
        release_quarantined_mail,
        tag="Quarantine",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/quarantine/{quarantined_mail_id}/discard",
        discard_quarantined_mail,
        tag="Quarantine",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
)
