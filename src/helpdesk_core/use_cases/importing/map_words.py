"""An admin says what the words of a source mean here."""

from collections.abc import Mapping

from attrs import frozen

from helpdesk_core.errors import NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.imports.mappings import ImportMapping, checked_translation
from helpdesk_core.imports.translation import Translation
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.importing.order_import import AccountName
from helpdesk_core.users import Actor


@frozen
class MapWords:
    """Sets what the words of a source mean. Imports that are ordered from then on go by it.

    NotFound for a source that there is not, InvalidValue for words that nobody can have meant.
    """

    store: Store
    names: Mapping[str, AccountName]
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, source: str, translation: Translation
    ) -> Translation:
        if source not in self.names:
            raise NotFound("source", source)
        words = checked_translation(translation)
        arrange = Arrange(
            self.store, self.clock, self.new_id, ImportMapping, lambda work: work.import_mappings
        )
        values = {"statuses": words.statuses, "priorities": words.priorities, "fields": words.fields}

        async def unit(work: Work) -> None:
            occasion = Occasion(self.clock(), self.new_id, actor)
            known = await work.import_mappings.named(organization_id, source)
            if known is not None:
                await arrange.change_step(known, values, work, occasion)
                return
            mapping = arrange.made(organization_id, occasion.at, name=source, **values)
            await arrange.add_step(mapping, work, occasion)

        await self.store.transact(unit)
        return words


async def mapped_words(organization_id: OrganizationId, source: str, view: View | Work) -> Translation:
    """What is set for the words of a source; where nothing is, the usual meanings hold."""
    known = await view.import_mappings.named(organization_id, source)
    return Translation() if known is None else known.translation
