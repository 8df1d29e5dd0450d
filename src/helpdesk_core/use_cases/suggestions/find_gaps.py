"""What customers ask to which nothing is written down."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.gaps import Gap, Unanswered, grouped
from helpdesk_core.suggestions.suggestions import SuggestionState
from helpdesk_core.use_cases.suggestions.find_question import LONGEST_MESSAGE, words_in
from helpdesk_core.use_cases.suggestions.suggest_replies import Retrieve

LOOKED_AT: Final = 300
"""The newest so many questions that found nothing."""


@frozen
class FindGaps:
    """Questions that found nothing, and still find nothing now.

    The words are read from the messages as they are: what was erased or blacked out is told no more, and a gap that
    somebody has dismissed is none.
    """

    store: Store
    retrieve: Retrieve

    async def __call__(self, organization_id: OrganizationId, most: int) -> Sequence[Gap]:
        """At most so many, those asked most often first."""
        unanswered = await self.store.read(partial(_unanswered, organization_id))
        gaps: list[Gap] = []
        for gap in grouped(unanswered):
            if len(gaps) == most:
                break
            if not await self.retrieve(organization_id, gap.newest.text, 1):
                gaps.append(gap)
        return gaps


async def _unanswered(organization_id: OrganizationId, view: View) -> Sequence[Unanswered]:
    wanted = SuggestionFilter(state=SuggestionState.OFFERED, grounded=False)
    found: dict[ConversationId, Unanswered] = {}
    page: Page | None = Page(100)
    looked_at = 0
    while page is not None and looked_at < LOOKED_AT:
        slice_ = await view.suggestions.page(organization_id, wanted, page)
        looked_at += len(slice_.items)
        for one in slice_.items:
            if one.about is None or one.about in found:
                continue
            message = await view.conversations.get(organization_id, one.about)
            if message is not None and words_in(message):
                text = words_in(message)[:LONGEST_MESSAGE]
                found[message.id] = Unanswered(message.ticket_id, message.id, text, message.created_at)
        page = None if slice_.next is None else evolve(page, after=slice_.next)
    return list(found.values())
