"""Suppressed addresses: those to which an organization sends nothing any more.

A mailbox that is gone, and a reader who calls our mail spam, are not written to again: whoever goes on is taken for a
spammer by mail systems, and then nobody's mail arrives.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from helpdesk_core.addresses import Address, BadAddress
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ConversationId, OrganizationId, SuppressedAddressId

LONGEST_DETAIL = 500
"""Characters of what is noted of the cause."""


class SuppressionReason(StrEnum):
    """Why nothing is sent to an address."""

    BOUNCED = "bounced"
    """Mail to it fails for good."""
    COMPLAINED = "complained"
    """Its reader calls our mail spam."""
    MANUAL = "manual"
    """Somebody of the organization wants it so."""


@frozen
class SuppressedAddress:
    """One address that an organization sends nothing to. `address` is as `Address.key` has it."""

    id: SuppressedAddressId
    organization_id: OrganizationId
    address: str
    reason: SuppressionReason
    detail: str
    """What the mail system said, or whoever did it by hand; may be empty."""
    since: datetime
    conversation_id: ConversationId | None = None
    """The answer that could not be delivered, or was complained about."""


def address_key(email: str) -> str | None:
    """By what an address is known here; None for what is no address."""
    try:
        return Address(email.strip()).key
    except BadAddress:
        return None


def address_keys(emails: Iterable[str]) -> tuple[str, ...]:
    """The keys of those that are addresses, each once."""
    return tuple(dict.fromkeys(key for email in emails if (key := address_key(email)) is not None))


def check_suppressible(email: str) -> str:
    """The address as it is kept, or InvalidValue."""
    key = address_key(email)
    if key is None:
        raise InvalidValue("address", "must be an e-mail address")
    return key


def weighs_more(new: SuppressionReason, old: SuppressionReason) -> bool:
    """Whether an address that is suppressed already is so for another reason from now on: a complaint outlasts a
    bounce, and nothing that a program finds takes the place of what a person wants.
    """
    return new is SuppressionReason.COMPLAINED and old is SuppressionReason.BOUNCED


def is_lifted_by_mail(reason: SuppressionReason) -> bool:
    """Whether mail that comes from the address lifts it: then somebody is there, which is no answer to a complaint."""
    return reason is SuppressionReason.BOUNCED


def left_out(suppressed: Sequence[SuppressedAddress]) -> str:
    """A sentence each that says why nothing was sent to them, and how that is mended."""
    told = (
        f"{one.address} has been suppressed since {one.since:%Y-%m-%d} because {_BECAUSE[one.reason]}"
        + (f" ({one.detail})" if one.detail else "")
        for one in suppressed
    )
    return f"Nothing was sent: {'; '.join(told)}. Lift it under suppressed addresses."


_BECAUSE = {
    SuppressionReason.BOUNCED: "mail to it fails for good",
    SuppressionReason.COMPLAINED: "its reader called our mail spam",
    SuppressionReason.MANUAL: "somebody wanted it so",
}
