"""Automatic mail: what no person wrote, and what therefore must not be answered by a program.

The rules are those of RFC 3834 §2 and RFC 5230 §4.6, and of the programs that came before them.
"""

import re
from enum import StrEnum
from itertools import takewhile

from attrs import frozen

from helpdesk_core.charsets import small_letters
from helpdesk_core.email import auto_reply_phrases as phrases
from helpdesk_core.email.auto_reply_phrases import AUTO_REPLY_SUBJECT
from helpdesk_core.email.bounces import Bounce, read_bounce
from helpdesk_core.email.mail import Mail
from helpdesk_core.email.quotes import is_forward
from helpdesk_core.email.replies import split_reply
from helpdesk_core.subjects import is_reply_subject


class Nature(StrEnum):
    """What kind of a message it is, by who or what wrote it."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    """A program's answer in somebody's absence, a receipt, an acknowledgement."""
    BOUNCE = "bounce"
    """A report that a mail of ours did not arrive; `read_bounce` tells more."""
    LIST = "list"
    """From a mailing list or a newsletter."""
    NOTICE = "notice"
    """Any other program's."""


@frozen
class Classified:
    """The nature, and what gave it away."""

    nature: Nature
    reason: str | None = None
    """None only for a person's."""
    bounce: Bounce | None = None
    """The report, of a bounce."""


def classify(mail: Mail) -> Classified:
    """What kind of a message it is. Total. Only a person's may be answered by a program."""
    bounce = read_bounce(mail)
    if bounce is not None:
        return Classified(Nature.BOUNCE, bounce.fate.value, bounce)
    reason = is_automatic(mail)
    if reason is None:
        return Classified(Nature.PERSON)
    if reason.startswith(_OF_AN_ABSENCE) or AUTO_REPLY_SUBJECT.match(mail.subject) is not None:
        return Classified(Nature.AUTO_REPLY, reason)
    if reason.startswith(_OF_A_LIST) or any(name.startswith("list-") for name in mail.headers):
        return Classified(Nature.LIST, reason)
    return Classified(Nature.NOTICE, reason)


def is_automatic(mail: Mail) -> str | None:
    """Why the mail counts as automatic, or None if a person seems to have written it. Total."""
    headers = mail.headers
    for name, means_a_program in _TELLING.items():
        value = headers.get(name)
        if value is not None and means_a_program.match(value.strip()) is not None:
            return f"{name}: {value.strip()[:100]}".rstrip(": ")
    for name, value in headers.items():
        if _SPEAKING_NAME.search(name) is not None and _DENIED.match(value) is None:
            return f"{name}: {value.strip()[:100]}".rstrip(": ")
    if AUTO_REPLY_SUBJECT.match(mail.subject) is not None:
        return f"subject: {mail.subject[:100]}"
    answers = bool(mail.in_reply_to or mail.references) or is_reply_subject(mail.subject)
    if _says_so(mail.text, answers):
        return "its first words"
    if mail.from_ is not None and not mail.reply_to and _NO_REPLY.match(mail.from_.email) is not None:
        return "from an address that takes no answers"
    if _PROGRAM.match(mail.from_.email if mail.from_ is not None else headers.get("from", "")) is not None:
        return "from a mail system"
    return None


def _says_so(text: str, answers: bool) -> bool:
    """Whether the words are those of a program, or of somebody who is away and has told a program to say so.

    Such a program answers a mail. Whoever asks something, or passes something on, is there.
    """
    small = small_letters(text[:_FIRST_WORDS])
    if phrases.RECEIPT.match(small) is not None:
        return True
    by_itself = _holds(phrases.SAYS_SO_STEMS, small)
    may_acknowledge = phrases.ACKNOWLEDGES.search(small[:_OPENING]) is not None
    may_be_away = answers and _holds(phrases.ABSENT_STEMS, small[:_OPENING])
    if not (by_itself or may_acknowledge or may_be_away):
        return False
    new = small_letters(_own_words(split_reply(text[:_FIRST_WORDS]).new)).lstrip(_ORNAMENTS)
    if by_itself and phrases.SAYS_SO.search(new[:_OPENING]) is not None:
        return True
    if may_acknowledge and phrases.ACKNOWLEDGES.search(new[:_OPENING]) is not None:
        return True
    if not may_be_away or _ASKS.search(new) is not None:
        return False
    away = phrases.ABSENT.search(new[:_OPENING])
    return away is not None and (len(new) < _SHORT or phrases.UNTIL.search(new[:_FIRST_WORDS]) is not None)


def _own_words(text: str) -> str:
    """What stands above a message that is passed on."""
    lines = text.split("\n")
    return "\n".join(takewhile(lambda line: not is_forward(line), lines))


def _holds(stems: tuple[str, ...], text: str) -> bool:
    return any(map(text.__contains__, stems))


