"""Users take a second factor, get recovery codes, and give it up again."""

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, UserId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.one_time_codes import OneTimeCodes
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.second_factors import RECOVERY_CODES, SecondFactor, recovery_code, recovery_hash
from helpdesk_core.use_cases.people.second_steps import JudgeCode, confirmed_factor
from helpdesk_core.users import Actor, User

Chance = Callable[[int], bytes]
"""So many random bytes."""


@frozen
class NewFactor:
    """What is shown to whoever sets up their app: the secret, and the address that a QR code holds."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@frozen
class TakeSecondFactor:
    """Sets up a second factor: it counts once a code of the app has been seen. Conflict where there is one already."""

    store: Store
    codes: OneTimeCodes
    vault: Vault
    judge: JudgeCode
    chance: Chance
    clock: Clock
    new_id: NewId

    async def begin(self, user: User, issuer: str) -> NewFactor:
        """The secret to be shown; one that is not confirmed yet is shown again, so that a page can be."""

        async def unit(work: Work) -> str:
            known = await work.second_factors.get(user.id)
            if known is not None and known.confirmed:
                raise Conflict("There is a second factor already; remove it first.")
            if known is not None:
                return self.vault.unseal(known.sealed_secret)
            secret = self.codes.new_secret()
            await work.second_factors.put(SecondFactor(user.id, self.vault.seal(secret), self.clock()))
            return secret

        secret = await self.store.transact(unit)
        return NewFactor(secret, self.codes.address(secret, user.email, issuer))

    async def confirm(self, user: User, code: str) -> Sequence[str]:
        """From now on it counts. The recovery codes, which are shown this once and not kept."""
        await self.store.transact(partial(self.judge.count, user.id))

        async def unit(work: Work) -> Sequence[str]:
            known = existing(await work.second_factors.get(user.id), "second factor of", user.email)
            if known.confirmed:
                raise Conflict("There is a second factor already; remove it first.")
            used = await self.judge.step(known, code, work)
            return await self._with_codes(evolve(used, confirmed_at=self.clock()), user, "added", work)

        return await self.store.transact(unit)

    async def renew_codes(self, user: User, code: str) -> Sequence[str]:
        """Other recovery codes in the place of those there were, for whoever brings a code."""
        await self.store.transact(partial(self.judge.count, user.id))

        async def unit(work: Work) -> Sequence[str]:
            used = await self.judge.step(await _confirmed(user.id, work), code, work)
            return await self._with_codes(used, user, "renewed", work)

        return await self.store.transact(unit)

    async def _with_codes(self, factor: SecondFactor, user: User, what: str, work: Work) -> Sequence[str]:
        codes = [recovery_code(self.chance(16)) for _ in range(RECOVERY_CODES)]
        hashes = tuple(recovery_hash(user.id, code) for code in codes)
        await work.second_factors.put(evolve(factor, recovery_hashes=hashes))
        if user.organization_id is not None:
            occasion = Occasion(self.clock(), self.new_id, Actor.of(user))
            await work.log.append(occasion.event(user.organization_id, f"user.second_factor_{what}", user.id))
        return codes


@frozen
class RemoveSecondFactor:
    """A user gives up their second factor with a code of it, or an admin takes it from somebody who has lost theirs."""

    store: Store
    judge: JudgeCode
    clock: Clock
    new_id: NewId

    async def own(self, user: User, code: str) -> None:
        await self.store.transact(partial(self.judge.count, user.id))

        async def unit(work: Work) -> None:
            await self.judge.step(await _confirmed(user.id, work), code, work)
            await self._remove(user, Actor.of(user), work)

        await self.store.transact(unit)

    async def of(self, organization_id: OrganizationId, user_id: UserId, actor: Actor) -> None:
        """They are logged out everywhere; nothing changes where they have none. One's own goes with `own` alone."""
        if actor.id == user_id:
            raise Conflict("Your own second factor is removed in your account, with a code.")

        async def unit(work: Work) -> None:
            user = existing(await work.users.get(organization_id, user_id), "user", user_id)
            factor = await work.second_factors.get(user_id)
            if factor is None or not factor.confirmed:
                return
            await work.sessions.remove_of(user_id)
            await self._remove(user, actor, work)

        await self.store.transact(unit)

    async def _remove(self, user: User, actor: Actor, work: Work) -> None:
        await work.second_factors.remove(user.id)
        if user.organization_id is not None:
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(occasion.event(user.organization_id, "user.second_factor_removed", user.id))


async def _confirmed(user_id: UserId, work: Work) -> SecondFactor:
    return existing(await confirmed_factor(user_id, work), "second factor of user", user_id)
