"""Who somebody is on WhatsApp: by the id that they have for a business, and by their number where it is told.

Since 2026 people may hide their number behind a user name; then only their business-scoped id is there, sometimes in
the very field of the number. The country in such an id is not read: it means nothing
(developers.facebook.com/docs/whatsapp, "Business-scoped user IDs").
"""

import re
from typing import Final

from attrs import frozen

from helpdesk_adapters.messaging.numbers import e164
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.messages import Sender
from helpdesk_core.tickets import Channel

GROUP: Final = "group:"
"""What stands before the id of a group where it names a conversation."""

_USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")


@frozen
class Known:
    """One person: their id with the business, their number as WhatsApp writes it, or whatever else stood there."""

    user_id: str = ""
    number: str = ""
    other: str = ""

    @property
    def threads(self) -> tuple[str, ...]:
        """What a conversation with them is called, the name that holds for longest first."""
        return tuple(name for name in (self.user_id, self.number, self.other) if name)

    def contacts(self, waba: str) -> tuple[Contact, ...]:
        """How they are known: an id counts within its WhatsApp Business Account, a number everywhere."""
        phone = e164(self.number)
        ids = [name for name in (self.user_id, self.number if phone is None else "", self.other) if name]
        told = [Contact(Channel.WHATSAPP.value, f"{waba}/{name}") for name in ids]
        return (*told, *([Contact(PHONE, phone)] if phone else []))


def is_user_id(text: str) -> bool:
    """Whether it is a business-scoped user id, and no number."""
    return _USER_ID.fullmatch(text) is not None


def known_by(*names: str) -> Known:
    """The person whom a payload names so, in whichever of its fields."""
    told = [name.strip() for name in names if name.strip()]
    user_id = next((name for name in told if is_user_id(name)), "")
    number = next(
        (name.lstrip("+") for name in told if name.lstrip("+").isascii() and name.lstrip("+").isdigit()), ""
    )
    other = "" if user_id or number else next(iter(told), "")
    return Known(user_id, number, other)


def sender(person: Known, waba: str, name: str, username: str) -> Sender:
    """Them as the one who writes. A user name is only shown."""
    shown = name or (f"@{username.lstrip('@')}" if username.strip("@ ") else "")
    return Sender(shown, person.contacts(waba))
