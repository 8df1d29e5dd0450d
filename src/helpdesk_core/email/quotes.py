"""Quotes: the lines that mail programs put above and around what they quote.

Introductions come in three forms: a sentence (`On Monday … Ana wrote:`), which may run over a few lines; a block of
the quoted message's headers (Outlook); and words between dashes (`-----Original Message-----`).
"""

import re
from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.email import quote_phrases as phrases

LONGEST_SENTENCE = 500
"""Characters of an introducing sentence."""


@frozen
class Introduction:
    """Lines that introduce a quote."""

    end: int
    """The line behind them."""
    certain: bool
    """What follows is quoted, even if nothing marks it as such."""


def plain_lines(text: str, lines: Sequence[str]) -> list[bool]:
    """For each of the text's lines, whether a glance shows that it is the writer's own: that it neither is
    quoted nor announces or introduces anything. Most lines of most mails are.
    """
    small = text.lower()
    verbs = tuple(filter(small.__contains__, _ASCII_VERB_ENDS if small.isascii() else _VERB_ENDS))
    helpdesk = _holds(phrases.IN_ABOVE_THIS_LINE, small)
    plain = [True] * len(lines)
    near = 0  # lines that a sentence with a verb or an address that comes further down may begin on
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if "@" in line or (verbs and _holds(verbs, line.lower())):
            near = _MOST_LINES + 2
        if (
            ":" in line
            or ">" in line
            or "--" in line
            or "__" in line
            or "@" in line
            or not (line.isascii() or _MARKS.isdisjoint(line))
            or (near > 0 and _BEGINNING.match(line.strip()) is not None)
            or (helpdesk and _holds(phrases.IN_ABOVE_THIS_LINE, line.lower()))
        ):
            plain[at] = False
        near -= 1
    return plain


def _holds(words: Sequence[str], line: str) -> bool:
    return any(map(line.__contains__, words))


def is_quoted(line: str) -> bool:
    """Whether the line bears a mark of quotation, not only an ornament (`>>> look here <<<`) or GroupWise's
    introduction.
    """
    if ">" not in line or _MARK.match(line) is None:
        return False
    end = line[-200:]
    return not ("<<" in end or ">>>" in end) or _ORNAMENT.search(end) is None


def is_rule(line: str) -> bool:
    """Whether it is a line of dashes or the like and nothing else."""
    return _RULE.fullmatch(line[:300]) is not None


def is_forward(line: str) -> bool:
    """Whether the line announces a message that is passed on."""
    told = line.strip() if len(line) < _LONGEST_LINE else ""
    return ("--" in told or told.endswith((":", "："))) and _FORWARD.fullmatch(told) is not None


def introduction_at(lines: Sequence[str], at: int) -> Introduction | None:
    """The introduction that begins with this line, if one does."""
    line = _bare(lines[at])
    if not line or len(line) > LONGEST_SENTENCE:
        return None
    announced = _holds(_ANNOUNCING, line) or _holds(phrases.IN_ABOVE_THIS_LINE, line.lower())
    if announced and _ORIGINAL.fullmatch(line) is not None:
        return Introduction(at + 1, certain=True)
    end = _end_of_headers(lines, at) or _end_of_notes_headers(lines, at)
    if end is not None:
        return Introduction(end, certain=True)
    return _sentence(lines, at)


def ends_with_introduction(line: str) -> int | None:
    """Where, in a line that begins with somebody's own words, an introducing sentence begins."""
    if len(line) > _LONGEST_LINE or not line.rstrip().endswith(":"):
        return None
    found = _SHARED.search(line)
    return found.start() if found is not None and line[: found.start()].strip() else None


def _bare(line: str) -> str:
    """The line without the marks that turn the direction of writing."""
    return line.strip() if line.isascii() else line.translate(_TURNS).strip()


_TURNS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_MARKS = frozenset("\uff1a\ufe55\u2010\u2013\u2014")
"""Colons and dashes beyond ASCII."""
_ANNOUNCING = ("--", "\u2010\u2010", "__", ">>>")
_LONGEST_LINE = 1_000
_MARK = re.compile(r"[ \t\u00a0]{0,3}>")
_ORNAMENT = re.compile(r"<<\s*\Z|\d.{0,8}>>>\s*\Z")
_RULE = re.compile(r"[ \t*]*[-_=\u2014\u2013\u2500]{3,}[ \t*]*")


