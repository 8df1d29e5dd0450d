"""Whose an outside account is that an event names."""

from helpdesk_core.commands import Nothing
from helpdesk_core.integrations import Integration
from helpdesk_core.ports.store import View


async def account_of(provider: str, account: str, view: View) -> Integration | Nothing:
    """The account as it is connected, or that it is nobody's."""
    return await view.integrations.by_account(provider, account) or nobodys(account)


def nobodys(account: str) -> Nothing:
    """The event waits until somebody connects the account."""
    return Nothing(f"No organization has connected {account}", unmatched=True, account=account)
