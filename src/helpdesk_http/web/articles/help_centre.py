"""The public help centre of an organization: its published articles, for everybody to read and search."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.articles import Article
from helpdesk_core.errors import InvalidValue
from helpdesk_core.highlights import highlighted, wanted_by
from helpdesk_core.ids import ArticleId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import ArticleFilter
from helpdesk_core.ports.store import View
from helpdesk_http.web.guarded import address_behind, place_in
from helpdesk_http.web.rendering import desk_of, render

ON_A_PAGE: Final = 100


@frozen
class _Shelf:
    """What a visitor of the help centre sees."""

    organization: Organization
    found: Slice[Article]


def help_routes() -> list[BaseRoute]:
    return [
        Route("/help/{slug}", help_page),
        Route("/help/{slug}/{article_id:uuid}", help_article),
    ]


async def help_page(request: Request) -> Response:
    """The articles by their sections, or those that a search finds."""
    desk, slug = desk_of(request), request.path_params["slug"]
    q = request.query_params.get("q", "").strip()[:200]
    name = f"help:{slug}:{q}"
    try:
        page = place_in(desk, name, ON_A_PAGE, request)
    except InvalidValue as wrong:
        raise HTTPException(400, str(wrong)) from None
    shelf = await desk.store().read(lambda view: _shelf(slug, q, page, view))
    wanted = wanted_by(q)
    snippets = {
        one.id: snippet.html
        for one in shelf.found.items
        if q and (snippet := highlighted(one.body.text, wanted)) is not None
    }
    return render(
        "help/list.html",
        request,
        organization=shelf.organization,
        q=q,
        sections=_sections(shelf.found.items),
        snippets=snippets,
        older=address_behind(desk, name, shelf.found.next, f"/help/{slug}", {"q": q}),
    )


async def help_article(request: Request) -> Response:
    """One article; one that is not published is not there."""
    slug, article_id = request.path_params["slug"], ArticleId(request.path_params["article_id"])

    async def unit(view: View) -> tuple[Organization, Article]:
        organization = await _organization(slug, view)
        article = await view.articles.get(organization.id, article_id)
        if article is None or not article.published:
            raise HTTPException(404, "There is no such article.")
        return organization, article

    organization, article = await desk_of(request).store().read(unit)
    return render("help/article.html", request, organization=organization, article=article)


async def _shelf(slug: str, q: str, page: Page, view: View) -> _Shelf:
    organization = await _organization(slug, view)
    wanted = ArticleFilter(published=True, q=q or None)
    return _Shelf(organization, await view.articles.page(organization.id, wanted, page))


async def _organization(slug: str, view: View) -> Organization:
    organization = await view.organizations.by_slug(slug)
    if organization is None:
        raise HTTPException(404, "There is no such help centre.")
    return organization


def _sections(articles: Sequence[Article]) -> Mapping[str, Sequence[Article]]:
    """By section and title; what has no section comes last."""
    found: dict[str, list[Article]] = {}
    for one in sorted(articles, key=lambda one: (not one.section, one.section or "", one.title.casefold())):
        found.setdefault(one.section or "", []).append(one)
    return found
