"""Articles of the knowledge base."""

from collections.abc import Iterable
from itertools import islice

from helpdesk_adapters.storage.memory.pages import page_of, page_out_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.search import Text, TextsOf, WordIndex
from helpdesk_adapters.storage.memory.tables import Journal, Refers, Table, Unique
from helpdesk_core.articles import Article
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import ArticleFilter


class Articles:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._words = WordIndex()
        self._by_external_id = Unique[ArticleId, Article](
            lambda row: () if row.external_id is None else ((row.organization_id, row.external_id),),
            lambda name: AlreadyTaken(f"There is an article with the external id {name[1]} already."),
        )
        self._lists = sorted_by(Article, ("created_at", "updated_at"), lambda row: row.organization_id)
        texts = TextsOf[ArticleId, Article](
            self._words, lambda row: Text(row.organization_id, row.id, f"{row.title}\n{row.body.text}")
        )
        known = Refers[ArticleId, Article](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self.rows = Table(journal, self._by_external_id, *self._lists.values(), texts, known)

    async def get(self, organization_id: OrganizationId, article_id: ArticleId) -> Article | None:
        found = self.rows.get(article_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def by_external_id(self, organization_id: OrganizationId, external_id: str) -> Article | None:
        holder = self._by_external_id.holder((organization_id, external_id))
        return None if holder is None else self.rows[holder]

    async def page(
        self, organization_id: OrganizationId, wanted: ArticleFilter, page: Page
    ) -> Slice[Article]:
        if wanted.q is None:
            return page_of(self._lists, organization_id, self.rows, page, lambda row: _is(row, wanted))
        found: Iterable[ArticleId] = self._words.find(organization_id, wanted.q)
        return page_out_of(
            (row for row in map(self.rows.__getitem__, found) if _is(row, wanted)), self._lists, page
        )

    async def count(self, organization_id: OrganizationId, most: int) -> int:
        return sum(1 for _ in islice(self._lists["created_at"].ascending(organization_id), most))

    async def add(self, article: Article) -> None:
        self.rows.add(article.id, article)

    async def replace(self, article: Article) -> None:
        if await self.get(article.organization_id, article.id) is None:
            raise NotFound("article", article.id)
        self.rows.put(article.id, article)

    async def remove(self, organization_id: OrganizationId, article_id: ArticleId) -> None:
        if await self.get(organization_id, article_id) is not None:
            self.rows.drop(article_id)


def _is(article: Article, wanted: ArticleFilter) -> bool:
    return (
        (wanted.published is None or article.published == wanted.published)
        and (wanted.section is None or article.section == wanted.section)
        and (wanted.language is None or article.language == wanted.language)
    )
