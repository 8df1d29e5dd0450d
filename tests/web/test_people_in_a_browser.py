"""A new colleague comes in by an invitation, takes a second factor, and hears of their ticket while they look."""

import re
from pathlib import Path

import httpx2
import pyotp
from playwright.sync_api import Browser, expect

from tests.http.running import RunningDesk

PASSWORD = "correct horse battery"
NEW = "seven green bottles"


def test_a_colleague_comes_in_takes_a_second_factor_and_hears_of_a_ticket(
    tmp_path: Path, browser: Browser
) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    words = ["--org", "acme", "--email", "ada@acme.example", "--name", "Ada", "--role", "admin"]
    desk.command("user", "create", *words, "--password", "-", input=PASSWORD)
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    address = desk.base
    with desk.serving():
        troubles: list[str] = []
        admins, colleagues = (browser.new_context(locale="en-GB") for _ in range(2))
        page, cleo = admins.new_page(), colleagues.new_page()
        for one in (page, cleo):
            one.on("pageerror", lambda error: troubles.append(str(error)))
            one.on(
                "console",
                lambda told: troubles.append(told.text) if "Content Security" in told.text else None,
            )

        page.goto(f"{address}/app/login")
        page.get_by_label("E-mail").fill("ada@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.goto(f"{address}/app/settings/users")
        page.get_by_role("link", name="Invite").click()
        page.get_by_label("E-mail").fill("cleo@acme.example")
        page.get_by_role("button", name="Invite").click()
        link = page.locator("#link").inner_text()

        cleo.goto(link)
        cleo.get_by_label("Your name").fill("Cleo Moss")
        cleo.get_by_label("Password").fill(NEW)
        cleo.get_by_role("button", name="Come in").click()
        expect(cleo.get_by_text("Welcome. Log in")).to_be_visible()
        cleo.get_by_label("E-mail").fill("cleo@acme.example")
        cleo.get_by_label("Password").fill(NEW)
        cleo.get_by_role("button", name="Log in").click()

        cleo.goto(f"{address}/app/account/second-factor")
        expect(cleo.get_by_role("img", name="QR code for your app")).to_be_visible()
        app = pyotp.TOTP(re.sub(r"\s", "", cleo.locator("#secret").inner_text()))
        cleo.get_by_role("textbox", name="Code").fill(app.now())
        cleo.get_by_role("button", name="Turn it on").click()
        expect(cleo.locator("#codes li")).to_have_count(10)
        recovery = cleo.locator("#codes code").first.inner_text()
        colleagues.clear_cookies()
        cleo.goto(f"{address}/app/account")
        cleo.get_by_label("E-mail").fill("cleo@acme.example")
        cleo.get_by_label("Password").fill(NEW)
        cleo.get_by_role("button", name="Log in").click()
        cleo.get_by_label("Code").fill(recovery)
        cleo.get_by_role("button", name="Log in").click()
        expect(cleo.get_by_role("heading", name="Your account")).to_be_visible()
        expect(cleo.locator("#unread")).to_be_hidden()

        answer = httpx2.post(
            f"{address}/api/v1/tickets",
            headers={"authorization": f"Bearer {key}"},
            json={
                "subject": "The kettle leaks",
                "message": "It drips.",
                "customer": {"email": "ida@x.example"},
            },
        )
        assert answer.status_code == 201, answer.text
        expect(cleo.locator("#unread")).to_have_text("1")
        cleo.goto(f"{address}/app/notifications")
        cleo.get_by_role("link", name="The kettle leaks").click()
        expect(cleo).to_have_url(f"{address}/app/tickets/1")
        expect(cleo.locator("#unread")).to_be_hidden()
        assert troubles == []
        admins.close()
        colleagues.close()
