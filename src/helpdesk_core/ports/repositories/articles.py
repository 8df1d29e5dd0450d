"""Articles of the knowledge base."""

from typing import Protocol

from attrs import frozen

from helpdesk_core.articles import Article
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.paging import Page, Slice


@frozen
class ArticleFilter:
    """Which articles; the members are all to hold.

    `q` finds words of title and body, all of which must stand in the article (the last one may be a beginning).
    """

    published: bool | None = None
    section: str | None = None
    language: str | None = None
    q: str | None = None


class ArticleReads(Protocol):
    async def get(self, organization_id: OrganizationId, article_id: ArticleId) -> Article | None: ...

    async def by_external_id(self, organization_id: OrganizationId, external_id: str) -> Article | None: ...

    async def page(
        self, organization_id: OrganizationId, wanted: ArticleFilter, page: Page
    ) -> Slice[Article]:
        """Sorts by created_at, updated_at."""
        ...

    async def count(self, organization_id: OrganizationId, most: int) -> int:
        """How many there are; `most` means: so many at least, for counting stops there."""
        ...


class Articles(ArticleReads, Protocol):
    async def add(self, article: Article) -> None:
        """Raises AlreadyTaken where the organization has one of this `external_id`."""
        ...

    async def replace(self, article: Article) -> None:
        """As `add`; NotFound where the organization has none of this id."""
        ...

    async def remove(self, organization_id: OrganizationId, article_id: ArticleId) -> None: ...
