"""The files that pages need, which browsers keep."""

from typing import Final
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from helpdesk_http.web.rendering import fingerprint

FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"


class KeptFiles(StaticFiles):
    """Kept for good by an address that names the content; by any other, the browser asks whether there is news."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            asked = parse_qs(scope["query_string"].decode("ascii", "replace")).get("v", [""])[0]
            known = response.status_code == 200 and asked == fingerprint(path)
            response.headers["cache-control"] = FOR_GOOD if known else ASK_AGAIN
        return response
