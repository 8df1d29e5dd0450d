"""Articles of the knowledge base are written, changed, shown to customers, and taken away."""

from attrs import evolve, fields, frozen

from helpdesk_core.articles import Article, Body, check_title
from helpdesk_core.errors import existing
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import ArticleId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.users import Actor


@frozen(kw_only=True)
class ArticleDraft:
    """An article to be."""

    title: str
    body: Body
    published: bool = False
    section: str | None = None
    language: str | None = None
    external_id: str | None = None


@frozen(kw_only=True)
class ArticleChange:
    """What is to be different; what is not given stays."""

    title: str | Unset = UNSET
    body: Body | Unset = UNSET
    published: bool | Unset = UNSET
    section: str | None | Unset = UNSET
    language: str | None | Unset = UNSET
    external_id: str | None | Unset = UNSET


@frozen
class WriteArticles:
    """Adds, changes and removes articles; the log tells each, and when one is published.

    AlreadyTaken where another one has the `external_id`. A change that changes nothing leaves no trace.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def add(self, organization_id: OrganizationId, actor: Actor, draft: ArticleDraft) -> Article:
        async def unit(work: Work) -> Article:
            return await add_article_step(
                organization_id, draft, work, Occasion(self.clock(), self.new_id, actor)
            )

        return await self.store.transact(unit)

    async def change(
        self, organization_id: OrganizationId, article_id: ArticleId, actor: Actor, change: ArticleChange
    ) -> Article:
        async def unit(work: Work) -> Article:
            article = await _existing(organization_id, article_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await change_article_step(article, change, work, occasion)

        return await self.store.transact(unit)

    async def remove(self, organization_id: OrganizationId, article_id: ArticleId, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            article = await _existing(organization_id, article_id, work)
            await work.articles.remove(organization_id, article_id)
            await work.log.append(_told(article, "deleted", Occasion(self.clock(), self.new_id, actor)))

        await self.store.transact(unit)


async def add_article_step(
    organization_id: OrganizationId, draft: ArticleDraft, work: Work, occasion: Occasion
) -> Article:
    """The step: one more article."""
    at = occasion.occurred_at or occasion.at
    article = Article(
        id=ArticleId(occasion.new_id()),
        organization_id=organization_id,
        title=check_title(draft.title),
        body=draft.body,
        created_at=at,
        updated_at=at,
        published=draft.published,
        section=draft.section,
        language=draft.language,
        external_id=draft.external_id,
    )
    await work.articles.add(article)
    told = [_told(article, "created", occasion)]
    if article.published:
        told.append(_told(article, "published", occasion))
    await work.log.append(*told)
    return article


async def change_article_step(
    article: Article, change: ArticleChange, work: Work, occasion: Occasion
) -> Article:
    """The step: the changed article; the log names the fields that have changed."""
    wanted = given(change)
    if "title" in wanted:
        wanted["title"] = check_title(wanted["title"])
    changed = evolve(article, **wanted)
    names = [field.name for field in fields(Article) if _differs(article, changed, field.name)]
    if not names:
        return article
    changed = evolve(changed, updated_at=max(occasion.at, article.updated_at), version=article.version + 1)
    await work.articles.replace(changed)
    told = [_told(changed, "updated", occasion, changed=names)]
    if changed.published and not article.published:
        told.append(_told(changed, "published", occasion))
    await work.log.append(*told)
    return changed


def _differs(before: Article, after: Article, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


async def _existing(organization_id: OrganizationId, article_id: ArticleId, work: Work) -> Article:
    return existing(await work.articles.get(organization_id, article_id), "article", article_id)


def _told(article: Article, what: str, occasion: Occasion, **data: object) -> DomainEvent:
    return occasion.event(
        article.organization_id, f"article.{what}", article.id, {"published": article.published, **data}
    )
