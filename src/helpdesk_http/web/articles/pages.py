"""Articles are found, written, published and taken away."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.articles import Article
from helpdesk_core.errors import existing
from helpdesk_core.ids import ArticleId
from helpdesk_core.ports.repositories import ArticleFilter
from helpdesk_http.routes import articles as api
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, nullable, ticked
from helpdesk_http.web.guarded import address_behind, form_of, guarded, place_in
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

HOME: Final = "/app/articles"
LARGEST_FORM: Final = 2_000_000
CONTROLS: Final = (
    Control(name="title", label=_("Title"), required=True),
    Control(
        name="body",
        label=_("Text"),
        kind="textarea",
        hint=_("HTML, or plain text in which blank lines part paragraphs."),
        required=True,
        more={"rows": "16"},
    ),
    Control(name="section", label=_("Section"), reads=nullable),
    Control(name="language", label=_("Language"), hint=_("Two letters, such as de."), reads=nullable),
    Control(name="published", label=_("Customers may read it"), kind="checkbox", reads=ticked),
)


def article_routes() -> list[BaseRoute]:
    one = f"{HOME}/{{article_id:uuid}}"
    return [
        Route(HOME, guarded(articles_page)),
        Route(f"{HOME}/new", guarded(new_article_page)),
        Route(f"{HOME}/new", guarded(write_article), methods=["POST"]),
        Route(one, guarded(article_page)),
        Route(one, guarded(change_article), methods=["POST"]),
        Route(f"{one}/remove", guarded(remove_article), methods=["POST"]),
    ]


async def articles_page(request: Request, who: Caller) -> Response:
    """All of them, the newest first, or those that a search finds."""
    desk = desk_of(request)
    q = request.query_params.get("q", "").strip()[:200]
    name = f"articles-page:{q}"
    page = place_in(desk, name, 30, request)
    wanted = ArticleFilter(q=q or None)
    found = await desk.store().read(lambda view: view.articles.page(who.organization_id, wanted, page))
    older = address_behind(desk, name, found.next, HOME, {"q": q})
    return await desk_page(
        "articles/list.html", request, who, "articles", articles=found.items, q=q, older=older
    )


async def new_article_page(request: Request, who: Caller) -> Response:
    return await _form(request, who, None, {}, {})


async def article_page(request: Request, who: Caller) -> Response:
    article = await _existing(request, who)
    return await _form(request, who, article, _values(article), {})


async def write_article(request: Request, who: Caller) -> Response:
    return await _submitted(request, who, None)


async def change_article(request: Request, who: Caller) -> Response:
    return await _submitted(request, who, await _existing(request, who))


async def remove_article(request: Request, who: Caller) -> Response:
    await api.delete_article(desk_of(request), who, _id(request))
    return RedirectResponse(f"{HOME}?done=removed", 303)


async def _submitted(request: Request, who: Caller, article: Article | None) -> Response:
    form = await form_of(request, LARGEST_FORM)
    desk = desk_of(request)
    try:
        with carrying_out(CONTROLS):
            if article is None:
                body = filled(api.NewArticle, CONTROLS, form, _shape)
                article_id = (await api.create_article(desk, who, body)).value.id
            else:
                article_id, patch = article.id, filled(api.ArticlePatch, CONTROLS, form, _shape)
                await api.change_article(desk, who, article_id, patch)
    except Wrong as wrong:
        return await _form(request, who, article, as_written(form, CONTROLS), wrong.errors)
    return RedirectResponse(f"{HOME}/{article_id}?done={'saved' if article else 'added'}", 303)


async def _form(
    request: Request,
    who: Caller,
    article: Article | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response:
    return await desk_page(
        "articles/one.html",
        request,
        who,
        "articles",
        422 if errors else 200,
        article=article,
        controls=CONTROLS,
        values=values,
        errors=errors,
    )


async def _existing(request: Request, who: Caller) -> Article:
    article_id = ArticleId(_id(request))
    found = (
        await desk_of(request).store().read(lambda view: view.articles.get(who.organization_id, article_id))
    )
    return existing(found, "article", article_id)


def _shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What holds no markup is plain text."""
    body = dict(values)
    if "<" not in body.get("body", ""):
        body["body_text"] = body.pop("body", "")
    return body


def _values(article: Article) -> Mapping[str, Any]:
    return {
        "title": article.title,
        "body": article.body.html,
        "section": article.section or "",
        "language": article.language or "",
        "published": article.published,
    }


def _id(request: Request) -> UUID:
    article_id: UUID = request.path_params["article_id"]
    return article_id
