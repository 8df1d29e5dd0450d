"""Which Freshdesk it is: one label before `.freshdesk.com`, and nothing that could lead anywhere else."""

import re
from typing import Final

SUFFIX: Final = ".freshdesk.com"
_DOMAIN: Final = re.compile(r"(?:https://)?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.freshdesk\.com/?)?")


def domain_of(text: str) -> str | None:
    """The domain in comparable form, also of its address, or of its first label alone; None for all else."""
    found = _DOMAIN.fullmatch(text.strip().lower()) if text.isascii() else None
    if found is None or found[1] == "localhost":
        return None
    return found[1] + SUFFIX
