"""Names of folders as they travel: modified UTF-7 (RFC 3501 §5.1.3)."""

import re
from base64 import b64encode


def encode_name(name: str) -> str:
    """The name in ASCII; one that is encoded already stays (`&` begins what is encoded and never stands for itself)."""
    if name.isascii() and _ENCODED.search(name):
        return name
    return _FOREIGN.sub(lambda run: _shifted(run[0]), name.replace("&", "&-"))


def _shifted(run: str) -> str:
    encoded = b64encode(run.encode("utf-16-be", "surrogatepass")).decode()
    return "&" + encoded.rstrip("=").replace("/", ",") + "-"


_FOREIGN = re.compile(r"[^\x20-\x7e]+")
_ENCODED = re.compile(r"&[A-Za-z0-9+,]{2,}-")
