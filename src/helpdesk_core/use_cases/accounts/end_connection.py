"""An account's connection ends: here, or because its owner took the desk's access away at the provider's side."""

from attrs import evolve

from helpdesk_core.commands import Done, EndConnection, Nothing, Outcome
from helpdesk_core.event_log import Occasion
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.ports.store import Work


async def end_connection(command: EndConnection, work: Work, occasion: Occasion) -> Outcome:
    """The step: the account's secrets go; what it told stays. A word from before it was connected again is void."""
    account = await work.integrations.by_account(command.provider, command.account)
    if account is None:
        return Nothing("It is not connected.")
    organization_id = account.organization_id
    if command.at < account.updated_at:
        return Nothing("It was connected again since.", organization_id=organization_id)
    await disconnect_step(account, work, occasion)
    return Done(organization_id)


async def disconnect_step(account: Integration, work: Work, occasion: Occasion) -> Integration:
    """The step: the account without its secrets; its events are nobody's until it is connected again."""
    ended = evolve(
        account,
        state=IntegrationState.DISCONNECTED,
        sealed={},
        updated_at=max(occasion.at, account.updated_at),
    )
    await work.integrations.replace(ended)
    data = {"provider": account.provider}
    event = occasion.event(account.organization_id, "integration.disconnected", account.id, data)
    await work.log.append(event)
    return ended
