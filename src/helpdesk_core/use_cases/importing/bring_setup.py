"""What another desk was set up with is brought: custom fields, macros, and the articles of its help centre."""

from collections.abc import Sequence
from uuid import UUID

from attrs import evolve

from helpdesk_core.actions import Action, Do, check_actions
from helpdesk_core.arrangements import check_name
from helpdesk_core.articles import Article, body_from_html
from helpdesk_core.custom_fields import SELECTING, CustomField, FieldType
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ArticleId
from helpdesk_core.imports.brought import BroughtArticle, BroughtField, BroughtMacro, Kind
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.macros import Macro
from helpdesk_core.use_cases.importing.errand import Errand, Taken, changed, newest_each

UNTITLED = "(untitled)"


async def bring_fields(things: Sequence[BroughtField], errand: Errand) -> Taken:
    """The step: each as the custom field of its key, or a new one. A field that is mapped to none is passed over."""
    once = [thing for thing in newest_each(things) if errand.import_.translation.fields.get(thing.id) != ""]
    known = await errand.known(Kind.FIELDS, (thing.id for thing in once))
    new, other = changed(once, known)
    notes: list[tuple[BroughtField, UUID]] = [(thing, known[thing.id].our_id) for thing in other]
    created = 0
    for thing in new:
        key = check_name(errand.import_.translation.fields.get(thing.id) or thing.key or f"field_{thing.id}")
        field = await errand.work.custom_fields.named(errand.organization_id, key)
        if field is None:
            field = _field(thing, key, errand)
            await errand.work.custom_fields.add(field)
            created += 1
        notes.append((thing, field.id))
    await errand.note(Kind.FIELDS, notes)
    return Taken(Tally(created=created, updated=len(other), skipped=len(things) - created - len(other)))


async def bring_macros(things: Sequence[BroughtMacro], errand: Errand) -> Taken:
    """The step: each as a macro. What it did there that nothing here does is told; one of nothing else is left out."""
    once = newest_each(things)
    known = await errand.known(Kind.MACROS, (thing.id for thing in once))
    new, other = changed(once, known)
    notes: list[tuple[BroughtMacro, UUID]] = []
    problems: list[Problem] = []
    created = updated = 0
    for thing in [*new, *other]:
        problems += [Problem(Kind.MACROS, thing.id, told) for told in thing.untranslated]
        try:
            actions = check_actions(_actions(thing, errand))
        except InvalidValue as invalid:
            problems.append(Problem(Kind.MACROS, thing.id, f"{thing.name}: {invalid}"))
            continue
        name = check_name(thing.name or f"Macro {thing.id}")
        macro = await _macro(thing, name, errand)
        if macro is None:
            macro = Macro(
                id=errand.occasion.new_id(),
                organization_id=errand.organization_id,
                name=name,
                actions=actions,
                created_at=errand.occasion.at,
                updated_at=errand.occasion.at,
            )
            await errand.work.macros.add(macro)
            created += 1
        elif thing in other:
            await errand.work.macros.replace(evolve(macro, actions=actions, version=macro.version + 1))
            updated += 1
        notes.append((thing, macro.id))
    await errand.note(Kind.MACROS, notes)
    failed = len(new) + len(other) - len(notes)
    tally = Tally(created, updated, len(things) - created - updated - failed, failed)
    return Taken(tally, tuple(problems))


async def bring_articles(things: Sequence[BroughtArticle], errand: Errand) -> Taken:
    """The step: each as an article, published where it was."""
    once = newest_each(things)
    known = await errand.known(Kind.ARTICLES, (thing.id for thing in once))
    new, other = changed(once, known)
    notes: list[tuple[BroughtArticle, UUID]] = []
    for thing in new:
        article = _article(thing, ArticleId(errand.occasion.new_id()), errand)
        await errand.work.articles.add(article)
        notes.append((thing, article.id))
    for thing in other:
        before = await errand.work.articles.get(errand.organization_id, ArticleId(known[thing.id].our_id))
        if before is not None:
            after = _article(thing, before.id, errand)
            await errand.work.articles.replace(
                evolve(after, created_at=before.created_at, version=before.version + 1)
            )
        notes.append((thing, known[thing.id].our_id))
    await errand.note(Kind.ARTICLES, notes)
    skipped = len(things) - len(new) - len(other)
    return Taken(Tally(created=len(new), updated=len(other), skipped=skipped))


def _field(thing: BroughtField, key: str, errand: Errand) -> CustomField:
    type_ = FieldType(thing.type) if thing.type in {one.value for one in FieldType} else FieldType.TEXT
    if type_ in SELECTING and not thing.options:
        type_ = FieldType.TEXT
    return CustomField(
        id=errand.occasion.new_id(),
        organization_id=errand.organization_id,
        name=key,
        label=thing.label,
        type=type_,
        options=thing.options if type_ in SELECTING else (),
        created_at=errand.occasion.at,
        updated_at=errand.occasion.at,
    )


def _actions(thing: BroughtMacro, errand: Errand) -> tuple[Action, ...]:
    translation = errand.import_.translation
    status = translation.status(thing.status) if thing.status else None
    priority = translation.priority(thing.priority) if thing.priority else None
    return (
        *([Action(Do.REPLY, thing.text)] if thing.text.strip() else []),
        *([Action(Do.SET_STATUS, status.value)] if status else []),
        *([Action(Do.SET_PRIORITY, priority.value)] if priority else []),
        *(Action(Do.ADD_TAG, tag) for tag in thing.add_tags),
    )


async def _macro(thing: BroughtMacro, name: str, errand: Errand) -> Macro | None:
    known = await errand.known(Kind.MACROS, [thing.id])
    if thing.id in known:
        return await errand.work.macros.get(errand.organization_id, known[thing.id].our_id)
    return await errand.work.macros.named(errand.organization_id, name)


def _article(thing: BroughtArticle, article_id: ArticleId, errand: Errand) -> Article:
    import_ = errand.import_
    created_at = thing.created_at or errand.occasion.at
    return Article(
        id=article_id,
        organization_id=errand.organization_id,
        title=" ".join(thing.title.split()) or UNTITLED,
        body=body_from_html(thing.body),
        created_at=created_at,
        updated_at=max(thing.updated_at or created_at, created_at),
        published=thing.published,
        section=thing.section,
        language=thing.language,
        external_id=f"{import_.source}/{import_.account}/{thing.id}",
    )
