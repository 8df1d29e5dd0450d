"""From what Freshdesk tells to what is brought."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.imports.brought import (
    BroughtArticle,
    BroughtCustomer,
    BroughtField,
    BroughtMacro,
    BroughtRating,
    BroughtTeam,
    BroughtUser,
)
from helpdesk_core.richtext import html_to_text

STATUSES: Final[Mapping[int, str]] = {2: "open", 3: "pending", 4: "resolved", 5: "closed"}
FIELD_TYPES: Final[Mapping[str, str]] = {
    "custom_text": "text",
    "custom_paragraph": "multiline",
    "custom_number": "integer",
    "custom_decimal": "number",
    "custom_checkbox": "boolean",
    "custom_date": "date",
    "custom_dropdown": "select",
    "custom_multi_select_dropdown": "multiselect",
    "custom_url": "url",
}
PLACEHOLDERS: Final[Mapping[str, str]] = {
    "ticket.id": "ticket.number",
    "ticket.subject": "ticket.subject",
    "ticket.status": "ticket.status",
    "ticket.priority": "ticket.priority",
    "ticket.requester.name": "customer.name",
    "ticket.requester.firstname": "customer.first_name",
    "ticket.requester.email": "customer.email",
    "ticket.requester.company_name": "customer.company",
    "ticket.company.name": "customer.company",
    "ticket.agent.name": "agent.name",
    "helpdesk_name": "organization.name",
}
"""What Freshdesk's placeholders are called here."""
_PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}]{0,200}?)\s*\}\}")
NEUTRAL: Final = 100
EVERYBODY: Final = 1
PUBLISHED: Final = 2


def team(group: freshdesk.Group) -> BroughtTeam:
    return BroughtTeam(id=str(group.id), name=group.name)


def user(agent: freshdesk.Agent) -> BroughtUser:
    return BroughtUser(
        id=str(agent.id),
        name=agent.contact.name,
        email=agent.contact.email,
        active=not agent.deactivated,
        teams=tuple(str(one) for one in agent.group_ids),
    )


def customer(contact: freshdesk.Contact, companies: Mapping[int, str], *, blocked: bool) -> BroughtCustomer:
    """Somebody who writes in; one of the list of those who are `blocked` is, whatever they say of themselves."""
    emails = (*([contact.email] if contact.email else []), *contact.other_emails)
    phones = tuple(number for number in (contact.mobile, contact.phone) if number)
    notes = {
        "description": contact.description,
        "external_id": contact.unique_external_id,
        "job_title": contact.job_title,
        "address": contact.address,
        "tags": list(contact.tags),
        **{name: value for name, value in contact.custom_fields.items() if value not in (None, "", [])},
    }
    return BroughtCustomer(
        id=str(contact.id),
        name=contact.name,
        emails=emails,
        phones=phones,
        company=companies.get(contact.company_id) if contact.company_id is not None else None,
        language=_language(contact.language),
        blocked=blocked or contact.blocked,
        metadata={name: value for name, value in notes.items() if value},
        created_at=moment(contact.created_at),
        updated_at=moment(contact.updated_at),
    )


def fields(told: freshdesk.TicketField) -> Sequence[BroughtField]:
    """A custom field, with those whose choices depend on it."""
    choices = told.choices if isinstance(told.choices, list) else []
    own = BroughtField(
        id=told.name,
        key=told.name.removeprefix("cf_"),
        label=told.label,
        type=FIELD_TYPES.get(told.type, "text"),
        options=tuple(dict.fromkeys(one for one in choices if isinstance(one, str))),
    )
    inner = told.nested_ticket_fields
    return (
        own,
        *(BroughtField(id=one.name, key=one.name.removeprefix("cf_"), label=one.label) for one in inner),
    )


def status_names(fields: Sequence[freshdesk.TicketField]) -> Mapping[int, str]:
    """What an account calls its statuses, by their numbers."""
    names = dict(STATUSES)
    for told in fields:
        if told.name == "status" and isinstance(told.choices, Mapping):
            for number, words in told.choices.items():
                word = words[0] if isinstance(words, list) and words else words
                if str(number).isdigit() and int(number) not in STATUSES and isinstance(word, str):
                    names[int(number)] = word
    return names


def rating(told: freshdesk.Rating) -> BroughtRating | None:
    """What the customer answered to the survey's own question; a neutral answer is none."""
    answer = told.ratings.get("default_question")
    if not isinstance(answer, int) or answer == NEUTRAL:
        return None
    score = "good" if answer > NEUTRAL else "bad"
    return BroughtRating(score=score, comment=told.feedback or "", created_at=moment(told.created_at))


def macro(told: freshdesk.CannedResponse) -> BroughtMacro:
    """A canned response: a text to answer with. A placeholder that has no equal here stands there as what it is."""
    unknown: dict[str, None] = {}

    def replaced(found: re.Match[str]) -> str:
        ours = PLACEHOLDERS.get(found[1])
        if ours is None:
            unknown[found[1]] = None
            return f"[{found[1]}]"
        return f"{{{{{ours}}}}}"

    text = _PLACEHOLDER.sub(replaced, told.content or html_to_text(told.content_html or ""))
    left = [f"The placeholder {one} has no equal here." for one in unknown]
    if told.attachments:
        left.append(f"Its files were left there: {_names(told.attachments)}.")
    return BroughtMacro(id=str(told.id), name=told.title, text=text, untranslated=tuple(left))


def article(
    told: freshdesk.Article, category: freshdesk.Category, folder: freshdesk.Folder
) -> BroughtArticle:
    """A page of the help centre; published where everybody could read it, and only there."""
    return BroughtArticle(
        id=str(told.id),
        title=told.title,
        body=told.description or "",
        section=" / ".join(filter(None, (category.name.strip(), folder.name.strip()))) or None,
        published=told.status == PUBLISHED and folder.visibility == EVERYBODY,
        created_at=moment(told.created_at),
        updated_at=moment(told.updated_at),
    )


def left_of(told: freshdesk.Article) -> str | None:
    """What of a page is not brought, in a sentence."""
    return f"Its files were left there: {_names(told.attachments)}." if told.attachments else None


def _names(files: Sequence[freshdesk.Attachment]) -> str:
    return ", ".join(one.name for one in files[:10])


def _language(code: str | None) -> str | None:
    found = re.match(r"[A-Za-z]{2}(?=$|[-_])", code or "")
    return found[0].lower() if found else None
