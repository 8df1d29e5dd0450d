"""What an organization sees of the webhook inbox."""

from attrs import evolve

from helpdesk_core.ids import OrganizationId, WebhookEventId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import View
from helpdesk_core.webhooks import EventState, WebhookEvent

OF_NOBODY = (EventState.UNMATCHED, EventState.IGNORED)
"""States in which an event without an organization is settled: it may be waiting for anybody's account."""


async def list_events(
    organization_id: OrganizationId, wanted: EventFilter, page: Page, view: View
) -> Slice[WebhookEvent]:
    """Its own events, and those that belong to nobody; the latter without reasons, which may name others' affairs.

    What is still being worked on may turn out to be another organization's and is shown only where there is no other.
    """
    lists = [await view.inbox.page(evolve(wanted, organization_id=organization_id, unowned=False), page)]
    for state in await _states_of_nobody(view):
        if wanted.state in (None, state):
            found = await view.inbox.page(
                evolve(wanted, organization_id=None, unowned=True, state=state), page
            )
            lists.append(Slice([evolve(event, error=None) for event in found.items], found.next))
    rows = [event for found in lists for event in found.items]
    rows.sort(key=lambda event: (event.received_at, event.id), reverse=page.descending)
    if all(found.next is None for found in lists):
        return cut(rows, page)
    # One of them goes on, so the place to go on from is behind the last row shown.
    return cut([*rows[: page.limit], rows[-1]], page)


async def visible_event(
    organization_id: OrganizationId, event_id: WebhookEventId, view: View
) -> WebhookEvent | None:
    """The event as `list_events` shows it."""
    event = await view.inbox.get(event_id)
    if event is None or event.organization_id == organization_id:
        return event
    if event.organization_id is None and event.state in await _states_of_nobody(view):
        return evolve(event, error=None)
    return None


async def _states_of_nobody(view: View) -> tuple[EventState, ...]:
    return OF_NOBODY if len(await view.organizations.all()) > 1 else tuple(EventState)
