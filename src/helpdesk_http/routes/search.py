"""Searching the whole desk."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from attrs import evolve, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.articles import Article
from helpdesk_core.customers import Customer
from helpdesk_core.errors import InvalidValue
from helpdesk_core.search import Findable, Found
from helpdesk_core.tickets import Ticket
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.routes.articles import ArticleView, article_view
from helpdesk_http.values import Cursor, Limit, Query
from helpdesk_http.views import CustomerView, Listed, TicketView, customer_view, ticket_view
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class SearchQuery:
    """What is looked for, and among what; without a type, among everything."""

    q: Query
    type: tuple[Findable, ...] = ()
    limit: Limit = 25
    cursor: Cursor | None = None


@frozen(kw_only=True)
class _PagedSearch:
    """As much of it as a cursor depends on."""

    q: str
    type: Findable
    limit: int
    cursor: str | None
    sort: str = "-created_at"


@frozen
class HighlightView:
    """Why it was found."""

    field: Annotated[
        str,
        About(
            doc="`subject`, `message`, `number`, `title`, `body`, `name`, `email`, `phone` or `company`; those of a"
            " ticket's customer begin with `customer.`.",
            example="subject",
        ),
    ]
    html: Annotated[
        str,
        About(
            doc="About 160 characters around the words, escaped; `<mark>` is the only markup.",
            example="The <mark>kettle</mark> leaks",
        ),
    ]


@frozen
class FoundView:
    """One thing that was found, whole under the name of its type."""

    type: Findable
    id: UUID
    title: Annotated[str, About(doc="The ticket's subject, the customer's name, the article's title.")]
    highlights: Sequence[HighlightView]
    ticket: TicketView | Unset = UNSET
    customer: CustomerView | Unset = UNSET
    article: ArticleView | Unset = UNSET


async def search(
    desk: Container, who: Caller, request: Request, query: SearchQuery
) -> Reply[Listed[FoundView]]:
    """Search tickets, customers and articles.

    Every word must occur, the last one at least as a beginning, whatever the case and accents. Tickets are found by
    their subjects and messages, by their number (`123` or `#123`), and by their customer's name, e-mail, phone or
    company; customers by the beginning of one of these; articles by title and body. The newest come first, before
    them the ticket whose number it is, or was where it was imported from. Of words that are in thousands of texts,
    the newest thousand are looked at.

    With one `type` the answer goes on from page to page; with several, or none, it holds the first few of each, and
    `next_cursor` is null.
    """
    kinds = tuple(dict.fromkeys(query.type)) or tuple(Findable)
    if len(kinds) > 1:
        if query.cursor is not None:
            raise InvalidValue("query.cursor", "goes with one type only")
        found = await desk.search_desk().best_of(who.organization_id, query.q, kinds, query.limit)
        return Reply(Listed([*map(_view, found)], None))
    paged = _PagedSearch(q=query.q, type=kinds[0], limit=query.limit, cursor=query.cursor)
    page = page_of(desk, "search", paged)
    slice_ = await desk.search_desk().page_of(who.organization_id, query.q, kinds[0], page)
    return listed(desk, request, "search", paged, [*map(_view, slice_.items)], slice_.next)


def _view(found: Found) -> FoundView:
    view = FoundView(
        found.type,
        found.id,
        found.title,
        [HighlightView(one.field, one.html) for one in found.highlights],
    )
    return evolve(view, **_whole(found.thing))


def _whole(thing: Ticket | Customer | Article) -> dict[str, Any]:
    match thing:
        case Ticket():
            return {"ticket": ticket_view(thing)}
        case Customer():
            return {"customer": customer_view(thing)}
        case Article():
            return {"article": article_view(thing)}


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/search", search, tag="Search", auth=key(Scope.READ)),
)
