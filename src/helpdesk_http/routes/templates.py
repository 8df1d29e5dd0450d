"""Templates: texts that a provider has approved beforehand."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.ids import IntegrationId
from helpdesk_core.users import Scope
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller


@frozen
class TemplateView:
    """A text that may be sent at any time."""

    name: str
    language: str
    category: Annotated[str, About(doc="As the provider calls it: `utility`, `marketing`, `authentication`.")]
    text: Annotated[str, About(doc="With its variables as `{{1}}`.")]


@frozen
class TemplatesView:
    data: Sequence[TemplateView]


async def list_templates(desk: Container, who: Caller, integration_id: UUID) -> TemplatesView:
    """List the templates that the provider of an account has approved.

    The provider is asked each time. One of them is sent as `template` of a reply.
    """
    found = await desk.list_templates()(who.organization_id, IntegrationId(integration_id))
    return TemplatesView([TemplateView(one.name, one.language, one.category, one.text) for one in found])


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/integrations/{integration_id}/templates",
        list_templates,
        tag="Integrations",
        auth=key(Scope.READ),
        errors=(404, 409, 503),
    ),
)
