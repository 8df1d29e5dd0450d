"""Quarantine: mail that somebody has to look at before it becomes a ticket, and what it is held for."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.budgets import Allowance
from helpdesk_core.commands import TakeEmail
from helpdesk_core.errors import Conflict
from helpdesk_core.ids import ConversationId, OrganizationId, QuarantinedMailId, TicketId

HELD_FOR: Final = timedelta(days=30)
"""How long a mail waits for somebody to decide; then it goes, with its files."""
FRESH: Final = timedelta(days=1)
"""Mail that is older by its own Date is history that is fetched late; no loop goes round in it."""
LONGEST_EXCERPT: Final = 2_000
"""Characters of the words that a list or a look shows."""


class Reason(StrEnum):
    """What a mail is held for."""

    SPAM = "spam"
    """The server that received it says so."""
    FORGED_SENDER = "forged_sender"
    """The domain in From disowns it (DMARC)."""
    FORGED_STAFF = "forged_staff"
    """It bears the address of one of the desk's users, and nothing proves that it is theirs."""
    DANGEROUS_FILE = "dangerous_file"
    """A file of it runs as a program when somebody opens it."""
    TOO_MANY_FROM_SENDER = "too_many_from_sender"
    LOOP = "loop"
    """The sender says the same over and over."""


class QuarantineState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    DISCARDED = "discarded"


@frozen
class Care:
    """How careful a desk is."""

    spam_score: float | None = 5.0
    """From which score on a mail is spam to SpamAssassin and its like; None: their own word decides."""
    from_sender: Allowance | None = Allowance(6_000, timedelta(hours=1))
    """Mails of one sender; None: any number."""
    same_again: Allowance = Allowance(60, timedelta(hours=1))
    """Mails of one sender under one subject."""


CARE: Final = Care()


@frozen
class QuarantinedMail:
    """A mail that waits, or what was decided about it."""

    id: QuarantinedMailId
    organization_id: OrganizationId
    held_at: datetime
    sender: str
    """Its address in lower case; empty where it has none."""
    subject: str
    reasons: tuple[Reason, ...]
    command: TakeEmail | None
    """The mail as it is to be taken in, until that is decided."""
    external_id: str | None = None
    message_id: str | None = None
    state: QuarantineState = QuarantineState.HELD
    settled_at: datetime | None = None
    ticket_id: TicketId | None = None
    conversation_id: ConversationId | None = None
    """What it became, once it was released."""
    version: int = 1

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the files that it still needs."""
        if self.command is None:
            return ()
        passed_on = self.command.passed_on.files if self.command.passed_on is not None else ()
        raw = (self.command.raw,) if self.command.raw is not None else ()
        files = (*self.command.files, *passed_on, *raw)
        return tuple(dict.fromkeys(file.digest for file in files if file.digest is not None))


def settled(
    mail: QuarantinedMail,
    state: QuarantineState,
    at: datetime,
    ticket_id: TicketId | None = None,
    conversation_id: ConversationId | None = None,
) -> QuarantinedMail:
    """The mail after somebody has decided; its words are kept no longer here. Conflict where that was done before."""
    if mail.state is not QuarantineState.HELD:
        raise Conflict(f"The mail was {mail.state.value} already.")
    return evolve(
        mail,
        state=state,
        settled_at=at,
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        command=None,
        version=mail.version + 1,
    )


def signs_of(command: TakeEmail, care: Care) -> tuple[Reason, ...]:
    """What there is against the mail in itself, whoever else wrote what. Total."""
    found = []
    if calls_spam(command.mail.headers, care.spam_score):
        found.append(Reason.SPAM)
    if command.authentication.unwanted:
        found.append(Reason.FORGED_SENDER)
    files = (*command.files, *(command.passed_on.files if command.passed_on is not None else ()))
    if any(is_dangerous(file.filename) for file in files):
        found.append(Reason.DANGEROUS_FILE)
    return tuple(found)


def calls_spam(headers: Mapping[str, str], spam_score: float | None) -> bool:
    """Whether a server on the way says that it is spam. Total; `headers` as `Mail.headers`."""
    if any(_YES.match(headers.get(name, "")) is not None for name in _FLAGS):
        return True
    level = _LEVEL.search(headers.get("x-forefront-antispam-report", "")) or _PLAIN_LEVEL.match(
        headers.get("x-ms-exchange-organization-scl", headers.get("x-microsoft-antispam-scl", ""))
    )
    if level is not None and int(level[1]) >= SPAM_LEVEL:
        return True
    score = _SCORE.match(headers.get("x-spam-score", "")) or _STATUS_SCORE.search(
        headers.get("x-spam-status", "")
    )
    return spam_score is not None and score is not None and float(score[1]) >= spam_score


def is_dangerous(filename: str) -> bool:
    """Whether Windows runs a file of this name when it is opened, or its name hides that it is no document."""
    *stem, ending = filename.lower().rstrip(". ").split(".")
    if not stem:
        return False
    return ending in _PROGRAMS or (ending in _SCRIPTS and len(stem) > 1 and stem[-1].strip() in _DOCUMENTS)


SPAM_LEVEL: Final = 5
"""Microsoft's spam confidence level from which on mail goes to the junk folder
(https://learn.microsoft.com/defender-office-365/anti-spam-spam-confidence-level-scl-about).
"""
_FLAGS = ("x-spam-flag", "x-spam-status", "x-spam", "x-gm-spam", "x-spampal")
_YES = re.compile(r"(?i)\s*(?:yes|true|1|spam)\b(?![.\d])")
_LEVEL = re.compile(r"(?i)(?:\A|;)\s*SCL:(\d{1,2})\s*(?:;|\Z)")
_PLAIN_LEVEL = re.compile(r"\s*(\d{1,2})\s*\Z")
_SCORE = re.compile(r"\s*([+-]?\d{1,5}(?:\.\d{1,5})?)(?:\s|/|\Z)")
_STATUS_SCORE = re.compile(r"(?i)\b(?:score|hits)=([+-]?\d{1,5}(?:\.\d{1,5})?)")
_PROGRAMS = frozenset(
    "exe scr pif com cpl hta vbe vbs jse wsf wsh lnk msi msp gadget scf reg".split()  # as Windows has them
)
_SCRIPTS = frozenset("bat cmd js jar ps1 sh app apk iso img chm dll".split())
_DOCUMENTS = frozenset(
    "pdf doc docx docm xls xlsx xlsm ppt pptx odt ods rtf txt csv jpg jpeg png gif tif tiff bmp zip htm html "
    "mp3 mp4 avi wav eml".split()
)
