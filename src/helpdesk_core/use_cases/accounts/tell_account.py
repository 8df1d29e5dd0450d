"""What a provider tells of an account beside its messages."""

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, TellAccount
from helpdesk_core.event_log import Occasion
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.accounts.find_account import nobodys
from helpdesk_core.use_cases.accounts.keep_account import keep_account


async def tell_account(command: TellAccount, work: Work, occasion: Occasion) -> Outcome:
    """The step: the accounts with these settings; where they are as told already, nothing changes."""
    if command.by:
        connected = await work.integrations.connected(command.provider)
        found = [one for one in connected if one.settings.get(command.by) == command.account]
        if not found:
            return Nothing(f"No connected account belongs to {command.account}.", unmatched=True)
    else:
        known = await work.integrations.by_account(command.provider, command.account)
        if known is None:
            return nobodys(command.account)
        found = [known]
    for one in found:
        settings = {**one.settings, **command.settings}
        told = {name: value for name, value in settings.items() if value is not None}
        await keep_account(one, evolve(one, settings=told), work, occasion)
    owners = {one.organization_id for one in found}
    return Done(owners.pop() if len(owners) == 1 else None)
