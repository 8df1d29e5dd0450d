"""How the text of a setting is read; a ValueError whose message begins with "must" is shown to the operator."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk_core.addresses import is_email
from helpdesk_core.rate_limits import Rate

Network = IPv4Network | IPv6Network


def text(value: str) -> str:
    return value


def texts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def path(value: str) -> Path:
    return Path(value).expanduser()


def networks(value: str) -> tuple[Network, ...]:
    return tuple(ip_network(part, strict=False) for part in texts(value))


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value.lower()

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if urlsplit(value).scheme not in schemes:
            raise ValueError(f"must be a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")
        return value.rstrip("/") if schemes[0].startswith("http") else value

    return parse


def mail_server(value: str) -> str:
    from helpdesk_adapters.email.smtp import parse_smtp_url

    parse_smtp_url(value)
    return value


def sender(value: str) -> str:
    if not is_email(value.replace("<slug>", "slug")):
        raise ValueError(
            "must be an e-mail address alone, such as support@acme.example or <slug>@acme.example"
        )
    return value


def period(value: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([smhd])", value.strip())
    if not found:
        raise ValueError("must be a number with s, m, h or d behind it, such as 30d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})


def rate(value: str) -> Rate | None:
    text = value.strip()
    if text == "0":
        return None
    found = re.fullmatch(r"(\d{1,9})/(?:(\d{1,5}) ?)?(second|minute|hour)s?", text)
    if not found or int(found[1]) == 0:
        raise ValueError("must be a rate such as 600/minute, or 0 for none")
    return Rate(int(found[1]), int(found[2] or 1) * {"second": 1, "minute": 60, "hour": 3600}[found[3]])


def score(value: str) -> float | None:
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,3})?", value):
        raise ValueError("must be a number such as 5 or 7.5, or 0 for none")
    return float(value) or None


def price(value: str) -> Decimal:
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
        raise ValueError("must be a number such as 2.50, without a currency")
    return Decimal(value)


def yes_or_no(value: str) -> bool:
    meant = {
        "true": True,
        "on": True,
        "yes": True,
        "1": True,
        "false": False,
        "off": False,
        "no": False,
        "0": False,
    }
    if value.lower() not in meant:
        raise ValueError("must be true or false")
    return meant[value.lower()]


def domain(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", value):
        raise ValueError("must be a domain name")
    return value.lower()
