"""Mail settings: how an organization writes to its customers."""

import re

from attrs import evolve, frozen

from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.errors import InvalidValue

LONGEST_SIGNATURE = 2_000
LONGEST_TEMPLATE = 50_000
LONGEST_SUBJECT = 500
LONGEST_TEXT = 10_000
"""Characters of an acknowledgement."""

CONTENT = "{{content}}"
"""Where the answer goes in a template."""


@frozen
class Acknowledgement:
    """What is said by itself to whoever opens a ticket by mail. Off until somebody turns it on."""

    active: bool = False
    subject: str = "[#{{ticket.number}}] {{ticket.subject}}"
    text: str = (
        "Thank you for your message. It has the number {{ticket.number}}; we will answer as soon as we can."
    )


@frozen
class MailSettings:
    """How an organization writes. Texts may hold placeholders, see `helpdesk_core.placeholders`."""

    signature: str = ""
    """What stands under every answer, as plain text; empty: nothing."""
    template: str = ""
    """HTML around every answer, with `{{content}}` where the answer goes; empty: none."""
    acknowledgement: Acknowledgement = Acknowledgement()


def tidied(settings: MailSettings) -> MailSettings:
    """The settings as they are kept, or InvalidValue: texts that a store can hold, of bounded length, and a template,
    which is sanitized already, that says once and in its text where the answer goes.
    """
    said = settings.acknowledgement
    tidy = MailSettings(
        signature=unix_lines(settings.signature).strip("\n"),
        template=settings.template,
        acknowledgement=evolve(said, subject=one_line(said.subject), text=unix_lines(said.text).strip()),
    )
    _bound("signature", tidy.signature, LONGEST_SIGNATURE)
    _bound("template", tidy.template, LONGEST_TEMPLATE)
    _bound("acknowledgement.subject", tidy.acknowledgement.subject, LONGEST_SUBJECT)
    _bound("acknowledgement.text", tidy.acknowledgement.text, LONGEST_TEXT)
    if not tidy.acknowledgement.text:
        raise InvalidValue("acknowledgement.text", "must not be empty")
    in_text = _TAG.sub("", tidy.template).count(CONTENT)
    if tidy.template and (in_text, tidy.template.count(CONTENT)) != (1, 1):
        raise InvalidValue("template", f"must hold {CONTENT} once, in its text, where the answer goes")
    return tidy


# In what the sanitizer wrote, `<` and `>` stand nowhere but at the ends of tags.
_TAG = re.compile(r"<[^>]*>")


def _bound(path: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidValue(path, f"can have {most} characters at most")
