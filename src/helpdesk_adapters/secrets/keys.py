"""The desk's secret key: given by a setting, or made once and kept beside the store."""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

FILE = "secret-key"


@frozen
class Keyring:
    """The desk's keys, the newest first; each use derives its own, so that none is used for two things."""

    keys: tuple[str, ...] = field(repr=False)

    def derive(self, purpose: str) -> tuple[bytes, ...]:
        """32 bytes for this purpose from every key, the newest first."""
        return tuple(hmac.digest(key.encode(), purpose.encode(), "sha256") for key in self.keys)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What may be kept in the open to recognise the keys by."""
        return tuple(sha256(b"fingerprint" + key).hexdigest()[:16] for key in self.derive("fingerprint"))


def keyring(configured: tuple[str, ...], data_dir: Path) -> Keyring:
    """The configured keys, or the one in the data folder, which is made at the first use with mode 0600."""
    if configured:
        return Keyring(configured)
    path = data_dir / FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Keyring((path.read_text(encoding="ascii").strip(),))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(fresh + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Keyring((fresh,))
