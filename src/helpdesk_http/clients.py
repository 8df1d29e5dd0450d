"""Where a request comes from and where it went, as far as the proxies that we trust tell."""

from ipaddress import ip_address

from starlette.requests import Request

from helpdesk_adapters.settings import Settings


def peer(request: Request) -> str:
    """The address of the client: the nearest one of X-Forwarded-For that is not a trusted proxy."""
    address = request.client.host if request.client else ""
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops):
        named = _address(hop)
        if named is None or not _is_trusted(address, _settings(request)):
            break
        address = named
    return address


def is_https(request: Request) -> bool:
    """Whether the browser speaks https with us, or with a trusted proxy or the public address in front of us."""
    address = request.client.host if request.client else ""
    if _is_trusted(address, _settings(request)) and "x-forwarded-proto" in request.headers:
        return request.headers["x-forwarded-proto"].split(",")[0].strip().lower() == "https"
    return request.url.scheme == "https" or (_settings(request).public_url or "").startswith("https://")


def address_of_desk(request: Request) -> str:
    """Where the desk is reached from outside, to begin its links with: as it is set, else as this request came."""
    return _settings(request).public_url or f"{request.url.scheme}://{request.url.netloc}"


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.desk.settings()
    return settings


def _address(hop: str) -> str | None:
    """The address of a hop, some of which carry a port."""
    text = hop.strip()
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return None


def _is_trusted(address: str, settings: Settings) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in settings.trusted_proxies)
