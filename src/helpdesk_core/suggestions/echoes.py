"""Echoes: words of our own instructions in what a model says."""

import re
from collections import deque
from typing import Final

from attrs import Factory, define, evolve, field, frozen

from helpdesk_core.suggestions.links import LONGEST_WORD, REMOVED, UNDIVIDED
from helpdesk_core.suggestions.sieves import Sieve, Step

ECHO: Final = 8
"""Words in a row that nobody says by chance just as our instructions do."""

_TOKEN = re.compile(rf"\s+|[{UNDIVIDED}]|[^\s{UNDIVIDED}]{{1,{LONGEST_WORD}}}")


@frozen
class _Heard:
    """A word as it was written, with the blanks and signs behind it, and bare."""

    written: str
    word: str
    echoes: bool = False


@define
class WithoutEchoes(Sieve):
    """Drops runs of words that stand in the `task` in the same order; `[…]` stands in their place.

    A word that the task holds is kept back until it is seen how it goes on.
    """

    task: str
    _ours: str = field(init=False, default=Factory(lambda self: _words(self.task), takes_self=True))
    _run: deque[_Heard] = field(factory=deque, init=False)
    """The newest words, as long as they stand in the task just so."""
    _hidden: bool = field(default=False, init=False)
    """Whether the last word that was told was an echo."""

    def close(self) -> str:
        return Sieve.close(self) + "".join(self._told_of(self._run.popleft()) for _ in range(len(self._run)))

    def step(self, text: str, at: int, final: bool) -> Step | None:
        token = _TOKEN.match(text, at)
        if token is None:
            return Step(text[at], at + 1)
        unfinished = token.end() == len(text) and len(token[0]) < LONGEST_WORD and not token[0][0].isspace()
        if unfinished and not final:
            return None
        return Step(self._heard(token[0]), token.end())

    def _heard(self, token: str) -> str:
        word = _bare(token)
        if not word:
            if not self._run:
                return token
            self._run.append(evolve(last := self._run.pop(), written=last.written + token))
            return ""
        self._run.append(_Heard(token, word))
        told = []
        while self._run and f" {' '.join(heard.word for heard in self._run)} " not in self._ours:
            told.append(self._told_of(self._run.popleft()))
        if len(self._run) >= ECHO:
            self._run = deque(evolve(heard, echoes=True) for heard in self._run)
        if len(self._run) > 2 * ECHO:
            told.append(self._told_of(self._run.popleft()))
        return "".join(told)

    def _told_of(self, heard: _Heard) -> str:
        before, self._hidden = self._hidden, heard.echoes
        if heard.echoes:
            return "" if before else f"{REMOVED} "
        return heard.written


def _words(task: str) -> str:
    return f" {' '.join(filter(None, map(_bare, _TOKEN.findall(task))))} "


def _bare(token: str) -> str:
    return "".join(filter(str.isalnum, token.casefold()))
