"""Bounces: reports that a mail of ours did not arrive, or was complained about.

Read off the report for machines (RFC 3464, RFC 5965) where there is one, else off the words of the many programs
that write to people only. Whoever merely tells of such a report, quotes or forwards one, has not sent a bounce.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from attrs import frozen

from helpdesk_core.addresses import parse_addresses
from helpdesk_core.charsets import decode, small_letters
from helpdesk_core.email import bounce_phrases as phrases
from helpdesk_core.email.auto_reply_phrases import AUTO_REPLY_SUBJECT
from helpdesk_core.email.headers import Headers, first, read_headers
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.message_ids import message_ids

MOST_RECIPIENTS = 100
"""Addresses taken of one report."""

LONGEST_REPORT = 50_000
"""Bytes of a report's part, or characters of its text, that are read."""


class Fate(StrEnum):
    """What became of the mail."""

    FAILED = "failed"
    DELAYED = "delayed"
    """It is still being tried."""
    COMPLAINED = "complained"
    """It arrived, and its reader calls it spam."""


@frozen
class Undelivered:
    """One address, and why nothing reached it."""

    email: str
    reason: str
    """One line, as the mail system put it; empty if it did not."""
    status: str | None
    """Of RFC 3463, `5.1.1`, where it was told."""
    permanent: bool
    """The address will not work the next time either: nobody is there. A full mailbox is none of these."""


@frozen
class Bounce:
    """A report about a mail of ours."""

    fate: Fate
    recipients: tuple[Undelivered, ...]
    """Empty if the report does not tell."""
    message_ids: tuple[str, ...]
    """Those that the mail may have had, the likeliest first, in canonical form."""


def read_bounce(mail: Mail) -> Bounce | None:
    """The report that this mail is, or None. Total."""
    reports = [part for part in mail.parts if part.content_type in _REPORTS]
    if not reports and not _reads_like_one(mail):
        return None
    told = _told(mail)
    recipients = tuple(_of_reports(reports)) or tuple(_of_text(mail, told)) or tuple(_of_returned(mail, told))
    return Bounce(_fate(mail, reports, told), recipients[:MOST_RECIPIENTS], _message_ids(mail))


_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/feedback-report"})
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})


def from_mail_system(mail: Mail) -> bool:
    """Whether a mail server, not a person, is named as the sender, or nobody at all is."""
    if mail.from_ is None:
        return True
    if _PROGRAM.match(mail.from_.email) is not None or _PROGRAM_NAME.search(mail.from_.name) is not None:
        return True
    return _PROGRAM.match(mail.headers.get("from", "").rpartition("<")[2]) is not None


_PROGRAM = re.compile(
    r"(?i)\W{0,3}(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon"
    r"|mail[-_.]?delivery(?:[-_.]?(?:subsystem|system))?|maildelivery|mmdf"
    r"|m[-_]?daemon|mail[-_.]?system|mail[-_.]?service|bounces?|noreply-bounce|double-bounce|smtp"
    r"|mta\d{0,3}|uucp|microsoftexchange[0-9a-f]{3,40}|posta-certificata|system[-_. ]?administrator|mailadmin)"
    r"(?:[-_.+=\\\"][^@\s]{0,100})?(?:@|[>\s]|\Z)"
)
_PROGRAM_NAME = re.compile(
    r"(?i)mail(?:er)? ?(?:delivery|daemon)|delivery (?:subsystem|system)|mail (?:administrator|system)"
    r"|mailer-daemon|postmaster|system administrator"
)


def _told(mail: Mail) -> str:
    """The mail's words up to the message that comes back with it."""
    text = mail.text[:LONGEST_REPORT]
    after = phrases.AFTERWARDS.search(small_letters(text), 20)
    return text[: after.start()] if after is not None and text[: after.start()].strip() else text


