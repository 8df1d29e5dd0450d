"""What another desk was set up with is brought: custom fields, macros, and the articles of its help centre."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import evolve

from helpdesk_core.actions import Action, check_actions
from helpdesk_core.arrangements import check_name
from helpdesk_core.articles import Article, body_from_html
from helpdesk_core.custom_fields import SELECTING, CustomField, FieldType
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ArticleId
from helpdesk_core.imports.brought import BroughtArticle, BroughtField, BroughtMacro, Kind
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.imports.references import Reference, follows
from helpdesk_core.macros import Macro
from helpdesk_core.use_cases.importing.brought_actions import actions_of
from helpdesk_core.use_cases.importing.errand import Errand, Taken, newest_each

UNTITLED = "(untitled)"


async def bring_fields(things: Sequence[BroughtField], errand: Errand) -> Taken:
    """The step: each as the custom field of its key, or a new one. A field that is mapped to none is passed over."""
    once = [thing for thing in newest_each(things) if errand.import_.translation.fields.get(thing.id) != ""]
    known = await errand.known(Kind.FIELDS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    notes, made = list[tuple[BroughtField, UUID]](), dict[str, Mapping[str, Any]]()
    created = updated = 0
    for thing in new:
        key = check_name(errand.import_.translation.fields.get(thing.id) or thing.key or f"field_{thing.id}")
        field = await errand.work.custom_fields.named(errand.organization_id, key)
        if field is None:
            field = _field(thing, key, errand)
            await errand.work.custom_fields.add(field)
            made[thing.id] = {"label": field.label, "options": field.options}
            created += 1
        notes.append((thing, field.id))
    for thing in other:
        before = await errand.work.custom_fields.get(errand.organization_id, known[thing.id].our_id)
        notes.append((thing, known[thing.id].our_id))
        if before is not None:
            told = _field(thing, before.name, errand)
            told = evolve(told, options=told.options if before.type in SELECTING else ())
            after, made[thing.id] = _followed(before, told, ("label", "options"), known[thing.id])
            updated += 1
            if after != before:
                await errand.work.custom_fields.replace(evolve(after, version=before.version + 1))
    await errand.note(Kind.FIELDS, notes, made)
    return Taken(Tally(created=created, updated=updated, skipped=len(things) - created - updated))


async def bring_macros(things: Sequence[BroughtMacro], errand: Errand) -> Taken:
    """The step: each as a macro. What it did there that nothing here does is told; one of nothing else is left out.

    One that is here by that name already stays as it is.
    """
    once = newest_each(things)
    known = await errand.known(Kind.MACROS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    notes, made = list[tuple[BroughtMacro, UUID]](), dict[str, Mapping[str, Any]]()
    problems, tally = list[Problem](), Tally()
    for thing in [*new, *other]:
        problems += [Problem(Kind.MACROS, thing.id, told) for told in thing.untranslated]
        try:
            actions = check_actions(await actions_of(thing, errand))
        except InvalidValue as invalid:
            problems.append(Problem(Kind.MACROS, thing.id, f"{thing.name}: {invalid}"))
            tally = evolve(tally, failed=tally.failed + 1)
            continue
        reference = known.get(thing.id)
        made[thing.id] = {"actions": _plain(actions)}
        if reference is None:
            macro = await errand.work.macros.named(
                errand.organization_id, check_name(thing.name or f"Macro {thing.id}")
            )
            if macro is None:
                macro = await _new_macro(thing, actions, errand)
                tally = evolve(tally, created=tally.created + 1)
            else:
                made[thing.id] = {}
            notes.append((thing, macro.id))
            continue
        notes.append((thing, reference.our_id))
        macro = await errand.work.macros.get(errand.organization_id, reference.our_id)
        if macro is not None and follows(reference, "actions", _plain(macro.actions)):
            await errand.work.macros.replace(evolve(macro, actions=actions, version=macro.version + 1))
            tally = evolve(tally, updated=tally.updated + 1)
    await errand.note(Kind.MACROS, notes, made)
    skipped = len(things) - tally.seen
    return Taken(evolve(tally, skipped=skipped), tuple(problems))


async def bring_articles(things: Sequence[BroughtArticle], errand: Errand) -> Taken:
    """The step: each as an article, published where it was; each part follows the source until it is changed here."""
    once = newest_each(things)
    known = await errand.known(Kind.ARTICLES, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    notes, made = list[tuple[BroughtArticle, UUID]](), dict[str, Mapping[str, Any]]()
    updated = 0
    for thing in new:
        article = _article(thing, ArticleId(errand.occasion.new_id()), errand)
        await errand.work.articles.add(article)
        notes.append((thing, article.id))
        made[thing.id] = _parts(article)
    for thing in other:
        reference = known[thing.id]
        before = await errand.work.articles.get(errand.organization_id, ArticleId(reference.our_id))
        notes.append((thing, reference.our_id))
        if before is not None:
            told = _article(thing, before.id, errand)
            made[thing.id] = _parts(told)
            same = {name for name, value in _parts(before).items() if follows(reference, name, value)}
            after = evolve(before, **{name: getattr(told, name) for name in same})
            updated += 1
            if after != before:
                at = max(before.updated_at, told.updated_at)
                await errand.work.articles.replace(evolve(after, updated_at=at, version=before.version + 1))
    await errand.note(Kind.ARTICLES, notes, made)
    skipped = len(things) - len(new) - updated
    return Taken(Tally(created=len(new), updated=updated, skipped=skipped))


def _parts(article: Article) -> Mapping[str, Any]:
    return {
        "title": article.title,
        "body": article.body.html,
        "published": article.published,
        "section": article.section,
        "language": article.language,
    }


def _followed(
    here: CustomField, told: CustomField, names: Sequence[str], reference: Reference
) -> tuple[CustomField, Mapping[str, Any]]:
    same = [name for name in names if follows(reference, name, getattr(here, name))]
    made = {name: getattr(told, name) for name in names}
    return evolve(here, **{name: made[name] for name in same}), made


async def _new_macro(thing: BroughtMacro, actions: tuple[Action, ...], errand: Errand) -> Macro:
    macro = Macro(
        id=errand.occasion.new_id(),
        organization_id=errand.organization_id,
        name=check_name(thing.name or f"Macro {thing.id}"),
        actions=actions,
        description=thing.description,
        active=thing.active,
        created_at=errand.occasion.at,
        updated_at=errand.occasion.at,
    )
    await errand.work.macros.add(macro)
    return macro


def _plain(actions: Sequence[Action]) -> list[list[str]]:
    return [[one.do.value, str(one.value)] for one in actions]


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
        required=thing.required,
        position=thing.position,
        active=thing.active,
        description=thing.description,
        created_at=errand.occasion.at,
        updated_at=errand.occasion.at,
    )


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
