"""What a provider does not tell of a message: when it was said, and what whoever said it is called."""

from collections.abc import Mapping

from attrs import evolve, frozen

from helpdesk_core.commands import HearMessage, TellChoice
from helpdesk_core.errors import MissingSetting
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import Message
from helpdesk_core.ports.messages import SenderNames
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.webhooks import WebhookEvent


@frozen
class CompleteMessage:
    """A message with the time that it lacks, and with its sender's name where they have none yet.

    The name is looked up at the provider of the channels in `names`. A message never waits for it: where it is not told
    just now, or not to this account, the next message asks again.
    """

    store: Store
    vault: Vault
    names: Mapping[Channel, SenderNames]

    async def __call__(self, command: HearMessage, event: WebhookEvent) -> HearMessage:
        timed = await when_it_came(command, event)
        assert isinstance(timed, HearMessage)
        message = timed.message
        names = self.names.get(message.channel)
        if names is None or message.sender.name:
            return timed
        account = await self.store.read(lambda view: _of_somebody_unnamed(message, view))
        if account is None:
            return timed
        try:
            name = await names.name_of(message, opened(account, self.vault))
        except (TryLater, GiveUp, MissingSetting):
            return timed  # it is not told, which is no reason to lose what they say
        return evolve(timed, message=evolve(message, sender=evolve(message.sender, name=name)))


async def when_it_came(command: HearMessage | TellChoice, event: WebhookEvent) -> HearMessage | TellChoice:
    """The command with the time at which its event was received, where its provider names none: every try of it, and
    whichever of two is tried first, gives the same order.
    """
    if isinstance(command, TellChoice):
        return command if command.at is not None else evolve(command, at=event.received_at)
    if command.message.at is not None:
        return command
    return evolve(command, message=evolve(command.message, at=event.received_at))


async def _of_somebody_unnamed(message: Message, view: View) -> Integration | None:
    """The account that the message came to, where no name of its sender is known."""
    account = await view.integrations.by_account(message.channel.value, message.account)
    if account is None:
        return None
    for contact in message.sender.contacts:
        known = await view.customers.by_contact(account.organization_id, contact)
        if known is not None:
            return None if known.name else account
    return account


async def no_fall_back(command: HearMessage | TellChoice, event: WebhookEvent, reason: str) -> None:
    """Nothing takes the place of a message that could not be taken in: it rests with its event."""
