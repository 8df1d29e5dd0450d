"""What stands between the desk and a shop: settings, what is missing of them, and whether signatures are understood.

No secret is ever shown, and none is ever used on anything that somebody hands in: who could have texts signed, or
signatures judged, by the desk's own secret could make what passes for Shopify's.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_adapters.commerce.shopify import SUBSCRIBED
from helpdesk_adapters.commerce.shopify.client import VERSION
from helpdesk_adapters.commerce.shopify.envelope import COMPLIANCE, ORDINARY
from helpdesk_adapters.commerce.shopify.oauth import SCOPES, ShopifyInstaller
from helpdesk_adapters.commerce.shopify.signing import EXAMPLE_SHOP
from helpdesk_adapters.settings import Settings
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.signatures import BadSignature, body_hmac, query_hmac
from helpdesk_core.use_cases.accounts.register_webhooks import REGISTERED, WEBHOOKS

CALLBACK: Final = "/api/shopify/callback"
NOT_A_STATE: Final = "only-a-test"
"""Stands where a state would: nobody can come back with it."""
HUSH: Final = "hush"
"""The secret of Shopify's published examples."""
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@frozen
class SecretExample:
    """A signature made with HUSH, and whether it should hold."""

    name: str
    query: str = ""
    body: bytes = b""
    signature: str = ""
    genuine: bool = True


EXAMPLES: Final = (
    SecretExample(
        "a return from the grant, in the order of Shopify's old documentation",
        query="shop=some-shop.myshopify.com&code=a94a110d86d2452eb3e2af4cfb8a3828&timestamp=1337178173"
        "&hmac=2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e2",
    ),
    SecretExample(
        "a link with a list, as Shopify's Python library has it",
        query="ids%5B%5D=2&ids%5B%5D=1&shop=some-shop.myshopify.com"
        "&hmac=b93b9f82996f6f8bf9f1b7bbddec284c8fabacdc4e12dc80550b4705f3003b1e",
    ),
    SecretExample(
        "a webhook",
        body=b'{"id":1,"title":"A bell"}',
        signature="pmktSPB+i4Ii4A9fljs3BTHDrrKjpjXAgvAGrXEe7Jc=",
    ),
    SecretExample(
        "a webhook of which one letter was changed, to be refused",
        body=b'{"id":1,"title":"A ball"}',
        signature="pmktSPB+i4Ii4A9fljs3BTHDrrKjpjXAgvAGrXEe7Jc=",
        genuine=False,
    ),
)


@frozen
class Computed:
    """What the desk makes of its settings."""

    client_id: str | None
    scopes: tuple[str, ...]
    redirect_uri: str
    webhooks_uri: str
    compliance_uri: str
    topics: tuple[str, ...]
    api_base: str
    api_version: str


@frozen
class Findings:
    """What was found wrong; with no errors shops can be connected."""

    warnings: Sequence[str]
    errors: Sequence[str]

    @property
    def valid(self) -> bool:
        return not self.errors