_OPENING = 500
"""Characters in which somebody who is away, or a program, says so."""
_SHORT = 160
"""Characters of a note that need not say more than that."""
_ASKS = re.compile(r"[?？؟](?!\S{3})|;\s*\Z")
_ANY = re.compile("")
_TELLING = {
    "auto-submitted": re.compile(r"(?i)(?!no\b)\S"),
    "precedence": re.compile(r"(?i)(?:bulk|junk|list|auto[_-]?reply)\b"),
    "x-precedence": re.compile(r"(?i)(?:bulk|junk|list|auto[_-]?reply)\b"),
    "x-auto-response-suppress": re.compile(r"(?i).*\b(?:all|oof|autoreply)\b"),
    "x-autoreply": re.compile(r"(?i)(?!no\b|false\b)"),
    "x-autorespond": re.compile(r"(?i)(?!no\b|false\b)"),
    "x-autogenerated": re.compile(r"(?i)(?!no\b|false\b)"),
    "return-path": re.compile(r"(?:<\s*>)?\s*\Z"),
    "content-type": re.compile(r"(?i)multipart/report\b"),
    "x-auto-reply": re.compile(r"(?i)(?!no\b|false\b)"),
    "x-autoreply-from": _ANY,
    "x-mail-autoreply": _ANY,
    "x-auto-response": re.compile(r"(?i)(?!no\b|false\b)"),
    "x-vacation": _ANY,
    "x-apple-action": re.compile(r"(?i)vacation"),
    "x-yahoo-autoresponder": _ANY,
    "x-ms-exchange-generated-message-source": _ANY,
    "x-ms-exchange-inbox-rules-loop": _ANY,
    "x-amz-sns-message-id": _ANY,
    "x-cron-env": _ANY,
    "preference": re.compile(r"(?i)auto[_-]?reply\b"),
    "x-preference": re.compile(r"(?i)auto[_-]?reply\b"),
    "delivered-to": re.compile(r"(?i)autoresponder\b"),
    "x-post-messageclass": re.compile(r"(?i)9\b|.*autoresponder"),
    "x-mailer": re.compile(r"(?i).*\b(?:vacation|auto[- ]?(?:respond|reply|response))"),
    "x-away": _ANY,
    "x-otrs-loop": _ANY,
    "x-no-loop": _ANY,
    "x-rt-loop-prevention": _ANY,
    "x-zammad-send-auto-response": re.compile(r"(?i)(?:no|false)\b"),
    "x-ricevuta": _ANY,  # a receipt of Italy's certified mail
    "x-facebook-notify": _ANY,
    "x-github-reason": _ANY,
    "x-gitlab-notificationreason": _ANY,
    "x-jira-fingerprint": _ANY,
    "x-nagios-notification": _ANY,
    "x-campaign": _ANY,
    "x-campaignid": _ANY,
    "list-id": _ANY,
    "list-unsubscribe": _ANY,
    "list-post": _ANY,
    "mailing-list": _ANY,
    "x-mailing-list": _ANY,
    "x-beenthere": _ANY,
    "x-ml-name": _ANY,
    "x-mlserver": _ANY,
}
_OF_AN_ABSENCE = (
    "auto-submitted: auto-replied",
    "precedence: auto",
    "x-precedence: auto",
    "x-auto-reply",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response: ",
    "preference: ",
    "x-preference: ",
    "delivered-to: ",
    "x-post-messageclass",
    "x-mailer: ",
    "x-away",
    "its first words",
    "x-mail-autoreply",
    "x-vacation",
    "x-apple-action",
    "x-yahoo-autoresponder",
    "content-type: multipart/report",
    "subject: ",
)
_FIRST_WORDS = 2_000
"""Characters in which a person's or program's first words are looked for."""
_ORNAMENTS = " \t\n*-_=#"
_SPEAKING_NAME = re.compile(
    r"auto[-_]?(?:response|submitted|replied|reply|generated|respond)(?!-suppress)|holidayreply"
    r"|machinegenerated|x-loop\b"
)
_DENIED = re.compile(r"(?i)\s*(?:no|none|false|0)\b")
_NO_REPLY = re.compile(
    r"(?i)(?:[^@]{1,40}[-_.+])?(?:no|not|never)[-_.]?repl(?:y|ies)|do[-_.]?not[-_.]?reply|donotreply"
)
_OF_A_LIST = (
    "precedence: ", "x-precedence: ", "list-", "mailing-list", "x-mailing-list", "x-beenthere", "x-ml", "x-campaign",
)  # fmt: skip
_PROGRAM = re.compile(
    r"(?i)(?:.*<)?(?:mailer-daemon|postmaster|mail[-_.]?delivery[-_.]?subsystem)(?:[@>\s]|\Z)"
)
