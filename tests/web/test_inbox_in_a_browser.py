"""An agent's first steps in a real browser: log in, read a ticket, answer it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import requires
from tests.http.running import RunningDesk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "correct horse battery"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def page() -> Iterator[Page]:
    requires("a Chromium browser", CHROMIUM is not None, "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page()
        browser.close()


def test_an_agent_logs_in_reads_a_ticket_and_answers_it(tmp_path: Path, page: Page) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    words = ["--org", "acme", "--email", "noor@acme.example", "--name", "Noor", "--role", "agent"]
    desk.command("user", "create", *words, "--password", "-", input=PASSWORD)
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    with desk.serving():
        body = {
            "subject": "The kettle leaks",
            "message": "It drips.",
            "customer": {"email": "ida@garden.example"},
        }
        headers = {"authorization": f"Bearer {key}"}
        assert httpx2.post(f"{desk.base}/api/v1/tickets", json=body, headers=headers).status_code == 201
        page.goto(f"{desk.base}/app/tickets/1")
        page.get_by_label("E-mail").fill("noor@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The kettle leaks")
        page.locator("#editor").fill("A new one is on its way.")
        page.locator("summary", has_text="Send and set the status").click()
        page.get_by_role("button", name="Send and set to pending").click()
        expect(page.locator("article.reply")).to_contain_text("A new one is on its way.")
        expect(page.get_by_label("Status", exact=True)).to_have_value("pending")
        page.get_by_role("link", name="Back to the list").click()
        page.get_by_role("link", name="Waiting").click()
        expect(page.get_by_role("link", name=re.compile("The kettle leaks"))).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("summary", has_text="Noor").click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert troubles == []


def test_the_api_page_works_without_any_outside_host(tmp_path: Path, page: Page) -> None:
    desk = RunningDesk(tmp_path / "data")
    foreign: list[str] = []
    with desk.serving():
        page.on(
            "request", lambda request: foreign.append(request.url) if desk.base not in request.url else None
        )
        page.goto(f"{desk.base}/docs")
        expect(page.get_by_text("/api/v1/tickets").first).to_be_visible()
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
