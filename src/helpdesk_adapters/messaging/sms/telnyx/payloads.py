"""The fields of Telnyx's webhooks that are read
(developers.telnyx.com/docs/messaging/messages/receiving-webhooks).
"""

from attrs import frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Party:
    """Who sends, or one of those who receive, and how it stands with them."""

    phone_number: str = ""
    status: str = ""


@frozen
class Media:
    """A file of an MMS, at an address that soon expires."""

    url: str
    content_type: str = ""


@frozen
class Problem:
    """Why a message failed."""

    code: str = ""
    title: str = ""
    detail: str = ""


@frozen
class MessagePayload:
    """A message, in or out."""

    id: str
    sender: Party = named("from", Party())
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    text: str = ""
    media: tuple[Media, ...] = ()
    received_at: str = ""
    tags: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()


@frozen
class EventData:
    """One event."""

    id: str
    event_type: str = ""
    occurred_at: str = ""


@frozen
class Envelope:
    """What every event comes in."""

    data: EventData


@frozen
class Told:
    """What an event tells of its message."""

    payload: MessagePayload
    occurred_at: str = ""


@frozen
class Body:
    """An event with its message."""

    data: Told
