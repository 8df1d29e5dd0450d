"""Who people are in Slack: asked once, and remembered for an hour by this process."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import define, field, frozen

from helpdesk_adapters.messaging.slack.client import TOKEN, SlackApi
from helpdesk_adapters.messaging.slack.messages import People, Person
from helpdesk_adapters.messaging.slack.payloads import User
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import AccountRefused, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery, WebhookEvent

REMEMBERED_FOR: Final = 3600.0
MOST_REMEMBERED: Final = 20_000
MOST_ASKED: Final = 20
"""People of one message; of a crowd the others are shown by their ids."""
PATIENT_TRIES: Final = 4
"""After so many an event is taken as it came: what it says itself must not wait for an API that is down."""
TRUST_EMAILS: Final = "trust_emails"


@frozen
class Asking:
    """Asks the API on behalf of one event: what it refuses is not known, what it is too busy for is asked again with
    the next tries of the event, of which there are some.
    """

    api: SlackApi
    account: OpenAccount
    event: WebhookEvent

    async def __call__(self, method: str, **fields: str) -> Mapping[str, Any]:
        if TOKEN not in self.account.secrets:
            return {}
        try:
            return await self.api.read(method, self.account, **fields)
        except (AccountRefused, GiveUp):
            return {}
        except TryLater:
            if self.patient:
                raise
            return {}

    @property
    def patient(self) -> bool:
        """Whether the event is tried again."""
        return self.event.attempts + 1 < PATIENT_TRIES


@define
class Acquaintances:
    """Users by account and id."""

    _known: dict[tuple[str, str], tuple[float, User]] = field(factory=dict)

    async def people(self, ids: Iterable[str], asking: Asking) -> People:
        """What is to be found out about these users."""
        wanted = [id for id in dict.fromkeys(ids) if id][:MOST_ASKED]
        users = {id: await self._user(id, asking) for id in wanted}
        return {id: _person(user, asking.account) for id, user in users.items()}

    async def _user(self, id: str, asking: Asking) -> User:
        key, now = (asking.account.external_id, id), time.monotonic()
        at, known = self._known.get(key, (0.0, None))
        if known is not None and now - at < REMEMBERED_FOR:
            return known
        told = await asking("users.info", user=id)
        try:
            user = structured(told.get("user"), User)
        except UnreadableDelivery:
            return User(id)
        self._known.pop(key, None)
        self._known[key] = (now, user)
        while len(self._known) > MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        return user


def _person(user: User, account: OpenAccount) -> Person:
    """The address counts only for members of the very workspace: of strangers another one says what it likes."""
    profile = user.profile
    name = profile.display_name or profile.real_name or user.real_name or user.name
    member = not user.is_stranger and user.team_id in ("", account.external_id)
    try:
        email = normal_email(profile.email) if profile.email and member else ""
    except InvalidValue:
        email = ""
    return Person(name, email, bool(email) and account.settings.get(TRUST_EMAILS) == "true")
