"""A ticket: what was said, by whom and to whom, what its customer bought, and where it is answered."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import Factory, frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.correspondences import is_within
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.ids import TicketId
from helpdesk_core.messages import BY_MESSAGE, BY_TEMPLATE, NAMES
from helpdesk_core.paging import Page
from helpdesk_core.tickets import Priority, Status, Ticket
from helpdesk_core.use_cases.tickets.post_conversation import BY_EMAIL
from helpdesk_http.cursors import position_of
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.guarded import address_behind, user_of
from helpdesk_http.web.inbox.field_values import written
from helpdesk_http.web.inbox.ticket_events import lines_of
from helpdesk_http.web.inbox.ticket_place import asked_with, list_of
from helpdesk_http.web.inbox.ticket_reading import NEWEST_FIRST, Seen, read_ticket
from helpdesk_http.web.inbox.ticket_thread import timeline
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

ON_A_PAGE: Final = 16
MOST_AT_ONCE: Final = 100
LOCAL_ZONE: Final = ("timezone", "time_zone", "tz")
"""Under which names widgets and programs note where a customer's clock stands."""


@frozen
class Written:
    """What somebody wrote into the answer form, to be shown again."""

    text: str = ""
    kind: str = "reply"
    cc: str | None = None
    bcc: str = ""


@frozen
class Trouble:
    """What was refused: of the answer form, or of anything else on the page."""

    answer: str = ""
    change: str = ""
    written: Written = Factory(Written)


async def show_ticket(request: Request, who: Caller) -> Response:
    """The page."""
    return await ticket_page(request, who, Trouble())


async def lead_to_ticket(request: Request, who: Caller) -> Response:
    """From a ticket's id, which others know it by, to its page."""
    ticket_id = TicketId(request.path_params["ticket_id"])
    found = await desk_of(request).store().read(lambda view: view.tickets.get(who.organization_id, ticket_id))
    return RedirectResponse(address_of(existing(found, "ticket", ticket_id)), 303)


def address_of(ticket: Ticket) -> str:
    """Where a ticket is read."""
    return f"/app/tickets/{ticket.number}"


def back_to(request: Request, ticket: Ticket, place: str = "") -> Response:
    """After a form: to the ticket, still in the list that it was opened from."""
    return RedirectResponse(f"{address_of(ticket)}{asked_with(list_of(request))}{place}", 303)


async def ticket_page(request: Request, who: Caller, trouble: Trouble) -> Response:
    """The page, with what was refused where something was."""
    desk, user = desk_of(request), user_of(who)
    number, query = request.path_params["number"], list_of(request)
    page, since = _part_of(request, number)
    seen = await desk.store().read(
        partial(read_ticket, who.organization_id, user.id, number, page, since, query)
    )
    ticket = seen.ticket
    await desk.read_notifications().of_ticket(who.organization_id, user, ticket.id)
    return await desk_page(
        "ticket.html",
        request,
        who,
        "inbox",
        422 if trouble.answer or trouble.change else 200,
        seen=seen,
        ticket=ticket,
        customer=seen.customer,
        base=address_of(ticket),
        inside=asked_with(query),
        items=timeline(seen.found.items, seen.files, lines_of(seen.events, seen.names)),
        newest=page.after is None,
        since=seen.found.items[-1].created_at.isoformat() if seen.found.items else "",
        older=address_behind(desk, f"thread:{number}", seen.found.next, "", query, NEWEST_FIRST),
        back=f"/app{asked_with(query)}",
        statuses=list(Status),
        priorities=list(Priority),
        agents=[user for user in seen.users if user.disabled_at is None or user.id == ticket.assignee_id],
        zone=_zone(seen),
        custom=_custom(seen.fields, ticket.custom_fields),
        web_address=web_address,
        member=written,
        trouble=trouble,
        **_answering(request, seen, trouble.written),
    )


def web_address(text: str) -> str:
    """The address if it is one of the web; empty for anything else, which must not become a link. Total."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def _part_of(request: Request, number: int) -> tuple[Page, datetime | None]:
    """Which messages: those before a cursor, those since a time, or the newest."""
    asked = request.query_params
    if cursor := asked.get("cursor"):
        after = position_of(desk_of(request), f"thread:{number}", NEWEST_FIRST, cursor)
        return Page(ON_A_PAGE, NEWEST_FIRST, after), None
    if since := asked.get("since"):
        try:
            at = datetime.fromisoformat(since)
            return Page(MOST_AT_ONCE, NEWEST_FIRST), at if at.tzinfo else at.replace(tzinfo=UTC)
        except ValueError:
            raise InvalidValue("since", "is no time") from None
    return Page(ON_A_PAGE, NEWEST_FIRST), None


def _answering(request: Request, seen: Seen, written: Written) -> Mapping[str, Any]:
    """How the ticket can be answered, and what stands against it."""
    desk, ticket = desk_of(request), seen.ticket
    sender = desk.message_senders().get(ticket.channel) if ticket.channel in BY_MESSAGE else None
    window = sender.window if sender is not None else None
    known = seen.there if seen.there is not None and seen.there.heard_at is not None else None
    followers = [one for one in ticket.followers if "@" in one]
    return {
        "followers": followers,
        "by_mail": ticket.channel in BY_EMAIL,
        "answerable": ticket.channel in BY_EMAIL | BY_MESSAGE,
        "channel_name": NAMES.get(ticket.channel, ticket.channel.value),
        "opted_out": NAMES[ticket.channel] if seen.there is not None and seen.there.opted_out else "",
        "outside": known is not None and not is_within(known, window, desk.clock()()),
        "translates": desk.translator() is not None,
        "has_templates": ticket.channel in BY_TEMPLATE,
        "cc": ", ".join(followers) if written.cc is None else written.cc,
    }


def _zone(seen: Seen) -> str:
    """The zone of the customer's clock, as far as somebody has noted it."""
    known = seen.customer.metadata if seen.customer is not None else {}
    found = (known.get(name) for name in LOCAL_ZONE)
    return next((one for one in found if isinstance(one, str) and 0 < len(one) <= 64), "")


def _custom(
    fields: Sequence[CustomField], values: Mapping[str, Any]
) -> Sequence[tuple[CustomField | None, str, Any]]:
    """The fields that are asked for in their order, and behind them what else the ticket has."""
    active = sorted((one for one in fields if one.active), key=lambda one: (one.position, one.name))
    known = {one.name for one in active}
    rest: list[tuple[CustomField | None, str, Any]] = [
        (None, name, value) for name, value in values.items() if name not in known
    ]
    return [*((one, one.name, values.get(one.name)) for one in active), *rest]
