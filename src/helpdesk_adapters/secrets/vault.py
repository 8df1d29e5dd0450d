"""Credentials at rest, encrypted (Fernet: AES-128-CBC with HMAC-SHA256)."""

from base64 import urlsafe_b64encode
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define

from helpdesk_adapters.secrets.keys import Keyring
from helpdesk_core.ports.secrets import SecretLost

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


@define(slots=False)
class FernetVault:
    """A Vault under the desk's keys: the first seals, all open."""

    keyring: Keyring

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretLost(
                "A stored credential was sealed under a key that is no longer configured."
            ) from error

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self.keyring.derive("vault")])
