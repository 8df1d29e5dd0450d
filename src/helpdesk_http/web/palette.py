"""What the palette finds: tickets, customers and articles, as somebody types."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk_core.articles import Article
from helpdesk_core.customers import Customer
from helpdesk_core.search import Findable, Found
from helpdesk_core.tickets import Ticket
from helpdesk_http.web.rendering import SECURITY, desk_of
from helpdesk_http.who import Caller

MOST = 12


async def palette(request: Request, who: Caller) -> Response:
    """`[{label, address, kind, detail}]`, the best first; nothing for nothing."""
    q = request.query_params.get("q", "").strip()[:200]
    found = (
        await desk_of(request).search_desk().best_of(who.organization_id, q, tuple(Findable), MOST)
        if q
        else ()
    )
    return JSONResponse([_entry(one) for one in found], headers=SECURITY)


def _entry(found: Found) -> dict[str, str]:
    return {"label": found.title, "kind": found.type.value, **_where(found.thing)}


def _where(thing: Ticket | Customer | Article) -> dict[str, str]:
    match thing:
        case Ticket():
            return {"detail": f"#{thing.number}", "address": f"/app/tickets/{thing.number}"}
        case Customer():
            return {"detail": thing.email or "", "address": f"/app/customers/{thing.id}"}
        case Article():
            return {"detail": thing.section or "", "address": f"/app/articles/{thing.id}"}
