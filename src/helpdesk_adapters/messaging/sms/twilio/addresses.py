"""Addresses as Twilio writes them: a number, a short code or a sender's name; of another network with its name before
it (`whatsapp:+14155550117`, twilio.com/docs/whatsapp/api).
"""

from helpdesk_adapters.messaging.numbers import contact_of, e164, require_answerable, spelled
from helpdesk_core.customers import Contact
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import NAMES, subject_with
from helpdesk_core.tickets import Channel

WHATSAPP = "whatsapp"
LONGEST_NETWORK = 40
"""Characters of a network's name; they are short words."""


def network_of(address: str) -> str:
    """The network that it names; empty for telephony itself."""
    network, named, _ = address.strip().partition(":")
    return network.strip().lower()[:LONGEST_NETWORK] if named else ""


def name_of(address: str) -> str:
    """What it is called within its network, numbers in E.164."""
    _, named, name = address.strip().partition(":")
    return spelled(name if named else address)


def thread_of(address: str) -> str:
    """By what answers are addressed to it."""
    network = network_of(address)
    return f"{network}:{name_of(address)}" if network else name_of(address)


def contacts_of(address: str) -> tuple[Contact, ...]:
    """How its owner is known. WhatsApp vouches for numbers as carriers do; where it keeps one back, it gives an id that
    is the same for every message to this business.
    """
    known = contact_of(name_of(address))
    if known or network_of(address) != WHATSAPP or not name_of(address):
        return known
    return (Contact(Channel.WHATSAPP.value, name_of(address)),)


def subject_of(address: str) -> str:
    """The subject of a ticket that a conversation with it makes."""
    network = network_of(address)
    if not network:
        return subject_with(Channel.SMS, name_of(address))
    if network == WHATSAPP:
        return f"{NAMES[Channel.WHATSAPP]}: {name_of(address)}"
    return f"{network.capitalize()}: {name_of(address)}"[:120]


def sender_to(thread: str, account: str) -> str:
    """The address that an answer to `thread` leaves by: our number, in the network of theirs."""
    network = network_of(thread)
    return f"{network}:{account}" if network else account


def require_reachable(thread: str) -> None:
    """GiveUp where no answer can reach this address, with the reason for the agent."""
    network = network_of(thread)
    if not network:
        require_answerable(thread)
    elif e164(name_of(thread)) is None and network != WHATSAPP:
        raise GiveUp(f"Twilio has no number of the customer's that could be answered over {network[:20]}.")
