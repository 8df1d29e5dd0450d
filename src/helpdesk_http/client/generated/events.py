"""Events.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated.shared import EventView
from helpdesk_http.client.streams import Stream


@frozen(kw_only=True)
class FeedView:
    """Events in order; `last_seq` is how far the log has been read for them."""

    data: Sequence[EventView]
    next_cursor: str | None
    """Null: there is nothing more, for now."""
    last_seq: int
    """What to give as `after` the next time, to go on from here."""


@frozen
class Events:
    """Events."""

    _calls: Calls

    async def list(
        self,
        *,
        after: int | None = None,
        type: Sequence[str] | str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> FeedView:
        """Read what happened, the oldest first and without gaps.

        Begin with `after=0` and follow `next_cursor` until it is null. Keep `last_seq` of that page
        and ask again with
        `after=<last_seq>` whenever you like: nothing is missed and nothing comes twice. With `type`
        only those events are
        shown, and a page may come with few of them or none before its `next_cursor`.

        after: A place in the log: the `seq` of an event, 0 for the beginning.
        limit: How many at the most.
        cursor: `next_cursor` of the page before, with the same filters and sort.
        """
        answered: FeedView = await self._calls.answer(
            FeedView,
            "GET",
            "/api/v1/events",
            query={"after": after, "type": type, "limit": limit, "cursor": cursor},
        )
        return answered

    def stream(
        self,
        *,
        after: int | None = None,
        type: Sequence[str] | str | None = None,
        last_event_id: str | None | Unset = UNSET,
    ) -> Stream:
        """Listen to what happens, as server-sent events.

        Each has the `seq` as its `id`, the type as its `event`, and as `data` the same JSON as the
        feed. The stream
        begins behind `Last-Event-ID` or `after`, without either with what happens from now on. A
        comment is sent every
        15 seconds when there is nothing else. It ends when the desk stops or the key is revoked:
        connect again with the
        last `id`, as browsers do by themselves, and nothing is missed.

        after: A place in the log: the `seq` of an event, 0 for the beginning.
        last_event_id: The `id` that was seen last; wins over `after`.
        """
        return self._calls.stream("/api/v1/events/stream", {"after": after, "type": type}, last_event_id)
