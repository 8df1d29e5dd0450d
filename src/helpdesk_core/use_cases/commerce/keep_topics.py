"""Topics: accounts are heard through them, they are confirmed, and they come to an end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import evolve

from helpdesk_core.commands import ConfirmTopic, Done, EndTopic, HearTopic, Nothing, Outcome
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.notices import Notice
from helpdesk_core.ports.store import View, Work
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.running.send_notice import Letter, notice_of

TOPIC = "topic"
"""The setting of an account that names the topic through which it was heard last."""
ENDED = "topic_ended_at"
"""The setting of an account that tells since when its topic sends nothing more."""


async def hear_topic(command: HearTopic, work: Work, occasion: Occasion) -> Outcome:
    """The step: the account is one of this topic's; a word since the topic's end shows that it goes on."""
    account = await account_of(command.provider, command.account, work)
    if isinstance(account, Nothing):
        return account
    settings = {**account.settings, TOPIC: command.topic}
    if _is_over(settings, command.at):
        return Done(account.organization_id)
    settings.pop(ENDED, None)
    await keep_account(account, evolve(account, settings=settings), work, occasion)
    return Done(account.organization_id)


async def confirm_topic(command: ConfirmTopic, work: Work, occasion: Occasion) -> Outcome:
    """The step: the topic sends (again)."""
    for account in await work.integrations.connected(command.provider):
        heard = account.settings.get(TOPIC) == command.topic
        if heard and ENDED in account.settings and not _is_over(account.settings, command.at):
            settings = {name: value for name, value in account.settings.items() if name != ENDED}
            await keep_account(account, evolve(account, settings=settings), work, occasion)
    return Done(None)


async def end_topic(command: EndTopic, work: Work, occasion: Occasion) -> Outcome:
    """The step: accounts that are heard through the topic, or nobody knows through which, are marked.

    Their organizations' admins are told, once.
    """
    for account in await work.integrations.connected(command.provider):
        if account.settings.get(TOPIC) in (None, command.topic) and ENDED not in account.settings:
            settings = {**account.settings, ENDED: command.at.isoformat()}
            await keep_account(account, evolve(account, settings=settings), work, occasion)
            notice = notice_of(account.organization_id, Notice.TOPIC_ENDED, account.id, occasion)
            await work.jobs.add(notice)
    return Done(None)


async def letter_about_topic(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """The letter; None where the topic sends again."""
    account = await view.integrations.get(organization_id, IntegrationId(UUID(about["subject_id"])))
    if account is None or ENDED not in account.settings:
        return None
    name, topic = account.provider.title(), account.settings.get(TOPIC, "its topic")
    return Letter(
        f"{name} no longer tells the desk about {account.external_id}",
        f"The desk's subscription to {topic} was ended, at {name}'s side.\n\n"
        f"From now on orders, returns and feeds of the seller {account.external_id} are not heard of. To mend it, "
        "subscribe the desk's address to the topic again.\n",
    )


def _is_over(settings: Mapping[str, str], at: datetime) -> bool:
    """Whether this is from before the topic's end."""
    ended = settings.get(ENDED)
    return ended is not None and at <= datetime.fromisoformat(ended)
