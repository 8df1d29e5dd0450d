"""What came with a message, fetched from Twilio (twilio.com/docs/messaging/api/media-resource)."""

from typing import Final

from attrs import frozen

from helpdesk_adapters.messaging.sms.twilio.access import Access
from helpdesk_adapters.web import LONGEST_DOWNLOAD, OutgoingHttp
from helpdesk_adapters.web.calls import origin, parsed
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

THEIRS: Final = "https://api.twilio.com"
MOST_REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


@frozen
class TwilioFiles:
    """A FileSource. Twilio is shown who asks, and nobody else: it sends on to where the bytes are, which bears its own
    signature.
    """

    http: OutgoingHttp
    base: str
    access: Access

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. Twilio may tell of a file a moment before it has it, so 404 is no last word."""
        if not reference.lower().startswith(("https://", "http://")):
            raise GiveUp("What Twilio names is no complete address of a file.")
        url = parsed(reference)
        if origin(url) not in {origin(parsed(one)) for one in (self.base, THEIRS)}:
            raise GiveUp("The address of the file is not one of Twilio's: it was not fetched.")
        headers = self.access.of(account).headers
        answer = await self.http.request(
            "GET", reference, headers, limit=limit, seconds=LONGEST_DOWNLOAD, any_status=True
        )
        if answer.ok:
            return FetchedFile(answer.body, answer.headers.get("content-type", ""))
        location = answer.headers.get("location")
        if answer.status in _MOVED and location:
            following = parsed(location, url)
            theirs = headers if origin(following) == origin(url) else None
            content = await self.http.download(str(following), limit, theirs, redirects=MOST_REDIRECTS)
            return FetchedFile(content)
        if busy := answer.busy():
            raise busy
        if answer.status in (401, 403, 404):
            told = "does not have the file yet" if answer.status == 404 else "does not let the desk in"
            raise TryLater(f"Twilio {told} ({answer.status}).")
        raise GiveUp(f"Twilio answered {answer.status}: the file is not to be had.")