@frozen
class ShopifyDiagnostics:
    """Looks at settings and at what is known of shops. Calls nobody."""

    settings: Settings
    installer: ShopifyInstaller

    def computed(self, address: str) -> Computed:
        """What follows from the settings, for a desk at this address."""
        return Computed(
            client_id=self.settings.shopify_api_key,
            scopes=tuple(self._scopes),
            redirect_uri=address + CALLBACK,
            webhooks_uri=address + ORDINARY,
            compliance_uri=address + COMPLIANCE,
            topics=SUBSCRIBED,
            api_base=self.settings.api_base("shopify"),
            api_version=VERSION,
        )

    def present(self) -> dict[str, bool]:
        """Which settings there are."""
        return {name: value is not None for name, value in self.environment().items()}

    def environment(self) -> dict[str, str | None]:
        """The settings as they are, secrets masked; None for what is not set."""
        settings = self.settings
        return {
            "SHOPIFY_API_KEY": settings.shopify_api_key,
            "SHOPIFY_API_SECRET": ", ".join(map(masked, settings.shopify_api_secret)) or None,
            "SHOPIFY_SCOPES": ",".join(settings.shopify_scopes) or None,
            "HELPDESK_PUBLIC_URL": settings.public_url,
            "HELPDESK_SHOPIFY_API_BASE": settings.api_bases.get("shopify"),
        }

    def findings(self, shops: Sequence[Integration]) -> Findings:
        """Of the settings, and of these connected shops."""
        return Findings(
            warnings=[*self._address_warnings(), *_shop_warnings(shops)], errors=[*self._errors()]
        )

    def examples(self) -> dict[str, bool]:
        """By its name, whether an example is judged as it should be: with EXAMPLES, HUSH, and nothing else."""
        return {example.name: _holds(example) is example.genuine for example in EXAMPLES}

    def checks(self, shops: Sequence[Integration]) -> dict[str, str]:
        """A glance: by what was looked at, `ok` or what is wrong with it."""
        connected = [shop for shop in shops if shop.state is IntegrationState.CONNECTED]
        troubled = [shop.external_id for shop in connected if shop.settings.get(TROUBLE)]
        public = self.settings.public_url
        return {
            "api_key": "ok" if self.settings.shopify_api_key else "SHOPIFY_API_KEY is not set",
            "api_secret": "ok" if any(self.settings.shopify_api_secret) else "SHOPIFY_API_SECRET is not set",
            "scopes": "ok" if not self._missing_scopes else f"missing: {', '.join(self._missing_scopes)}",
            "public_url": "ok" if public else "HELPDESK_PUBLIC_URL is not set",
            "shops": "ok" if not troubled else f"to be connected anew: {', '.join(troubled)}",
        }

    def test_url(self, shop: str, address: str) -> str:
        """Where somebody would be sent who connects this shop; the way back from there leads nowhere.

        Raises InvalidValue for no shop, MissingSetting.
        """
        target = self.installer.target_of({"shop": shop or EXAMPLE_SHOP})
        return self.installer.ask_url(target, NOT_A_STATE, address + CALLBACK)

    @property
    def _scopes(self) -> Sequence[str]:
        return self.settings.shopify_scopes or SCOPES

    @property
    def _missing_scopes(self) -> list[str]:
        """Whoever may write may read."""
        return [
            scope
            for scope in SCOPES
            if scope not in self._scopes and scope.replace("read_", "write_", 1) not in self._scopes
        ]

    def _errors(self) -> list[str]:
        found = []
        if not self.settings.shopify_api_key:
            found.append("SHOPIFY_API_KEY is not set: no shop can be connected.")
        if not any(self.settings.shopify_api_secret):
            found.append("SHOPIFY_API_SECRET is not set: webhooks are answered with 503.")
        if self._missing_scopes:
            found.append(f"SHOPIFY_SCOPES lacks {', '.join(self._missing_scopes)}.")
        return found

    def _address_warnings(self) -> list[str]:
        public = self.settings.public_url
        if public is None:
            return ["HELPDESK_PUBLIC_URL is not set: shops cannot be told where to send their webhooks."]
        parts = urlsplit(public)
        found = []
        if parts.scheme != "https":
            found.append("HELPDESK_PUBLIC_URL is no https address: Shopify sends webhooks to no other.")
        if parts.hostname in LOCAL:
            found.append("HELPDESK_PUBLIC_URL is this machine's own: Shopify does not reach it.")
        return found


def masked(secret: str) -> str:
    """How long a secret is, and nothing of it."""
    return f"shp*** ({len(secret)} characters)"


def _holds(example: SecretExample) -> bool:
    header = "x-shopify-hmac-sha256"
    try:
        if example.query:
            query_hmac.prove(example.query, [HUSH])
        else:
            body_hmac.verify({header: example.signature}, example.body, [HUSH], header)
    except BadSignature:
        return False
    return True


def _shop_warnings(shops: Sequence[Integration]) -> list[str]:
    connected = [shop for shop in shops if shop.state is IntegrationState.CONNECTED]
    return [f"{shop.external_id}: {told}" for shop in connected for told in _troubles(shop.settings)]


def _troubles(settings: Mapping[str, str]) -> list[str]:
    webhooks = settings.get(WEBHOOKS, REGISTERED)
    return [
        *([settings[TROUBLE]] if TROUBLE in settings else []),
        *([f"webhooks {webhooks}"] if webhooks != REGISTERED else []),
    ]
