"""The guard over what a model writes: whatever it was talked into, what comes out is plain text that links to nothing
but what our own sources link to.
"""

import re
from collections.abc import Iterable

from attrs import define

from helpdesk_core.suggestions.echoes import WithoutEchoes
from helpdesk_core.suggestions.links import WithoutLinks, addresses_in, key_of, links_in
from helpdesk_core.suggestions.markup import WithoutBrackets, WithoutTags
from helpdesk_core.suggestions.sieves import Sieve, Step
from helpdesk_core.visible import visible


@define
class Guard:
    """Fed with what a model says, piece by piece, and closed at its end.

    What comes out has no HTML, no Markdown links or images, no links and addresses but the allowed ones, no run of
    words of our instructions, no placeholder, no sign that cannot be seen, and no blanks around it. It is the same
    wherever the pieces were cut. Total.
    """

    _sieves: tuple[Sieve, ...]

    def feed(self, piece: str) -> str:
        """What may be shown by now."""
        text = visible(piece)
        for sieve in self._sieves:
            text = sieve.feed(text)
        return text

    def close(self) -> str:
        """The rest."""
        text = ""
        for sieve in self._sieves:
            text = sieve.feed(text) + sieve.close()
        return text

    def whole(self, text: str) -> str:
        """What may be shown of a whole answer."""
        return self.feed(text) + self.close()


def guarding(
    sources: Iterable[str], said: Iterable[str] = (), task: str = "", marks: Iterable[str] = ()
) -> Guard:
    """A new guard.

    sources: texts of ours; their links and addresses are allowed.
    said: texts of the customer; addresses in them, which they know, are allowed, and links are not.
    task: the instructions, which are not to be told.
    marks: words that may not come out, with all that hangs on them.
    """
    allowed = links_in(sources) | addresses_in(said)

    def allows(link: str) -> bool:
        return key_of(link) in allowed

    return Guard(
        (
            WithoutTags(),
            WithoutBrackets(allows),
            WithoutLinks(allows, tuple(marks)),
            WithoutEchoes(task),
            Tidied(),
        )
    )


_BLANKS = re.compile(r"\s+")
_OTHERS = re.compile(r"\S+")


@define
class Tidied(Sieve):
    """No blanks at the beginning and the end, at most one empty line in the middle."""

    _begun: bool = False

    def step(self, text: str, at: int, final: bool) -> Step | None:
        blanks = _BLANKS.match(text, at)
        end = blanks.end() if blanks is not None else at
        others = _OTHERS.match(text, end)
        if others is None:
            return Step("", end) if final else None
        before = _fewer(text[at:end]) if self._begun else ""
        self._begun = True
        return Step(before + others[0], others.end())


def _fewer(blanks: str) -> str:
    lines = blanks.count("\n")
    return "\n" * min(lines, 2) + blanks.rpartition("\n")[2] if lines else blanks
