"""How many requests somebody may make; a key is told with every answer (draft-ietf-httpapi-ratelimit-headers-10)."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import TooManyAttempts
from helpdesk_core.rate_limits import Rate, Verdict
from helpdesk_core.users import Actor
from helpdesk_http.middleware import ANSWER_HEADERS

POLICY: Final = "api"


async def limited(request: Request, actor: Actor) -> Mapping[str, str]:
    """Counts this request of a key, once, and returns the headers that say how many are left.

    They are put on whatever the answer will be. Raises TooManyAttempts where none are left; where
    HELPDESK_API_RATE_LIMIT is 0, and to anybody who has no key, nothing is told.
    """
    told: dict[str, str] = request.scope.setdefault(ANSWER_HEADERS, {})
    desk: Container = request.app.state.desk
    rate = desk.settings().api_rate_limit
    if rate is None or actor.type != "api_key" or "ratelimit" in told:
        return told
    verdict = await desk.rate_limits().hit(f"api:{actor.id}", rate, desk.clock()())
    told |= headers_of(verdict, rate)
    _refuse_beyond(verdict, f"This key has made {rate.count:,} requests")
    return told


async def keep_within(desk: Container, subject: str, rate: Rate | None) -> None:
    """Counts one more of a subject, a text such as `widget:<address>`; TooManyAttempts beyond the rate, if any."""
    if rate is not None:
        _refuse_beyond(await desk.rate_limits().hit(subject, rate, desk.clock()()), "Too many requests")


def headers_of(verdict: Verdict, rate: Rate) -> dict[str, str]:
    return {
        "ratelimit-policy": f'"{POLICY}";q={rate.count};w={rate.seconds}',
        "ratelimit": f'"{POLICY}";r={verdict.remaining};t={verdict.reset_seconds}',
    }


def _refuse_beyond(verdict: Verdict, why: str) -> None:
    if not verdict.allowed:
        wait = verdict.reset_seconds
        raise TooManyAttempts(f"{why}; there is room again in {wait} s.", wait)
