"""Pictures that stand anywhere in the web, by addresses that a stranger may have had a hand in."""

from typing import Final

from attrs import frozen

from helpdesk_adapters.blobs.sniffing import sniffed
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp
from helpdesk_core.media_types import HEAD
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

REDIRECTS: Final = 3
PICTURES: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/avif",
        "image/bmp",
    }
)


@frozen
class WebImages:
    """A FileSource of public http and https addresses; each redirect is checked like the first."""

    http: OutgoingHttp

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """The picture. GiveUp for what is none by its bytes, whatever is said of it."""
        content = await self.http.download(
            reference, limit, {"accept": "image/*"}, redirects=REDIRECTS, plain=True
        )
        found = next((one for one in sniffed(content[:HEAD]) if one in PICTURES), None)
        if found is None:
            raise GiveUp("What stands at the address is no picture.")
        return FetchedFile(content, found)
