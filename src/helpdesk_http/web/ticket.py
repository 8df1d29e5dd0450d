"""A ticket: what was said, by whom and to whom, what its customer bought, and the answer form."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlencode, urlsplit

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.afterwords import Edit, Reaction, afterwords_of, versions_of
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.email.images import shown_html
from helpdesk_core.email.new_html import new_html_shown
from helpdesk_core.errors import Refusal, existing
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, SuggestionId
from helpdesk_core.languages import CODES
from helpdesk_core.messages import BY_MESSAGE, NAMES
from helpdesk_core.orders import Order
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.ports.store import View
from helpdesk_core.richtext import document_from_text
from helpdesk_core.suggestions.suggestions import Suggestion
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.translations import leaves_in
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence_of
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_http.cursors import cursor_of
from helpdesk_http.message_views import images_of
from helpdesk_http.web.guarded import NEWEST_FIRST, form_of, organization_of, place_in
from helpdesk_http.web.held import held_count
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.web.suggested import is_taken, newest_offered, suggestion_in
from helpdesk_http.who import Caller

LONGEST_ANSWER: Final = 100_000
LATEST_ORDERS: Final = Page(5, NEWEST_FIRST)


async def ticket_page(
    request: Request,
    who: Caller,
    *,
    draft: str = "",
    error: str = "",
    suggestion_id: SuggestionId | None = None,
) -> Response:
    desk = desk_of(request)
    number = request.path_params["number"]
    name = f"thread:{number}"
    page = place_in(desk, name, 50, request)
    thread = await desk.store().read(partial(_thread, who.organization_id, number, page))
    older = cursor_of(desk, name, NEWEST_FIRST, thread.found.next) if thread.found.next else None
    ticket, taken = thread.ticket, is_taken(request, thread.suggestion)
    return render(
        "ticket.html",
        request,
        422 if error else 200,
        user=who.user,
        organization=thread.organization,
        here="tickets",
        held=thread.held,
        ticket=ticket,
        customer=thread.customer,
        orders=thread.orders,
        web_address=web_address,
        followers=[one for one in ticket.followers if "@" in one],
        messages=[_shown(message, thread.files) for message in reversed(thread.found.items)],
        statuses=[status for status in Status if status is not ticket.status],
        older=f"?{urlencode({'cursor': older})}" if older else "",
        draft=draft or (thread.suggestion.text if taken and thread.suggestion else ""),
        suggestion=thread.suggestion,
        suggestion_id=suggestion_id or (thread.suggestion.id if taken and thread.suggestion else None),
        opted_out=thread.opted_out,
        theirs=_language_to_translate_into(thread) if desk.translator() is not None else None,
        error=error,
    )


async def post_message(request: Request, who: Caller) -> Response:
    form = await form_of(request, 16 * LONGEST_ANSWER)
    text = str(form.get("text", "")).replace("\r\n", "\n").replace("\x00", "")
    kind = Kind.NOTE if form.get("kind") == "note" else Kind.REPLY
    chosen = str(form.get("status", ""))
    status = Status(chosen) if chosen in set(Status) else None
    if len(text) > LONGEST_ANSWER or (not text.strip() and form.get("kind") != "status"):
        reason = "The text is too long." if text.strip() else "Write something first."
        return await ticket_page(request, who, draft=text[:LONGEST_ANSWER], error=reason)
    desk, number = desk_of(request), request.path_params["number"]
    ticket = existing(
        await desk.store().read(lambda view: view.tickets.by_number(who.organization_id, number)),
        "ticket",
        number,
    )
    if form.get("kind") == "status":
        change = TicketChange(status=status) if status else TicketChange()
        await desk.change_ticket()(who.organization_id, ticket.id, who.actor, change)
        return RedirectResponse(f"/app/tickets/{number}", 303)
    wanted = str(form.get("translate_to", "")) if kind is Kind.REPLY else ""
    draft = Draft(
        content=document_from_text(text),
        author=agent_author(who.actor),
        status=status,
        translate_to=wanted or None,
        suggestion_id=suggestion_in(str(form.get("suggestion_id", ""))) if kind is Kind.REPLY else None,
    )
    try:
        posted = await desk.post_conversation()(who.organization_id, ticket.id, who.actor, kind, draft)
    except Refusal as refusal:
        return await ticket_page(
            request, who, draft=text, error=str(refusal), suggestion_id=draft.suggestion_id
        )
    return RedirectResponse(f"/app/tickets/{number}#m-{posted.id}", 303)


async def retry_message(request: Request, who: Caller) -> Response:
    conversation_id = ConversationId(request.path_params["conversation_id"])
    await desk_of(request).retry_reply()(who.organization_id, conversation_id, who.actor)
    return RedirectResponse(f"/app/tickets/{request.path_params['number']}#m-{conversation_id}", 303)


def web_address(text: str) -> str:
    """The address if it is one of the web; empty for anything else, which must not become a link. Total."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


@frozen
class _Thread:
    """What the page is made of. `held` is as `held_count` tells it."""

    organization: Organization
    ticket: Ticket
    customer: Customer | None
    found: Slice[Conversation]
    files: Mapping[AttachmentId, Attachment]
    orders: Sequence[Order]
    held: str
    opted_out: str
    """The channel of the ticket, where its customer wants no messages over it."""
    suggestion: Suggestion | None


@frozen
class _Message:
    """A message with its HTML, safe to show; `whole` is there where it says more than what is new."""

    said: Conversation
    html: str
    whole: str | None
    files: Sequence[Attachment]
    versions: Sequence[Edit]
    reactions: Sequence[Reaction]
    in_own_words: bool
    """Whether its translation is what its agent wrote."""


def _shown(message: Conversation, files: Mapping[AttachmentId, Attachment]) -> _Message:
    images = images_of(message, files)
    html = shown_html(message.content_html, images, remote=False)
    mine = [files[id_] for id_ in message.attachment_ids if id_ in files]
    new = new_html_shown(message)
    signs = [one for one in afterwords_of(message).reactions if one.emoji]
    whole = None if new is None else html
    shortly = html if new is None else shown_html(new, images, remote=False)
    own = leaves_in(message) is not None
    return _Message(message, shortly, whole, mine, versions_of(message), signs, own)


def _language_to_translate_into(thread: _Thread) -> str | None:
    """The customer's, where it is known and is not the organization's own."""
    theirs = thread.ticket.language or (thread.customer.language if thread.customer else None)
    return theirs if theirs in CODES and theirs != thread.organization.language else None


async def _thread(organization_id: OrganizationId, number: int, page: Page, view: View) -> _Thread:
    ticket = existing(await view.tickets.by_number(organization_id, number), "ticket", number)
    found = await view.conversations.of_ticket(organization_id, ticket.id, page)
    ids = [AttachmentId(id_) for message in found.items for id_ in message.attachment_ids]
    orders = await view.orders.page(organization_id, OrderFilter(ticket.customer_id), LATEST_ORDERS)
    return _Thread(
        await organization_of(organization_id, view),
        ticket,
        await view.customers.get(organization_id, ticket.customer_id),
        found,
        await view.attachments.many(organization_id, ids),
        orders.items,
        await held_count(organization_id, view),
        await _opted_out(ticket, view),
        await newest_offered(organization_id, ticket.id, view),
    )


async def _opted_out(ticket: Ticket, view: View) -> str:
    there = await correspondence_of(ticket, view) if ticket.channel in BY_MESSAGE else None
    return NAMES[ticket.channel] if there is not None and there.opted_out else ""
