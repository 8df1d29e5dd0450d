"""The rooms of mail: how the organization writes to its customers, and who is kept out."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import Refusal
from helpdesk_core.users import Role
from helpdesk_http.routes import blocked_senders, mail_settings
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, nullable, text, ticked
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

SENDERS = f"{HOME}/blocked-senders"
SETTINGS = f"{HOME}/mail"
PATTERN = Control(name="pattern", label="")
MAIL = (
    Control(
        name="from",
        label=_("Sender of answers"),
        kind="email",
        hint=_("Nothing: the desk\u2019s own address."),
        reads=nullable,
    ),
    Control(
        name="signature",
        label=_("Signature"),
        kind="textarea",
        hint=_("Plain text under every answer. Placeholders such as {{agent.name}} are filled in."),
    ),
    Control(
        name="template",
        label=_("Template"),
        kind="textarea",
        hint=_("HTML around every answer, with {{content}} where the answer goes. Nothing: none."),
    ),
    Control(name="active", label=_("Acknowledge each new ticket"), kind="checkbox", reads=ticked),
    Control(name="subject", label=_("Subject of the acknowledgement")),
    Control(name="text", label=_("Text of the acknowledgement"), kind="textarea"),
)


def mail_routes() -> list[BaseRoute]:
    return [
        Route(SENDERS, guarded(senders_page, Role.ADMIN)),
        Route(SENDERS, guarded(block_sender, Role.ADMIN), methods=["POST"]),
        Route(f"{SENDERS}/{{sender_id:uuid}}/remove", guarded(unblock_sender, Role.ADMIN), methods=["POST"]),
        Route(SETTINGS, guarded(mail_page, Role.ADMIN)),
        Route(SETTINGS, guarded(change_mail, Role.ADMIN), methods=["POST"]),
    ]


async def senders_page(request: Request, who: Caller, *, written: str = "", error: str = "") -> Response:
    """Who is kept out."""
    desk = desk_of(request)
    found = await desk.store().read(lambda view: view.blocked_senders.of(who.organization_id))
    newest = sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)
    return await settings_page(
        "settings/blocked_senders.html",
        request,
        who,
        422 if error else 200,
        senders=newest,
        written=written,
        error=error,
    )


async def block_sender(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    pattern = text(form, "pattern")
    try:
        body = filled(blocked_senders.NewBlockedSender, (PATTERN,), form)
        await blocked_senders.create_blocked_sender(desk_of(request), who, body)
    except Wrong as wrong:
        return await senders_page(request, who, written=pattern, error=" ".join(wrong.errors.values()))
    except Refusal as refusal:
        return await senders_page(request, who, written=pattern, error=str(refusal))
    return RedirectResponse(f"{SENDERS}?done=added", 303)


async def unblock_sender(request: Request, who: Caller) -> Response:
    await blocked_senders.delete_blocked_sender(desk_of(request), who, request.path_params["sender_id"])
    return RedirectResponse(f"{SENDERS}?done=removed", 303)


async def mail_page(request: Request, who: Caller) -> Response:
    """How the organization writes to its customers."""
    return await _mail_form(request, who, None, {})


async def change_mail(request: Request, who: Caller) -> Response:
    form = await form_of(request, 200_000)
    try:
        with carrying_out(MAIL):
            body = filled(mail_settings.MailSettingsPatch, MAIL, form, _mail_shape)
            await mail_settings.change_mail_settings(desk_of(request), who, body)
    except Wrong as wrong:
        return await _mail_form(request, who, as_written(form, MAIL), wrong.errors)
    return RedirectResponse(f"{SETTINGS}?done=saved", 303)


async def _mail_form(
    request: Request, who: Caller, written: Mapping[str, Any] | None, errors: Mapping[str, str]
) -> Response:
    kept = await mail_settings.read_mail_settings(desk_of(request), who)
    values = written or {
        "from": kept.from_ or "",
        "signature": kept.signature,
        "template": kept.template,
        "active": "yes" if kept.acknowledgement.active else "",
        "subject": kept.acknowledgement.subject,
        "text": kept.acknowledgement.text,
    }
    return await settings_page(
        "settings/mail.html",
        request,
        who,
        422 if errors else 200,
        controls=MAIL,
        values=values,
        errors=errors,
        kept=kept,
    )


def _mail_shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    said = {name: values[name] for name in ("active", "subject", "text")}
    return {**{name: values[name] for name in ("from", "signature", "template")}, "acknowledgement": said}
