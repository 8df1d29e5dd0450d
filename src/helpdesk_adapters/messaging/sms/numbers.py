"""Telephone numbers as carriers write them."""

from helpdesk_core.customers import PHONE, Contact, normal_phone
from helpdesk_core.errors import InvalidValue


def e164(text: str) -> str | None:
    """The number in E.164, with or without its plus; None for a short code, a sender's name, or anything else."""
    number = text.strip()
    for written in (number, f"+{number}"):
        try:
            return normal_phone(written)
        except InvalidValue:
            continue
    return None


def contact_of(text: str) -> tuple[Contact, ...]:
    """How a sender is known: by their number, which their carrier vouches for. A short code or a name is none."""
    number = e164(text)
    return (Contact(PHONE, number),) if number is not None else ()
