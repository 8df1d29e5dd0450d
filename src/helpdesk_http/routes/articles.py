"""Articles of the knowledge base."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.articles import Article, Body, body_from_html, body_from_text
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.ids import ArticleId
from helpdesk_core.ports.repositories import ArticleFilter
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.running.write_articles import ArticleChange, ArticleDraft
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Text, shown
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Language, Limit, Query
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Title = Annotated[str, Text(min=1, max=300, pattern=r"\S", doc="One line.", example="Sending a kettle back")]
BodyHtml = Annotated[
    str,
    Text(
        max=400_000,
        doc="HTML; it is sanitized before it is kept.",
        example="<p>You have <strong>30 days</strong>.</p>",
    ),
]
BodyText = Annotated[
    str,
    Text(
        max=100_000,
        doc="In place of `body`: plain text, of which the HTML is made; blank lines part paragraphs.",
        example="You have 30 days.",
    ),
]
Section = Annotated[str, Text(min=1, max=120, pattern=r"\S", example="Returns")]
ExternalId = Annotated[
    str, Text(min=1, max=200, doc="Its id where it was written; unique.", example="kb-1001")
]
Published = Annotated[bool, About(doc="Whether customers may read it.")]


@shown(title="Sending a kettle back", body="<p>You have <strong>30 days</strong>.</p>", published=True)
@frozen(kw_only=True)
class NewArticle:
    """An article: its body is either `body`, which is HTML, or `body_text`, which is not."""

    title: Title
    body: BodyHtml | None = None
    body_text: BodyText | None = None
    published: Published = False
    section: Section | None = None
    language: Language | None = None
    external_id: ExternalId | None = None


@shown(published=True)
@frozen(kw_only=True)
class ArticlePatch:
    """What is to be different; of `body` (HTML) and `body_text` (plain) one at the most."""

    title: Title | Unset = UNSET
    body: BodyHtml | Unset = UNSET
    body_text: BodyText | Unset = UNSET
    published: Published | Unset = UNSET
    section: Section | None | Unset = UNSET
    language: Language | None | Unset = UNSET
    external_id: ExternalId | None | Unset = UNSET


@frozen(kw_only=True)
class ArticleQuery:
    """Filters of the list."""

    published: bool | None = None
    section: Section | None = None
    language: Language | None = None
    q: Query | None = None
    limit: Limit = 25
    sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] = "-created_at"
    cursor: Cursor | None = None


@frozen
class ArticleView:
    """An article of the knowledge base."""

    id: UUID
    title: str
    body: Annotated[str, About(doc="Sanitized HTML: safe to show as it is.")]
    body_text: Annotated[str, About(doc="The words of the body, for reading.")]
    published: Published
    section: str | None
    language: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime


def article_view(article: Article) -> ArticleView:
    return ArticleView(
        article.id,
        article.title,
        article.body.html,
        article.body.text,
        article.published,
        article.section,
        article.language,
        article.external_id,
        article.created_at,
        article.updated_at,
    )


async def list_articles(
    desk: Container, who: Caller, request: Request, query: ArticleQuery
) -> Reply[Listed[ArticleView]]:
    """List articles, the newest first.

    With `q`, those in which every word stands; of common words the newest thousand articles are looked at.
    """
    page = page_of(desk, "articles", query)
    wanted = ArticleFilter(query.published, query.section, query.language, query.q)
    found = await desk.store().read(lambda view: view.articles.page(who.organization_id, wanted, page))
    return listed(desk, request, "articles", query, [*map(article_view, found.items)], found.next)


async def create_article(desk: Container, who: Caller, body: NewArticle) -> Reply[ArticleView]:
    """Write an article."""
    said = _body(body.body, body.body_text)
    if said is None:
        raise InvalidValue("body", "is required, or body_text in its place")
    draft = ArticleDraft(
        title=body.title,
        body=said,
        published=body.published,
        section=body.section,
        language=body.language,
        external_id=body.external_id,
    )
    article = await desk.write_articles().add(who.organization_id, who.actor, draft)
    return Reply(article_view(article), headers={"location": f"/api/v1/articles/{article.id}"})


async def read_article(desk: Container, who: Caller, article_id: UUID) -> ArticleView:
    """Read an article."""
    found = await desk.store().read(
        lambda view: view.articles.get(who.organization_id, ArticleId(article_id))
    )
    return article_view(existing(found, "article", article_id))


async def change_article(desk: Container, who: Caller, article_id: UUID, body: ArticlePatch) -> ArticleView:
    """Change an article."""
    said = _body(
        body.body if isinstance(body.body, str) else None,
        body.body_text if isinstance(body.body_text, str) else None,
    )
    change = ArticleChange(
        title=body.title,
        body=said if said is not None else UNSET,
        published=body.published,
        section=body.section,
        language=body.language,
        external_id=body.external_id,
    )
    changed = await desk.write_articles().change(
        who.organization_id, ArticleId(article_id), who.actor, change
    )
    return article_view(changed)


async def delete_article(desk: Container, who: Caller, article_id: UUID) -> None:
    """Delete an article."""
    await desk.write_articles().remove(who.organization_id, ArticleId(article_id), who.actor)


def _body(html: str | None, text: str | None) -> Body | None:
    if html is not None and text is not None:
        raise InvalidValue("body_text", "cannot be given beside body")
    if html is not None:
        return body_from_html(html)
    return None if text is None else body_from_text(text)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/articles", list_articles, tag="Articles", auth=key(Scope.READ)),
    operation(
        "POST /api/v1/articles",
        create_article,
        tag="Articles",
        auth=key(Scope.WRITE),
        status=201,
        errors=(409,),
    ),
    operation(
        "GET /api/v1/articles/{article_id}",
        read_article,
        tag="Articles",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "PATCH /api/v1/articles/{article_id}",
        change_article,
        tag="Articles",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/articles/{article_id}",
        delete_article,
        tag="Articles",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)
