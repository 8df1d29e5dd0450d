"""What an account has written down: canned responses, and the articles of its solutions."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate
from helpdesk_adapters.imports.freshdesk.client import FreshdeskApi
from helpdesk_adapters.imports.freshdesk.directory import PAGE, Directory, denied, each
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import AccessDenied, SourcePage
from helpdesk_core.webhooks import UnreadableDelivery

RESPONSES: Final = "/canned_response_folders"
CATEGORIES: Final = "/solutions/categories"
MOST_PAGES: Final = 300


@frozen
class HelpCentre:
    """Folder after folder, each page after page: a cursor is the folder's id and the page in it."""

    api: FreshdeskApi
    directory: Directory

    async def macros(self, cursor: str) -> SourcePage:
        """Canned responses, but for personal ones: those are for nobody but the owner of the key."""
        told = await self.directory.gathered(
            self.api, RESPONSES, lambda row: structured(row, freshdesk.ResponseFolder), paged=False
        )
        remarks = denied(Kind.MACROS, "canned_responses", told.denied) if not cursor else ()
        ids = sorted(folder.id for folder in told.found if not folder.personal)
        rows, after, wrong = await self._page(cursor, ids, lambda id: f"{RESPONSES}/{id}/responses")
        found, problems = each(
            rows, Kind.MACROS, lambda row: translate.macro(structured(row, freshdesk.CannedResponse))
        )
        remarks += denied(Kind.MACROS, "canned_responses", wrong)
        return SourcePage(found, after, last=not after, problems=problems, remarks=remarks)

    async def articles(self, cursor: str) -> SourcePage:
        """Articles, in the account's main language."""
        told = await self.directory.gathered(
            self.api, CATEGORIES, lambda row: structured(row, freshdesk.Category)
        )
        remarks = denied(Kind.ARTICLES, "solutions", told.denied) if not cursor else ()
        places: dict[int, tuple[freshdesk.Category, freshdesk.Folder]] = {}
        for category in told.found:
            folders = await self.directory.gathered(
                self.api, f"{CATEGORIES}/{category.id}/folders", lambda row: structured(row, freshdesk.Folder)
            )
            places |= {folder.id: (category, folder) for folder in folders.found}
        rows, after, wrong = await self._page(
            cursor, sorted(places), lambda id: f"/solutions/folders/{id}/articles"
        )
        folder_id = int(cursor.split(" ")[0]) if cursor else min(places, default=0)
        category, folder = places.get(folder_id, (freshdesk.Category(0), freshdesk.Folder(0)))

        def become(row: Any) -> Brought:
            return translate.article(structured(row, freshdesk.Article), category, folder)

        found, problems = each(rows, Kind.ARTICLES, become)
        remarks += (*denied(Kind.ARTICLES, "solutions", wrong), *_left(rows))
        return SourcePage(found, after, last=not after, problems=problems, remarks=remarks)

    async def _page(
        self, cursor: str, ids: Sequence[int], path: Callable[[int], str]
    ) -> tuple[list[Any], str, str | None]:
        """The rows at this place, where to go on ('': nowhere), and why a folder cannot be had, if it cannot."""
        if not ids:
            return [], "", None
        folder, page = map(int, cursor.split(" ")) if cursor else (ids[0], 1)
        wrong = None
        try:
            rows, more = await self.api.rows(path(folder), {"page": str(page), "per_page": str(PAGE)})
        except AccessDenied as denial:
            rows, more, wrong = [], False, str(denial)
        if more and page < MOST_PAGES:
            return rows, f"{folder} {page + 1}", wrong
        following = [one for one in ids if one > folder]
        return rows, f"{following[0]} 1" if following else "", wrong


def _left(rows: list[Any]) -> tuple[Problem, ...]:
    """What of these articles stays where it was."""
    told = []
    for row in rows:
        try:
            article = structured(row, freshdesk.Article)
        except UnreadableDelivery:
            continue  # that it cannot be read is told already
        left = translate.left_of(article)
        told += [Problem(Kind.ARTICLES.value, str(article.id), left)] if left else []
    return tuple(told)
