"""Text without signs that nobody sees: they hide words from people that machines read, and part words that people
read as one.
"""

import re
import unicodedata
from typing import Final

from helpdesk_core.charsets import storable

_KEPT: Final = "\n\t\u200c\u200d"
"""Of the signs that nobody sees those without which text is written wrongly."""
_JOINING_NOTHING = re.compile(r"(?<=[!-~])[\u200c\u200d]+(?=[!-~])")


def visible(text: str) -> str:
    """The text as people see it, storable; joiners stay where a script has a use for them. Total."""
    text = storable(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")
    )


def visible_whole(text: str) -> str:
    """The same of a whole text, of which no more follows: joiners between ASCII signs go, too."""
    return _JOINING_NOTHING.sub("", visible(text.replace("\r\n", "\n").replace("\r", "\n")))
