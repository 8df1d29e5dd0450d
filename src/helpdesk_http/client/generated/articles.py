"""Articles.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import ArticleView
from helpdesk_http.client.pages import Pages


@frozen
class Articles:
    """Articles."""

    _calls: Calls

    def list(
        self,
        *,
        published: bool | None = None,
        section: str | None = None,
        language: str | None = None,
        q: str | None = None,
        limit: int | None = None,
        sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] | None = None,
    ) -> Pages[ArticleView]:
        """List articles, the newest first.

        With `q`, those in which every word stands; of common words the newest thousand articles are
        looked at.

        language: ISO 639-1.
        q: Words that must all occur; the last may be a beginning.
        limit: How many at the most.
        """
        return self._calls.pages(
            ArticleView,
            "/api/v1/articles",
            {
                "published": published,
                "section": section,
                "language": language,
                "q": q,
                "limit": limit,
                "sort": sort,
            },
        )

    async def create(
        self,
        *,
        title: str,
        body: str | None | Unset = UNSET,
        body_text: str | None | Unset = UNSET,
        published: bool | Unset = UNSET,
        section: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        external_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> ArticleView:
        """Write an article.

        title: One line.
        body: HTML; it is sanitized before it is kept.
        body_text: In place of `body`: plain text, of which the HTML is made; blank lines part
        paragraphs.
        published: Whether customers may read it.
        language: ISO 639-1.
        external_id: Its id where it was written; unique.
        """
        answered: ArticleView = await self._calls.answer(
            ArticleView,
            "POST",
            "/api/v1/articles",
            body={
                "title": title,
                "body": body,
                "body_text": body_text,
                "published": published,
                "section": section,
                "language": language,
                "external_id": external_id,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, article_id: UUID | str) -> ArticleView:
        """Read an article."""
        answered: ArticleView = await self._calls.answer(
            ArticleView, "GET", f"/api/v1/articles/{segment(article_id)}"
        )
        return answered

    async def change(
        self,
        article_id: UUID | str,
        *,
        title: str | Unset = UNSET,
        body: str | Unset = UNSET,
        body_text: str | Unset = UNSET,
        published: bool | Unset = UNSET,
        section: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        external_id: str | None | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> ArticleView:
        """Change an article.

        title: One line.
        body: HTML; it is sanitized before it is kept.
        body_text: In place of `body`: plain text, of which the HTML is made; blank lines part
        paragraphs.
        published: Whether customers may read it.
        language: ISO 639-1.
        external_id: Its id where it was written; unique.
        """
        answered: ArticleView = await self._calls.answer(
            ArticleView,
            "PATCH",
            f"/api/v1/articles/{segment(article_id)}",
            body={
                "title": title,
                "body": body,
                "body_text": body_text,
                "published": published,
                "section": section,
                "language": language,
                "external_id": external_id,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, article_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Delete an article."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/articles/{segment(article_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
