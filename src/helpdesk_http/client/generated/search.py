"""Search.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from uuid import UUID

from attrs import frozen

from helpdesk_core.search import Findable
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated.shared import ArticleView, CustomerView, TicketView
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class HighlightView:
    """Why it was found."""

    field: str
    """`subject`, `message`, `number`, `title`, `body`, `name`, `email`, `phone` or `company`; those of
    a ticket's customer begin with `customer.`.
    """
    html: str
    """About 160 characters around the words, escaped; `<mark>` is the only markup."""


@frozen(kw_only=True)
class FoundView:
    """One thing that was found, whole under the name of its type."""

    type: Findable
    id: UUID
    title: str
    """The ticket's subject, the customer's name, the article's title."""
    highlights: Sequence[HighlightView]
    ticket: TicketView | Unset = UNSET
    customer: CustomerView | Unset = UNSET
    article: ArticleView | Unset = UNSET


@frozen
class Search:
    """Search."""

    _calls: Calls

    def search(
        self, *, q: str, type: Sequence[Findable] | Findable | None = None, limit: int | None = None
    ) -> Pages[FoundView]:
        """Search tickets, customers and articles.

        Every word must occur, the last one at least as a beginning, whatever the case and accents.
        Tickets are found by
        their subjects and messages, by their number (`123` or `#123`), and by their customer's
        name, e-mail, phone or
        company; customers by the beginning of one of these; articles by title and body. The newest
        come first, before
        them the ticket whose number it is, or was where it was imported from. Of words that are in
        thousands of texts,
        the newest thousand are looked at.

        With one `type` the answer goes on from page to page; with several, or none, it holds the
        first few of each, and
        `next_cursor` is null.

        q: Words that must all occur; the last may be a beginning.
        limit: How many at the most.
        """
        return self._calls.pages(FoundView, "/api/v1/search", {"q": q, "type": type, "limit": limit})
