"""What carriers tell, in the desk's words: the same for all of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from helpdesk_adapters.messaging.choices import choice_in
from helpdesk_adapters.messaging.numbers import contact_of, spelled
from helpdesk_core.afterwords import REPORTED_RANK, Afterwords, Report
from helpdesk_core.commands import Command, HearMessage, TellAfterwords, TellChoice
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import Message, RemoteFile, Sender, subject_with
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

LONGEST_NAME: Final = 100
"""Characters of a number, or of what stands in its place."""
LONGEST_ID: Final = 200


def sms(
    account: str,
    sender: str,
    external_id: str,
    at: datetime | None,
    text: str,
    files: Sequence[RemoteFile] = (),
) -> Message:
    """The message, or UnreadableDelivery where it names no sender, no recipient, or no id."""
    ours, theirs = usable(account, LONGEST_NAME), usable(sender, LONGEST_NAME)
    return Message(
        channel=Channel.SMS,
        account=ours,
        external_id=usable(external_id, LONGEST_ID),
        threads=(theirs,),
        sender=Sender(contacts=contact_of(theirs)),
        at=at,
        text=text,
        files=tuple(files),
        subject=subject_with(Channel.SMS, theirs),
        opens=choice_in(text).opens,
    )


def heard(message: Message) -> list[HearMessage | TellChoice]:
    """That it was said, and what its sender chooses by it where it is one of the words for that."""
    opted_out = choice_in(message.text).opted_out
    if opted_out is None:
        return [HearMessage(message)]
    choice = TellChoice(message.channel, message.account, message.threads[0], message.at, opted_out)
    return [HearMessage(message), choice]


def stands(
    account: str, external_id: str, state: DeliveryState, detail: str = "", reference: str = ""
) -> list[Command]:
    """How a message of ours stands. `reference` is what we gave along with it: the key of a piece."""
    known_as = usable(external_id, LONGEST_ID)
    told = Afterwords(reports=(Report(known_as, state, detail),))
    ours = answer_of(reference)
    return [TellAfterwords(Channel.SMS, usable(account, LONGEST_NAME), known_as, told, ours)]


def refused(account: str, recipient: str, at: datetime | None) -> list[Command]:
    """That the carrier lets no more messages through to them, since they have said so."""
    return [
        TellChoice(
            Channel.SMS, usable(account, LONGEST_NAME), usable(recipient, LONGEST_NAME), at, opted_out=True
        )
    ]


def worst(states: Iterable[DeliveryState]) -> DeliveryState:
    """How a message stands that went to several: failed where it failed for one, else as for the last of them."""
    return min(states, key=lambda state: (state is not DeliveryState.FAILED, REPORTED_RANK[state]))


def answer_of(reference: str) -> str | None:
    """The id of the answer that a piece's key begins with; None for what is no key of ours."""
    text = reference.partition("/")[0]
    try:
        return text if str(UUID(text)) == text else None
    except ValueError:
        return None


def usable(text: str, longest: int) -> str:
    """The number as accounts are called, a name or an id as it is; UnreadableDelivery for none."""
    found = spelled(text)
    if not found or len(found) > longest:
        raise UnreadableDelivery("A sender, a recipient or an id is missing, or longer than any.")
    return found
