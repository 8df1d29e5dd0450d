"""In a real browser: an admin connects a workspace by going there, and a number by a form; both are shown, and end."""

import re
from collections.abc import Iterator

import pytest
from attrs import frozen
from playwright.sync_api import Page, expect

from tests.fakes.slack_login import CLIENT, SECRET, FakeSlack, fake_slack_login
from tests.http.running import RunningDesk, eventually
from tests.web.conftest import Visit
from tests.web.test_accounts_and_mail_in_a_browser import LOGS_IN_WITH, complaints
from tests.web.widget_tools import axe

TOKEN = "the token of the tests"


@frozen
class Acme:
    """A running desk with an admin, and the Slack that it is to be connected to."""

    desk: RunningDesk
    slack: FakeSlack

    def log_in(self, page: Page) -> None:
        page.get_by_label("E-mail").fill("noor@acme.example")
        page.get_by_label("Password").fill(LOGS_IN_WITH)
        page.get_by_role("button", name="Log in").click()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acme]:
    with fake_slack_login() as slack:
        settings = {
            "SLACK_CLIENT_ID": CLIENT,
            "SLACK_CLIENT_SECRET": SECRET,
            "HELPDESK_SLACK_API_BASE": slack.base,
            "ZENDESK_CLIENT_ID": "desk",
            "ZENDESK_CLIENT_SECRET": "secret",
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        desk = RunningDesk(tmp_path_factory.mktemp("acme") / "data", settings)
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
        words = ["--org", "acme", "--email", "noor@acme.example", "--name", "Noor", "--role", "admin"]
        desk.command("user", "create", *words, "--password", "-", input=LOGS_IN_WITH)
        with desk.serving():
            yield Acme(desk, slack)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 390)], ids=["on a desktop", "on a phone at night"]
)
def test_accounts_are_connected_shown_and_disconnected(
    acme: Acme, visit: Visit, scheme: str, width: int
) -> None:
    page = visit("about:blank", color_scheme=scheme, viewport={"width": width, "height": 900})
    page.add_init_script(axe().read_text("utf-8"))

    def is_in_order() -> None:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{acme.desk.base}/app/settings/integrations")
    acme.log_in(page)
    is_in_order()
    goes_to_slack_and_comes_back(page)
    is_in_order()
    connects_a_number(page)
    is_in_order()
    acme.desk.command("simulate", "sms", "message", "--url", acme.desk.base)
    number = page.get_by_role("listitem").filter(has_text="SMS: +1")
    eventually(lambda: page.reload() and "Last event: message" in number.first.inner_text())
    writes_a_zendesk_that_is_none(page)
    is_in_order()
    disconnects_the_workspace(acme, page)
    is_in_order()


def goes_to_slack_and_comes_back(page: Page) -> None:
    slack = page.get_by_role("region", name="Connect a Slack workspace")
    slack.get_by_role("link", name="Go to Slack").click()
    expect(page.locator("main [role=status]")).to_have_text("Slack: the account is connected.")
    expect(page.get_by_role("heading", name="Slack: T0ACME (Acme)")).to_be_visible()
    expect(page.get_by_text("No event has come yet.").first).to_be_visible()


def connects_a_number(page: Page) -> None:
    form = page.get_by_role("region", name="Connect an SMS number")
    form.get_by_label("Number").fill("4155550142")
    form.get_by_role("button", name="Connect number").click()
    expect(page.get_by_role("alert")).to_contain_text("SMS: the account is not connected yet")
    number = page.get_by_role("region", name="Connect an SMS number").get_by_label("Number")
    expect(number).to_have_value("4155550142")
    expect(number).to_have_accessible_description(re.compile("Such as"))
    number.fill("+14155550142")
    page.get_by_role("button", name="Connect number").click()
    expect(page.locator("main [role=status]")).to_have_text("SMS: the account is connected.")


def writes_a_zendesk_that_is_none(page: Page) -> None:
    page.get_by_label("Subdomain").fill("evil.example")
    page.get_by_role("button", name="Go to Zendesk").click()
    described = re.compile("must be the name before .zendesk.com")
    expect(page.get_by_label("Subdomain")).to_have_accessible_description(described)


def disconnects_the_workspace(acme: Acme, page: Page) -> None:
    account = page.get_by_role("listitem").filter(has_text="Slack: T0ACME")
    account.get_by_text("Disconnect…").click()
    account.get_by_role("button", name="Disconnect", exact=True).click()
    expect(page.locator("main [role=status]")).to_have_text("Slack: the account is disconnected.")
    eventually(lambda: page.reload() and "Giving back its access: done" in account.inner_text())
    assert acme.slack.tokens == set()
