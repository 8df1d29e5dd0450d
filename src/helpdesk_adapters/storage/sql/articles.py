"""Articles of the knowledge base, and finding them by words."""

from functools import lru_cache

from sqlalchemy import bindparam, func, select

from helpdesk_adapters.storage.sql import full_text
from helpdesk_adapters.storage.sql.dialects import Among, checked, likely
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import articles as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import ArticleRow
from helpdesk_core.articles import Article
from helpdesk_core.ids import ArticleId, OrganizationId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import ArticleFilter

ARTICLES = Kept("article", ArticleRow, mapping.ARTICLE, mapping.to_article, mapping.article_row, words="text")
SORTS = ("created_at", "updated_at")

_c = ARTICLES.c
_ORGANIZATION = bindparam("organization_id", type_=_c.organization_id.type)


class ArticleReads(Repository):
    _BY_EXTERNAL_ID = ARTICLES.where(
        _c.organization_id == _ORGANIZATION,
        _c.external_id == bindparam("external_id"),
        _c.external_id.is_not(None),
    )
    _COUNT = Prepared(
        select(func.count()).select_from(
            select(_c.id).where(_c.organization_id == _ORGANIZATION).limit(bindparam(LIMIT)).subquery()
        )
    )

    async def get(self, organization_id: OrganizationId, article_id: ArticleId) -> Article | None:
        found = await ARTICLES.get(self._db, article_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def by_external_id(self, organization_id: OrganizationId, external_id: str) -> Article | None:
        params = {"organization_id": organization_id, "external_id": external_id}
        return await ARTICLES.first(self._db, self._BY_EXTERNAL_ID, params)

    async def page(
        self, organization_id: OrganizationId, wanted: ArticleFilter, page: Page
    ) -> Slice[Article]:
        check_sort(page, *SORTS)
        equal = {"published": wanted.published, "section": wanted.section, "language": wanted.language}
        given = {name: value for name, value in equal.items() if value is not None}
        params = {"organization_id": organization_id, **paging(page), **given}
        if wanted.q is not None:
            params["ids"] = tuple(await self._found(organization_id, wanted.q))
            if not params["ids"]:
                return Slice(())
        prepared = _listing(tuple(given), wanted.q is not None, page.sort, page.after is not None)
        return cut(await ARTICLES.every(self._db, prepared, params), page)

    async def count(self, organization_id: OrganizationId, most: int) -> int:
        params = {"organization_id": organization_id, LIMIT: most}
        return int((await self._db.rows(self._COUNT, params))[0][0])

    async def _found(self, organization_id: OrganizationId, q: str) -> set[ArticleId]:
        return await full_text.ARTICLES.find(self._db, organization_id, q)


class Articles(ArticleReads):
    async def _found(self, organization_id: OrganizationId, q: str) -> set[ArticleId]:
        await self._db.catch_up()
        return await super()._found(organization_id, q)

    async def add(self, article: Article) -> None:
        name = article.external_id or article.id
        await ARTICLES.add(self._db, article, f"There is an article with the external id {name} already.")

    async def replace(self, article: Article) -> None:
        await ARTICLES.replace(self._db, article)

    async def remove(self, organization_id: OrganizationId, article_id: ArticleId) -> None:
        if await self.get(organization_id, article_id) is not None:
            await (
                self._db.catch_up()
            )  # words that wait to be indexed must not come after their article is gone
            await ARTICLES.remove(self._db, article_id)


@lru_cache(64)
def _listing(given: tuple[str, ...], by_words: bool, sort: str, after: bool) -> Prepared:
    page = Page(sort=sort)
    ours = _c.organization_id == _ORGANIZATION
    if by_words:
        statement = ARTICLES.select.where(checked(ours), Among(_c.id, "ids"))
    else:
        index = f"ix_articles_{page.column.removesuffix('_at')}"
        statement = ARTICLES.select.where(ours).with_hint(ARTICLES.table, f"INDEXED BY {index}", "sqlite")
    for name in given:
        statement = statement.where(likely(_c[name] == bindparam(name)))
    return Prepared(ordered(statement, _c[page.column], _c.id, page, after=after))
