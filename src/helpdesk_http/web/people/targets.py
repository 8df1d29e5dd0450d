"""Where a page may lead after it is done."""

from urllib.parse import urlsplit


def inside(target: str | None) -> str:
    """A target of our own pages; anything else would let a link send people elsewhere."""
    if not target or not target.startswith("/app") or target.startswith("//") or "\\" in target:
        return "/app"
    parts = urlsplit(target)
    return "/app" if parts.scheme or parts.netloc else target
