"""Widgets: the desk's window on other people's pages."""

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from attrs import field, frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.errors import InvalidValue

FieldType = Literal["text", "email", "phone", "textarea", "checkbox"]
Corner = Literal["bottom-right", "bottom-left"]

KEY_PREFIX = "wk_"

VISITOR = "Visitor"
"""Who a visitor is as long as they have not said."""

FRONT_WIDGET = "front_page_widget"
"""The fact that holds the key of the widget which the desk's own front page shows; a sample desk has one."""


@frozen
class Theme:
    """How a widget looks. The color is `#rrggbb`."""

    primary_color: str = "#1f6feb"
    header_text: str = "How can we help?"
    position: Corner = "bottom-right"


@frozen
class FormField:
    """One question of the form that stands before a chat."""

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False


USUAL_FORM = (
    FormField("name", "Name", "text", required=True),
    FormField("email", "Email", "email", required=True),
)


@frozen(kw_only=True)
class Widget(Arrangement):
    """A widget. Its key stands on public pages: it tells widgets apart and is no secret.

    A listed domain admits itself and its subdomains; without a list every page may show the widget.
    """

    kind: ClassVar[str] = "widget"

    api_key: str = ""
    allowed_domains: tuple[str, ...] = ()
    theme: Theme = Theme()
    form_fields: tuple[FormField, ...] = USUAL_FORM
    allow_file_uploads: bool = True
    active: bool = True
    identity_secret: str | None = field(default=None, repr=False)
    """Sealed: with it a page vouches for who its visitor is. None: it does not."""

    @property
    def public_key(self) -> str | None:
        return self.api_key


def admits(widget: Widget, host: str) -> bool:
    """Whether pages of this host, which is in lower case and without a port, may show the widget."""
    return not widget.allowed_domains or any(
        host == domain or host.endswith(f".{domain}") for domain in widget.allowed_domains
    )


def normal_domains(domains: Sequence[str]) -> tuple[str, ...]:
    """The domains as they are compared, each once; InvalidValue for what is none.

    Lower case, other scripts in their ASCII form (IDNA); no scheme, port or path.
    """
    return tuple(dict.fromkeys(_normal_domain(domain, place) for place, domain in enumerate(domains)))


def check_form(fields: Sequence[FormField]) -> None:
    """InvalidValue where two fields bear one name."""
    names = [field.name for field in fields]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InvalidValue(f"form_fields[{place}].name", "is there twice")


def _normal_domain(domain: str, place: int) -> str:
    text = domain.strip().rstrip(".").lower()
    try:
        ascii_form = text.encode("idna").decode()
    except UnicodeError:
        ascii_form = ""
    if len(ascii_form) > 253 or not _DOMAIN.fullmatch(ascii_form):
        raise InvalidValue(
            f"allowed_domains[{place}]", "is not a domain such as shop.example, without scheme, port or path"
        )
    return ascii_form


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
