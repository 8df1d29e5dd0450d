"""The desk's secret key: given by a setting, or made once and kept beside the store."""

import hmac
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

from helpdesk_adapters.settings import BadSetting

FILE = "secret-key"
SHORTEST = 32
"""Characters; what we make is longer."""


@frozen
class Keyring:
    """The desk's keys, the newest first; each use derives its own, so that none is used for two things."""

    keys: tuple[str, ...] = field(repr=False)

    def derive(self, purpose: str) -> tuple[bytes, ...]:
        """32 bytes for this purpose from every key, the newest first."""
        return tuple(_derived(key, purpose) for key in self.keys)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What may be kept in the open to recognise the keys by."""
        return tuple(sha256(b"fingerprint" + key).hexdigest()[:16] for key in self.derive("fingerprint"))


@lru_cache(64)  # a page of a list would derive the key of its cursor anew each time
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode(), "sha256")


def keyring(configured: tuple[str, ...], data_dir: Path) -> Keyring:
    """The configured keys, or the one in the data folder, which is made at the first use with mode 0600.

    The file appears under its name only once it is whole, also where two processes make it at once. BadSetting for a
    file that holds no key.
    """
    if configured:
        return Keyring(configured)
    path = data_dir / FILE
    if not path.exists():
        _make(path)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise BadSetting(f"{path} holds no secret key; put the desk's key back, or set HELPDESK_SECRET_KEY")
    return Keyring((key,))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was faster, and its key is the desk's
            os.link(draft, path)
    finally:
        draft.unlink()
