"""Keys and credentials: made whole, kept apart, rotated."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk_adapters.secrets.keys import FILE, Keyring, keyring
from helpdesk_adapters.secrets.passwords import Argon2Passwords
from helpdesk_adapters.secrets.vault import FernetVault
from helpdesk_adapters.settings import BadSetting
from helpdesk_core.ports.secrets import SecretLost


def test_the_key_is_made_once_however_many_ask_for_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(lambda _: keyring((), tmp_path / "data").keys, range(64)))
    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]


@pytest.mark.parametrize("content", ["", "\n", "short\n"])
def test_a_key_file_without_a_key_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(BadSetting, match="holds no secret key"):
        keyring((), tmp_path)


def test_a_configured_key_needs_no_file(tmp_path: Path) -> None:
    assert keyring(("first", "second"), tmp_path).keys == ("first", "second")
    assert list(tmp_path.iterdir()) == []


def test_what_an_older_key_sealed_still_opens_and_a_strangers_does_not() -> None:
    old, new, other = (FernetVault(Keyring((key,))) for key in ("old", "new", "other"))
    sealed = old.seal("token")
    assert "token" not in sealed
    assert FernetVault(Keyring(("new", "old"))).unseal(sealed) == "token"
    for vault in (new, other):
        with pytest.raises(SecretLost):
            vault.unseal(sealed)


def test_keys_show_nowhere_and_serve_one_purpose_each() -> None:
    ring = Keyring(("the secret",))
    assert "the secret" not in repr(ring)
    assert ring.derive("a") != ring.derive("b")
    assert ring.derive("fingerprint")[0].hex() not in ring.fingerprints[0]


async def test_a_password_fits_its_own_hash_only() -> None:
    passwords = Argon2Passwords()
    hashed = await passwords.hash("correct horse")
    assert await passwords.matches("correct horse", hashed)
    for password, known in (
        ("wrong", hashed),
        ("correct horse", None),
        ("correct horse", "nonsense"),
        ("\ud800", hashed),
    ):
        assert not await passwords.matches(password, known)
