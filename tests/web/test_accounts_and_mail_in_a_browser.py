"""In a real browser: an admin connects a mailbox and sets out to a shop; what was held becomes a ticket with orders."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import frozen
from playwright.sync_api import Page, expect

from tests.fakes.imap_server import PASSWORD, USER, Server, imap_server
from tests.fakes.shopify_api import KEY, SECRET, FakeShop, fake_shop
from tests.http.running import RunningDesk, eventually
from tests.web.conftest import Visit
from tests.web.widget_tools import axe

SHOP = "oak-and-iron.myshopify.com"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOGS_IN_WITH = "correct horse battery"


def an_offer(number: int) -> bytes:
    """A mail that the server calls spam."""
    return (
        "From: Mira <mira@lindqvist.example>\r\nTo: help@acme.example\r\nCc: otto@lindqvist.example\r\n"
        f"Subject: Where is hook {number}?\r\nMessage-ID: <{number}@lindqvist.example>\r\nX-Spam-Flag: YES\r\n"
        "\r\nIt has not come.\r\n\r\nOn Mon, Apr 6, 2026 at 9:30 AM Acme <acme@desk.example> wrote:\r\n"
        "> Your parcel is on its way.\r\n"
    ).encode()


@frozen
class Acme:
    """A running desk with an admin, and the mail server and the shop that it is to be connected to."""

    desk: RunningDesk
    mailbox: Server
    shop: FakeShop

    def log_in(self, page: Page) -> None:
        page.get_by_label("E-mail").fill("noor@acme.example")
        page.get_by_label("Password").fill(LOGS_IN_WITH)
        page.get_by_role("button", name="Log in").click()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acme]:
    with imap_server() as mailbox, fake_shop() as shop:
        settings = {
            "HELPDESK_INBOUND_EMAIL_DOMAIN": "desk.example",
            "SHOPIFY_API_KEY": KEY,
            "SHOPIFY_API_SECRET": SECRET,
            "HELPDESK_SHOPIFY_API_BASE": shop.base,
        }
        desk = RunningDesk(tmp_path_factory.mktemp("acme") / "data", settings)
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        words = ["--org", "acme", "--email", "noor@acme.example", "--name", "Noor", "--role", "admin"]
        desk.command("user", "create", *words, "--password", "-", input=LOGS_IN_WITH)
        desk.command("integration", "connect", "--org", "acme", "shopify", "--external-id", SHOP)
        with desk.serving():
            desk.command("simulate", "shopify", "orders/fulfilled", "--url", desk.base)
            yield Acme(desk, mailbox, shop)


def complaints(page: Page) -> list[Any]:
    """What axe-core has to say of the page."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 390)], ids=["on a desktop", "on a phone at night"]
)
def test_a_mailbox_is_connected_and_its_held_mail_becomes_a_ticket_beside_its_orders(
    acme: Acme, visit: Visit, scheme: str, width: int
) -> None:
    page = visit("about:blank", color_scheme=scheme, viewport={"width": width, "height": 900})
    page.add_init_script(axe().read_text("utf-8"))

    def is_in_order() -> None:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{acme.desk.base}/app/settings/integrations")
    acme.log_in(page)
    expect(page.get_by_role("heading", name=f"Shopify: {SHOP}")).to_be_visible()
    connects_a_mailbox(acme, page, is_in_order, folder=f"Support{width}")
    acme.mailbox.deliver(an_offer(width), folder=f"Support{width}")

    counted = page.locator("a[href='/app/held'] .count")
    eventually(lambda: page.reload() and counted.all_text_contents() == ["1"])
    page.goto(f"{acme.desk.base}/app/held")
    is_in_order()
    page.get_by_role("link", name=f"Where is hook {width}?").click()
    expect(page.get_by_text("It has not come.")).to_be_visible()
    is_in_order()
    page.get_by_role("button", name="Release").click()
    expect(page.locator("main [role=status]")).to_contain_text("The mail was released.")
    expect(page.get_by_text("No mail is held.")).to_be_visible()
    is_in_order()
    page.get_by_role("link", name=re.compile("Ticket #")).click()
    shows_the_ticket(page, f"Where is hook {width}?")
    is_in_order()


def connects_a_mailbox(acme: Acme, page: Page, is_in_order: Any, folder: str) -> None:
    acme.mailbox.create(folder)
    page.get_by_label("Address").fill(USER)
    page.get_by_label("IMAP server").fill("127.0.0.1")
    page.get_by_label("Port").fill("a thousand")
    page.get_by_label("Folder").fill(folder)
    page.get_by_label("Encryption").select_option("none")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Connect mailbox").click()
    port = page.get_by_label("Port")
    expect(port).to_have_accessible_description(re.compile("Port must be a number between 1 and 65535."))
    expect(page.get_by_role("alert")).to_contain_text("The mailbox is not connected yet")
    is_in_order()
    port.fill(str(acme.mailbox.port))
    expect(page.get_by_label("Folder")).to_have_value(folder)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Connect mailbox").click()
    expect(page.locator("main [role=status]")).to_have_text("Mailbox: the account is connected.")
    expect(page.get_by_role("heading", name=f"Mailbox: {USER}")).to_be_visible()
    is_in_order()


def shows_the_ticket(page: Page, subject: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)
    orders = page.get_by_role("region", name="Latest orders")
    expect(orders).to_contain_text("#2044")
    expect(orders).to_contain_text("1249.50 SEK")
    parcel = orders.get_by_role("link", name="Track PostNord SE88120045")
    expect(parcel).to_have_attribute("href", "https://tracking.example/SE88120045")
    expect(page.get_by_text("Copied in: otto@lindqvist.example")).to_be_visible()
    expect(page.get_by_text("Your parcel is on its way.")).to_be_hidden()
    page.locator("details.whole > summary").click()
    expect(page.get_by_text("Your parcel is on its way.")).to_be_visible()
    page.locator(".message details.menu > summary").first.click()
    with page.expect_download() as mail:
        page.get_by_role("link", name="The mail as it came (.eml)").click()
    assert f"Subject: {subject}".encode() in mail.value.path().read_bytes()


def test_a_form_leads_to_the_shop_through_the_pages_policy(acme: Acme, visit: Visit) -> None:
    page = visit(f"{acme.desk.base}/app/settings/integrations")
    acme.log_in(page)
    page.get_by_label("Shop", exact=True).fill("evil.example")
    page.get_by_role("button", name="Go to the shop").click()
    shop = page.get_by_label("Shop", exact=True)
    expect(shop).to_have_accessible_description(re.compile("This must be a shop such as oak-and-iron"))
    shop.fill("oak-and-iron")
    page.get_by_role("button", name="Go to the shop").click()
    page.wait_for_url(f"{acme.shop.base.format(shop=SHOP)}/admin/oauth/authorize?**")


def test_an_account_is_disconnected_in_two_steps(acme: Acme, visit: Visit) -> None:
    acme.desk.command("integration", "connect", "--org", "acme", "stripe", "--external-id", "acct_old")
    page = visit(f"{acme.desk.base}/app/settings/integrations")
    acme.log_in(page)
    account = page.get_by_role("listitem").filter(has_text="Stripe: acct_old")
    button = account.get_by_role("button", name="Disconnect", exact=True)
    expect(button).to_be_hidden()
    account.get_by_text("Disconnect…").click()
    button.click()
    expect(page.locator("main [role=status]")).to_have_text("Stripe: the account is disconnected.")
    expect(account).to_contain_text("disconnected")
