"""What the desk finds out about a connected account is kept with it, where its admins see it."""

from helpdesk_core.event_log import Occasion
from helpdesk_core.integrations import Integration
from helpdesk_core.ports.store import Work


async def keep_account(known: Integration, after: Integration, work: Work, occasion: Occasion) -> None:
    """The step: the account as it is now. An event names the settings that are different, and no secrets.

    `updated_at` stays as it is: it says when a person, or the account's owner, did something about it last.
    """
    if after == known:
        return
    await work.integrations.replace(after)
    before, now = known.settings, after.settings
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if changed:
        data = {"provider": known.provider, "changed": changed}
        await work.log.append(occasion.event(known.organization_id, "integration.updated", known.id, data))
