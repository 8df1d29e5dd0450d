"""Replies: what somebody wrote anew, told from the history that their mail program put beneath it.

It goes line by line and looks at no more than a few lines at once, so it takes time in proportion to the text.
In doubt a line counts as new: a quote too much is a nuisance, a customer's word too few is a complaint.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from attrs import frozen

from helpdesk_core.email import signature_phrases as phrases
from helpdesk_core.email.quotes import (
    ends_with_introduction,
    introduction_at,
    is_forward,
    is_quoted,
    is_rule,
    plain_lines,
)

MOST_LINES = 5_000
"""Lines that are looked at; whatever follows counts as part of the last piece."""


@frozen
class Reply:
    """A text in pieces. They are for reading: blank lines between them are left out."""

    new: str
    """What was written for this message, greeting and name included. Never empty unless the text is."""
    signature: str = ""
    """What stands under it in every mail of the sender: from `-- ` on, and the line of a device."""
    quoted: str = ""
    """What was said before, with the lines that introduce it."""


def split_reply(text: str) -> Reply:
    """The pieces of a mail's text. Total.

    Answers above, below and between quoted lines all count as new. A message that is passed on is what its
    sender wants to be read, so it is new too, and so is a text that would be a quote from end to end.
    """
    return _known_pieces(text) if len(text) <= _MODEST else _pieces(text)


# Whether a mail is automatic shows in its new part, which is then asked for once more to be kept.
_MODEST = 2_000


@lru_cache(4)
def _known_pieces(text: str) -> Reply:
    return _pieces(text)


def _pieces(text: str) -> Reply:
    lines = text.split("\n", MOST_LINES)
    plain = plain_lines(text, lines)
    new: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        if plain[at]:
            new.append(lines[at])
            at += 1
            continue
        if is_forward(lines[at]):
            new += lines[at:]
            break
        at = _next_piece(lines, at, new, quoted)
    words = _trimmed(new)
    kept, signature = _without_signature(words)
    if not any(line.strip() for line in kept):
        kept, signature = (words, []) if any(line.strip() for line in words) else (_trimmed(lines), [])
        quoted = quoted if words else []
    return Reply("\n".join(_trimmed(kept)), "\n".join(_trimmed(signature)), "\n".join(_trimmed(quoted)))


def _next_piece(lines: Sequence[str], at: int, new: list[str], quoted: list[str]) -> int:
    """Puts the line at `at`, and what goes with it, where it belongs; where the next piece begins."""
    line = lines[at]
    if is_quoted(line):
        end = _end_of_quote(lines, at)
        _move_rule(new, quoted)
        quoted += lines[at:end]
        return end
    shared = ends_with_introduction(line)
    if shared is not None and _quote_follows(lines, at + 1):
        new.append(line[:shared].rstrip(" -"))
        quoted.append(line[shared:])
        return at + 1
    intro = introduction_at(lines, at)
    if intro is None or not (intro.certain or _quote_follows(lines, intro.end)):
        new.append(line)
        return at + 1
    _move_rule(new, quoted)
    if _quote_follows(lines, intro.end):
        quoted += lines[at : intro.end]
        return intro.end
    if not any(one.strip() for one in new):  # nothing was said before: then it is no answer above a quote
        new += lines[at : intro.end]
        return intro.end
    quoted += lines[at:]
    return len(lines)


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    return next((is_quoted(line) for line in lines[at : at + _FARTHEST] if line.strip()), False)


_FARTHEST = 8


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    """Behind the quoted lines, and the ends of such as a program broke in two without quoting the second."""
    end = at
    while end < len(lines):
        if is_quoted(lines[end]):
            end += 1
        elif end + 1 < len(lines) and is_quoted(lines[end + 1]) and _is_rest_of_link(lines[end]):
            end += 2
        else:
            break
    return end


_REST_OF_LINK = re.compile(r"\s*(?:[(<]?https?://\S{1,2000}(?:\s*>)?|(?=\S*[=/&?%])[^\s()<>]{1,500}[)>])\s*")


def _is_rest_of_link(line: str) -> bool:
    return len(line) <= 2_500 and _REST_OF_LINK.fullmatch(line) is not None


def _move_rule(new: list[str], quoted: list[str]) -> None:
    """A line of dashes above what is quoted belongs to it."""
    at = len(new)
    while at and not new[at - 1].strip():
        at -= 1
    if at and is_rule(new[at - 1]):
        quoted += new[at - 1 :]
        del new[at - 1 :]


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    cut = len(lines)
    for index in range(max(0, len(lines) - _LONGEST_SIGNATURE), len(lines)):
        if lines[index][:1] in _DELIMITING and (
            _DELIMITER.fullmatch(lines[index]) or _is_list_footer(lines, index)
        ):
            cut = index
            break
    body, signature = lines[:cut], lines[cut:]
    while body and (not body[-1].strip() or _DEVICE.fullmatch(body[-1].strip())):
        signature.insert(0, body.pop())
    return body, signature


_LONGEST_SIGNATURE = 25
_DELIMITING = ("-", "—", "–", "_")
_DELIMITER = re.compile(r"(?:--|—-|–-|—)[ \t\u00a0]?")
_SENT = "|".join(phrases.SENT_FROM)
_DEVICE = re.compile(
    rf"[*_]?(?:(?=.{{0,100}}(?:{phrases.DEVICES_OR_MINE}))(?:{_SENT})[^,;!?]{{0,80}}(?<![.:])|.{{1,30}}から送信|(?=.{{0,100}}(?:{phrases.DEVICES}))"
    rf"(?:(?:{_SENT}).{{0,150}}(?<!:)|(?:{phrases.GET_A_PROGRAM})\b.{{0,100}}|.{{1,100}}(?:{phrases.SENT_AT_THE_END})\.?)"
    rf"|{phrases.CHECKED_FOR_VIRUSES})[*_]?",
    re.IGNORECASE,
)
_LIST_RULE = re.compile(r"_{20,}\s*")
_OF_A_LIST = re.compile(r"(?i)mailing list|https?://|unsubscribe|lists?\.")


def _is_list_footer(lines: Sequence[str], index: int) -> bool:
    if _LIST_RULE.fullmatch(lines[index]) is None:
        return False
    return any(_OF_A_LIST.search(line[:500]) is not None for line in lines[index + 1 : index + 4])


def _trimmed(lines: Sequence[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return [line.rstrip() for line in lines[start:end]]
