"""Sentences of a text that was written by people, and its paragraphs."""

import re
from collections.abc import Sequence

LOOKED_AT = 20_000
"""Characters of a text that are parted."""
LONGEST_ABBREVIATION = 12


def paragraphs_of(text: str) -> Sequence[str]:
    """What blank lines part; the lines of a list stay together with the line that introduces it. Total."""
    found: list[str] = []
    for told in _BLANK.split(text[:LOOKED_AT].strip()):
        if not told.strip():
            continue
        if found and (_ITEM.match(told) or found[-1].endswith((":", "："))):
            found[-1] += f"\n{told.rstrip()}"
        else:
            found.append(told.rstrip())
    return found


def sentences_of(paragraph: str) -> Sequence[str]:
    """The sentences, each with what parts it from the next; lines of a list are sentences. Together they are the
    paragraph. Total.
    """
    ends = [end for end in map(_end, _END.finditer(paragraph)) if end]
    return [
        paragraph[start:end]
        for start, end in zip([0, *ends], [*ends, len(paragraph)], strict=True)
        if start < end
    ]


def _end(match: re.Match[str]) -> int:
    """Where the sentence ends; 0 where a full stop shortens a word, or numbers an item of a list."""
    before = match.string[max(0, match.start() - LONGEST_ABBREVIATION) : match.start()]
    return 0 if _ABBREVIATED.search(before) else match.end()


_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")
# The end of a sentence in scripts with blanks, unless a small letter follows; in those without; of a line of a list.
_END = re.compile(
    r"(?<=[.!?…])[\"”»’')\]]*\s+(?![a-zß-öø-ÿ\s])|[。！？][」』）]?\s*|\n(?=[^\S\n]*(?:[-*•–]|\d{1,2}[.)])\s)"
)
_ABBREVIATED = re.compile(
    r"(?:(?<![\w'’])(?:[A-Za-zÄÖÜ]|e\.g|i\.e|bzw|usw|ca|Nr|No|Mr|Mrs|Ms|Dr|St|Sr|Sra|Art|Abs|inkl|max|min|Tel|vgl)"
    r"|(?:\A|\n)\s*[0-9]{1,2})\.\Z"
)
