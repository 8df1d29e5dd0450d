"""The templates that a provider has approved for an account, for whoever writes an answer."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from helpdesk_core.errors import Conflict, InvalidValue, ProviderUnavailable, existing
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.integrations import IntegrationState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import ApprovedTemplate
from helpdesk_core.ports.messages import AccountRefused, TemplateSource
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.accounts.open_account import opened


@frozen
class ListTemplates:
    """Asks the provider, each time.

    InvalidValue for a provider that has no templates, Conflict where the account has to be seen to first,
    ProviderUnavailable where the provider does not answer.
    """

    store: Store
    vault: Vault
    sources: Mapping[str, TemplateSource]

    async def __call__(
        self, organization_id: OrganizationId, integration_id: IntegrationId
    ) -> Sequence[ApprovedTemplate]:
        found = await self.store.read(lambda view: view.integrations.get(organization_id, integration_id))
        account = existing(found, "integration", integration_id)
        source = self.sources.get(account.provider)
        if source is None:
            raise InvalidValue("integration_id", f"{account.provider} has no templates")
        if account.state is not IntegrationState.CONNECTED:
            raise Conflict("The account is disconnected; connect it again first.")
        try:
            return await source.approved(opened(account, self.vault))
        except (AccountRefused, GiveUp) as refused:
            raise Conflict(str(refused)) from refused
        except TryLater as later:
            raise ProviderUnavailable(str(later)) from later
