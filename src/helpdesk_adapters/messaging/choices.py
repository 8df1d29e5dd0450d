"""The words by which people say over SMS that they want no more messages, or want them again (CTIA Messaging
Principles §5.1.3; twilio.com/docs/messaging/tutorials/advanced-opt-out).

Carriers answer such words themselves, so the desk never does.
"""

from typing import Final

from attrs import frozen

STOP: Final = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"}
)
START: Final = frozenset({"START", "UNSTOP"})
AGREEING: Final = frozenset({"YES"})
"""Lets messages in again, and may be an answer to a question just as well."""
HELP: Final = frozenset({"HELP", "INFO"})


@frozen
class Choice:
    """What a word means: `opted_out` None is neither; where not `opens`, it is no reason to open a ticket."""

    opted_out: bool | None = None
    opens: bool = True


NO_CHOICE: Final = Choice()


def choice_in(text: str, told: str = "") -> Choice:
    """What the customer chooses by this text. `told` is the carrier's own word for it (STOP, START, HELP), which
    decides where it is there.
    """
    bare = (told or " ".join(text.split())).upper()
    word = bare.rstrip(".!")
    if word in STOP:
        return Choice(opted_out=True, opens=False)
    if word in START:
        return Choice(opted_out=False, opens=False)
    if word in AGREEING:
        return Choice(opted_out=False)
    # "Help!" is what somebody says who needs some; the word alone is for the carrier.
    return Choice(opens=False) if bare in HELP else NO_CHOICE
