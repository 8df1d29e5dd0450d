"""An answer cut into the messages that Twilio takes (twilio.com/docs/messaging/api/message-resource)."""

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from helpdesk_adapters.messaging.pieces import Longest, pieces
from helpdesk_adapters.messaging.sms.twilio.addresses import network_of, require_reachable
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingFile, OutgoingMessage

LONGEST: Final = Longest(septets=1600, units=1600)
MOST_PIECES: Final = 20
"""Messages that one answer may become: more is a document, and each of them costs."""
MOST_MEDIA: Final = 10
LARGEST_MEDIA: Final = 5 << 20
"""Bytes of all media of a message together."""
LARGEST_ELSEWHERE: Final = 16 << 20
"""Bytes of a file over WhatsApp, one a message."""

_MEDIA: Final = ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "audio/", "video/")
_PAPERS: Final = ("application/pdf", "text/vcard", "text/x-vcard", "text/csv", "text/calendar")


def cut_for_twilio(message: OutgoingMessage, *, public: bool) -> Sequence[OutgoingMessage]:
    """The messages, in order, the files with the first of them; what Twilio does not carry becomes a link in the text.

    `public`: the desk has an address by which Twilio can fetch files.
    """
    require_reachable(message.thread)
    if message.files and not public:
        raise GiveUp("Files can be sent only where HELPDESK_PUBLIC_URL is set: Twilio fetches them there.")
    batches, others = _carried(message)
    links = "\n".join(f"{file.filename}: {file.link}" for file in others)
    text = "\n".join(filter(None, (message.text.strip(), links)))
    if not text and not batches:
        raise GiveUp("There is nothing in the answer that could be sent.")
    texts = pieces(text, LONGEST)
    if len(texts) > MOST_PIECES:
        raise GiveUp(f"The answer is too long: it would take {len(texts)} messages, at most {MOST_PIECES}.")
    count = max(len(texts), len(batches))
    return [
        evolve(
            message,
            key=f"{message.key}/{place}",
            text=texts[place] if place < len(texts) else "",
            files=batches[place] if place < len(batches) else (),
        )
        for place in range(count)
    ]


def _carried(message: OutgoingMessage) -> tuple[list[tuple[OutgoingFile, ...]], list[OutgoingFile]]:
    """The files of each message, and those that none can carry."""
    known = [file for file in message.files if file.content_type.startswith((*_MEDIA, *_PAPERS))]
    others = [file for file in message.files if file not in known]
    if network_of(message.thread):
        fitting = [file for file in known if file.size <= LARGEST_ELSEWHERE]
        return [(file,) for file in fitting], [*(one for one in known if one not in fitting), *others]
    media: list[OutgoingFile] = []
    for file in known:
        if len(media) < MOST_MEDIA and sum(one.size for one in media) + file.size <= LARGEST_MEDIA:
            media.append(file)
        else:
            others.append(file)
    return [tuple(media)] if media else [], others
