"""Forwards: a message that somebody passes on, taken out of the mail that they passed it on with.

Mail programs either attach the message whole (message/rfc822), or copy its words beneath a line that announces it and
a few lines of its headers. What cannot be read for certain is no forward: it must name who wrote it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

from helpdesk_core.addresses import Address, is_email
from helpdesk_core.charsets import one_line
from helpdesk_core.email import quote_phrases as phrases
from helpdesk_core.email.dates import read_date
from helpdesk_core.email.html_lines import lay_out
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.email.quotes import is_forward, is_rule
from helpdesk_core.email.reading import parse_mail
from helpdesk_core.email.replies import split_reply
from helpdesk_core.subjects import forwarded_subject

MESSAGES = ("message/rfc822", "message/global")
"""Media types of a message that is attached whole."""


@frozen
class Forward:
    """A message that was passed on, with its files, and what stood above it, which may be nothing.

    Its `recipients` are those of the mail that it was passed on with, and it always has a sender.
    """

    mail: Mail
    note: str


def read_forward(mail: Mail) -> Forward | None:
    """The message that this mail passes on, if it does. Total."""
    for part in mail.parts:
        if part.content_type in MESSAGES and (found := _attached(mail, part)) is not None:
            return found
    return _copied(mail)


def _attached(mail: Mail, part: MailPart) -> Forward | None:
    inner = parse_mail(part.content)
    if inner.from_ is None:
        return None
    others = tuple(one for one in mail.parts if one is not part)
    inner = evolve(inner, parts=(*inner.parts, *others), recipients=mail.recipients)
    return Forward(inner, split_reply(mail.text).new)


# ------------------------------------------------------------------ copied


@frozen
class _Copy:
    """Where in some lines a message stands: its announcement and headers, and its first line behind them."""

    begun: int
    headers: Mapping[str, str]
    body: int


def _copied(mail: Mail) -> Forward | None:
    lines = mail.text.split("\n")
    copy = _copy_in(lines, announced=not _is_forward_subject(mail.subject))
    sender = _sender(copy.headers) if copy is not None else None
    if copy is None or sender is None:
        return None
    message_id = next(iter((*mail.in_reply_to, *mail.references[::-1])), None)
    inner = evolve(
        mail,
        from_=sender,
        subject=copy.headers.get("subject", "") or forwarded_subject(mail.subject),
        text="\n".join(_unquoted(lines[copy.body :])).strip(),
        html=_html_of_copy(mail.html) if mail.html is not None else None,
        to=(),
        cc=(),
        reply_to=(),
        message_id=message_id,
        in_reply_to=(),
        references=tuple(id_ for id_ in mail.references if id_ != message_id),
        date=_date(copy.headers.get("sent", "")),
        headers={},
        results=(),
    )
    return Forward(inner, "\n".join(lines[: copy.begun]).strip())


def _is_forward_subject(subject: str) -> bool:
    return forwarded_subject(subject) != " ".join(subject.split())


def _copy_in(lines: Sequence[str], *, announced: bool) -> _Copy | None:
    """The first message that is copied; `announced`: only one that a line announces, else its headers are enough."""
    for at, line in enumerate(lines[:_FARTHEST]):
        if is_forward(_bare(line)):
            copy = _headers_at(lines, at + 1)
        elif not announced and _HEADER.match(_bare(line)) is not None:
            copy = _headers_at(lines, at)
        else:
            continue
        if copy is not None:
            return evolve(copy, begun=_above(lines, at))
    return None


_FARTHEST = 500
"""Lines in which a copied message may begin."""


def _headers_at(lines: Sequence[str], at: int) -> _Copy | None:
    """The headers of a copied message that begin there, with who wrote it, or behind a few blank lines."""
    found: dict[str, str] = {}
    last, blank, end = "", 0, at
    for index in range(at, min(len(lines), at + _MOST_HEADER_LINES)):
        line = _bare(lines[index])
        header = _HEADER.match(line)
        if not line:
            blank += 1
            if blank > 1 and found:
                break
        elif header is not None and header.lastgroup is not None:
            last = header.lastgroup
            found.setdefault(last, line[header.end() :].strip("*_ \t"))
            blank, end = 0, index + 1
        elif found and not blank and last in ("to", "copy", "from", "subject"):
            found[last] = f"{found[last]} {line}"  # a long line that was broken
            end = index + 1
        elif found or not is_rule(line):
            break
    if "from" not in found or len(found) < 2:
        return None
    return _Copy(at, found, end)


_LABELS = {
    "from": phrases.FROM,
    "sent": phrases.SENT,
    "to": phrases.TO,
    "subject": phrases.SUBJECT,
    "copy": phrases.COPY,
}
_HEADER = re.compile(
    rf"[*_]{{0,2}}(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in _LABELS.items())})"
    r"[*_]{0,2}\s?[:：][*_]{0,2}",
    re.IGNORECASE,
)
_MOST_HEADER_LINES = 24
_MARKS = re.compile(r"\s*(?:>\s?)*")


def _bare(line: str) -> str:
    """The beginning of the line, without marks of quotation."""
    return _MARKS.sub("", line[:2_000], count=1).strip()


def _above(lines: Sequence[str], at: int) -> int:
    """Where the announcement begins: with the rule above it, if there is one."""
    before = at - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    ruled = before >= 0 and (is_rule(lines[before]) or _RULED.fullmatch(lines[before].strip()[:200]))
    return before if ruled else at


_RULED = re.compile(r"[-_]{2,}[^-_].*[-_]{2,}")


def _unquoted(lines: Sequence[str]) -> list[str]:
    """The lines of a message that was quoted as a whole (Apple Mail does that), one mark fewer on each."""
    told = [line for line in lines if line.strip()]
    if not told or not all(line.lstrip().startswith(">") for line in told):
        return list(lines)
    return [_MARK.sub("", line, count=1) for line in lines]


_MARK = re.compile(r"\s*> ?")
_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,253}")
_AROUND_NAME = re.compile(r"[<(\[]|\bmailto:|\bon behalf of\b", re.IGNORECASE)


def _sender(headers: Mapping[str, str]) -> Address | None:
    """Who wrote it: the last address of the line, since one that acts for another is named first."""
    told = headers["from"]
    addresses = [one.rstrip(".") for one in _EMAIL.findall(told) if is_email(one.rstrip("."))]
    if not addresses:
        return None
    name = _AROUND_NAME.split(told, maxsplit=1)[0].strip(" \t\"'*_;,")
    return Address(addresses[-1], "" if "@" in name else one_line(name)[:200])


def _date(told: str) -> datetime | None:
    """The instant, where its zone is told: most programs write their user's, and leave out which that is."""
    return read_date(told) if _ZONE.search(told) is not None else None


_ZONE = re.compile(r"\s(?:[+-]\d{4}|GMT|UTC)\b")


def _html_of_copy(html: str) -> str | None:
    """The copied message's HTML; None where it cannot be told from what is around it."""
    laid = lay_out(html)
    lines = [_bare(line) for line in laid.lines]
    copy = _copy_in(lines, announced=False)
    if copy is None or copy.body >= len(lines):
        return None
    return laid.written(range(copy.body, len(lines)))
