"""Links that were mailed to people are looked at, before and while they are used."""

from datetime import datetime
from functools import partial

from attrs import frozen

from helpdesk_core.errors import WrongCredentials
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import User


@frozen
class ReadLink:
    """Whose link it is, without using it; WrongCredentials for one that is unknown, was used, or has ended."""

    store: Store
    clock: Clock

    async def __call__(self, token: str, purpose: Purpose) -> User:
        return await self.store.read(partial(link_step, token, purpose, self.clock()))


async def link_step(token: str, purpose: Purpose, now: datetime, view: View) -> User:
    """The person whose link it is; refused as by ReadLink."""
    link = await view.user_links.get(digest(token))
    user = await view.users.by_id(link.user_id) if link is not None and link.fits(purpose, now) else None
    if user is None or user.disabled_at is not None:
        raise WrongCredentials("This link was used already, or has ended. Ask for another one.")
    return user
