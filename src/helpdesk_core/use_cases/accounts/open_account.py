"""A connected account is opened: its secrets as they are, for a call and no longer."""

from helpdesk_core.integrations import Integration
from helpdesk_core.ports.messages import AccountRefused, OpenAccount
from helpdesk_core.ports.secrets import SecretLost, Vault


def opened(account: Integration, vault: Vault) -> OpenAccount:
    """The account with its secrets. AccountRefused where they were sealed with a key that is gone."""
    try:
        secrets = {name: vault.unseal(sealed) for name, sealed in account.sealed.items()}
    except SecretLost as lost:
        raise AccountRefused("The account's secrets were sealed with a key that is gone.") from lost
    return OpenAccount(account.provider, account.external_id, account.settings, secrets)