def _one_of(words: Sequence[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _literally(words: Sequence[str]) -> str:
    return _one_of([re.escape(word) for word in words])


_AIR = r"(?:&nbsp;|[ *\u00a0])*+"
_ORIGINAL = re.compile(
    rf"[*>]?\s?(?:[-\u2010-\u2015]{{2,}}|_{{2,}}){_AIR}(?:{_one_of(phrases.ORIGINAL)}){_AIR}:?{_AIR}"
    r"(?:[-\u2010-\u2015]+|_+)?[*]?"
    r"|-{2,}\s*.{1,100}\s(?:wrote|schrieb|a écrit|escribió)\s?:?\s?-{2,}|>>> .{3,200}\d.{0,8}>>>"
    rf"|[#\-=*_~ ]{{0,20}}(?:{_one_of(phrases.ABOVE_THIS_LINE)})[#\-=*_~. ]{{0,20}}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    rf"[*]?-{{2,}}[ *]*(?:{_one_of(phrases.FORWARDED)})[ *]*:?[ *]*-*[*]?"
    rf"|(?:{_one_of(phrases.FORWARDING)})\s?[:：]",
    re.IGNORECASE,
)

# ------------------------------------------------------------------ sentences

_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|[\u0660-\u0669\u06f0-\u06f9]{4}|\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}[年년]"
    r"|\b\d{1,2}[ .-][^\W\d]{3,9}[ .-]"
)
_BEGINNING = re.compile(
    rf"(?:-{{2,}}\s*)?(?:(?:{_literally(phrases.ON)})[\s.]|在\d|[^\W\d]{{2,9}}[,.]?\s{{1,2}}\d"
    rf"|[^\W\d]{{2,9}}[,.]\s|\d)"
)
_COLON = "[:：﹕]"
_VERB = rf"(?:{_literally(phrases.WROTE)})"
_ENDING = re.compile(
    rf"(?:[\s,>)\"]|(?<=[^\x00-\x7f])|(?<=\d)"
    rf"|(?<=>)|(?=[\u3040-\u9fff\uac00-\ud7ff])){_VERB}(?P<who>.{{0,200}}?)\s?(?P<colon>{_COLON})?"
    r"[\s*]*(?:-{3,})?\Z",
    re.IGNORECASE,
)
_CLOSED = re.compile(rf"{_COLON}|---")
_VERB_ENDS = tuple(dict.fromkeys(verb.split()[-1] for verb in phrases.WROTE))
_ASCII_VERB_ENDS = tuple(filter(str.isascii, _VERB_ENDS))
_ADDRESS = re.compile(r"[^\s<>()\"]{1,100}@[^\s<>()\"]{2,200}")
_AFTER_ADDRESS = re.compile(rf"@[^\s<>()\":]{{2,200}}[>)\]\s]*(?P<colon>{_COLON})?\s*\Z")
_NAMED = re.compile(r"[^<>:]{0,100}<\s?[^\s<>()\"]{1,100}@[^\s<>()\"]{2,200}\s?>")
_TIME = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|[\u0660-\u0669\u06f0-\u06f9]{1,2}:[\u0660-\u0669\u06f0-\u06f9]{2}|\d[時时点시]"
)
_WHOM = re.compile(rf"(?:{_literally(phrases.QUOTING)})\s.{{1,200}}{_COLON}\Z")
_SHARED = re.compile(
    r"(?:-{2,}\s*)?\bOn\s(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[a-z]{0,6}[,. ]|\d)"
    r"[^\n]{4,250}\swrote:\s*\Z"
)
_MOST_LINES = 5


def _sentence(lines: Sequence[str], at: int) -> Introduction | None:
    """A sentence over at most a few lines: with a date and a verb, or a date and an address, at its proper
    places.
    """
    line = _bare(lines[at])
    begins = _BEGINNING.match(line) is not None or (
        _NAMED.match(line) is not None and _DATE.search(line) is not None
    )
    if not begins and _CLOSED.search(line[-12:]) is None:
        return None
    told, used = "", 0
    likely: Introduction | None = None
    for index in range(at, min(len(lines), at + _MOST_LINES + 2)):
        line = _bare(lines[index])
        if not line:
            if not told.endswith("<") and not _goes_on(lines, index):
                break
            continue
        used += 1
        if used > _MOST_LINES or (used > 1 and (not begins or _stands_alone(line))):
            break
        if used > 1 and is_quoted(lines[index]) and told.count("<") <= told.count(">"):
            break  # else it closes the brackets of an address that is told over several lines
        told = f"{told} {line}".strip()
        if len(told) > LONGEST_SENTENCE:
            break
        certain = _certainty(told, begins)
        if certain:
            return Introduction(index + 1, certain=True)
        if certain is not None and likely is None:
            likely = Introduction(index + 1, certain=False)
    return likely


def _goes_on(lines: Sequence[str], blank: int) -> bool:
    """A blank line in the middle of a sentence: an address that a program set apart follows."""
    return blank + 1 < len(lines) and lines[blank + 1].strip() == "<"


def _stands_alone(line: str) -> bool:
    return _BEGINNING.match(line) is not None and _certainty(line, begins=True) is True


