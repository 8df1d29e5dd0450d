"""Which Zendesk it is: one label before `.zendesk.com`, and nothing that could lead anywhere else."""

import re
from typing import Final

SUFFIX: Final = ".zendesk.com"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def subdomain_of(text: str) -> str | None:
    """The subdomain in comparable form, also of its whole host name; None for all else."""
    if not text.isascii():  # what looks like a letter may be another one, or become one in lower case
        return None
    label = text.lower().removesuffix(SUFFIX)
    return label if _LABEL.fullmatch(label) else None
