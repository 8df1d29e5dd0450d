"""Whom an account can be connected with by going there."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.installs import Granted
from helpdesk_core.ports.messages import OpenAccount


class Installer(Protocol):
    """One provider's way of asking the owner of an account.

    `back_to` is where the browser is to return, the same for both steps.
    """

    def target_of(self, query: Mapping[str, str]) -> str:
        """What is to be connected, by the query of the first request, in comparable form; empty where it needs none.

        Raises InvalidValue for what can be no account of this provider, so that nobody is ever sent elsewhere.
        """
        ...

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        """Where the browser goes. Raises MissingSetting where no application of ours is configured."""
        ...

    def check_return(self, query: str, target: str, now: datetime) -> str:
        """The code of a return, by its query string as it came. Raises InstallRefused for one that is not genuine."""
        ...

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        """What the code is good for: at least one account, since one login may let the desk into several.

        Raises InstallRefused, TryLater, GiveUp, MissingSetting.
        """
        ...


Revoke = Callable[[OpenAccount, Collection[str]], Awaitable[None]]
"""Gives back what an account's owner granted; what is void already is no error.

The names are of settings that another connected account has with the same value: it may live off the same grant, which
then stays. Raises TryLater, GiveUp, MissingSetting.
"""


@frozen
class Revoker:
    """How a provider is told that the desk no longer wants in, and whose accounts may live off the same grant."""

    revoke: Revoke
    alongside: tuple[str, ...] = ()
