"""The country of an address, by the registries' lists that `iptocc` ships (RIR registrations, not exact places)."""

from collections.abc import Callable
from functools import cache


def country_of(address: str) -> str | None:
    """The country (ISO 3166 alpha-2) that the address is registered to; None for private and unknown ones. Total."""
    return _look_up()(address)


@cache
def _look_up() -> Callable[[str], str | None]:
    import iptocc

    def look_up(address: str) -> str | None:
        try:
            found = iptocc.country_code(address)
        except ValueError:
            return None
        return str(found) if found else None

    return look_up
