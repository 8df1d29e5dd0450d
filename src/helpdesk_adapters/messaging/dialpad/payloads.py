"""What Dialpad sends, as far as it is read (developers.dialpad.com/docs/call-events, …/docs/sms-events).

Ids are numbers in webhooks and text elsewhere; times are milliseconds since 1970.
"""

from typing import Any

from attrs import frozen


@frozen
class Party:
    """Somebody, or something, that calls and is called: a contact, a colleague, a department."""

    id: Any = None
    type: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    phone_number: str = ""


NOBODY = Party()


@frozen
class Recording:
    url: str = ""
    id: Any = None


@frozen
class CallEvent:
    """One word on one leg of a call."""

    call_id: Any
    state: str
    event_timestamp: int
    direction: str = ""
    external_number: str = ""
    internal_number: str = ""
    master_call_id: Any = None
    entry_point_call_id: Any = None
    operator_call_id: Any = None
    date_started: int | None = None
    date_connected: int | None = None
    date_ended: int | None = None
    contact: Party = NOBODY
    target: Party = NOBODY
    entry_point_target: Party = NOBODY
    proxy_target: Party = NOBODY
    is_internal: bool = False
    voicemail_link: str = ""
    transcription_text: str = ""
    recording_details: tuple[Recording, ...] = ()
    recap_summary: Any = None
    recap_action_items: Any = None
    recap_purposes: Any = None
    recap_outcome: Any = None
    csat_score: Any = None
    call_dispositions: Any = None
    dispositions: Any = None


@frozen
class TextEvent:
    """An SMS or MMS, or how one stands. Without the scope `message_content_export` it has no text."""

    id: Any
    direction: str
    from_number: str = ""
    to_number: Any = None
    created_date: int | None = None
    event_timestamp: int | None = None
    text: str | None = None
    text_content: str | None = None
    mms: bool = False
    mms_url: Any = None
    message_status: str = ""
    message_delivery_result: str = ""
    contact: Party = NOBODY
    target: Party = NOBODY
    is_internal: bool = False
