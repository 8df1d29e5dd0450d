"""Proof that whoever redeems a code is whoever asked for it (PKCE, RFC 7636), without anything being kept for it."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

METHOD: Final = "S256"


def verifier_of(key: bytes, state: str) -> str:
    """The verifier that goes with this state, 43 characters: the same each time, and nobody else's to guess.

    The state is known to the browser and to the provider; without the key it tells nothing of the verifier.
    """
    return _text(hmac.digest(key, state.encode("utf-8", "surrogatepass"), "sha256"))


def challenge_of(verifier: str) -> str:
    """What is shown of the verifier beforehand (RFC 7636 §4.2)."""
    return _text(sha256(verifier.encode("ascii")).digest())


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
