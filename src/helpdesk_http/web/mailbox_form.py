"""The form by which a mailbox is connected."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from helpdesk_core.addresses import is_email
from helpdesk_core.mailboxes import MailboxTrouble, Security, account_of, beginning_of

FIELDS: Final = ("address", "host", "port", "security", "username", "password", "folder", "since")
LONGEST: Final = 500
"""Characters of a field."""
BLANK: Final[Mapping[str, str]] = dict.fromkeys(FIELDS, "")


def given_in(form: Mapping[str, object]) -> Mapping[str, str]:
    """The fields as they were filled in, white space around them left out but for the password's."""
    given = {name: str(form.get(name, "")) for name in FIELDS}
    return {name: text if name == "password" else text.strip() for name, text in given.items()}


def wrong_in(
    given: Mapping[str, str], known: Mapping[str, str], secrets: Collection[str], now: datetime
) -> Mapping[str, str]:
    """What has to be corrected, by field; nothing if the mailbox can be connected. Total.

    `known` and the names in `secrets` are of the mailbox as it is connected already: what is empty stays.
    """
    wrong: dict[str, str] = {}
    for name, text in given.items():
        if len(text) > LONGEST or not text.isprintable():
            wrong[name] = f"This must be one line of at most {LONGEST} characters."
    if not is_email(given["address"]):
        wrong.setdefault("address", "Give the mailbox's address, such as help@acme.example.")
    if not (given["host"] or known.get("host")):
        wrong["host"] = "Give the IMAP server's name, such as imap.acme.example."
    if not (given["password"] or secrets):
        wrong["password"] = "Give the password, or an app password."
    filled = {name: text for name, text in given.items() if text}
    settings: dict[str, str] = {**known, **filled}
    try:
        account_of("", {**settings, "host": "any"}, {"password": "any"})
    except MailboxTrouble as trouble:
        wrong.setdefault(
            "port" if settings.get("security", "tls") in set(Security) else "security", _told(trouble)
        )
    try:
        beginning_of(settings, now)
    except MailboxTrouble as trouble:
        wrong.setdefault("since", _told(trouble))
    return wrong


def _told(trouble: MailboxTrouble) -> str:
    text = str(trouble.args[0])
    return text[:1].upper() + text[1:]
