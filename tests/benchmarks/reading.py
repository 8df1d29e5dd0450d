"""Reading mail, by this desk and by the standard library: the same messages in turn."""

import email
import email.policy
from collections.abc import Callable, Sequence
from time import process_time

from attrs import frozen

from helpdesk_core.email import (
    classify,
    parse_mail,
    split_reply,
    understand,
    with_bounded_html,
    with_files_apart,
)

ROUNDS = 5
READ = ("subject", "from", "to", "cc", "reply-to", "date", "message-id", "in-reply-to", "references")


@frozen
class Rates:
    """Messages a second of processor, each reader's best round."""

    standard: float
    """The standard library's `policy.default`: structure, those of the headers that we read, `get_content` of all."""
    equal: float
    """Ours, for that and the reply and the kind besides."""
    whole: float
    """Ours, for all that a mail needs to be taken in: the HTML sanitized too, and made a document."""

    @property
    def told(self) -> str:
        return (
            f"{self.equal:,.0f}/s against {self.standard:,.0f}/s; with the HTML sanitized and made a document"
            f" {self.whole:,.0f}/s ({self.whole / self.standard:.2f})"
        )


def rates(messages: Sequence[bytes], rounds: int = ROUNDS) -> Rates:
    """How fast each reads all of them."""
    readers: Sequence[Callable[[bytes], object]] = (by_the_standard_library, equally, wholly)
    best = [float("inf")] * len(readers)
    for _ in range(rounds):
        for place, read in enumerate(readers):
            begun = process_time()
            for raw in messages:
                read(raw)
            best[place] = min(best[place], process_time() - begun)
    return Rates(*(len(messages) / seconds for seconds in best))


def readable_by_all(raw: bytes) -> bool:
    """Whether the standard library gets to the end of it: some messages make it raise."""
    try:
        by_the_standard_library(raw)
    except Exception:  # noqa: BLE001  it does not promise which
        return False
    return True


def by_the_standard_library(raw: bytes) -> None:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for name in READ:
        str(message[name])
    for part in message.walk():
        if part.is_multipart() and part.get_content_maintype() != "message":
            continue
        part.get_content_type(), part.get_filename(), part.get_content_disposition(), part["content-id"]
        try:
            part.get_content()
        except (KeyError, LookupError, ValueError, AttributeError):  # a type or charset that it does not know
            part.get_payload(decode=True)


def equally(raw: bytes) -> None:
    mail = parse_mail(raw)
    split_reply(mail.text)
    classify(mail)


def wholly(raw: bytes) -> None:
    understand(with_files_apart(with_bounded_html(parse_mail(raw))))
