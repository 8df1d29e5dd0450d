"""The organization itself."""

from functools import partial
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import View
from helpdesk_core.users import Scope
from helpdesk_http.fields import About, shown
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.values import Language
from helpdesk_http.who import Caller


@shown(language="de")
@frozen(kw_only=True)
class OrganizationPatch:
    """What is to be different."""

    language: Annotated[
        Language, About(doc="The one that its people read and write in: messages are translated into it.")
    ]


@frozen
class OrganizationView:
    """The organization that the key or the session belongs to."""

    id: UUID
    slug: Annotated[str, About(doc="Its mail address begins with it.")]
    name: str
    language: Annotated[str, About(doc="ISO 639-1. The one that its people read and write in.")]
    translates: Annotated[
        bool, About(doc="Whether anything here translates; without it, messages stay as they are.")
    ]


async def read_organization(desk: Container, who: Caller) -> OrganizationView:
    """Read what the organization is."""
    organization = await desk.store().read(partial(_organization, who.organization_id))
    return _view(organization, desk)


async def change_organization(desk: Container, who: Caller, body: OrganizationPatch) -> OrganizationView:
    """Change the organization's own language.

    Messages that come from now on are translated into it; those that are here stay as they are.
    """
    return _view(await desk.choose_language()(who.organization_id, who.actor, body.language), desk)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/organization", read_organization, tag="Organization", auth=key(Scope.READ)),
    operation("PATCH /api/v1/organization", change_organization, tag="Organization", auth=key(Scope.ADMIN)),
)


async def _organization(organization_id: OrganizationId, view: View) -> Organization:
    return existing(await view.organizations.get(organization_id), "organization", organization_id)


def _view(organization: Organization, desk: Container) -> OrganizationView:
    return OrganizationView(
        id=organization.id,
        slug=organization.slug,
        name=organization.name,
        language=organization.language,
        translates=desk.translator() is not None,
    )
