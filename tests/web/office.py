"""Agents of a desk that was set up in the browser, at browsers of their own whose consoles somebody reads."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from attrs import define, field
from playwright.sync_api import Browser, Locator, Page, expect

from tests.fakes.smtp_server import Mailbox, receiving
from tests.http.forks import Forked
from tests.http.running import RunningDesk, eventually, stop

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PASTE_A_PICTURE = """async (bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "crack.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("#editor").dispatchEvent(paste);
}"""
HEAR = """() => {
  window.heard = [];
  document.body.addEventListener("desk:ticket", ({ detail }) => {
    if (detail.type === "conversation.created") window.heard.push(detail.id);
  });
}"""
"""Keeps the messages that the page hears of in `window.heard`."""
PASSWORD = "correct horse battery"
IN_MOTION = """async () => {
  const main = document.querySelector("script[type=module]").src;
  const needs = [...document.querySelectorAll("[data-needs]")].flatMap((part) => part.dataset.needs.split(" "));
  await import(main);
  for (const name of needs) await import(new URL(`./${name}.js`, main).href);
}"""
"""Resolves once the modules of the page listen: nobody is so quick with their keys as a test."""
CUT = re.compile(r"net::ERR_|status of 503")
LEFT = re.compile(r"Failed to fetch")
"""What a page says of requests that it was waiting for when it was left."""


@define
class Acme:
    """A running desk with agents, and a program that writes as customers do."""

    desk: RunningDesk
    process: Forked
    mail: Mailbox
    set_up_at: str
    program: httpx2.Client

    def ticket(self, subject: str = "The kettle leaks", **more: Any) -> dict[str, Any]:
        customer = {"email": "ida@garden.example", "name": "Ida Berg"}
        answer = self.program.post(
            "/api/v1/tickets",
            json={"subject": subject, "message": "It drips.", "customer": customer, **more},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def employs(self, name: str) -> None:
        words = {"email": f"{name.lower()}@acme.example", "name": name, "role": "agent"}
        user = self.program.post("/api/v1/users", json=words).json()
        password = {"password": PASSWORD}
        assert self.program.put(f"/api/v1/users/{user['id']}/password", json=password).is_success

    def writes(self, ticket: dict[str, Any], text: str) -> str:
        """The customer's next message; its id."""
        message = {"kind": "inbound", "text": text}
        answer = self.program.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=message)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def now(self, ticket: dict[str, Any]) -> dict[str, Any]:
        return dict(self.program.get(f"/api/v1/tickets/{ticket['id']}?include=conversations").json())

    def said(self, ticket: dict[str, Any]) -> list[str]:
        return [one["content_text"] for one in self.now(ticket)["conversations"]]

    def address(self, ticket: dict[str, Any]) -> str:
        return f"{self.desk.base}/app/tickets/{ticket['number']}"

    def link_mailed_to(self, address: str) -> str:
        mail = eventually(lambda: [one for one in self.mail.delivered if address in one.recipients], 60)[-1]
        text = mail.message.get_body(("plain",))
        assert text is not None
        found = re.search(r"https?://\S+", text.get_content())
        assert found, text.get_content()
        return found[0]

    def restart(self) -> None:
        stop(self.process)
        self.process = self.desk.start()


@define
class Desks:
    """Where agents sit: browsers of their own, whose consoles are read in the end."""

    acme: Acme
    browser: Browser
    troubles: list[str] = field(factory=list)
    line_is_cut: bool = False
    """While it is, the console may tell of requests that came to nothing."""

    def page(self, who: str, place: str, **options: Any) -> Page:
        """That place in a browser of its own, with this agent logged in."""
        page = self.visitor(**options)
        page.goto(self.acme.desk.base + place)
        log_in(page, who)
        in_motion(page)
        return page

    def at(self, ticket: dict[str, Any], who: str = "noor", **options: Any) -> Page:
        page = self.page(who, f"/app/tickets/{ticket['number']}", **options)
        page.evaluate("window.sameDocument = true")
        return page

    def visitor(self, **options: Any) -> Page:
        """An empty page in a browser of its own."""
        page = self.browser.new_context(locale="en-GB", reduced_motion="reduce", **options).new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda told: self._told(told.type, told.text))

    def _told(self, kind: str, text: str) -> None:
        if kind == "error" and not LEFT.search(text) and not (self.line_is_cut and CUT.search(text)):
            self.troubles.append(text)


def log_in(page: Page, who: str) -> None:
    page.get_by_label("E-mail").fill(f"{who}@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def in_motion(page: Page) -> None:
    expect(page.locator("body.desk")).to_be_visible()
    page.evaluate(IN_MOTION)


def thread(page: Page, kind: str) -> Locator:
    """What was said in the ticket in this way: inbound, reply, note."""
    return page.locator(f"#messages article.{kind} .body")


@contextmanager
def open_acme(folder: Path, browser: Browser) -> Iterator[Acme]:
    """An empty desk that was set up in the browser, over the link that `helpdesk serve` printed."""
    with receiving() as mail, (folder / "told").open("w+b") as told:
        sender = {"HELPDESK_MAIL_FROM": "desk@acme.example", "HELPDESK_INBOUND_EMAIL_DOMAIN": "acme.example"}
        smtp = f"smtp://127.0.0.1:{mail.port}?tls=none"
        desk = RunningDesk(folder / "data", {"SMTP_URL": smtp, **sender})
        process = desk.start("--json", stdout=told)
        told.seek(0)
        link = str(json.loads(told.readline())["setup_url"])
        headers = {"authorization": f"Bearer {set_up(browser, desk, link)}"}
        with httpx2.Client(base_url=desk.base, headers=headers, timeout=60) as program:
            opened = Acme(desk, process, mail, link, program)
            for name in ("Noor", "Ben", "Tess"):
                opened.employs(name)
            yield opened
            stop(opened.process)


def set_up(browser: Browser, desk: RunningDesk, link: str) -> str:
    """Follows the link as the first one at the desk; the key of a program that may do everything."""
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(link)
    page.get_by_label("What your organization is called").fill("Acme")
    page.get_by_label("Its short name").fill("acme")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your e-mail").fill("ada@acme.example")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("link", name="Acme")).to_be_visible()
    page.goto(f"{desk.base}/app/settings/api-keys")
    page.get_by_label("What it is for").fill("tests")
    page.get_by_label("What it may do").select_option("admin")
    page.get_by_role("button", name="Create").click()
    key = page.locator("#secret").inner_text()
    page.context.close()
    return key.strip()
