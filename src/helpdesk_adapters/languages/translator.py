"""Translating by a model that writes, whichever it is."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from attrs import frozen

from helpdesk_core.charsets import unix_lines
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.knowledge.personal_data import Personal, redact, restored
from helpdesk_core.ports.models import LanguageModel, ModelUnavailable, Prompt

AT_ONCE: Final = 4_000
"""Characters of parts that are translated by one request; one part alone may have more."""
FEWEST_TOKENS: Final = 256
TOKENS_A_LETTER: Final = 2
"""More than any writing needs, signs and all."""


@frozen
class ChatTranslator:
    """A `Translator`. Of personal data, placeholders are sent in its place where `redacts`, and what they stand for is
    put back; a translation that has lost one, or that leads anywhere the text does not, is none.
    """

    model: LanguageModel
    redacts: bool = True

    async def translate(
        self, texts: Sequence[str], source: str | None, target: str, names: Sequence[str] = ()
    ) -> Sequence[str]:
        found: dict[str, str] = {}
        safe: list[str] = []
        for text in texts:
            if self.redacts:
                told = redact(text, names, found)
                found = dict(told.found)
                safe.append(told.text)
            else:
                safe.append(text)
        task = _task(source, target)
        done = dict[int, str]()
        for batch in _batches(safe):
            for place, translation in zip(
                batch, await self._batch([safe[one] for one in batch], task), strict=True
            ):
                done[place] = restored(translation, found)
        return [done.get(place, text) for place, text in enumerate(texts)]

    async def _batch(self, texts: Sequence[str], task: str) -> Sequence[str]:
        """These texts at once; each by itself where that went wrong."""
        told = _read(await self._answer(texts, task), texts)
        if told is not None:
            return told
        if len(texts) > 1:
            return [one for text in texts for one in await self._batch([text], task)]
        again = _read(await self._answer(texts, task), texts)
        if again is None:
            raise GiveUp("The model left out, or added, what a translation must keep.")
        return again

    async def _answer(self, texts: Sequence[str], task: str) -> str:
        parts = "".join(f"=== {number}\n{text}\n" for number, text in enumerate(texts, 1))
        most = FEWEST_TOKENS + TOKENS_A_LETTER * len(parts)
        prompt = Prompt(task=task, material=f"{parts}=== end", most_tokens=most, whole=True)
        pieces = self.model.write(prompt)
        try:
            return unix_lines("".join([piece async for piece in pieces if isinstance(piece, str)]))
        except ModelUnavailable as error:
            raise TryLater(str(error)) from error


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """The places of the texts that have words, as many together as fit."""
    batch: list[int] = []
    letters = 0
    for place, text in enumerate(texts):
        if not any(character.isalpha() for character in _PLACEHOLDER.sub("", text)):
            continue
        alone = _HEADER.search(text) is not None
        if batch and (alone or letters + len(text) > AT_ONCE):
            yield batch
            batch, letters = [], 0
        batch.append(place)
        letters += len(text) if not alone else AT_ONCE
    if batch:
        yield batch


def _read(answer: str, texts: Sequence[str]) -> Sequence[str] | None:
    """The translations of these texts; None where they are not all there, or are not faithful."""
    found = list(_HEADER.finditer(answer))
    names = [header[1] for header in found]
    if not names and len(texts) == 1:
        parts = [answer]
    elif names == [*map(str, range(1, len(texts) + 1)), "end"]:
        parts = [answer[a.end() : b.start()] for a, b in pairwise(found)]
    else:
        return None
    told = [_trimmed(part, text) for part, text in zip(parts, texts, strict=True)]
    return told if all(map(_is_faithful, told, texts)) else None


def _trimmed(part: str, text: str) -> str:
    """The translation between the blanks that the text stands between."""
    bare = text.strip()
    start = text.find(bare)
    return f"{text[:start]}{part.strip()}{text[start + len(bare) :]}"


def _is_faithful(told: str, text: str) -> bool:
    same = set(_PLACEHOLDER.findall(told)) == set(_PLACEHOLDER.findall(text))
    return bool(told.strip()) and same and set(_links(told)) <= set(_links(text))


def _links(text: str) -> Iterator[str]:
    return (link.rstrip(".,;:!?)]}>\"'").lower() for link in _LINK.findall(text))


@cache
def _template() -> str:
    return files("helpdesk_adapters.ai").joinpath("prompts/translation.txt").read_text("utf-8")


def _task(source: str | None, target: str) -> str:
    return _template().format(source=f"from the language {source} " if source else "", target=target)


_HEADER: Final = re.compile(r"^=== (\d{1,5}|end)[ \t]*$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(rf"\[(?:{'|'.join(Personal)}) [0-9]{{1,9}}\]")
_LINK: Final = re.compile(r"(?:https?|ftp)://[^\s<>\"]+|www\.[^\s<>\"]+", re.IGNORECASE)
