"""From what is pushed or fetched to what it means.

Whatever way a mail came, the inbox keeps it in one form: a line of JSON, `{"mailbox": …, "organization": …}` with what
is known of the two, and after it the message to the byte.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256

from helpdesk_adapters.email.imap.payloads import PushedMail
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.commands import Command, ReadEmail
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnknownMediaType, UnreadableDelivery

EVENT = "email.received"
MESSAGE = re.compile(r"message/(rfc822|global)", re.IGNORECASE)
JSON = re.compile(r"application/([\w.-]+\+)?json", re.IGNORECASE)


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The one mail of a delivery; its bytes, and where it is to go, are its id: nothing else tells two pushes apart."""
    media_type = delivery.headers.get("content-type", "application/json").partition(";")[0].strip()
    if MESSAGE.fullmatch(media_type):
        raw = kept_form(delivery.body)
    elif JSON.fullmatch(media_type):
        pushed = structured(read_object(delivery.body), PushedMail)
        raw = kept_form(_decoded(pushed.raw), pushed.mailbox.strip(), pushed.organization.strip())
    else:
        raise UnknownMediaType("Send message/rfc822, or application/json with the message in base64.")
    return (Item(f"sha256:{sha256(raw).hexdigest()}", EVENT, raw),)


def kept_form(message: bytes, mailbox: str = "", organization: str = "") -> bytes:
    """The mail as the inbox keeps it. Raises UnreadableDelivery where there is no message."""
    if not message:
        raise UnreadableDelivery("The message is empty.")
    known = {"mailbox": mailbox, "organization": organization}
    line = json.dumps({name: value for name, value in known.items() if value}, ensure_ascii=False)
    return line.encode() + b"\n" + message


def email_received(raw: bytes) -> Sequence[Command]:
    """A mail has arrived; what it says is read beside everything else."""
    line, newline, message = raw.partition(b"\n")
    if not newline:
        raise UnreadableDelivery("There is no line before the message.")
    known = read_object(line)
    told = (_text(known.get(name)) for name in ("mailbox", "organization", "warning"))
    return [ReadEmail(message, *told)]


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableDelivery("`raw` is not base64.") from error


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
