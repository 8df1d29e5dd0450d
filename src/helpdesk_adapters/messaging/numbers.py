"""Telephone numbers as carriers write them: in any spelling, with a plus or without, or no number at all."""

import re
from functools import lru_cache
from typing import Final

from helpdesk_core.customers import PHONE, Contact, normal_phone
from helpdesk_core.errors import InvalidValue
from helpdesk_core.jobs import GiveUp

SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")
_LONGEST_SHORT: Final = 6
"""Digits that, without a plus, are a short code rather than a number of some small network."""
_LONGEST: Final = 15
"""Digits of a number, by E.164."""
_ID: Final = re.compile(r"[0-9]{16,20}")
_LETTER: Final = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=4096)
def e164(text: str) -> str | None:
    """The number in E.164, with or without its plus; None for a short code, a sender's name, or anything else."""
    number = text.strip()
    digits = sum(letter.isdigit() for letter in number)
    if _LETTER.search(number) or digits > _LONGEST or (number.isdigit() and digits <= _LONGEST_SHORT):
        return None
    for written in (f"+{number[2:]}",) if number.startswith("00") else (number, f"+{number}"):
        try:
            return normal_phone(written)
        except InvalidValue:
            continue
    return None


def spelled(text: str) -> str:
    """The number in E.164; a short code, or a sender's name, as it is."""
    return e164(text) or text.strip()


def contact_of(text: str) -> tuple[Contact, ...]:
    """How a sender is known: by their number, which their carrier vouches for. A short code or a name is none."""
    number = e164(text)
    return (Contact(PHONE, number),) if number is not None else ()


def normal_number(text: str) -> str:
    """A number of one's own as accounts are called by it: E.164, or a short code. InvalidValue for anything else."""
    found = e164(text)
    if found is not None:
        return found
    if SHORT_CODE.fullmatch(text.strip()):
        return text.strip()
    raise InvalidValue(
        "external_id", "is no phone number in international form, such as +14155550142, and no short code"
    )


def normal_line(text: str) -> str:
    """A line as its account is called: by its number in E.164, or by the provider's long id of it."""
    return text.strip() if _ID.fullmatch(text.strip()) else normal_number(text)


def require_answerable(sender: str) -> None:
    """GiveUp where no answer can reach this sender, with the reason for the agent."""
    if e164(sender) is not None:
        return
    kind = "a short code" if SHORT_CODE.fullmatch(sender) else "a name and no phone number"
    raise GiveUp(f"The message came from {sender[:40]}, which is {kind}: no answer can be sent there.")
