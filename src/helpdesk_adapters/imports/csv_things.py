"""What rows of CSV bring: customers, tickets, and those whom tickets name (docs/how-to/move-in.md has the columns)."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from helpdesk_adapters.imports.lines import UnreadableLine, thing_from
from helpdesk_core.imports.brought import (
    Brought,
    BroughtCustomer,
    BroughtTeam,
    BroughtUser,
    Kind,
)

CUSTOMERS: Final[Mapping[str, str]] = {
    "id": "by what it is known there; else the first e-mail address, else the first telephone number",
    "name": "",
    "email": "one, or several with a semicolon or a space between them",
    "phone": "as `email`",
    "company": "",
    "language": "as ISO 639-1 has it: `en`",
    "country": "as ISO 3166 has it: `DE`",
    "city": "",
    "blocked": "`yes` or `no`",
    "created_at": "a time",
    "updated_at": "a time",
}
"""The columns of customers.csv; any other is kept as metadata under its name."""

TICKETS: Final[Mapping[str, str]] = {
    "id": "by what it is known there; else its number",
    "number": "",
    "subject": "",
    "message": "what the customer wrote first, as text",
    "status": "`open`, `pending`, `on_hold`, `resolved`, `closed`, or a word that is mapped to one of them",
    "priority": "`low`, `normal`, `high`, `urgent`, or a word that is mapped to one of them",
    "channel": "how it came there",
    "customer_id": "an `id` of customers.csv",
    "customer_email": "where there is no `customer_id`",
    "customer_name": "of somebody who is in no customers.csv",
    "assignee_email": "of the user who has it; who is not here yet becomes one, without a password",
    "team": "its name",
    "tags": "with semicolons or commas between them",
    "language": "",
    "created_at": "a time, which must be there",
    "updated_at": "a time; else that of `created_at`",
    "resolved_at": "a time",
    "closed_at": "a time",
}
"""The columns of tickets.csv; `field:size` is the custom field `size`, and any other is kept as metadata."""

FIELD: Final = "field:"
TRUE: Final = frozenset({"yes", "true", "1", "y", "x"})
FALSE: Final = frozenset({"no", "false", "0", "n", ""})


def things_of(kind: Kind, table: Kind, cells: Mapping[str, str]) -> Sequence[Brought]:
    """What a row of this table brings of this kind, or UnreadableLine."""
    match kind, table:
        case Kind.CUSTOMERS, Kind.CUSTOMERS:
            return (_customer(cells),)
        case Kind.TICKETS, Kind.TICKETS:
            return (_ticket(cells),)
        case Kind.CUSTOMERS, Kind.TICKETS if _email(cells) and not cells.get("customer_id", "").strip():
            name = cells.get("customer_name", "").strip()
            return (BroughtCustomer(id=_email(cells), name=name, emails=(_email(cells),)),)
        case Kind.USERS, Kind.TICKETS if assignee := cells.get("assignee_email", "").strip().lower():
            return (BroughtUser(id=assignee, name=assignee, email=assignee),)
        case Kind.TEAMS, Kind.TICKETS if team := cells.get("team", "").strip():
            return (BroughtTeam(id=team.lower(), name=team),)
    return ()


def _customer(cells: Mapping[str, str]) -> Brought:
    emails, phones = _several(cells.get("email", ""), "; ,"), _several(cells.get("phone", ""), ";,")
    id = cells.get("id", "").strip() or next(iter((*(one.lower() for one in emails), *phones)), "")
    if not id:
        raise UnreadableLine("It has neither an id nor an e-mail address nor a telephone number.")
    told: dict[str, Any] = {
        **_plain(cells, ("name", "company", "language", "country", "city")),
        "id": id,
        "emails": emails,
        "phones": phones,
        "blocked": _truth(cells.get("blocked", "")),
        "metadata": {
            name: value for name, value in cells.items() if name not in CUSTOMERS and name and value
        },
        **_times(cells, ("created_at", "updated_at")),
    }
    return thing_from(Kind.CUSTOMERS, told)


def _ticket(cells: Mapping[str, str]) -> Brought:
    times = _times(cells, ("created_at", "updated_at", "resolved_at", "closed_at"))
    id = cells.get("id", "").strip() or cells.get("number", "").strip()
    if not id:
        raise UnreadableLine("It has neither an id nor a number.")
    if "created_at" not in times:
        raise UnreadableLine("It has no created_at.")
    customer_id = cells.get("customer_id", "").strip() or _email(cells) or None
    text = cells.get("message", "")
    message = {
        "id": "message",
        "said": "inbound",
        "speaker": "customer",
        "speaker_id": customer_id,
        "text": text,
        "created_at": times["created_at"],
    }
    known = TICKETS.keys()
    told: dict[str, Any] = {
        **_plain(cells, ("number", "subject", "status", "priority", "channel", "language")),
        "id": id,
        "customer_id": customer_id,
        "assignee_id": cells.get("assignee_email", "").strip().lower() or None,
        "team_id": cells.get("team", "").strip().lower() or None,
        "tags": _several(cells.get("tags", ""), ";,"),
        "fields": {
            name.removeprefix(FIELD): value
            for name, value in cells.items()
            if name.startswith(FIELD) and value
        },
        "metadata": {
            name: value
            for name, value in cells.items()
            if name and value and name not in known and not name.startswith(FIELD)
        },
        "updated_at": times["created_at"],
        **times,
        "messages": [message] if text.strip() else [],
    }
    return thing_from(Kind.TICKETS, told)


def _email(cells: Mapping[str, str]) -> str:
    return cells.get("customer_email", "").strip().lower()


def _plain(cells: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: value for name in names if (value := cells.get(name, "").strip())}


def _several(text: str, dividers: str) -> list[str]:
    parts = re.split(f"[{re.escape(dividers)}]", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise UnreadableLine(f"blocked is {text[:50]!r}, and must be yes or no.")
    return word in TRUE


def _times(cells: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Times in ISO 8601; one without a zone is in UTC."""
    found = {}
    for name in names:
        text = cells.get(name, "").strip()
        if not text:
            continue
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise UnreadableLine(f"{name} is {text[:50]!r}, and no time in ISO 8601.") from error
        found[name] = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).isoformat()
    return found