def _reads_like_one(mail: Mail) -> bool:
    headers = mail.headers
    if headers.get("x-failed-recipients"):
        return True
    kind = headers.get("content-type", "").lower()
    if kind.startswith("multipart/report") and "disposition-notification" not in kind:
        return True
    if _PROVIDER_NOTE.search(mail.text[:2_000]) is not None or _COMPLAINT.match(mail.subject) is not None:
        return True
    subject = small_letters(mail.subject)
    by_subject = phrases.FAILURE_SUBJECT.match(subject) is not None
    by_program = from_mail_system(mail)
    null_sender = headers.get("return-path", "-").strip() in ("", "<>")
    returned = any(part.content_type in _RETURNED for part in mail.parts)
    within = by_subject or phrases.FAILURE_WITHIN_SUBJECT.search(subject) is not None
    if by_program:
        return within or phrases.FAILURE.search(small_letters(_told(mail)[:8_000])) is not None
    if null_sender and returned:
        return AUTO_REPLY_SUBJECT.match(mail.subject) is None
    if not within:
        return False
    told = _told(mail)
    says_so = phrases.FAILURE.search(small_letters(_QUOTED.sub("", told[:8_000])))
    if null_sender or returned:
        return says_so is not None
    nearby = 700 if by_subject else 200
    return says_so is not None and says_so.start() < nearby and not _is_person(mail, told)


_QUOTED = re.compile(r"(?m)^[ \t]*>.*$")
_PROVIDER_NOTE = re.compile(r'"(?:notificationType|eventType)"\s*:\s*"(?:Bounce|Complaint)"')
_COMPLAINT = re.compile(r"(?i)complaint about message from \[?\d|email feedback report for|abuse report\b")
_PERSON = re.compile(
    r"(?im)^(?:hi|hello|hey|dear (?:support|team|sir|madam)|hallo|guten tag|bonjour|hola|buen[oa]s|olá|bom dia|ciao"
    r"|buongiorno|salve|beste|goedendag|hej|hei|moi|dzień dobry|witam|dobrý d[eě]ň?n?|jó napot|bună|καλημέρα|merhaba"
    r"|здравствуйте|добрый день|добрий день|שלום|مرحبا)\b|^(?:お世話|こんにちは|안녕)"
    r"|\b(?:i|we) (?:tried|get|got|sent|have|am|received|keep)\b"
)


def _is_person(mail: Mail, told: str) -> bool:
    """Whether it reads like somebody's own complaint about such a report."""
    return bool(mail.in_reply_to or mail.references) or _PERSON.search(told[:700]) is not None


def _fate(mail: Mail, reports: list[MailPart], told: str) -> Fate:
    kinds = {part.content_type for part in reports}
    if kinds == {"message/feedback-report"} or (not kinds and _COMPLAINT.match(mail.subject)):
        return Fate.COMPLAINED
    if '"Complaint"' in mail.text[:2_000] and not kinds:
        return Fate.COMPLAINED
    actions = [
        fields.get("action", "").lower()
        for part in reports
        for fields in _blocks(part)
        if "final-recipient" in fields or "action" in fields
    ]
    if actions:
        return Fate.DELAYED if all(action.startswith("delayed") for action in actions) else Fate.FAILED
    said = small_letters(told[:8_000])
    delayed = phrases.DELAY.search(f"{small_letters(mail.subject)}\n{said[:4_000]}") is not None
    given_up = phrases.DEAD.search(said) is not None or _FINAL.search(said) is not None
    return Fate.DELAYED if delayed and not given_up else Fate.FAILED


_FINAL = re.compile(r"permanent|fatal|giving up|given up|\b55\d\b|\b5\.\d\.\d{1,3}\b")

# ------------------------------------------------------------------ reports for machines


def _blocks(part: MailPart) -> Iterator[Mapping[str, str]]:
    """The groups of fields that blank lines set apart (RFC 3464 §2.1)."""
    text = decode(part.content[:LONGEST_REPORT]).replace("\r\n", "\n").replace("\r", "\n")
    for block in re.split(r"\n[ \t]*\n", text)[: MOST_RECIPIENTS + 1]:
        fields: dict[str, str] = {}
        for line in _FOLD.sub(" ", block).split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
        yield fields


_FOLD = re.compile(r"\n[ \t]+")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@\w(?:[\w-]|\.(?=\w)){0,250}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


