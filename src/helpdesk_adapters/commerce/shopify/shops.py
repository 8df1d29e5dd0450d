"""Shops by their domain. Everything that is sent to a shop goes where this says, and nowhere else."""

import re

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")


def shop_of(text: str) -> str | None:
    """The shop's domain in comparable form; None for what is none: one label before `.myshopify.com`."""
    if not text.isascii():
        return None
    shop = text.lower()
    return shop if _SHOP.fullmatch(shop) else None
