"""Subjects: what is left of a subject line once mail programs, mailing lists and desks have written on it.

Prefixes are those that mail programs of the day write (Outlook, Apple Mail, Gmail, Lotus Notes, QQ, Yandex …)
in some thirty languages; the wrappers `(fwd)` and `[fwd: …]` are those of RFC 5256 §2.1.
"""

import re
import unicodedata

LONGEST_KEY = 500
"""Characters of a subject that take part in a comparison."""

LARGEST_NUMBER = 2**31 - 1
"""The largest ticket number that is believed when it stands in a subject."""


def subject_key(subject: str) -> str:
    """The subject as it is compared: without prefixes, tags, case, width, and invisible characters.

    Total and idempotent; at most `LONGEST_KEY` characters, free of control characters and lone surrogates, so
    every store can hold it. Empty when nothing but prefixes and tags was there: an empty key says nothing and
    matches nothing.

    `New name (was: old name)` is compared by the old one.

    A tag in brackets goes when it stands in front and holds no digit (`[dev-list]`, `[EXTERNAL]`): one with a
    digit may be an order number (`[A-1001] late`) and would make two matters look like one.
    """
    key = subject
    while (shorter := _bared(key)) != key:
        key = shorter
    return key


def is_reply_subject(subject: str) -> bool:
    """Whether the first prefix, seen through tags, is that of a reply; a forward's prefix is not.

    `VS` counts as a reply: it is one in Finnish and Estonian, and a forward in Danish and Norwegian.
    """
    return _REPLIED.match(_cleaned(unicodedata.normalize("NFKC", subject))) is not None


def ticket_number_in(subject: str) -> int | None:
    """The number of the first `[#123]`, from 1 to `LARGEST_NUMBER`. Anyone can write one: it is no proof."""
    for found in _TICKET_TAG.finditer(unicodedata.normalize("NFKC", subject)):
        if int(found[1]) <= LARGEST_NUMBER:
            return int(found[1])
    return None


def reply_subject(subject: str) -> str:
    """The subject of an answer: one reply prefix, in the language that is already there, else `Re:`.

    Idempotent; one line, without control characters or lone surrogates, so it can go into a header as it is.
    A forward keeps its prefix (`Re: Fwd: …`), and so do prefixes further in.
    """
    line = _cleaned(subject)
    if not is_reply_subject(line):
        return f"Re: {line}".rstrip()
    first = again = _REPLIED.match(line)
    if first is None:  # recognised only once its width was normalised: it stays as its author wrote it
        return line
    tags, rest = "", 0
    while again is not None:
        rest = again.end()
        again = _REPLIED.match(line, rest)
        tags += again["tags"] if again else ""
    return f"{first['tags']}{first['first'].rstrip()} {tags}{line[rest:]}".rstrip()


def forwarded_subject(subject: str) -> str:
    """The subject of the message that was passed on under this one: without the prefixes of forwards.

    Total and idempotent; one line. Without such a prefix it is the line as it was.
    """
    line = _cleaned(subject)
    while (shorter := _without_forward(line)) != line:
        line = shorter
    return line


# A prefix may carry a count: Re[2], Re(2), Re^2. Beyond two letters a language's words are listed whole as
# well, since Lotus Notes, Thunderbird's extensions and web mailers write them out.
_REPLY = (
    "re|aw|antw|antwort|antwoord|sv|svar|vs|res|resp|rép|rif|odp|odg|odpověď|ynt|yan\u0131t|cevap|atb|ats|bls|balas"
    "|vá|válasz|răsp|отв|ответ|на|отг|відп|відповідь|απ|απάντηση|σχετ|תגובה|השב|רד|رد|إعادة|اعادة|الرد|پاسخ"
    "|回复|回覆|答复|答覆|返信|답장|회신|답변|ตอบ|ตอบกลับ|trả lời"
)
_FORWARD = (
    "fw|fwd|wg|vb|vl|ed|rv|reenv|enc|tr|doorst|pd|ilt|i̇lt|İlt|trs|yml|továbbítás|tovább|пересл|переслано|пер"
    "|перен|прд|πρθ|προωθ|הועבר|העבר|إعادة توجيه|اعادة توجيه|ارسال"
    "|转发|轉寄|轉發|転送|전달|ส่งต่อ|chuyển tiếp"
)
_COUNTED = r" ?(?:\[ ?\d{1,4} ?\]|\( ?\d{1,4} ?\)|\^ ?\d{1,4})? ?[:\uff1a] ?"

# Italian Outlook writes `R:` for a reply and `I:` for a forward. One letter is little to go by, so it counts
# only as that program writes it: a capital, the colon at once, a space, and something after it. `R:base` and
# `I:\share` stay.
_REPLY_PREFIX = rf"(?:(?i:{_REPLY}){_COUNTED}|R: (?=\S))"
_FORWARD_PREFIX = rf"(?:(?i:{_FORWARD}){_COUNTED}|I: (?=\S))"

_TICKET_TAG = re.compile(r"\[#([1-9][0-9]{0,9})\]")
_TAG = r"(?:\[(?:#[0-9]{1,10}|(?!(?i:fwd?) ?:)[^\W\d][^\d\[\]:]{0,39})\] ?)"
_IN_FRONT = re.compile(rf"(?:{_TAG}|{_REPLY_PREFIX}|{_FORWARD_PREFIX})+")
_REPLIED = re.compile(rf"(?P<tags>{_TAG}*)(?P<first>{_REPLY_PREFIX})(?:{_REPLY_PREFIX})*")
_WRAPPED = re.compile(r"\[(?i:fwd?) ?:(.*)\]$")
_FORWARDED = re.compile(rf"{_TAG}*{_FORWARD_PREFIX}")
_RENAMED = re.compile(r"[^\n]*[(\[](?i:wa[sr]|vorher|antes|ex): ?(\S[^\n]*?)[)\]]$")
_TRAILED = re.compile(r"(?: ?\((?i:fwd)\))+$")


def _without_forward(line: str) -> str:
    line = _TRAILED.sub("", line)
    if wrapped := _WRAPPED.match(line):
        line = wrapped[1]
    return _cleaned(_FORWARDED.sub("", line, count=1))


def _bared(text: str) -> str:
    text = _cleaned(unicodedata.normalize("NFKC", text[:LONGEST_KEY]))
    text = _IN_FRONT.sub("", text, count=1) if _IN_FRONT.match(text) else text
    text = _TICKET_TAG.sub(" ", text)
    text = _TRAILED.sub("", text)
    if wrapped := _WRAPPED.match(text):
        text = wrapped[1]
    if text[-1:] in (")", "]") and (renamed := _RENAMED.match(text)):
        text = renamed[1]
    text = unicodedata.normalize("NFKC", text.casefold())
    return _cleaned(text)[:LONGEST_KEY].rstrip()


def _cleaned(text: str) -> str:
    """One line: white space and controls become one space; what is invisible or half a character goes."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(map(_visible, text)).split())


def _visible(character: str) -> str:
    if "\ufe00" <= character <= "\ufe0f":  # variation selectors: how an emoji is drawn, not what is said
        return ""
    match unicodedata.category(character):
        case "Cf" | "Cs":
            return ""
        case "Cc":
            return " "
    return character
