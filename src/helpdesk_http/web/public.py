"""Pages for everybody: the front page, and a page to look at a widget."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk_core.errors import WrongCredentials
from helpdesk_core.widget import FRONT_WIDGET
from helpdesk_http.clients import address_of_desk
from helpdesk_http.web.rendering import desk_of, render


def public_routes() -> list[Route]:
    return [Route("/", front), Route("/widget/preview", preview)]


async def front(request: Request) -> Response:
    key = await desk_of(request).store().read(lambda view: view.facts.get(FRONT_WIDGET))
    return render("front.html", request, widget_key=key)


async def preview(request: Request) -> Response:
    """A page with a widget on it, whatever pages it is meant for: the desk's own are always admitted."""
    try:
        widget = await desk_of(request).find_widget()(request.query_params.get("apiKey", ""))
    except WrongCredentials:
        raise HTTPException(404, "There is no widget of this key.") from None
    return render("preview.html", request, widget=widget, base=address_of_desk(request))
