"""Held mail: what waits, why, and the two things that can be done about it."""

from collections.abc import Mapping
from functools import partial
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId, QuarantinedMailId
from helpdesk_core.ports.store import View
from helpdesk_core.quarantine import LONGEST_EXCERPT, QuarantinedMail, Reason
from helpdesk_http.web.chrome import HELD, NEWEST_HELD, desk_page
from helpdesk_http.web.guarded import address_behind, place_in
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

REASONS: Final[Mapping[Reason, str]] = {
    Reason.SPAM: _("The mail server that received it calls it spam."),
    Reason.FORGED_SENDER: _("The domain in its From says that it is not theirs."),
    Reason.FORGED_STAFF: _(
        "It bears the address of one of your users, and nothing proves that they wrote it."
    ),
    Reason.DANGEROUS_FILE: _("One of its files runs as a program when it is opened."),
    Reason.TOO_MANY_FROM_SENDER: _("Its sender sends more mail than is taken from anybody."),
    Reason.LOOP: _("Its sender says the same over and over, as programs do."),
}


async def held_page(request: Request, who: Caller) -> Response:
    desk = desk_of(request)
    page = place_in(desk, "held", 25, request, NEWEST_HELD)
    found = await desk.store().read(lambda view: view.quarantine.page(who.organization_id, HELD, page))
    return await desk_page(
        "held.html",
        request,
        who,
        "held",
        mails=found.items,
        reasons=REASONS,
        more=address_behind(desk, "held", found.next, "/app/held", sort=NEWEST_HELD),
        done=request.query_params.get("done", ""),
        ticket=request.query_params.get("ticket", ""),
    )


async def held_mail(request: Request, who: Caller) -> Response:
    """One mail, with the beginning of its words."""
    mail_id = QuarantinedMailId(request.path_params["mail_id"])
    mail = await desk_of(request).store().read(partial(_one, who.organization_id, mail_id))
    command = mail.command
    return await desk_page(
        "held_mail.html",
        request,
        who,
        "held",
        mail=mail,
        reasons=REASONS,
        to=[] if command is None else [address.email for address in command.mail.to],
        files=[] if command is None else command.files,
        excerpt="" if command is None else command.mail.text[:LONGEST_EXCERPT],
    )


async def release_mail(request: Request, who: Caller) -> Response:
    desk, mail_id = desk_of(request), QuarantinedMailId(request.path_params["mail_id"])
    released = await desk.release_mail()(who.organization_id, mail_id, who.actor)
    done = {"done": "released"}
    if (ticket_id := released.ticket_id) is not None:
        ticket = await desk.store().read(lambda view: view.tickets.get(who.organization_id, ticket_id))
        done |= {} if ticket is None else {"ticket": str(ticket.number)}
    return RedirectResponse(f"/app/held?{urlencode(done)}", 303)


async def discard_mail(request: Request, who: Caller) -> Response:
    mail_id = QuarantinedMailId(request.path_params["mail_id"])
    await desk_of(request).discard_mail()(who.organization_id, mail_id, who.actor)
    return RedirectResponse("/app/held?done=discarded", 303)


async def _one(organization_id: OrganizationId, mail_id: QuarantinedMailId, view: View) -> QuarantinedMail:
    return existing(await view.quarantine.get(organization_id, mail_id), "held mail", mail_id)
