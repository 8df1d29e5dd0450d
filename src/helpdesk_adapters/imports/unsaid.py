"""Secrets that come back: what another desk tells of an error may repeat what it was called with."""

from typing import Final

SHORTEST: Final = 6
"""What is shorter stands in other words by chance, and opens nothing."""


def unsaid(text: str, *secrets: str) -> str:
    """The text without these secrets. Whoever cuts a text does so afterwards: half a secret is not found."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, "…")
    return text
