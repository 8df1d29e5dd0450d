"""The addresses of a ticket's page, its sheets and its forms."""

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import BaseRoute, Route

from helpdesk_http.web.guarded import guarded
from helpdesk_http.web.inbox import ticket_changes as changes
from helpdesk_http.web.inbox import ticket_moves as moves
from helpdesk_http.web.inbox.ticket_macros import apply_macro, macro_sheet, macros_sheet
from helpdesk_http.web.inbox.ticket_page import lead_to_ticket, show_ticket
from helpdesk_http.web.inbox.ticket_posting import (
    dismiss_suggestion,
    post_message,
    redact_message,
    redact_sheet,
    retry_message,
    translate_message,
)
from helpdesk_http.web.inbox.ticket_templates import templates_sheet

TICKET = "/app/tickets/{number:ticket_number}"
MESSAGE = "{conversation_id:uuid}"
MACRO = "{macro_id:uuid}"
SHEETS = {
    "merge": moves.merge_sheet,
    f"split/{MESSAGE}": moves.split_sheet,
    f"redact/{MESSAGE}": redact_sheet,
    "macros": macros_sheet,
    f"macros/{MACRO}": macro_sheet,
    "templates": templates_sheet,
}
FORMS = {
    "messages": post_message,
    f"retry/{MESSAGE}": retry_message,
    f"redact/{MESSAGE}": redact_message,
    f"translate/{MESSAGE}": translate_message,
    "suggestions/{suggestion_id:uuid}/dismiss": dismiss_suggestion,
    "properties": changes.set_properties,
    "fields": changes.set_fields,
    "metadata": changes.set_metadata,
    "customer": changes.set_customer,
    "snooze": changes.snooze,
    "follow": changes.follow,
    "merge": moves.merge,
    "unmerge": moves.unmerge,
    f"split/{MESSAGE}": moves.split,
    "rate": moves.rate,
    "block": moves.block,
    "block-domain": moves.block_domain,
    "delete": moves.delete,
    f"macros/{MACRO}": apply_macro,
}


class NumberConvertor(Convertor[int]):
    """A number that a ticket could have. Any other address is none of a ticket, however many digits it has."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("ticket_number", NumberConvertor())


def ticket_routes() -> list[BaseRoute]:
    return [
        Route("/app/tickets/id/{ticket_id:uuid}", guarded(lead_to_ticket)),
        Route(TICKET, guarded(show_ticket)),
        *(Route(f"{TICKET}/{path}", guarded(page)) for path, page in SHEETS.items()),
        *(Route(f"{TICKET}/{path}", guarded(form), methods=["POST"]) for path, form in FORMS.items()),
        *(Route(f"{TICKET}/{path}", guarded(moves.back)) for path in FORMS if path not in SHEETS),
    ]
