"""The fields of Vonage's webhooks that are read (developer.vonage.com/en/messages/concepts/webhooks, and
developer.vonage.com/en/messaging/sms/guides/inbound-sms and …/delivery-receipts).
"""

from collections.abc import Mapping

from attrs import Factory, frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Medium:
    """A file of a message, at an address that asks for the account's credentials."""

    url: str = ""
    name: str = ""
    caption: str = ""


@frozen
class ProblemDetails:
    """Why a message failed; `title` is a number or a text."""

    detail: str = ""
    type: str = ""


@frozen
class MessagePayload:
    """A message of the Messages API, in or out."""

    message_uuid: str
    to: str = ""
    sender: str = named("from", "")
    timestamp: str = ""
    text: str = ""
    status: str = ""
    client_ref: str = ""
    image: Medium | None = None
    audio: Medium | None = None
    video: Medium | None = None
    vcard: Medium | None = None
    file: Medium | None = None
    error: ProblemDetails | None = None
    usage: Mapping[str, object] = Factory(dict)


@frozen
class SmsPayload:
    """A message of the SMS API, or a part of one."""

    sender: str = named("msisdn")
    to: str = named("to")
    id: str = named("messageId")
    text: str = ""
    at: str = named("message-timestamp", "")
    concat: str = ""
    reference: str = named("concat-ref", "")
    total: str = named("concat-total", "")
    part: str = named("concat-part", "")


@frozen
class ReceiptPayload:
    """How a message of the SMS API stands; `to` is who it is from."""

    id: str = named("messageId")
    to: str = ""
    status: str = ""
    problem: str = named("err-code", "")
    reference: str = named("client-ref", "")
