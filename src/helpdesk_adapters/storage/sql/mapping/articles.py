"""Articles of the knowledge base.

Title and body are kept together as one text, by which the article is found; the body's part of it is read back.
"""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.articles import Article, Body

ARTICLE = (
    "id",
    "organization_id",
    "title",
    "created_at",
    "updated_at",
    "published",
    "section",
    "language",
    "external_id",
    "version",
    "body_html",
    "text",
)


def to_article(row: Row) -> Article:
    id, organization_id, title, created_at, updated_at, *more, html, text = row
    body = Body(html, text[len(title) + 1 :])
    return Article(id, organization_id, title, body, created_at, updated_at, *more)


def article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "organization_id": article.organization_id,
        "title": article.title,
        "created_at": article.created_at,
        "updated_at": article.updated_at,
        "published": article.published,
        "section": article.section,
        "language": article.language,
        "external_id": article.external_id,
        "version": article.version,
        "body_html": article.body.html,
        "text": f"{article.title}\n{article.body.text}",
    }
