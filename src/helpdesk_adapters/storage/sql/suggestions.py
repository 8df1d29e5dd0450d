"""Suggested replies."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, delete

from helpdesk_adapters.storage.sql.dialects import Among, checked, likely
from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import knowledge as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import SuggestionRow
from helpdesk_core.ids import OrganizationId, SuggestionId, TicketId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.suggestions.suggestions import Suggestion

SUGGESTIONS = Kept(
    "suggestion", SuggestionRow, mapping.SUGGESTION, mapping.to_suggestion, mapping.suggestion_row
)
_c = SUGGESTIONS.c
_OURS = _c.organization_id == bindparam("organization_id", type_=_c.organization_id.type)
_NARROWING = ("ticket_id", "state", "grounded")
"""What lists are narrowed by, the most telling first; each has an index."""


class SuggestionReads(Repository):
    async def get(self, organization_id: OrganizationId, suggestion_id: SuggestionId) -> Suggestion | None:
        found = await SUGGESTIONS.get(self._db, suggestion_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: SuggestionFilter, page: Page
    ) -> Slice[Suggestion]:
        check_sort(page, "created_at")
        equal = {
            "ticket_id": wanted.ticket_id,
            "state": None if wanted.state is None else wanted.state.value,
            "grounded": wanted.grounded,
        }
        given = {name: value for name, value in equal.items() if value is not None}
        params = {"organization_id": organization_id, **given, **paging(page)}
        prepared = _listing(tuple(given), page.sort, page.after is not None)
        return cut(await SUGGESTIONS.every(self._db, prepared, params), page)


class Suggestions(SuggestionReads):
    _FORGET = Prepared(delete(SUGGESTIONS.table).where(checked(_OURS), Among(_c.ticket_id, "ticket_ids")))

    async def add(self, suggestion: Suggestion) -> None:
        await SUGGESTIONS.add(self._db, suggestion, f"There is a suggestion {suggestion.id} already.")

    async def replace(self, suggestion: Suggestion) -> None:
        await SUGGESTIONS.replace(self._db, suggestion)

    async def forget(self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]) -> None:
        if ticket_ids:
            self._db.marks.seen.clear()
            params = {"organization_id": organization_id, "ticket_ids": list(ticket_ids)}
            await self._db.execute(self._FORGET, params)


@lru_cache(64)
def _listing(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    by = next((name for name in _NARROWING if name in given), "created_at")
    index = f"ix_suggestions_{by.removesuffix('_id').removesuffix('_at')}"
    statement = SUGGESTIONS.select.where(checked(_OURS) if by == "ticket_id" else _OURS)
    statement = statement.with_hint(SUGGESTIONS.table, f"INDEXED BY {index}", "sqlite")
    for name in given:
        condition = _c[name] == bindparam(name)
        statement = statement.where(condition if name == by else likely(condition))
    return Prepared(ordered(statement, _c.created_at, _c.id, Page(sort=sort), after=after))
