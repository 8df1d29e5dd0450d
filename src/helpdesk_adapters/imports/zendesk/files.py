"""Files of Zendesk's comments (developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments)."""

from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from helpdesk_adapters.imports.zendesk.subdomains import SUFFIX
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import parsed
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

STORAGE: Final = ".zdusercontent.com"
"""Where Zendesk keeps files: an address there is good by itself, and gets no token of ours."""
FOLDER: Final = "/attachments/"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


def zendesk_files(settings: Settings, http: OutgoingHttp) -> "ZendeskFiles":
    """What the container plugs in."""
    return ZendeskFiles(http, settings.api_base("zendesk"))


@frozen
class ZendeskFiles:
    """A FileSource. The token goes to the account's own host, and a redirect is followed to Zendesk's storage only."""

    http: OutgoingHttp
    base: str
    """With `{subdomain}` in it, where it is Zendesk's own."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. A page that asks for a log-in is no file."""
        if account is None:
            raise TryLater("The Zendesk account is not connected.")
        base = self.base.replace("{subdomain}", account.external_id).rstrip("/")
        url, headers = _address(reference, base, account)
        answer = await self.http.trusting(base).request("GET", url, headers, limit=limit)
        if answer.status in _REDIRECTS:
            return FetchedFile(await self._from_storage(answer, url, limit))
        if answer.status in (401, 403):
            raise TryLater("Zendesk does not give the file to whoever the access token is of.")
        if not answer.ok:
            raise GiveUp(f"Zendesk does not have the file any more: it answered {answer.status}.")
        told = answer.headers.get("content-type", "")
        if told.partition(";")[0].strip().lower() == "text/html":
            raise GiveUp("Zendesk showed a page instead of the file.")
        return FetchedFile(answer.body, told)

    async def _from_storage(self, answer: Answer, url: str, limit: int) -> bytes:
        here = parsed(url)
        there = parsed(answer.headers.get("location", ""), here)
        if there.host == here.host:
            raise TryLater("Zendesk asks for a log-in before it gives the file.")
        if not there.host.endswith(STORAGE) or there.scheme != "https":
            raise GiveUp("The file leads away from Zendesk.")
        return await self.http.download(str(there), limit)


def _address(reference: str, base: str, account: OpenAccount) -> tuple[str, dict[str, str]]:
    """Where the file is, and what is told there about us: nothing, unless it is the account's own host.

    An account may have several brands, each with a host of its own.
    """
    named = urlsplit(reference)
    host = (named.hostname or "").lower()
    if named.scheme != "https" or not host.endswith(SUFFIX) or not _is_in_folder(named.path):
        raise GiveUp("The file is not at Zendesk.")
    if host != f"{account.external_id}{SUFFIX}":
        return reference, {}
    token = account.secrets.get("access_token")
    query = f"?{named.query}" if named.query else ""
    return f"{base}{named.path}{query}", {"authorization": f"Bearer {token}"} if token else {}


def _is_in_folder(path: str) -> bool:
    """Whether the path leads to a file, and to nothing else that the token opens."""
    parts = unquote(path).replace("\\", "/").split("/")
    return path.startswith(FOLDER) and not {".", ".."} & set(parts)
