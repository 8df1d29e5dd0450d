"""The room for widgets: chat and contact form on an organization's own pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.users import Role
from helpdesk_core.widget import Theme, Widget
from helpdesk_http.clients import address_of_desk
from helpdesk_http.routes.widgets import NewWidget, rotate_widget_key, values_of_widget
from helpdesk_http.web.forms import Column, Control, lines, rows, ticked
from helpdesk_http.web.guarded import guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.arranged import Room
from helpdesk_http.web.settings.controls import ACTIVE, NAME, words
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

CORNERS = (("bottom-right", _("Bottom right")), ("bottom-left", _("Bottom left")))
QUESTIONS = ("text", "email", "phone", "textarea", "checkbox")
OF_THEME = ("primary_color", "header_text", "position")


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


def widget_routes() -> list[BaseRoute]:
    rotate = f"{WIDGETS.path}/{{widget_id:uuid}}/rotate-key"
    return [*WIDGETS.routes(), Route(rotate, guarded(rotate_key, Role.ADMIN), methods=["POST"])]


async def rotate_key(request: Request, who: Caller) -> Response:
    widget_id = request.path_params["widget_id"]
    await rotate_widget_key(desk_of(request), who, widget_id)
    return RedirectResponse(f"{WIDGETS.path}/{widget_id}?done=saved", 303)
