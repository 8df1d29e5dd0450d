"""The sources of imports, opened with what their accounts were connected with."""

from collections.abc import Mapping
from pathlib import Path

from helpdesk_adapters.imports.folder import FolderSource
from helpdesk_adapters.imports.freshdesk.client import FreshdeskApi
from helpdesk_adapters.imports.freshdesk.connecting import checks_freshdesk, freshdesk_http
from helpdesk_adapters.imports.freshdesk.directory import Directory
from helpdesk_adapters.imports.freshdesk.domains import domain_of
from helpdesk_adapters.imports.freshdesk.source import FreshdeskSource
from helpdesk_adapters.imports.zendesk.client import ZendeskApi
from helpdesk_adapters.imports.zendesk.source import ZendeskSource
from helpdesk_adapters.imports.zendesk.subdomains import subdomain_of
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ImportId
from helpdesk_core.imports.progress import Import
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.imports import CredentialsRefused, ImportSource
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.accounts.fresh_token import FreshToken
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.use_cases.importing.connect_source import SourceKind
from helpdesk_core.use_cases.importing.order_import import AccountName
from helpdesk_core.use_cases.importing.run_import import OpenSource


def zendesk_account(text: str) -> str:
    """The subdomain in comparable form, or InvalidValue."""
    found = subdomain_of(text)
    if found is None:
        raise InvalidValue("subdomain", "must be the part before .zendesk.com")
    return found


def freshdesk_account(text: str) -> str:
    """The domain in comparable form, or InvalidValue."""
    found = domain_of(text)
    if found is None:
        raise InvalidValue("domain", "must be one name before .freshdesk.com")
    return found


ACCOUNTS: Mapping[str, AccountName] = {
    "zendesk": zendesk_account,
    "freshdesk": freshdesk_account,
    "files": str,
}
"""By source, how an account of it is named."""


def connecting(settings: Settings, http: OutgoingHttp) -> Mapping[str, SourceKind]:
    """The sources whose accounts are connected with a key."""
    return {
        "freshdesk": SourceKind(freshdesk_account, "api_key", checks_freshdesk(settings, http)),
    }


MOST_DIRECTORIES = 4
"""Imports whose short lists are kept at hand while they wait."""


def sources(
    settings: Settings, http: OutgoingHttp, store: Store, vault: Vault, fresh_token: FreshToken
) -> Mapping[str, OpenSource]:
    """How each source is opened."""

    async def account_of(import_: Import) -> Integration:
        found = await store.read(lambda view: view.integrations.by_account(import_.source, import_.account))
        theirs = found is not None and found.organization_id == import_.organization_id
        if found is None or not theirs or found.state is not IntegrationState.CONNECTED:
            raise CredentialsRefused(
                f"{import_.account} is not connected. Connect it, and order the import again."
            )
        return found

    async def zendesk(import_: Import) -> ImportSource:
        base = settings.api_base("zendesk").format(subdomain=import_.account).rstrip("/")

        async def token(refused: str | None) -> str:
            account = await account_of(import_)
            try:
                return await fresh_token(account.organization_id, account.id, refused)
            except GiveUp as gone:
                raise CredentialsRefused(str(gone)) from gone

        api = ZendeskApi(http.trusting(base), base, token)
        mapped = frozenset(import_.translation.statuses)
        return ZendeskSource(api, import_.since, mapped)

    async def freshdesk(import_: Import) -> ImportSource:
        base = settings.api_base("freshdesk").format(domain=import_.account).rstrip("/")
        key = opened(await account_of(import_), vault).secrets.get("api_key")
        if key is None:
            raise CredentialsRefused("The account was connected without an API key.")
        trusted = await freshdesk_http(http, base)
        directory = directories.setdefault(import_.id, Directory())
        for other in list(directories)[:-MOST_DIRECTORIES]:
            del directories[other]
        return FreshdeskSource(FreshdeskApi(trusted, base, key), import_.created_at, import_.since, directory)

    directories: dict[ImportId, Directory] = {}

    async def files(import_: Import) -> ImportSource:
        return FolderSource(Path(import_.account))

    return {"zendesk": zendesk, "freshdesk": freshdesk, "files": files}
