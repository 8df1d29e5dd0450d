"""Access tokens that have run out are renewed where they came from (RFC 6749 §6)."""

from datetime import timedelta
from urllib.parse import urlencode

from attrs import frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.tokens import TokenGrant, TokenRefused, TokenRequest

SECONDS = 30.0
LONGEST = timedelta(days=365)


@frozen
class TokenEndpoints:
    """RenewToken over the desk's own way into the web: public addresses over https, unless the operator says more."""

    http: OutgoingHttp

    async def __call__(self, request: TokenRequest) -> TokenGrant:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": request.refresh_token,
            "client_id": request.client_id,
        }
        if request.client_secret is not None:
            form["client_secret"] = request.client_secret
        answer = await self.http.request(
            "POST",
            request.url,
            {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
            content=urlencode(form).encode(),
            seconds=SECONDS,
        )
        told = object_in(answer.body)
        token = told.get("access_token")
        if answer.ok and isinstance(token, str) and token:
            new = told.get("refresh_token")
            return TokenGrant(token, _lasting(told.get("expires_in")), new if isinstance(new, str) else None)
        code = told.get("error")
        if isinstance(code, str) and code:
            description = told.get("error_description")
            text = storable(description) if isinstance(description, str) else ""
            raise TokenRefused(one_line(storable(code))[:60], one_line(text)[:300])
        raise TryLater(f"{answer.host} answered {answer.status}, and no token.")


def _lasting(value: object) -> timedelta | None:
    """How long it lasts, whether told as a number or as its text (some send that)."""
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        return None
    return min(timedelta(seconds=int(text[:9])), LONGEST)
