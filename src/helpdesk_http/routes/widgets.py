"""Widgets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_core.widget import Corner, FieldType, FormField, Theme, Widget
from helpdesk_http.arranged import arrangement_operations, shown_as
from helpdesk_http.fields import About, Many, Text
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.values import Title
from helpdesk_http.who import Caller

Domain = Annotated[
    str,
    Text(
        min=1,
        max=253,
        doc="Admits itself and its subdomains; without scheme, port or path.",
        example="shop.example",
    ),
]
Domains = Annotated[tuple[Domain, ...], Many(max=100, doc="None: every page may show the widget.")]
Color = Annotated[str, Text(min=7, max=7, pattern="^#[0-9a-fA-F]{6}$", example="#1f6feb")]


@frozen(kw_only=True)
class WidgetTheme:
    """How the widget looks."""

    primary_color: Color = Theme().primary_color
    header_text: Annotated[str, Text(max=200, example="How can we help?")] = Theme().header_text
    position: Corner = "bottom-right"


@frozen(kw_only=True)
class WidgetField:
    """One question of the form that stands before a chat."""

    name: Annotated[str, Text(min=1, max=60, pattern="^[A-Za-z][A-Za-z0-9_]*$", example="order")]
    label: Annotated[str, Text(min=1, max=200, pattern=r"\S", example="Your order number")]
    type: FieldType = "text"
    required: bool = False


Fields = Annotated[tuple[WidgetField, ...], Many(max=30)]


@frozen(kw_only=True)
class NewWidget:
    """The desk's window on somebody's pages. Its key is made here."""

    name: Title
    allowed_domains: Domains = ()
    theme: WidgetTheme = WidgetTheme()
    form_fields: Annotated[Fields | Unset, About(doc="Left out: name and e-mail.")] = UNSET
    allow_file_uploads: bool = True
    active: bool = True


@frozen(kw_only=True)
class WidgetPatch:
    """What is to be different; `theme`, lists and so on are replaced whole."""

    name: Title | Unset = UNSET
    allowed_domains: Domains | Unset = UNSET
    theme: WidgetTheme | Unset = UNSET
    form_fields: Fields | Unset = UNSET
    allow_file_uploads: bool | Unset = UNSET
    active: bool | Unset = UNSET


@frozen
class WidgetView:
    """The desk's window on somebody's pages."""

    id: UUID
    name: str
    api_key: Annotated[str, About(doc="Stands on public pages; it tells widgets apart and is no secret.")]
    allowed_domains: Sequence[str]
    theme: WidgetTheme
    form_fields: Sequence[WidgetField]
    allow_file_uploads: bool
    active: bool
    preview_url: Annotated[
        str, About(doc="A page of the desk that shows it.", example="/widget/preview?apiKey=wk_3f8a")
    ]
    verifies_identity: Annotated[bool, About(doc="Whether pages can vouch for who their visitor is.")]
    created_at: datetime
    updated_at: datetime


@frozen
class IdentitySecret:
    """It is shown here and nowhere else."""

    secret: str


async def rotate_widget_key(desk: Container, who: Caller, widget_id: UUID) -> WidgetView:
    """Give a widget another key; pages with the old one no longer show it."""
    changed = await desk.arrange_widgets().change(who.organization_id, widget_id, who.actor, {"api_key": ""})
    return _view(changed)


async def rotate_identity_secret(desk: Container, who: Caller, widget_id: UUID) -> IdentitySecret:
    """Make the secret with which pages vouch for their visitors; an earlier one is void.

    The page's server gives the hex HMAC-SHA256 of the visitor's id (else e-mail) under it to the widget.
    """
    secret = desk.new_token()()
    values = {"identity_secret": desk.vault().seal(secret)}
    await desk.arrange_widgets().change(who.organization_id, widget_id, who.actor, values)
    return IdentitySecret(secret)


def _view(widget: Widget) -> WidgetView:
    return WidgetView(
        id=widget.id,
        name=widget.name,
        api_key=widget.api_key,
        allowed_domains=widget.allowed_domains,
        theme=shown_as(WidgetTheme, widget.theme),
        form_fields=[shown_as(WidgetField, field) for field in widget.form_fields],
        allow_file_uploads=widget.allow_file_uploads,
        active=widget.active,
        preview_url=f"/widget/preview?apiKey={widget.api_key}",
        verifies_identity=widget.identity_secret is not None,
        created_at=widget.created_at,
        updated_at=widget.updated_at,
    )


def values_of_widget(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body as the fields of the noun."""
    values = dict(body)
    if "theme" in values:
        values["theme"] = shown_as(Theme, values["theme"])
    if "form_fields" in values:
        values["form_fields"] = tuple(shown_as(FormField, field) for field in values["form_fields"])
    return values


OPERATIONS: tuple[Operation, ...] = (
    *arrangement_operations(
        "/api/v1/widgets",
        "widget",
        tag="Widgets",
        shows=WidgetView,
        takes=NewWidget,
        changes=WidgetPatch,
        verbs=lambda desk: desk.arrange_widgets(),
        reads=lambda view: view.widgets,
        view_of=_view,
        values_of=values_of_widget,
    ),
    operation(
        "POST /api/v1/widgets/{widget_id}/rotate-key",
        rotate_widget_key,
        tag="Widgets",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/widgets/{widget_id}/rotate-identity-secret",
        rotate_identity_secret,
        tag="Widgets",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
)
