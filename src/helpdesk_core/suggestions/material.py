"""Other people's texts as they are shown to a model: as data between marks that they cannot write themselves."""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from attrs import frozen

from helpdesk_core.visible import visible_whole

_ROLES = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<[｜|][^<>\n]{1,40}[｜|]>",
    re.IGNORECASE,
)
"""How models of several makers mark who speaks: a server may take it for its own, wherever it stands."""


@frozen
class Material:
    """Texts between marks. `mark` stands in each of the marks, and in none of the texts."""

    text: str
    mark: str


def as_material(sections: Iterable[tuple[str, str]]) -> Material:
    """Each section's text under its name, which is ours. The same sections have the same mark."""
    texts: Sequence[tuple[str, str]] = [(name, as_data(text)) for name, text in sections]
    # Who writes one of the texts knows neither the others nor, without them, the mark.
    whole = "\n".join(f"{name}\n{text}" for name, text in texts)
    mark = sha256(whole.encode()).hexdigest()[:12]
    while mark in whole:
        mark = sha256(mark.encode()).hexdigest()[:12]
    # As tags: a model that copies them along is rid of them by the guard.
    shown = [f"<{name} {mark}>\n{text}\n</{name} {mark}>" for name, text in texts]
    return Material("\n\n".join(shown), mark)


def as_data(text: str) -> str:
    """The text as people see it, without what models take for the beginning of somebody's turn. Total."""
    cleaned = visible_whole(text)
    while (fewer := _ROLES.sub("", cleaned)) != cleaned:
        cleaned = fewer
    return cleaned.strip()


def first_of(text: str, most: int) -> str:
    """At most so many letters of the beginning, `…` after them where there were more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
