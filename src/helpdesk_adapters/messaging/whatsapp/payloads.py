"""What WhatsApp sends, as far as it is read (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components)."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Profile:
    """A name is whatever somebody calls themselves; both may change at any time."""

    name: str = ""
    username: str = ""


@frozen
class Person:
    """Whom a message or a status is about. Either id may be missing, and `wa_id` may hold what `user_id` does."""

    profile: Profile = Factory(Profile)
    wa_id: str = ""
    user_id: str = ""


@frozen
class Metadata:
    """The number that it came to."""

    phone_number_id: str
    display_phone_number: str = ""


@frozen
class ErrorData:
    details: str = ""


@frozen
class Problem:
    code: int = 0
    title: str = ""
    message: str = ""
    details: str = ""
    error_data: ErrorData = Factory(ErrorData)


@frozen
class Text:
    body: str = ""


@frozen
class Media:
    id: str = ""
    mime_type: str = ""
    sha256: str = ""
    caption: str = ""
    filename: str = ""
    voice: bool = False


@frozen
class Location:
    latitude: Any = None
    longitude: Any = None
    name: str = ""
    address: str = ""


@frozen
class CardName:
    formatted_name: str = ""
    first_name: str = ""
    last_name: str = ""


@frozen
class CardPhone:
    phone: str = ""


@frozen
class CardEmail:
    email: str = ""


@frozen
class Card:
    name: CardName = Factory(CardName)
    phones: tuple[CardPhone, ...] = ()
    emails: tuple[CardEmail, ...] = ()


@frozen
class OrderLine:
    product_retailer_id: str = ""
    quantity: Any = None
    item_price: Any = None
    currency: str = ""


@frozen
class Order:
    catalog_id: str = ""
    text: str = ""
    product_items: tuple[OrderLine, ...] = ()


@frozen
class Choice:
    id: str = ""
    title: str = ""
    description: str = ""


@frozen
class FlowReply:
    """`response_json` is JSON as a text, or should be."""

    name: str = ""
    body: str = ""
    response_json: str = ""


@frozen
class Interactive:
    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: FlowReply | None = None


@frozen
class Button:
    payload: str = ""
    text: str = ""


@frozen
class Reaction:
    """Without an emoji, or with an empty one: taken back."""

    message_id: str
    emoji: str = ""


@frozen
class Revoke:
    original_message_id: str


@frozen
class Edit:
    """`message` is one as it stands now, without an id of its own."""

    original_message_id: str
    message: Mapping[str, Any] = Factory(dict)


@frozen
class System:
    type: str = ""
    body: str = ""
    wa_id: str = ""
    new_wa_id: str = ""
    user_id: str = ""


@frozen
class Unsupported:
    type: str = ""


@frozen
class Context:
    """What a message follows: the one that it quotes, or that it was forwarded."""

    id: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False


@frozen
class Referral:
    """The advertisement or post from which somebody came. Its addresses are a stranger's."""

    source_url: str = ""
    source_id: str = ""
    source_type: str = ""
    headline: str = ""
    body: str = ""


@frozen
class Told:
    """A message, of either side; of its parts only those that its `type` names are there."""

    id: str = ""
    type: str = ""
    timestamp: Any = None
    from_: str = named("from", "")
    from_user_id: str = ""
    to: str = ""
    to_user_id: str = ""
    group_id: str = ""
    context: Context = Factory(Context)
    referral: Referral | None = None
    errors: tuple[Problem, ...] = ()
    text: Text | None = None
    image: Media | None = None
    video: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    document: Media | None = None
    sticker: Media | None = None
    location: Location | None = None
    contacts: tuple[Card, ...] = ()
    order: Order | None = None
    interactive: Interactive | None = None
    button: Button | None = None
    reaction: Reaction | None = None
    edit: Edit | None = None
    revoke: Revoke | None = None
    system: System | None = None
    unsupported: Unsupported | None = None


@frozen
class Status:
    """How a message of ours stands; `biz_opaque_callback_data` is what we gave along with it."""

    id: str
    status: str
    recipient_id: str = ""
    biz_opaque_callback_data: str | None = None
    errors: tuple[Problem, ...] = ()


@frozen(kw_only=True)
class AboutNumber:
    """One thing that happened at a number, alone, as the inbox keeps it."""

    metadata: Metadata
    waba: str = ""
    person: Person = Factory(Person)
    errors: tuple[Problem, ...] = ()


@frozen(kw_only=True)
class MessageItem(AboutNumber):
    told: Told = Factory(Told)


@frozen(kw_only=True)
class StatusItem(AboutNumber):
    told: Status


@frozen
class AccountUpdate:
    """`event` says what has happened to a WhatsApp Business Account."""

    event: str
    ban_info: Mapping[str, Any] = Factory(dict)
    violation_info: Mapping[str, Any] = Factory(dict)
    waba_info: Mapping[str, Any] = Factory(dict)


@frozen
class AccountItem:
    waba: str
    told: AccountUpdate


@frozen
class TemplateUpdate:
    event: str
    message_template_name: str = ""
    message_template_language: str = ""
    reason: str = ""


@frozen
class TemplateItem:
    waba: str
    told: TemplateUpdate
