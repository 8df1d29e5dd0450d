"""What an organization sees of the webhook inbox."""

from attrs import evolve

from helpdesk_core.ids import OrganizationId, WebhookEventId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import View
from helpdesk_core.webhooks import WebhookEvent


async def list_events(
    organization_id: OrganizationId, wanted: EventFilter, page: Page, view: View
) -> Slice[WebhookEvent]:
    """Its own events, and those that belong to nobody yet: one of them may be waiting for an account of its own.

    What is not (yet) its own is shown without the reason of its state, which may name somebody else's affairs.
    """
    own = await view.inbox.page(evolve(wanted, organization_id=organization_id, unowned=False), page)
    nobodys = await view.inbox.page(evolve(wanted, organization_id=None, unowned=True), page)
    rows = [*own.items, *map(_without_reason, nobodys.items)]
    rows.sort(key=lambda event: (event.received_at, event.id), reverse=page.descending)
    if own.next is None and nobodys.next is None:
        return cut(rows, page)
    # Either list goes on, so the place to go on from is behind the last row shown.
    return cut([*rows[: page.limit], rows[-1]], page)


async def visible_event(
    organization_id: OrganizationId, event_id: WebhookEventId, view: View
) -> WebhookEvent | None:
    """The event as `list_events` shows it."""
    event = await view.inbox.get(event_id)
    if event is None or event.organization_id == organization_id:
        return event
    return _without_reason(event) if event.organization_id is None else None


def _without_reason(event: WebhookEvent) -> WebhookEvent:
    return evolve(event, error=None)
