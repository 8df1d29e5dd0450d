"""Who calls for a widget: a page that it admits, a visitor who is known, neither of them too often."""

from typing import Final

from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import WrongCredentials
from helpdesk_core.rate_limits import Rate
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import WidgetSession
from helpdesk_http.clients import peer
from helpdesk_http.origins import refuse_foreign_page
from helpdesk_http.rate_limits import keep_within

SESSION_RATE: Final = Rate(300, 60)


async def admitted_widget(desk: Container, request: Request, api_key: str) -> Widget:
    """The widget of a key, for a page that it admits, within the rate of the caller's address."""
    await keep_within(desk, f"widget:{peer(request)}", desk.settings().widget_rate_limit)
    widget = await desk.find_widget()(api_key)
    refuse_foreign_page(request, widget)
    return widget


async def admitted_visitor(
    desk: Container, request: Request, token: str | None
) -> tuple[WidgetSession, Widget]:
    """The session of a token, on a page that its widget admits, within the rates of address and session."""
    limit = desk.settings().widget_rate_limit
    await keep_within(desk, f"widget:{peer(request)}", limit)
    if not token:
        raise WrongCredentials("Send the session's token, in the header X-Widget-Session or as sessionToken.")
    session, widget = await desk.find_visitor()(token)
    refuse_foreign_page(request, widget)
    await keep_within(desk, f"widget-session:{session.token_hash}", SESSION_RATE if limit else None)
    return session, widget
