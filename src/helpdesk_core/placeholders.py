"""Placeholders: places in a prepared text that are filled in when it is used.

`{{customer.first_name|there}}` is a name and, behind the bar, what stands there where it is not known. What is filled
in is text: it is neither read as markup nor searched for placeholders again.
"""

import re
from collections.abc import Mapping

from helpdesk_core.customers import Customer
from helpdesk_core.errors import InvalidValue
from helpdesk_core.tickets import Ticket

NAMES = (
    "ticket.number",
    "ticket.subject",
    "ticket.status",
    "ticket.priority",
    "customer.name",
    "customer.first_name",
    "customer.email",
    "customer.company",
    "agent.name",
    "organization.name",
)

MOST = 100
"""Placeholders in one text."""


def check_placeholders(text: str, path: str) -> None:
    """InvalidValue where the text names a placeholder that there is not, or too many."""
    found = [match["name"].strip() for match in _PLACE.finditer(text)]
    if len(found) > MOST:
        raise InvalidValue(path, f"can have {MOST} placeholders at most")
    for name in found:
        if name not in NAMES:
            shown = name[:50]
            raise InvalidValue(path, f"{{{{{shown}}}}} is unknown; there are {', '.join(NAMES)}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, each on one line; an unknown one leaves what is behind its bar."""

    def value(match: re.Match[str]) -> str:
        known = " ".join(values.get(match["name"].strip(), "").split())
        return known or (match["otherwise"] or "").strip()

    return _PLACE.sub(value, text)


def values_of(
    ticket: Ticket, customer: Customer | None, agent_name: str, organization_name: str
) -> Mapping[str, str]:
    """What the placeholders stand for on this ticket."""
    name = customer.name if customer else ""
    return {
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
        "ticket.status": ticket.status.value,
        "ticket.priority": ticket.priority.value,
        "customer.name": name,
        "customer.first_name": (name.split() or [""])[0],
        "customer.email": (customer.email or "") if customer else "",
        "customer.company": (customer.company or "") if customer else "",
        "agent.name": agent_name,
        "organization.name": organization_name,
    }


_PLACE = re.compile(r"\{\{(?P<name>[^{}|]{0,200})(?:\|(?P<otherwise>[^{}]{0,200}))?\}\}")
