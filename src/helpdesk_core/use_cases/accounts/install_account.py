"""An outside account is connected by going there: the way out, and the way back."""

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import parse_qsl

from attrs import frozen

from helpdesk_core.charsets import storable
from helpdesk_core.errors import AlreadyTaken, MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.installs import INSTALL_LIFE, Granted, Install, InstallRefused
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.installs import Installer
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.connect_integration import connect_step
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.users import Actor


@frozen
class BeginInstall:
    """Notes who goes where, and answers with the address; the state in it is good once, for this session only."""

    store: Store
    installers: Mapping[str, Installer]
    clock: Clock
    new_token: NewToken

    async def __call__(
        self,
        organization_id: OrganizationId,
        user_id: UserId,
        session: str,
        provider: str,
        query: Mapping[str, str],
        back_to: str,
    ) -> str:
        """Raises InvalidValue for a target that can be none, MissingSetting where no application is configured."""
        installer = self.installers[provider]
        target = installer.target_of(query)
        state = self.new_token()
        url = installer.ask_url(target, state, back_to)
        expires_at = self.clock() + INSTALL_LIFE
        install = Install(
            digest(state), organization_id, user_id, digest(session), provider, target, expires_at
        )
        await self.store.transact(lambda work: work.installs.add(install))
        return url


@frozen
class Installed:
    """What was connected, and how many accounts were left out because another organization has connected them."""

    accounts: Sequence[Integration]
    left_out: int = 0


@frozen
class FinishInstall:
    """Connects what somebody comes back with: all accounts that they let the desk into, but for other organizations'.

    The state is used up before anything else is believed, whatever comes of it. Raises InstallRefused; nothing is
    connected then.
    """

    store: Store
    installers: Mapping[str, Installer]
    vault: Vault
    clock: Clock
    new_id: NewId

    async def __call__(
        self, actor: Actor, session: str, provider: str, query_string: str, back_to: str
    ) -> Installed:
        query = _single(query_string)
        state_hash = digest(query.get("state", ""))
        install = await self.store.transact(lambda work: work.installs.take(state_hash))
        if install is None or install.expires_at <= self.clock() or install.provider != provider:
            raise InstallRefused("unknown_state", "The installation was not begun here, or too long ago.")
        if install.session_hash != digest(session) or install.user_id != actor.id:
            raise InstallRefused("other_session", "The installation was begun in another session.")
        if "error" in query:
            denied = query["error"] == "access_denied"
            raise InstallRefused(
                "access_denied" if denied else "refused_there",
                "The account's owner, or the provider, refused.",
            )
        installer = self.installers[provider]
        code = installer.check_return(query_string, install.target, self.clock())
        try:
            granted = await installer.exchange(code, install.target, query, back_to)
        except (TryLater, GiveUp, MissingSetting) as error:
            raise InstallRefused("exchange_failed", str(error)) from error
        return await self._connect(install, granted, actor)

    async def _connect(self, install: Install, granted: Sequence[Granted], actor: Actor) -> Installed:
        if any(value != storable(value) for one in granted for value in one.secrets.values()):
            raise InstallRefused("exchange_refused", "What was granted is no text that could be kept.")
        sealed = [{name: self.vault.seal(value) for name, value in one.secrets.items()} for one in granted]
        occasion = Occasion(self.clock(), self.new_id, actor)
        unit = partial(_connected, install, [*zip(granted, sealed, strict=True)], occasion)
        return await self.store.transact(unit)


async def _connected(
    install: Install,
    granted: Sequence[tuple[Granted, Mapping[str, str]]],
    occasion: Occasion,
    work: Work,
) -> Installed:
    connected: list[Integration] = []
    taken: list[AlreadyTaken] = []
    for one, sealed in granted:
        account = (install.organization_id, install.provider, one.external_id)
        try:
            connected.append(await connect_step(*account, one.settings, sealed, work, occasion))
        except AlreadyTaken as refusal:  # nothing was written for this one
            taken.append(refusal)
    if not connected:
        told = str(taken[0]) if taken else "No account was granted."
        raise InstallRefused("connected_elsewhere" if taken else "no_account", told)
    return Installed(connected, len(taken))


def _single(query_string: str) -> dict[str, str]:
    """The parameters, of which none may be there twice: two readers must not read two things."""
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise InstallRefused("too_many_parameters", "The return has more than 50 parameters.") from error
    query = dict(pairs)
    if len(query) != len(pairs):
        raise InstallRefused("repeated_parameter", "A parameter of the return is there twice.")
    return query
