"""Programs get keys, and lose them."""

from functools import partial

from attrs import evolve, frozen

from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ApiKeyId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.users import DESK, Actor, ApiKey, Scope

PREFIX = "hd_"


@frozen
class CreateApiKey:
    """Makes a key; returns it together with its text, which is shown this once and not kept."""

    store: Store
    clock: Clock
    new_id: NewId
    new_token: NewToken

    async def __call__(
        self,
        organization_id: OrganizationId,
        name: str,
        scopes: tuple[Scope, ...] = (Scope.WRITE,),
        actor: Actor = DESK,
    ) -> tuple[ApiKey, str]:
        if not name.strip():
            raise InvalidValue("name", "must not be empty")
        text = PREFIX + self.new_token()
        key = ApiKey(
            id=ApiKeyId(self.new_id()),
            organization_id=organization_id,
            name=name.strip(),
            scopes=scopes or (Scope.WRITE,),
            key_hash=digest(text),
            hint=text[: len(PREFIX) + 4],
            created_at=self.clock(),
        )

        async def unit(work: Work) -> None:
            await work.api_keys.add(key)
            occasion = Occasion(key.created_at, self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "api_key.created", key.id))

        await self.store.transact(unit)
        return key, text


@frozen
class RevokeApiKey:
    """Ends a key at once."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, key_id: ApiKeyId, actor: Actor = DESK
    ) -> ApiKey:
        return await self.store.transact(partial(self._revoke, organization_id, key_id, actor))

    async def _revoke(
        self, organization_id: OrganizationId, key_id: ApiKeyId, actor: Actor, work: Work
    ) -> ApiKey:
        key = existing(await work.api_keys.get(organization_id, key_id), "API key", key_id)
        if key.revoked_at is not None:
            return key
        occasion = Occasion(self.clock(), self.new_id, actor)
        revoked = evolve(key, revoked_at=occasion.at)
        await work.api_keys.replace(revoked)
        await work.log.append(occasion.event(organization_id, "api_key.revoked", key_id))
        return revoked
