"""The page of the outside accounts: what it lists, what it says after a return, and how one is connected there."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

import helpdesk_core
from helpdesk_adapters.commerce.amazon.marketplaces import SELLER_CENTRAL
from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import ACCOUNT_KINDS
from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import WebhookEventId
from helpdesk_core.integrations import REVOKING, Integration
from helpdesk_core.users import Role
from helpdesk_core.webhooks import EventState, WebhookEvent
from helpdesk_http.routes.installs import AFTERWARDS, PATHS
from helpdesk_http.web.integration_words import (
    BY_HAND,
    CHOICES,
    FIELDS,
    MARKETPLACES,
    NEEDED,
    OTHERWISE,
    PROVIDERS,
    REFUSED,
)
from helpdesk_http.web.integrations import missing_for
from tests.http.conftest import PASSWORD, Office, a_client

SOURCES = Path(helpdesk_core.__file__).parents[1]
MAILBOX = {
    "address": "Help@Acme.example",
    "host": "imap.acme.example",
    "password": " one two ",
    "security": "tls",
}
EVERYTHING: dict[str, Any] = {
    "shopify_api_key": "app-key",
    "shopify_api_secret": ("app-secret",),
    "amazon_application_id": "amzn1.sp.solution.1",
    "amazon_client_id": "client",
    "amazon_client_secret": "secret",
    "stripe_connect_client_id": "ca_desk",
    "stripe_secret_key": "sk_test_desk",
    "slack_client_id": "1.2",
    "slack_client_secret": "secret",
    "whatsapp_app_id": "1",
    "whatsapp_app_secret": ("secret",),
    "messenger_app_id": "2",
    "messenger_app_secret": ("secret",),
    "zendesk_client_id": "desk",
    "zendesk_client_secret": "secret",
}


@pytest.fixture
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        await log_in(browser, await acme.user(Role.ADMIN))
        yield browser


@pytest.fixture
def configured(desk: Container) -> None:
    desk.settings.override(providers.Object(evolve(desk.settings(), **EVERYTHING)))


async def log_in(browser: httpx2.AsyncClient, email: str) -> None:
    answer = await browser.post("/app/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303


async def accounts(office: Office) -> list[Integration]:
    return [*await office.desk.store().read(lambda view: view.integrations.of(office.id))]


async def page_of(browser: httpx2.AsyncClient, query: str = "") -> str:
    answer = await browser.get(AFTERWARDS + query)
    assert answer.status_code == 200
    return unescape(answer.text)


async def test_only_admins_see_it_and_the_others_are_told_whom_to_ask(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    asked = await visitor.get(f"{AFTERWARDS}?error=not_logged_in")
    assert asked.headers["location"] == (
        "/app/login?next=%2Fapp%2Fsettings%2Fintegrations%3Ferror%3Dnot_logged_in"
    )
    await log_in(visitor, await acme.user(Role.AGENT))
    page = await visitor.get(AFTERWARDS)
    assert (page.status_code, "Ask an admin" in page.text) == (403, True)
    assert "Integrations</a>" not in page.text
    refused = await visitor.post(f"{AFTERWARDS}/mailbox", data=MAILBOX)
    assert (refused.status_code, await accounts(acme)) == (403, [])


async def test_every_account_is_listed_with_its_state_and_its_trouble_but_not_its_secrets(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    connect = acme.desk.connect_integration()
    assert "No account is connected yet." in await page_of(admin)
    mailbox = await connect(
        acme.id, "imap", "help@acme.example", {"host": "imap.acme.example", "password": "sesame-77"}
    )
    shop = await connect(acme.id, "shopify", "oak-and-iron.myshopify.com", {})
    await connect(other.id, "stripe", "acct_theirs", {})
    where = evolve(shop, settings={"webhooks": "registered"})
    await acme.desk.store().transact(lambda work: work.integrations.replace(where))
    told = evolve(
        mailbox, settings={**mailbox.settings, "trouble": "authentication: The password is refused."}
    )
    await acme.desk.store().transact(lambda work: work.integrations.replace(told))
    page = await page_of(admin)
    assert "Mailbox: help@acme.example" in page
    assert "authentication: The password is refused." in page
    assert f"{mailbox.created_at:%d %b %Y}" in page
    assert "Webhooks: registered" in page
    assert "sesame-77" not in page
    assert "acct_theirs" not in page
    ended = await admin.post(f"{AFTERWARDS}/{shop.id}/disconnect")
    assert ended.headers["location"] == f"{AFTERWARDS}?disconnected=shopify"
    page = await page_of(admin, "?disconnected=shopify")
    assert "Shopify: the account is disconnected." in page
    assert page.index("help@acme.example") < page.index("oak-and-iron.myshopify.com"), (
        "what works comes first"
    )
    assert f"/{mailbox.id}/disconnect" in page
    assert f"/{shop.id}/disconnect" not in page


async def test_nobody_disconnects_what_belongs_to_others(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    theirs = await other.desk.connect_integration()(other.id, "stripe", "acct_theirs", {})
    assert (await admin.post(f"{AFTERWARDS}/{theirs.id}/disconnect")).status_code == 404
    assert await accounts(other) == [theirs]


@pytest.mark.parametrize("path", ["mailbox", "019a0000-0000-7000-8000-000000000000/disconnect"])
async def test_no_form_works_that_another_site_sends(
    acme: Office, admin: httpx2.AsyncClient, path: str
) -> None:
    headers = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    answer = await admin.post(f"{AFTERWARDS}/{path}", data=MAILBOX, headers=headers)
    assert (answer.status_code, await accounts(acme)) == (403, [])


def test_every_code_that_a_return_can_end_with_is_explained() -> None:
    raised = re.compile(r'InstallRefused\(\s*"(\w+)"(?: if \w+ else "(\w+)")?|\?error=(\w+)"')
    texts = [path.read_text("utf-8") for path in SOURCES.rglob("*.py")]
    codes = {code for text in texts for found in raised.findall(text) for code in found if code}
    assert {"unknown_state", "not_logged_in", "access_denied", "refused_there"} <= codes
    assert codes == set(REFUSED)


async def test_a_return_is_explained_and_says_nothing_that_a_link_puts_into_its_mouth(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    for code, sentence in REFUSED.items():
        assert sentence in await page_of(admin, f"?error={code}")
    assert "Stripe Connect: the account is connected." in await page_of(admin, "?connected=stripe-connect")
    page = await page_of(admin, "?error=<b>call+us</b>&connected=<i>you</i>")
    assert OTHERWISE in page
    assert "call us" not in page
    assert "<i>" not in page


def test_the_page_knows_the_providers_and_marketplaces_that_the_desk_knows() -> None:
    assert set(PROVIDERS) == set(ACCOUNT_KINDS)
    assert set(MARKETPLACES) == set(SELLER_CENTRAL)
    assert set(NEEDED) == set(PATHS)


@pytest.mark.parametrize(
    ("provider", "target"),
    [
        ("shopify", "a.myshopify.com"),
        ("amazon", "ATVPDKIKX0DER"),
        ("stripe-connect", ""),
        ("slack", ""),
        ("whatsapp", ""),
        ("messenger", ""),
        ("zendesk", "brightlane"),
    ],
)
async def test_the_settings_it_asks_for_are_those_without_which_nobody_sets_out(
    desk: Container, provider: str, target: str
) -> None:
    for name in NEEDED[provider]:
        lacking = {**EVERYTHING, name.lower(): ()}
        without = in_memory(evolve(desk.settings(), **lacking))
        assert missing_for(provider, without) == [name]
        with pytest.raises(MissingSetting, match=name):
            without.installers()[provider].ask_url(target, "state", "https://desk.example")


async def test_what_is_not_configured_is_named_with_its_settings(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    page = await page_of(admin)
    for names in NEEDED.values():
        for name in names:
            assert f"<code>{name}</code>" in page
    for provider in ("stripe-connect", "slack", "whatsapp", "messenger"):
        assert PATHS[provider][0] not in page
    assert (await admin.get(f"{AFTERWARDS}/go/shopify?shop=oak-and-iron")).status_code == 404


@pytest.mark.usefixtures("configured")
async def test_the_way_to_each_provider_begins_here(acme: Office, admin: httpx2.AsyncClient) -> None:
    page = await page_of(admin)
    for provider in ("stripe-connect", "slack", "whatsapp", "messenger"):
        assert f'href="{PATHS[provider][0]}"' in page
    assert "once the desk is started with" not in page
    for written in ("oak-and-iron", "https://Oak-and-Iron.myshopify.com/", "oak-and-iron.myshopify.com"):
        going = await admin.get(f"{AFTERWARDS}/go/shopify", params={"shop": written})
        assert "0;url=/api/shopify/install?shop=oak-and-iron.myshopify.com" in going.text
    going = await admin.get(f"{AFTERWARDS}/go/amazon", params={"marketplace": "A1PA6795UKMFR9"})
    assert "(Germany)" in going.text
    assert "0;url=/api/amazon/install?marketplace=A1PA6795UKMFR9" in going.text
    out = await admin.get("/api/amazon/install?marketplace=A1PA6795UKMFR9")
    assert out.headers["location"].startswith("https://sellercentral-europe.amazon.com/")


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("shop", ["", "evil.example", "a.b.myshopify.com", '"><script>', "oak\x00"])
async def test_a_shop_that_can_be_none_is_asked_for_again(
    acme: Office, admin: httpx2.AsyncClient, shop: str
) -> None:
    answer = await admin.get(f"{AFTERWARDS}/go/shopify", params={"shop": shop})
    assert answer.status_code == 422
    assert "must be a shop such as oak-and-iron.myshopify.com" in answer.text
    assert "http-equiv" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.usefixtures("configured")
async def test_the_way_to_a_zendesk_begins_with_its_subdomain(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    for written in ("Brightlane", "brightlane.zendesk.com"):
        going = await admin.get(f"{AFTERWARDS}/go/zendesk", params={"subdomain": written})
        assert "0;url=/api/zendesk/connect?subdomain=brightlane" in going.text
    answer = await admin.get(f"{AFTERWARDS}/go/zendesk", params={"subdomain": '"><script>'})
    assert answer.status_code == 422
    assert "must be the name before .zendesk.com" in answer.text
    assert "<script>" not in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


async def test_the_newest_event_of_each_account_is_shown(acme: Office, admin: httpx2.AsyncClient) -> None:
    connect = acme.desk.connect_integration()
    number = await connect(acme.id, "sms", "+14155550142", {})
    await connect(acme.id, "sms", "+14155550143", {})
    assert (await page_of(admin)).count("No event has come yet.") == 2
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    event = WebhookEvent(
        WebhookEventId(acme.desk.new_id()()),
        "sms",
        "SM1",
        "message",
        b"",
        at,
        EventState.PROCESSED,
        acme.id,
        account=number.external_id,
    )
    await acme.desk.store().transact(lambda work: work.inbox.admit(event))
    page = await page_of(admin)
    assert page.count("No event has come yet.") == 1
    assert "Last event: message, <time" in page
    assert "01 Mar 2026, 09:30 UTC" in page
    shown = (await acme.client.get("/api/v1/integrations")).json()["data"]
    assert [one["last_event_at"] for one in shown] == ["2026-03-01T09:30:00.000Z", None]
    assert [one["last_event_type"] for one in shown] == ["message", None]
    alone = (await acme.client.get(f"/api/v1/integrations/{number.id}")).json()
    assert alone == shown[0]


async def test_a_number_is_connected_by_filling_in_a_form(acme: Office, admin: httpx2.AsyncClient) -> None:
    form = {"account": "+1 (415) 555-0142", "vendor": "telnyx", "api_key": "KEY1", "account_sid": ""}
    answer = await admin.post(f"{AFTERWARDS}/by-hand/sms", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{AFTERWARDS}?connected=sms")
    (made,) = await accounts(acme)
    assert (made.provider, made.external_id, made.settings) == ("sms", "+14155550142", {"vendor": "telnyx"})
    assert acme.desk.vault().unseal(made.sealed["api_key"]) == "KEY1"
    await admin.post(f"{AFTERWARDS}/by-hand/sms", data={"account": "+14155550142"})
    (again,) = await accounts(acme)
    assert (again.settings, again.sealed) == (made.settings, made.sealed), "what is left empty stays"


@pytest.mark.parametrize(
    ("provider", "form", "told"),
    [
        ("sms", {"account": ""}, "Give the number."),
        ("sms", {"account": "a\tb"}, "must be one line of at most 500"),
        ("sms", {"account": "+14155550142", "api_key": "k" * 501}, "must be one line of at most 500"),
        ("sms", {"account": "+14155550142", "vendor": "nobody"}, "Carrier must be one of"),
        ("dialpad", {"account": ""}, "Give the line."),
    ],
)
async def test_what_is_wrong_with_a_form_stands_at_it_and_no_secret_is_shown_again(
    acme: Office, admin: httpx2.AsyncClient, provider: str, form: dict[str, str], told: str
) -> None:
    answer = await admin.post(f"{AFTERWARDS}/by-hand/{provider}", data={**form, "api_secret": "sesame-77"})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert told in page[page.index(f'id="w-{provider}"') :].partition("</p>")[0]
    assert page.count('aria-invalid="true"') == 1
    assert "sesame-77" not in page
    assert await accounts(acme) == []


async def test_a_number_of_another_organization_stays_theirs(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    theirs = await other.desk.connect_integration()(other.id, "sms", "+14155550142", {})
    answer = await admin.post(f"{AFTERWARDS}/by-hand/sms", data={"account": "+14155550142"})
    assert answer.status_code == 422
    assert "is connected to another organization" in answer.text
    assert (await accounts(acme), await accounts(other)) == ([], [theirs])
    assert (await admin.post(f"{AFTERWARDS}/by-hand/stripe", data={"account": "x"})).status_code == 404


def test_the_page_knows_the_carriers_and_fields_of_the_forms() -> None:
    for provider in BY_HAND:
        kind = ACCOUNT_KINDS[provider]
        assert kind.settings | kind.secrets <= set(FIELDS)
        assert {value for values in kind.choices.values() for value in values} <= set(CHOICES)


async def test_whoever_is_told_of_a_disconnected_account_can_be_told(desk: Container) -> None:
    assert set(desk.revokers()) == set(REVOKING)


@pytest.mark.usefixtures("configured")
async def test_nobody_goes_to_a_marketplace_or_a_provider_that_there_is_not(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    assert (await admin.get(f"{AFTERWARDS}/go/amazon?marketplace=nowhere")).status_code == 400
    for provider in ("stripe-connect", "nobody"):
        assert (await admin.get(f"{AFTERWARDS}/go/{provider}")).status_code == 404


async def test_a_mailbox_is_connected_as_over_the_api(acme: Office, admin: httpx2.AsyncClient) -> None:
    answer = await admin.post(
        f"{AFTERWARDS}/mailbox", data={**MAILBOX, "folder": "Support/Käse", "since": "now"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{AFTERWARDS}?connected=imap")
    (made,) = await accounts(acme)
    assert (made.provider, made.external_id) == ("imap", "help@acme.example")
    settings = {"host": "imap.acme.example", "security": "tls", "folder": "Support/Käse", "since": "now"}
    assert made.settings == settings
    assert acme.desk.vault().unseal(made.sealed["password"]) == " one two "
    events = await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))
    assert [event.actor.type for event in events.events if event.type == "integration.connected"] == ["user"]


async def test_what_is_left_empty_for_a_connected_mailbox_stays(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    await admin.post(f"{AFTERWARDS}/mailbox", data={**MAILBOX, "port": "1993", "security": "starttls"})
    again = await admin.post(
        f"{AFTERWARDS}/mailbox", data={"address": "help@acme.example", "security": "", "folder": "Support"}
    )
    assert again.status_code == 303
    (made,) = await accounts(acme)
    assert made.settings == {
        "host": "imap.acme.example",
        "port": "1993",
        "security": "starttls",
        "folder": "Support",
    }
    assert acme.desk.vault().unseal(made.sealed["password"]) == " one two "


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("address", "help", "Give the mailbox's address"),
        ("address", "", "Give the mailbox's address"),
        ("host", "", "Give the IMAP server's name"),
        ("host", "imap\x00.acme.example", "one line of at most 500"),
        ("password", "", "Give the password"),
        ("password", "p" * 501, "one line of at most 500"),
        ("port", "IMAP", "Port must be a number between 1 and 65535."),
        ("port", "70000", "Port must be a number"),
        ("security", "wep", "Security must be tls, starttls or none."),
        ("since", "yesterday", "Since must be now or a date"),
    ],
)
async def test_what_is_wrong_with_a_mailbox_stands_at_its_field_and_the_rest_is_kept(
    acme: Office, admin: httpx2.AsyncClient, field: str, value: str, told: str
) -> None:
    given = {**MAILBOX, "folder": 'Käse "1"', field: value}
    answer = await admin.post(f"{AFTERWARDS}/mailbox", data=given)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert told in page[page.index(f'id="w-{field}"') :].partition("</p>")[0]
    assert re.search(rf'id="m-{field}"[^>]*aria-invalid="true"', page)
    assert page.count('aria-invalid="true"') == 1
    assert 'value="Käse "1""' in page
    assert "one two" not in page
    assert await accounts(acme) == []


async def test_a_mailbox_of_another_organization_stays_theirs(
    acme: Office, other: Office, admin: httpx2.AsyncClient
) -> None:
    values = {"host": "imap.other.example", "password": "theirs"}
    theirs = await other.desk.connect_integration()(other.id, "imap", "help@acme.example", values)
    asked = await admin.post(f"{AFTERWARDS}/mailbox", data={**MAILBOX, "password": "", "host": ""})
    assert "Give the password" in asked.text, "what others have set is nothing to go on with"
    answer = await admin.post(f"{AFTERWARDS}/mailbox", data=MAILBOX)
    assert answer.status_code == 422
    assert "is connected to another organization" in answer.text
    assert (await accounts(acme), await accounts(other)) == ([], [theirs])
