"""The rooms of the channels: widgets on other people's pages, mail, and who is kept out."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import InvalidValue, Refusal
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.users import Role
from helpdesk_core.widget import Theme, Widget
from helpdesk_http.clients import address_of_desk
from helpdesk_http.routes import blocked_senders, mail_settings
from helpdesk_http.routes.widgets import NewWidget, rotate_widget_key, values_of_widget
from helpdesk_http.web.forms import (
    Column,
    Control,
    Wrong,
    filled,
    lines,
    nullable,
    refused,
    rows,
    text,
    ticked,
)
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.automation import ACTIVE, words
from helpdesk_http.web.settings.kinds import NAME
from helpdesk_http.web.settings.rooms import HOME, _, settings_page
from helpdesk_http.who import Caller

CORNERS = (("bottom-right", _("Bottom right")), ("bottom-left", _("Bottom left")))
QUESTIONS = ("text", "email", "phone", "textarea", "checkbox")
OF_THEME = ("primary_color", "header_text", "position")
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


async def widget_controls(organization_id: OrganizationId, view: View) -> Sequence[Control]:
    return (
        NAME,
        Control(name="primary_color", label=_("Colour"), kind="color", more={"data-preview": "color"}),
        Control(name="header_text", label=_("Heading"), more={"data-preview": "heading"}),
        Control(
            name="position",
            label=_("Corner"),
            kind="choice",
            options=CORNERS,
            more={"data-preview": "corner"},
        ),
        Control(
            name="allowed_domains",
            label=_("Pages that may show it"),
            kind="textarea",
            hint=_("Domains, one a line, each with its subdomains. Nothing: every page."),
            reads=lines,
        ),
        Control(
            name="form_fields",
            label=_("Questions before a chat"),
            kind="rows",
            columns=(
                Column(name="name", label=_("Key")),
                Column(name="label", label=_("Question")),
                Column(name="type", label=_("Type"), options=words(QUESTIONS)),
                Column(name="required", label=_("Must be answered"), options=(("yes", _("yes")),)),
            ),
            reads=rows("name", "label", "type", "required"),
        ),
        Control(name="allow_file_uploads", label=_("Visitors may send files"), kind="checkbox", reads=ticked),
        ACTIVE,
    )


def widget_shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The API's body: what it looks like stands under `theme`."""
    body = {name: value for name, value in values.items() if name not in OF_THEME}
    theme = {name: values[name] for name in OF_THEME if values.get(name)}
    questions = [
        {**row, "type": row["type"] or "text", "required": bool(row["required"])}
        for row in values.get("form_fields", [])
    ]
    return {**body, "theme": theme, "form_fields": questions}


def widget_values(widget: Widget) -> Mapping[str, Any]:
    theme = widget.theme
    return {
        "name": widget.name,
        "primary_color": theme.primary_color,
        "header_text": theme.header_text,
        "position": theme.position,
        "allowed_domains": "\n".join(widget.allowed_domains),
        "form_fields": [
            {
                "name": one.name,
                "label": one.label,
                "type": one.type,
                "required": "yes" if one.required else "",
            }
            for one in widget.form_fields
        ],
        "allow_file_uploads": widget.allow_file_uploads,
        "active": widget.active,
    }


WIDGETS = Room[Widget](
    name="widgets",
    title=_("Widgets"),
    lead=_("Chat and contact form on your pages: one line of HTML."),
    one=_("widget"),
    sign="message-circle",
    takes=NewWidget,
    verbs=lambda desk: desk.arrange_widgets(),
    reads=lambda view: view.widgets,
    controls=widget_controls,
    values=widget_values,
    values_of=values_of_widget,
    shape=widget_shape,
    line=lambda widget: ", ".join(widget.allowed_domains),
    blank={
        "primary_color": Theme().primary_color,
        "header_text": Theme().header_text,
        "form_fields": [
            {"name": "name", "label": "Name", "type": "text", "required": "yes"},
            {"name": "email", "label": "E-mail", "type": "email", "required": "yes"},
        ],
        "allow_file_uploads": True,
        "active": True,
    },
    form_template="settings/widget_form.html",
    around=lambda request: {"base": address_of_desk(request)},
)


def channel_routes() -> list[BaseRoute]:
    senders, mail = f"{HOME}/blocked-senders", f"{HOME}/mail"
    return [
        *WIDGETS.routes(),
        Route(
            f"{WIDGETS.path}/{{widget_id:uuid}}/rotate-key",
            guarded(rotate_key, Role.ADMIN),
            methods=["POST"],
        ),
        Route(senders, guarded(senders_page, Role.ADMIN)),
        Route(senders, guarded(block_sender, Role.ADMIN), methods=["POST"]),
        Route(f"{senders}/{{sender_id:uuid}}/remove", guarded(unblock_sender, Role.ADMIN), methods=["POST"]),
        Route(mail, guarded(mail_page, Role.ADMIN)),
        Route(mail, guarded(change_mail, Role.ADMIN), methods=["POST"]),
    ]


async def rotate_key(request: Request, who: Caller) -> Response:
    widget_id = request.path_params["widget_id"]
    await rotate_widget_key(desk_of(request), who, widget_id)
    return RedirectResponse(f"{WIDGETS.path}/{widget_id}?done=saved", 303)


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
    controls = (Control(name="pattern", label=""),)
    try:
        body = filled(blocked_senders.NewBlockedSender, controls, form)
        await blocked_senders.create_blocked_sender(desk_of(request), who, body)
    except Wrong as wrong:
        return await senders_page(request, who, written=pattern, error=" ".join(wrong.errors.values()))
    except Refusal as refusal:
        return await senders_page(request, who, written=pattern, error=str(refusal))
    return RedirectResponse(f"{HOME}/blocked-senders?done=added", 303)


async def unblock_sender(request: Request, who: Caller) -> Response:
    await blocked_senders.delete_blocked_sender(desk_of(request), who, request.path_params["sender_id"])
    return RedirectResponse(f"{HOME}/blocked-senders?done=removed", 303)


async def mail_page(request: Request, who: Caller) -> Response:
    """How the organization writes to its customers."""
    return await _mail_form(request, who, None, {})


async def change_mail(request: Request, who: Caller) -> Response:
    form = await form_of(request, 200_000)
    written = {one.name: str(form.get(one.name, "")) for one in MAIL}
    try:
        body = filled(mail_settings.MailSettingsPatch, MAIL, form, _mail_shape)
        await mail_settings.change_mail_settings(desk_of(request), who, body)
    except Wrong as wrong:
        return await _mail_form(request, who, written, wrong.errors)
    except InvalidValue as refusal:
        return await _mail_form(request, who, written, refused(refusal, MAIL).errors)
    return RedirectResponse(f"{HOME}/mail?done=saved", 303)


async def _mail_form(
    request: Request, who: Caller, written: Mapping[str, str] | None, errors: Mapping[str, str]
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
