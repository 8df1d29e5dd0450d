"""An organization says in which language its people read and write."""

from attrs import evolve, frozen

from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.languages import check_language
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.users import Actor


@frozen
class ChooseLanguage:
    """Sets the language that messages are translated into from now on; InvalidValue for what is none."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, actor: Actor, language: str) -> Organization:
        check_language(language)

        async def unit(work: Work) -> Organization:
            known = existing(await work.organizations.get(organization_id), "organization", organization_id)
            if known.language == language:
                return known
            changed = evolve(known, language=language)
            await work.organizations.replace(changed)
            occasion = Occasion(self.clock(), self.new_id, actor)
            event = occasion.event(
                organization_id, "organization.updated", organization_id, {"changed": ["language"]}
            )
            await work.log.append(event)
            return changed

        return await self.store.transact(unit)
