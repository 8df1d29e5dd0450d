"""What came with a message, fetched from WhatsApp (developers.facebook.com/docs/whatsapp/cloud-api/reference/media)."""

import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_adapters.messaging.meta.graph import Graph, problem_in, raise_common
from helpdesk_adapters.web import LONGEST_DOWNLOAD, OutgoingHttp
from helpdesk_adapters.web.calls import origin, parsed
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

KEPT_BY: Final = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net", "whatsapp.com")
"""Meta's domains, which are shown the token. Nobody else is."""
GONE: Final = "WhatsApp keeps files for seven days; this one can no longer be had."

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,200}")
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_RUN_OUT: Final = frozenset({400, 401, 403, 404, 410})


@frozen
class WhatsAppFiles:
    """A FileSource. The address of a file lives for five minutes, so that each try asks for a new one."""

    graph: Graph
    http: OutgoingHttp

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. `reference` is JSON: the file's id, and the digest that its message told."""
        if account is None:
            raise TryLater("The account that the file came to is not connected.")
        wanted = object_in(reference.encode())
        told = await self._told(str(wanted.get("id", "")), account)
        size = told.get("file_size")
        if isinstance(size, int) and size > limit:
            raise GiveUp(f"The file is larger than {limit} bytes: it was not fetched.")
        url = told.get("url")
        if not isinstance(url, str):
            raise TryLater("WhatsApp does not say where the file is.")
        headers = self.graph.authorization(account) if self._is_metas(url) else None
        content = await self._content(url, limit, headers)
        for digest in (wanted.get("sha256"), told.get("sha256")):
            _check(content, digest)
        kind = told.get("mime_type")
        return FetchedFile(content, kind.partition(";")[0].strip() if isinstance(kind, str) else "")

    async def _told(self, media_id: str, account: OpenAccount) -> Mapping[str, Any]:
        if _ID.fullmatch(media_id) is None:
            raise GiveUp("What names the file is no id of WhatsApp's.")
        answer = await self.graph.get(media_id, account, {"phone_number_id": account.external_id})
        problem = problem_in(answer)
        if problem is None:
            return object_in(answer.body)
        raise_common(problem, "WhatsApp")
        raise GiveUp(GONE if answer.status in (400, 404) else f"WhatsApp refuses the file: {problem.words}")

    async def _content(self, url: str, limit: int, headers: Mapping[str, str] | None) -> bytes:
        answer = await self.http.request(
            "GET", url, headers, limit=limit, seconds=LONGEST_DOWNLOAD, any_status=True
        )
        if answer.ok:
            return answer.body
        location = answer.headers.get("location")
        if answer.status in _MOVED and location:  # nobody whom Meta sends on to is shown the token
            return await self.http.download(str(parsed(location, parsed(url))), limit)
        if answer.status in _RUN_OUT:
            raise TryLater(
                f"The file's address has run out ({answer.status}); WhatsApp is asked for another."
            )
        raise answer.busy() or GiveUp(f"{answer.host} answered {answer.status}: the file is not to be had.")

    def _is_metas(self, url: str) -> bool:
        target = parsed(url)
        if origin(target) == origin(parsed(self.graph.base)):
            return True
        host = (urlsplit(url).hostname or "").lower()
        return target.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in KEPT_BY)


def _check(content: bytes, told: object) -> None:
    """GiveUp where a digest was told that is not this file's; one of another form proves nothing either way."""
    wanted = _digest(told)
    if wanted is not None and not hmac.compare_digest(sha256(content).digest(), wanted):
        raise GiveUp("The file is not the one that was sent: its digest is another. It was not kept.")


def _digest(told: object) -> bytes | None:
    """A SHA-256 in hex or in base64, whichever WhatsApp writes."""
    if not isinstance(told, str):
        return None
    try:
        found = bytes.fromhex(told) if len(told) == 64 else b64decode(told, validate=True)
    except ValueError:
        return None
    return found if len(found) == 32 else None
