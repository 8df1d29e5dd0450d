"""What an admin looks at when a shop cannot be connected, or sends nothing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.integrations import Integration
from helpdesk_core.users import Role
from helpdesk_http.clients import address_of_desk
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, operation, session
from helpdesk_http.problems import Problem
from helpdesk_http.who import Caller


@frozen
class ShopifySettingsView:
    """What follows from the settings."""

    client_id: str | None
    scopes: Sequence[str]
    redirect_uri: str
    webhooks_uri: str
    compliance_uri: str
    topics: Sequence[str]
    api_base: str
    api_version: str


@frozen
class ShopifyDebugView:
    settings: ShopifySettingsView
    present: Annotated[Mapping[str, bool], About(doc="By its name, whether a setting is set.")]


@frozen
class ShopifyStatusView:
    status: Literal["ok", "incomplete"]
    checks: Annotated[Mapping[str, str], About(doc="By what was looked at, `ok` or what is wrong.")]


@frozen
class ShopifyVerdictView:
    valid: bool
    warnings: Sequence[str]
    errors: Sequence[str]


@frozen
class SecretExampleView:
    name: str
    valid: Annotated[bool, About(doc="Whether the desk judges it as it should.")]


@frozen
class SecretExamplesView:
    examples: Sequence[SecretExampleView]


@frozen
class TestUrlView:
    url: str


@frozen(kw_only=True)
class TestUrlQuery:
    shop: Annotated[
        str, Text(max=255, doc="A shop to go to; left out, an example.", example="oak-and-iron.myshopify.com")
    ] = ""


async def debug_shopify(desk: Container, request: Request, who: Caller) -> ShopifyDebugView:
    """Show what follows from the settings of Shopify, and which of them there are."""
    told = desk.shopify_diagnostics()
    computed = told.computed(address_of_desk(request))
    view = ShopifySettingsView(
        computed.client_id,
        computed.scopes,
        computed.redirect_uri,
        computed.webhooks_uri,
        computed.compliance_uri,
        computed.topics,
        computed.api_base,
        computed.api_version,
    )
    return ShopifyDebugView(view, told.present())


async def debug_shopify_environment(desk: Container, who: Caller) -> Mapping[str, str | None]:
    """Show the settings of Shopify as they are. Of a secret it shows how long it is, and nothing else."""
    return desk.shopify_diagnostics().environment()


async def shopify_status(desk: Container, who: Caller) -> ShopifyStatusView:
    """Tell at a glance whether shops can be connected, and how those that are do."""
    checks = desk.shopify_diagnostics().checks(await _shops(desk, who))
    fine = all(found == "ok" for found in checks.values())
    return ShopifyStatusView("ok" if fine else "incomplete", checks)


async def verify_shopify(desk: Container, who: Caller) -> ShopifyVerdictView:
    """Check the settings of Shopify, and the organization's shops: what is wrong, and what may become so."""
    found = desk.shopify_diagnostics().findings(await _shops(desk, who))
    return ShopifyVerdictView(found.valid, found.warnings, found.errors)


async def verify_shopify_secret(desk: Container, who: Caller) -> SecretExamplesView:
    """Judge published examples of Shopify's signatures, with the secret that they were made with.

    The desk's own secret has no part in it, and nothing that is sent here has.
    """
    examples = desk.shopify_diagnostics().examples()
    return SecretExamplesView([SecretExampleView(name, valid) for name, valid in examples.items()])


async def test_shopify_oauth_url(
    desk: Container, request: Request, who: Caller, query: TestUrlQuery
) -> TestUrlView:
    """Show where somebody is sent who connects a shop. Whoever comes back from there connects nothing."""
    try:
        url = desk.shopify_diagnostics().test_url(query.shop, address_of_desk(request))
    except InvalidValue as refusal:
        raise Problem(400, "invalid_value", "A value is not accepted.", str(refusal)) from refusal
    return TestUrlView(url)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/shopify/debug", debug_shopify, tag="Shopify", auth=session(Role.ADMIN)),
    operation(
        "GET /api/shopify/debug-env", debug_shopify_environment, tag="Shopify", auth=session(Role.ADMIN)
    ),
    operation("GET /api/shopify/status", shopify_status, tag="Shopify", auth=session(Role.ADMIN)),
    operation("GET /api/shopify/verify", verify_shopify, tag="Shopify", auth=session(Role.ADMIN)),
    operation(
        "GET /api/shopify/verify-secret", verify_shopify_secret, tag="Shopify", auth=session(Role.ADMIN)
    ),
    operation(
        "GET /api/shopify/test-oauth-url",
        test_shopify_oauth_url,
        tag="Shopify",
        auth=session(Role.ADMIN),
        errors=(400, 503),
    ),
)


async def _shops(desk: Container, who: Caller) -> Sequence[Integration]:
    """Those of the caller's own organization."""
    accounts = await desk.store().read(lambda view: view.integrations.of(who.organization_id))
    return [account for account in accounts if account.provider == "shopify"]
