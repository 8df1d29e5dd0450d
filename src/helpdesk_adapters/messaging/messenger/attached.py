"""What comes beside the text of a message: files to be fetched, and what is only told of."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from helpdesk_adapters.messaging.messenger.payloads import Attached
from helpdesk_core.charsets import one_line
from helpdesk_core.messages import RemoteFile

SOURCE: Final = "messenger"
"""How a RemoteFile names who fetches it."""
FILES: Final[Mapping[str, str]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "sticker",
}
"""Types that are files, and what they are called where they have no name."""
NAMES: Final[Mapping[str, str]] = {
    "fallback": "Link",
    "template": "Template",
    "reel": "Reel",
    "ig_reel": "Reel",
    "ig_post": "Post",
    "post": "Post",
    "product": "Product",
    "appointment_booking": "Appointment",
}
THUMBS_UP: Final = frozenset({369239263222822, 369239343222814, 369239383222810})
"""The stickers, in three sizes, that the button beside the text field sends."""
LONGEST_TITLE: Final = 300


@frozen
class Beside:
    """What an attachment is to the message: words in its text, a file, or something to be noted of it."""

    words: str = ""
    file: RemoteFile | None = None
    marks: Mapping[str, Any] = {}


def beside(attachments: Sequence[Attached]) -> Sequence[Beside]:
    """Each of them, in order."""
    return [_beside(place, one) for place, one in enumerate(attachments)]


def _beside(place: int, one: Attached) -> Beside:
    sticker = one.payload.sticker_id
    marks = {"sticker": str(sticker)} if sticker is not None else {}
    if sticker in THUMBS_UP:
        return Beside("👍", marks=marks)
    url = one.payload.url
    if one.type in FILES and url:
        return Beside(file=RemoteFile(SOURCE, url, str(place), _filename(url, one)), marks=marks)
    if one.type == "location":
        return _location(one)
    name = NAMES.get(one.type) or FILES.get(one.type, "attachment").capitalize()
    title = one_line(one.title or one.payload.title)[:LONGEST_TITLE]
    link = next((text for text in (url, one.url) if text.startswith(("https://", "http://"))), "")
    return Beside("\n".join(filter(None, (f"[{name}] {title}".strip(), link))), marks=marks)


def _location(one: Attached) -> Beside:
    told = one.payload.coordinates or {}
    lat, long = _degrees(told.get("lat"), 90), _degrees(told.get("long"), 180)
    if lat is None or long is None:
        return Beside("[Location]")
    place = {"latitude": lat, "longitude": long}
    return Beside(f"[Location] {lat:g}, {long:g}", marks={"location": place})


def _degrees(value: object, most: int) -> float | None:
    """The degrees; None for what is no number of them."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        return None
    return float(value)


def _filename(url: str, one: Attached) -> str:
    """The name that the address ends with, where it looks like that of a file."""
    try:
        name = unquote(urlsplit(url).path.rpartition("/")[2], errors="replace")
    except ValueError:
        name = ""
    return name if "." in name else FILES[one.type]