def _of_reports(reports: list[MailPart]) -> Iterator[Undelivered]:
    seen: set[str] = set()
    for part in reports:
        for fields in _blocks(part):
            if fields.get("action", "").lower().startswith(("delivered", "relayed", "expanded")):
                continue
            named = next((fields[name] for name in _NAMES if name in fields), None)
            found = _EMAIL.search(named[:1_000]) if named is not None else None
            if found is None or found[0].lower() in seen:
                continue
            seen.add(found[0].lower())
            reason = fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
            yield undelivered(found[0], reason, fields.get("status", ""))


_NAMES = ("original-recipient", "final-recipient", "original-rcpt-to")


def undelivered(email: str, reason: str, status: str = "") -> Undelivered:
    """What a mail system says of one address, judged: whether it will ever work. Total."""
    line = " ".join(reason[:1_000].split())[:500]
    told = _STATUS.search(status) or _STATUS.search(line)
    final = told[1] if told is not None else None
    said = small_letters(f"{final or ''} {line} {final or ''}")
    gone = phrases.DEAD.search(said) is not None and not (final or "").startswith("4")
    return Undelivered(email, line, final, gone and phrases.FULL.search(said) is None)


# ------------------------------------------------------------------ reports for people


def _of_text(mail: Mail, told: str) -> Iterator[Undelivered]:
    """The addresses that the words name, apart from the desk's own and the mail system's."""
    known = mail.headers.get("x-failed-recipients", "")
    not_meant = _not_meant(mail)
    seen: set[str] = set()
    for found in _EMAIL.finditer(known[:LONGEST_REPORT] or told):
        email = found[0].strip(".").lower()
        if email in seen or (email in not_meant and not known) or _PROGRAM.match(email) is not None:
            continue
        seen.add(email)
        yield undelivered(found[0].strip("."), _reason_near(told, email), "")
        if len(seen) >= MOST_RECIPIENTS:
            return


def _not_meant(mail: Mail) -> frozenset[str]:
    """Who got and who sent the report itself: it is not they who could not be reached."""
    senders = (mail.from_,) if mail.from_ is not None else ()
    return frozenset(
        address.email.lower() for address in (*mail.to, *mail.cc, *mail.reply_to, *senders)
    ) | frozenset(recipient.lower() for recipient in mail.recipients)


def _of_returned(mail: Mail, told: str) -> Iterator[Undelivered]:
    """Whom the mail that comes back was for, if that was one only."""
    for headers in _returned_headers(mail):
        addresses = parse_addresses(first(headers, "to") or "")
        if len(addresses) == 1 and addresses[0].email.lower() not in _not_meant(mail):
            yield undelivered(addresses[0].email, _reason_near(told, addresses[0].email), "")
            return


def _returned_headers(mail: Mail) -> Iterator[Headers]:
    for part in mail.parts:
        if part.content_type in _RETURNED:
            yield read_headers(part.content, 0, min(len(part.content), LONGEST_REPORT))[0]


def _reason_near(told: str, email: str) -> str:
    """What is said of the address: the words behind it, or, if those say nothing, the first that tell of a
    failure.
    """
    at = small_letters(told).find(email)
    behind = told[at + len(email) : at + len(email) + 400] if at >= 0 else ""
    near = behind.split("\n\n")[0].strip(" \t\r\n<>:()\"'-")
    near += ")" if near.count("(") > near.count(")") else ""
    if phrases.FAILURE.search(small_letters(near)) is not None or _STATUS.search(near) is not None:
        return near
    found = phrases.FAILURE.search(small_letters(told[:8_000]))
    if found is None:
        return near
    start = told.rfind("\n", 0, found.start()) + 1
    return told[start : found.end() + 200].partition("\n")[0]


def _message_ids(mail: Mail) -> tuple[str, ...]:
    ids: list[str] = []
    for headers in _returned_headers(mail):
        ids += message_ids(first(headers, "message-id"))
    ids += [one for found in _ID_LINE.finditer(mail.text[:LONGEST_REPORT]) for one in message_ids(found[1])]
    ids += [*mail.in_reply_to, *reversed(mail.references)]
    return tuple(one for one in dict.fromkeys(ids) if one != mail.message_id)[:MOST_RECIPIENTS]


_ID_LINE = re.compile(r"(?im)^[ \t>|]*message-id:[ \t]*(<[^<>\s]{3,900}>)")