def _certainty(told: str, begins: bool) -> bool | None:
    """Whether the words introduce a quote for certain, or only if one follows; None if they do not at all."""
    lowered = told.lower()  # looking for a word is a hundred times faster than for all ways to end with one
    verb = _holds(phrases.WROTE, lowered)
    if not verb and "@" not in told:
        return None
    is_closed = _CLOSED.search(told[-12:]) is not None
    if not is_closed and not begins:
        return None
    dated = _DATE.search(told) is not None
    if not is_closed and not dated:
        return None
    timed = dated and is_closed and _TIME.search(told) is not None
    if timed and told.rstrip("* ")[-1:] in _COLON[1:-1] and _NAMED.search(told) is not None:
        return True
    if is_closed and _WHOM.match(told) is not None:
        return False
    ends = verb and (is_closed or lowered.endswith(phrases.WROTE))
    ending = _ENDING.search(told) if ends else None
    if ending is not None and not (ending["who"] and len(ending["who"]) > 3 and not _names(ending["who"])):
        closed = ending["colon"] is not None or told.endswith("---")
        if dated and closed and (begins or timed):
            return True
        if closed and (_ADDRESS.search(told) is not None):
            return True
        return False if closed or (begins and dated) else None
    if dated and (last := _AFTER_ADDRESS.search(told)) is not None:
        return True if begins and last["colon"] else False if begins or last["colon"] else None
    return None


def _names(who: str) -> bool:
    """Whether what stands behind the verb can be who wrote: with an address, or a few words."""
    return "@" in who or len(who.split()) <= 6


# ------------------------------------------------------------------ headers

_KINDS = {
    "from": phrases.FROM,
    "sent": phrases.SENT,
    "to": phrases.TO,
    "subject": phrases.SUBJECT,
    "copy": phrases.COPY,
}
_LABELS = "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items())
_HEADER = re.compile(rf"[>\s*_|]{{0,10}}(?:{_LABELS})[*_]{{0,2}}\s?{_COLON}(?!//)", re.IGNORECASE)
_WITHIN = re.compile(rf"(?:{_LABELS})[*_]{{0,2}}\s?{_COLON}\s")
_MOST_HEADER_LINES = 14


def _end_of_headers(lines: Sequence[str], at: int) -> int | None:
    """Behind a block of a quoted message's headers, if one begins here.

    It says three of these, one of the first two among them: who wrote, when, to whom, about what. Two will do if they
    are who and when, or an address is there: forms have lines of this kind too. Values may be folded.
    """
    start = lines[at][:200]
    first = _HEADER.match(start) if ":" in start or "：" in start else None
    if first is None or first.lastgroup == "copy":
        return None
    seen = {first.lastgroup or ""}
    seen |= {found.lastgroup or "" for found in _WITHIN.finditer(lines[at][first.end() : first.end() + 300])}
    end, folded = at + 1, 0
    for index in range(at + 1, min(len(lines), at + _MOST_HEADER_LINES)):
        line = lines[index]
        header = _HEADER.match(line[:200])
        if header is not None:
            seen.add(header.lastgroup or "")
            end, folded = index + 1, 0
        elif not line.strip() or folded >= 2:
            break
        else:
            folded += 1
    told = seen - {"copy"}
    enough = 2 if told >= {"from", "sent"} or any("@" in one for one in lines[at:end]) else 3
    return end if len(told) >= enough and told & {"from", "sent"} else None


# ------------------------------------------------------------------ headers of Lotus Notes


def _end_of_notes_headers(lines: Sequence[str], at: int) -> int | None:
    """Behind a block in which labels and values stand on lines of their own, or in cells: who, when, `To`, whom,
    `Subject`, what.
    """
    if "@" not in lines[at]:
        return None
    told = [index for index in range(at, min(len(lines), at + _MOST_HEADER_LINES)) if lines[index].strip()]
    if len(told) < 5 or len(lines[told[1]]) > 40 or _LABEL_OF_TO.fullmatch(lines[told[2]].strip()) is None:
        return None
    if _DATE.search(lines[told[1]]) is None or _TIME.search(lines[told[1]]) is None:
        return None
    for place, index in enumerate(told[3:], 3):
        line = lines[index].strip()
        if _LABEL_OF_SUBJECT.fullmatch(line) is not None:
            return told[place + ("\t" not in line)] + 1 if place + 1 < len(told) else index + 1
    return None


_LABEL_OF_TO = re.compile(rf"(?:{phrases.TO}){_COLON}?(?:\t.*)?", re.IGNORECASE)
_LABEL_OF_SUBJECT = re.compile(rf"(?:{phrases.SUBJECT}){_COLON}?(?:\t.*)?", re.IGNORECASE)
