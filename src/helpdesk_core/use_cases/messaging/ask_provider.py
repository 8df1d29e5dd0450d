"""What a provider's event leaves out of a message is asked for, at its channel's provider."""

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.commands import (
    Command,
    ConfirmTicket,
    HearMessage,
    LookUpMessage,
    Nothing,
    ShowForm,
    TellAfterwords,
)
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.ports.messages import AccountRefused, MessageSource, OpenAccount
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.find_account import nobodys
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.use_cases.messaging.complete_message import when_it_came
from helpdesk_core.use_cases.messaging.find_message import message_by_id
from helpdesk_core.use_cases.webhooks.perform_event import Complete
from helpdesk_core.webhooks import WebhookEvent

Asked = HearMessage | TellAfterwords | LookUpMessage | ShowForm | ConfirmTicket


@frozen
class AskProvider:
    """Completes commands of the channels that have a source; of all others only what does not need one."""

    store: Store
    vault: Vault
    sources: Mapping[Channel, MessageSource]
    otherwise: Complete
    """Completes messages of the other channels."""

    async def complete(self, command: Asked, event: WebhookEvent) -> Command | Sequence[Command]:
        named = command.message if isinstance(command, HearMessage) else command
        source = self.sources.get(named.channel)
        if source is None:
            return await self.otherwise(command, event) if isinstance(command, HearMessage) else command
        accounts = tuple(dict.fromkeys((*source.accounts(event.raw), named.account)))
        account = await self.store.read(partial(_connected, named.channel, accounts))
        if account is None:
            return nobodys(named.account) if isinstance(command, LookUpMessage | ShowForm) else command
        here = _at(command, account, event)
        if isinstance(here, ConfirmTicket):
            return here
        knows = partial(self._knows, account, named.channel)
        found = await source.complete(here, event, self._opened(account), knows)
        return [await _finished(one, account, event) for one in found]

    async def fall_back(self, command: Asked, event: WebhookEvent, reason: str) -> None:
        """Nothing takes the place of a message that could not be taken in: it rests with its event."""

    def _opened(self, account: Integration) -> OpenAccount:
        """The account; where its secrets are lost, without any: what is said must not wait for them."""
        try:
            return opened(account, self.vault)
        except AccountRefused:
            return OpenAccount(account.provider, account.external_id, account.settings)

    async def _knows(self, account: Integration, channel: Channel, thread: str) -> bool:
        async def look(view: View) -> bool:
            place = (account.organization_id, channel, account.external_id, thread)
            known = await view.correspondences.get(*place)
            if known is not None and known.ticket_id is not None:
                return True
            return await message_by_id(*place, view) is not None

        return await self.store.read(look)


async def _connected(channel: Channel, accounts: Sequence[str], view: View) -> Integration | None:
    for name in accounts:
        found = await view.integrations.by_account(channel.value, name)
        if found is not None and found.state is IntegrationState.CONNECTED:
            return found
    return None


def _at(command: Asked, account: Integration, event: WebhookEvent) -> Asked:
    """The command for that account; one that is to be answered, with the event that says where."""
    if isinstance(command, HearMessage):
        return HearMessage(evolve(command.message, account=account.external_id))
    here = evolve(command, account=account.external_id)
    return evolve(here, event_id=event.id) if isinstance(here, ConfirmTicket) else here


async def _finished(command: Command, account: Integration, event: WebhookEvent) -> Command:
    if isinstance(command, Nothing):
        return evolve(command, organization_id=account.organization_id)
    return await when_it_came(command, event) if isinstance(command, HearMessage) else command
