"""Articles of the knowledge base: what the desk knows, written down for customers and agents."""

from datetime import datetime

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.richtext import document_from_text, html_of, html_to_text, sanitize_html


@frozen
class Body:
    """What an article says: HTML that is safe to show, and its words for reading and finding."""

    html: str
    text: str


@frozen
class Article:
    """One article. `external_id` is its name in whatever it was imported from, unique within the organization."""

    id: ArticleId
    organization_id: OrganizationId
    title: str
    body: Body
    created_at: datetime
    updated_at: datetime
    published: bool = False
    section: str | None = None
    language: str | None = None
    external_id: str | None = None
    version: int = 1


def body_from_html(html: str) -> Body:
    """A stranger's HTML as a body: sanitized. Total."""
    clean = sanitize_html(html)
    return Body(clean, html_to_text(clean))


def body_from_text(text: str) -> Body:
    """Plain text as a body: blank lines part paragraphs. Total."""
    html = html_of(document_from_text(text))
    return Body(html, html_to_text(html))


def check_title(title: str) -> str:
    """The title in one line, or InvalidValue for an empty one."""
    line = " ".join(title.split())
    if not line:
        raise InvalidValue("title", "must not be empty")
    return line
