"""The new part of a mail's HTML: what was written for this message, told from what it quotes."""

import re
from collections.abc import Sequence

from helpdesk_core.conversations import Conversation
from helpdesk_core.email.html_lines import lay_out
from helpdesk_core.email.replies import MOST_LINES, split_reply
from helpdesk_core.richtext import document_from_text, html_of, sanitize_html, without_remote_images


def new_html_of(html: str, new_text: str | None) -> str | None:
    """What of the HTML was written for this message, safe to show; None where nothing can be told from it. Total.

    `new_text` is the new part of the mail's text, None: all of it. Whatever is new there is new here too: HTML in
    which these words are not found is not cut, since its marks and the text must then mean different things.
    """
    if new_text is None and _MARKS.search(html) is None:
        return None
    laid = lay_out(html)
    if len(laid.lines) > MOST_LINES:
        return None
    reply = split_reply("\n".join(laid.lines))
    kept = _places(laid.lines, reply.new.split("\n"))
    if all(at in kept for at, line in enumerate(laid.lines) if line):
        return None
    told = _words("\n".join(laid.lines[at] for at in kept | laid.named))
    if new_text is not None and not _words(new_text) <= told:
        return None
    return without_remote_images(sanitize_html(laid.written(kept)))


def new_html_shown(message: Conversation) -> str | None:
    """The new part of a message as HTML; None: all of it is new."""
    if message.new_html is not None or message.new_text is None:
        return message.new_html
    return html_of(document_from_text(message.new_text))


_MARKS = re.compile(
    r"""gmail_quote|gmail_attr|type=["']?cite|yahoo_quoted|moz-cite|divRplyFwdMsg|OutlookMessageHeader"""
    r"""|protonmail_quote|zmail_extra|tutanota_quote|reference-message""",
    re.IGNORECASE,
)


def _places(lines: Sequence[str], wanted: Sequence[str]) -> frozenset[int]:
    """Where the wanted lines stand, which are some of the others in the same order, or their beginnings."""
    found: list[int] = []
    at = 0
    for line in wanted:
        here = at
        while here < len(lines) and not (
            lines[here].rstrip() == line or (line and lines[here].startswith(line))
        ):
            here += 1
        if here < len(lines):
            found.append(here)
            at = here + 1
    return frozenset(found)


_ADDRESSES_AND_REMARKS = re.compile(r"<?https?://\S{1,2000}|<?mailto:\S{1,500}|\[[^\[\]\n]{1,300}\]")
_WORD = re.compile(r"\w+")


def _words(text: str) -> frozenset[str]:
    """The words but for those that making text of HTML adds: addresses of links, names of images."""
    return frozenset(_WORD.findall(_ADDRESSES_AND_REMARKS.sub(" ", text).casefold()))
