"""Something is said on a ticket, sent once more, or blacked out."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk_core.errors import Conflict, InvalidValue, Refusal
from helpdesk_core.ids import ConversationId, SuggestionId
from helpdesk_core.richtext import html_to_text
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.tickets.post_conversation import BY_EMAIL
from helpdesk_http.routes.conversations import NewConversation, Redaction, create_conversation
from helpdesk_http.scalars import InvalidBody
from helpdesk_http.web.forms import listed, several, text
from helpdesk_http.web.guarded import form_of, organization_of
from helpdesk_http.web.inbox.sheets import sheet
from helpdesk_http.web.inbox.ticket_page import Trouble, Written, back_to, ticket_page
from helpdesk_http.web.inbox.ticket_reading import ticket_of
from helpdesk_http.web.inbox.ticket_templates import filled
from helpdesk_http.web.rendering import desk_of, said
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller
from helpdesk_http.wire import structure

LONGEST_ANSWER: Final = 100_000
LARGEST_FORM: Final = 24 * LONGEST_ANSWER
CONTROLS: Final = 100
SCRIPT: Final = "application/json"


EMPTY: Final = _("Write something first.")
TOO_LONG: Final = _("The text is too long.")


async def post_message(request: Request, who: Caller) -> Response:
    """Posts what the answer form says. A script asks for JSON, so that it can keep the draft where that is refused."""
    ticket = await ticket_of(request, who)
    form = await form_of(request, LARGEST_FORM, CONTROLS)
    by_script = SCRIPT in request.headers.get("accept", "")
    wrong = _wrong(form)
    if not wrong:
        try:
            body = structure(NewConversation, _message(form, ticket))
            posted = (await create_conversation(desk_of(request), who, ticket.id, body)).value
        except (InvalidBody, Refusal) as refusal:
            wrong = str(refusal)
        else:
            place = f"#m-{posted.id}"
            return JSONResponse({"id": str(posted.id)}, 201) if by_script else back_to(request, ticket, place)
    told = said(request, wrong)
    if by_script:
        return JSONResponse({"error": told}, 422)
    written = Written(
        text(form, "text")[:LONGEST_ANSWER],
        "note" if form.get("kind") == "note" else "reply",
        text(form, "cc") if "cc" in form else None,
        text(form, "bcc"),
    )
    return await ticket_page(request, who, Trouble(answer=told, written=written))


async def retry_message(request: Request, who: Caller) -> Response:
    """A failed answer is tried again."""
    conversation_id = ConversationId(request.path_params["conversation_id"])
    await desk_of(request).retry_reply()(who.organization_id, conversation_id, who.actor)
    return back_to(request, await ticket_of(request, who), f"#m-{conversation_id}")


async def redact_sheet(request: Request, who: Caller) -> Response:
    """Which words are to be blacked out."""
    return await sheet("ticket/redact.html", request, who, await ticket_of(request, who), **_named(request))


async def redact_message(request: Request, who: Caller) -> Response:
    """Words of a message are blacked out for good, or all of it."""
    ticket = await ticket_of(request, who)
    form = await form_of(request, LARGEST_FORM)
    words = text(form, "words").replace("\r\n", "\n")
    if not words and form.get("all") != "yes":
        told = said(request, _("Name the words, or choose the whole message."))
        return await sheet("ticket/redact.html", request, who, ticket, 422, error=told, **_named(request))
    body = structure(Redaction, {"text": words} if words else {})
    conversation_id = ConversationId(request.path_params["conversation_id"])
    await desk_of(request).redact_conversation()(who.organization_id, conversation_id, who.actor, body.text)
    return back_to(request, ticket, f"#m-{conversation_id}")


async def translate_message(request: Request, who: Caller) -> Response:
    """A message is wanted in the desk's own language."""
    ticket, desk = await ticket_of(request, who), desk_of(request)
    conversation_id = ConversationId(request.path_params["conversation_id"])
    organization = await desk.store().read(partial(organization_of, who.organization_id))
    try:
        await desk.ask_translation()(who.organization_id, conversation_id, who.actor, organization.language)
    except (Conflict, InvalidValue) as refusal:
        return await ticket_page(request, who, Trouble(change=str(refusal)))
    return back_to(request, ticket, f"#m-{conversation_id}")


async def dismiss_suggestion(request: Request, who: Caller) -> Response:
    """Nobody wants a suggested answer."""
    suggestion_id = SuggestionId(request.path_params["suggestion_id"])
    await desk_of(request).dismiss_suggestion()(who.organization_id, suggestion_id, who.actor)
    return Response(status_code=204)


def _named(request: Request) -> Mapping[str, Any]:
    return {"conversation_id": request.path_params["conversation_id"]}


def _wrong(form: FormData) -> str:
    """What is wrong with it before anything else is looked at; empty: nothing."""
    written, html = str(form.get("text", "")), str(form.get("html", ""))
    if len(written) > LONGEST_ANSWER or len(html) > 4 * LONGEST_ANSWER:
        return TOO_LONG
    shows_something = "<img" in html or html_to_text(html).strip()
    return "" if written.strip() or shows_something or form.get("template_name") else EMPTY


def _message(form: FormData, ticket: Ticket) -> Mapping[str, Any]:
    """What the API would be told."""
    html = str(form.get("html", "")).replace("\x00", "")
    plain = str(form.get("text", "")).replace("\r\n", "\n").replace("\x00", "")
    kind = "note" if form.get("kind") == "note" else "reply"
    told: dict[str, Any] = {"kind": kind, "attachment_ids": several(form, "attachment_id")}
    told |= {"html": html} if html.strip() else {"text": plain} if plain.strip() else {}
    if kind == "reply" and ticket.channel in BY_EMAIL:
        told |= {"cc": listed(form, "cc")} if "cc" in form else {}
        told |= {"bcc": listed(form, "bcc")}
    if text(form, "status"):
        told["status"] = text(form, "status")
    if kind == "reply":
        told |= {name: text(form, name) for name in ("suggestion_id", "translate_to") if text(form, name)}
    if kind == "reply" and text(form, "template_name"):
        variables = several(form, "variable")
        told |= {"text": filled(words, variables)} if (words := text(form, "template_text")) else {}
        told["template"] = {
            "name": text(form, "template_name"),
            "language": text(form, "template_language"),
            "variables": variables,
        }
    return told
