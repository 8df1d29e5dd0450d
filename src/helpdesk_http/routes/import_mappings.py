"""What the words of a source of imports mean here."""

from collections.abc import Mapping
from typing import Annotated, Literal

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.imports.mappings import LONGEST_WORD, MOST_WORDS
from helpdesk_core.imports.translation import USUAL_PRIORITIES, USUAL_STATUSES, Translation
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.use_cases.importing.map_words import mapped_words
from helpdesk_core.users import Scope
from helpdesk_http.fields import About, Text, shown
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller

Source = Literal["zendesk", "freshdesk", "files"]
Statuses = Annotated[
    Mapping[str, Status],
    About(doc=f"Ours by theirs, whatever the case; up to {MOST_WORDS} words.", example={"parked": "on_hold"}),
]
Priorities = Annotated[Mapping[str, Priority], About(doc="Ours by theirs.", example={"p1": "urgent"})]
FieldKey = Annotated[str, Text(max=LONGEST_WORD, doc="Empty: the field is left out.", example="vehicle")]
Fields = Annotated[
    Mapping[str, FieldKey],
    About(doc="Keys of custom fields here, by the fields' ids there.", example={"360000012345": "vehicle"}),
]


@shown(statuses={"parked": "on_hold"}, priorities={"p1": "urgent"}, fields={"360000012345": "vehicle"})
@frozen(kw_only=True)
class ImportMappingBody:
    """What is set in the place of what was; a word that is not set has its usual meaning."""

    statuses: Statuses
    priorities: Priorities
    fields: Fields


@frozen
class Usual:
    """What a word means where nothing is set for it."""

    statuses: Mapping[str, Status]
    priorities: Mapping[str, Priority]


@frozen
class ImportMappingView:
    """How the words of a source become ours."""

    source: Source
    statuses: Statuses
    priorities: Priorities
    fields: Fields
    usual: Annotated[Usual, About(doc="Of words that are not set.")]


async def read_import_mapping(desk: Container, who: Caller, source: Source) -> ImportMappingView:
    """Read what the words of a source mean here.

    A status without a meaning is brought as open, a priority as normal; a dry run tells which ones there are. A field
    that is not named keeps the key that it has there.
    """
    found = await desk.store().read(lambda view: mapped_words(who.organization_id, source, view))
    return _view(source, found)


async def set_import_mapping(
    desk: Container, who: Caller, source: Source, body: ImportMappingBody
) -> ImportMappingView:
    """Set what the words of a source mean here. Imports that are ordered from then on go by it."""
    words = Translation(body.statuses, body.priorities, body.fields)
    return _view(source, await desk.map_words()(who.organization_id, who.actor, source, words))


def _view(source: Source, words: Translation) -> ImportMappingView:
    return ImportMappingView(
        source, words.statuses, words.priorities, words.fields, Usual(USUAL_STATUSES, USUAL_PRIORITIES)
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/import-mappings/{source}",
        read_import_mapping,
        tag="Imports",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "PUT /api/v1/import-mappings/{source}",
        set_import_mapping,
        tag="Imports",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
)
