"""Double submission: one click that arrived twice is one message.

Whoever sends the same text with the same attachments from the same place within `WINDOW` meant it once. Both
halves are pure; that two processes agree is the store's work: it keeps one row a fingerprint with the time at
which the first message was accepted.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

WINDOW = timedelta(seconds=30)


def fingerprint(scope: str, text: str, attachments: Iterable[str] = ()) -> str:
    """64 hexadecimal digits for this message from this place; total, also over NUL and lone surrogates.

    `scope` says where it came from (a widget session; for a contact form its widget and address) and is taken
    as it is. Of the text, canonical Unicode form (NFC), runs of white space, and invisible characters make no
    difference; case does, and so do compatibility forms: whoever writes "x2" and at once corrects it to "x²"
    sent two messages, and a message lost is worse than one doubled. `attachments` are content hashes; their
    order makes no difference, their number does. Each part goes in with its length before it, so no two lists
    of parts look alike.
    """
    digest = sha256()
    for part in (scope, plain(text), *sorted(attachments)):
        # Text from JSON may hold half a surrogate pair: it must be told apart like anything else, not
        # refused.
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def is_repeat(first_accepted_at: datetime | None, now: datetime) -> bool:
    """Whether a message that arrives `now` repeats the one accepted at `first_accepted_at`, if there was one.

    The window is half open and runs from the accepted message: at 30 s the same text is a new message,
    however many repeats came between. A clock that went back counts by its distance: two processes whose
    clocks differ by a little must still agree that two clicks of one instant are one, while a clock set back
    by an hour must not swallow an hour of messages.
    """
    return first_accepted_at is not None and abs(now - first_accepted_at) < WINDOW


# Zero-width and bidirectional controls, by name and not by category Cf: that one also holds the letters of
# which the flags of England and Scotland are made.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        0x180E,  # Mongolian vowel separator
        *range(0x200B, 0x2010),  # zero-width space, joiners, left-to-right and right-to-left marks
        *range(0x202A, 0x202F),  # embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, invisible operators, isolates, deprecated controls
        0xFEFF,  # byte order mark
    ]
)


def plain(text: str) -> str:
    """The text as it is compared: empty where there is nothing to be seen in it."""
    # Invisible ones first: one of them between a letter and its accent would keep the two from composing.
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())
