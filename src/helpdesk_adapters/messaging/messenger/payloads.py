"""What Messenger sends (developers.facebook.com/docs/messenger-platform/reference/webhook-events): what is read."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


@frozen
class Party:
    """A page, or somebody who writes to it: they have another id at every page."""

    id: str = ""


@frozen
class AttachmentPayload:
    url: str = field(default="", repr=False)
    title: str = ""
    sticker_id: int | None = None
    coordinates: Mapping[str, Any] | None = None


@frozen
class Attached:
    """Something beside the text; `fallback` is whatever Messenger could not tell as anything else."""

    type: str = ""
    title: str = ""
    url: str = field(default="", repr=False)
    payload: AttachmentPayload = AttachmentPayload()


@frozen
class QuickReply:
    payload: str = ""


@frozen
class ReplyTo:
    mid: str = ""


@frozen
class Message:
    """A message; an echo is one that the page has said, by the app of that id or by a person."""

    mid: str
    text: str = ""
    is_echo: bool = False
    app_id: Any = None
    metadata: str = ""
    attachments: tuple[Attached, ...] = ()
    quick_reply: QuickReply | None = None
    reply_to: ReplyTo | None = None
    referral: Mapping[str, Any] | None = None


@frozen
class Postback:
    """A button that was pressed."""

    mid: str = ""
    title: str = ""
    payload: str = ""
    referral: Mapping[str, Any] | None = None


@frozen
class MessageEdit:
    mid: str
    text: str = ""


@frozen
class Reaction:
    mid: str
    action: str = ""
    emoji: str = ""
    reaction: str = ""


@frozen
class Watermark:
    """Everything up to this time, in milliseconds; of deliveries also the messages, but not always."""

    watermark: int
    mids: tuple[str, ...] = ()


@frozen
class Event:
    """One event; one of its members says what has happened."""

    sender: Party = Party()
    recipient: Party = Party()
    timestamp: int | None = None
    message: Message | None = None
    postback: Postback | None = None
    message_edit: MessageEdit | None = None
    reaction: Reaction | None = None
    delivery: Watermark | None = None
    read: Watermark | None = None


@frozen
class Told:
    """An event as it is kept, with the page to which it was delivered."""

    event: Event
    page: str
    standby: bool = False
