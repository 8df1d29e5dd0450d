"""In a real browser: a ticket is worked on by keys, answered in rich text with files, and drafts are not lost."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from attrs import define
from playwright.sync_api import Page, expect

from tests.http.running import RunningDesk
from tests.http.sending_files import PNG
from tests.web.conftest import Visit
from tests.web.test_accounts_and_mail_in_a_browser import LOGS_IN_WITH, complaints
from tests.web.widget_tools import axe

PASTED = (
    '<meta charset="utf-8"><b style="font-weight:normal"><h1 style="color:red">Seals</h1>'
    '<p><span style="font-weight:700">New</span> <a href="javascript:x()">bad</a> <a href="https://a.example/">good</a></p>'
    '<script>x()</script><img src="https://evil.example/spy.png"><ul><li>one</li></ul></b>'
)


@define
class Acme:
    """A running desk with an agent, and a program that opens tickets."""

    desk: RunningDesk
    program: httpx2.Client

    def ticket(self, **more: Any) -> dict[str, Any]:
        body = {
            "subject": "The kettle leaks",
            "message": "It drips.",
            "customer": {"email": "ida@garden.example", "name": "Ida Berg"},
            **more,
        }
        answer = self.program.post("/api/v1/tickets", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def now(self, ticket: dict[str, Any]) -> dict[str, Any]:
        return dict(self.program.get(f"/api/v1/tickets/{ticket['id']}?include=conversations").json())

    def address(self, ticket: dict[str, Any]) -> str:
        return f"{self.desk.base}/app/tickets/{ticket['number']}"

    def opened(self, visit: Visit, ticket: dict[str, Any], **options: Any) -> Page:
        """The ticket's page, in a browser of its own, logged in."""
        page = visit(self.address(ticket), **options)
        log_in(page)
        expect(page.locator("#editor")).to_be_visible()
        page.evaluate("window.sameDocument = true")
        return page


def log_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("noor@acme.example")
    page.get_by_label("Password").fill(LOGS_IN_WITH)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acme]:
    desk = RunningDesk(tmp_path_factory.mktemp("acme") / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    words = ["--org", "acme", "--email", "noor@acme.example", "--name", "Noor", "--role", "agent"]
    desk.command("user", "create", *words, "--password", "-", input=LOGS_IN_WITH)
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "admin")["key"]
    headers = {"authorization": f"Bearer {key}"}
    with desk.serving(), httpx2.Client(base_url=desk.base, headers=headers) as program:
        yield Acme(desk, program)


def test_a_ticket_is_answered_by_keys_in_rich_text_with_files_and_without_a_reload(
    acme: Acme, visit: Visit
) -> None:
    ticket = acme.ticket()
    page = acme.opened(visit, ticket)
    page.keyboard.press("r")
    page.keyboard.type("Dear Ida, ")
    page.keyboard.press("Control+b")
    page.keyboard.type("soon")
    page.keyboard.press("Control+b")
    with page.expect_response("**/api/upload"):
        page.locator("#attach").set_input_files({"name": "seal.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#uploads")).to_contain_text("seal.png")
    page.keyboard.press("Control+Enter")
    answer = page.locator("article.reply")
    expect(answer.locator(".body")).to_have_text("Dear Ida, soon")
    expect(answer).to_contain_text("seal.png")
    expect(page.get_by_role("textbox", name="Your answer")).to_be_empty()
    sent = acme.now(ticket)["conversations"][-1]
    assert [one["filename"] for one in sent["attachments"]] == ["seal.png"]
    assert page.evaluate("document.querySelector('article.reply .body :is(b, strong)').textContent") == "soon"
    assert page.evaluate("window.sameDocument")


def test_properties_are_set_by_keys_and_what_happened_stands_between_the_messages(
    acme: Acme, visit: Visit
) -> None:
    ticket = acme.ticket()
    page = acme.opened(visit, ticket)
    page.keyboard.press("a")
    expect(page.get_by_label("Assignee")).to_have_value(acme_user(acme))
    page.keyboard.press("s")
    expect(page.get_by_label("Status")).to_be_focused()
    page.get_by_label("Status").select_option("pending")
    expect(page.locator(".happened")).to_contain_text("assigned to Noor")
    expect(page.locator(".happened")).to_contain_text("pending")
    page.get_by_role("combobox", name="Add a tag").fill("seal")
    page.keyboard.press("Enter")
    expect(page.locator(".chips .tag")).to_contain_text("seal")
    now = acme.now(ticket)
    assert (now["status"], now["tags"]) == ("pending", ["seal"])
    assert page.evaluate("window.sameDocument")


def acme_user(acme: Acme) -> str:
    return str(acme.program.get("/api/v1/users").json()["data"][0]["id"])


def test_a_draft_outlives_a_reload_and_the_end_of_the_session(acme: Acme, visit: Visit) -> None:
    ticket = acme.ticket()
    page = acme.opened(visit, ticket)
    page.keyboard.press("n")
    page.keyboard.type("Ask the smith")
    expect(page.locator("#draft-told")).to_have_text("Draft kept")
    page.reload()
    editor = page.get_by_role("textbox", name="Your answer")
    expect(editor).to_have_text("Ask the smith")
    expect(page.locator("#draft-told")).to_contain_text("Draft restored")
    expect(page.locator("#composer")).to_have_attribute("data-kind", "note")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add note").click()
    told = page.locator("#answer-trouble")
    expect(told).to_contain_text("You are logged out")
    assert len(acme.now(ticket)["conversations"]) == 1
    told.get_by_role("link", name="Log in").click()
    log_in(page)
    expect(editor).to_have_text("Ask the smith")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("article.note .body")).to_have_text("Ask the smith")
    page.reload()
    expect(editor).to_be_empty()
    assert [one["kind"] for one in acme.now(ticket)["conversations"]] == ["inbound", "note"]


def test_what_the_customer_writes_meanwhile_shows_by_itself_and_leaves_the_draft_alone(
    acme: Acme, visit: Visit
) -> None:
    ticket = acme.ticket()
    page = acme.opened(visit, ticket)
    page.keyboard.press("r")
    page.keyboard.type("I look into")
    inbound = {"kind": "inbound", "text": "It is the seal!"}
    acme.program.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=inbound)
    expect(page.locator("article.inbound")).to_have_count(2)
    page.keyboard.type(" it")
    expect(page.locator("#editor")).to_have_text("I look into it")
    page.locator("#editor").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("article.inbound").last).to_be_focused()


def test_earlier_messages_come_in_before_the_others_and_stay(acme: Acme, visit: Visit) -> None:
    ticket = acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    for number in range(40):
        acme.program.post(path, json={"kind": "note", "text": f"note {number}"})
    page = acme.opened(visit, ticket)
    messages = page.locator("article.message .body")
    for count in (16, 32):
        expect(messages).to_have_count(count)
        page.get_by_role("link", name="Earlier messages").click()
    everything = ["It drips.", *(f"note {number}" for number in range(40))]
    expect(messages).to_have_text(everything)
    expect(page.get_by_role("link", name="Earlier messages")).to_have_count(0)
    acme.program.post(path, json={"kind": "inbound", "text": "One more."})
    expect(messages).to_have_text([*everything, "One more."])
    assert page.evaluate("window.sameDocument")


def test_what_is_pasted_is_brought_into_the_forms_that_an_answer_may_have(acme: Acme, visit: Visit) -> None:
    page = acme.opened(visit, acme.ticket())
    page.keyboard.press("r")
    page.evaluate(
        """(html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector("#editor").dispatchEvent(paste);
        }""",
        PASTED,
    )
    editor = page.locator("#editor")
    expect(editor).to_contain_text("Seals")
    assert editor.locator("[style], script, img, h1, a[href^='javascript']").count() == 0
    assert editor.locator("a").all_inner_texts() == ["good"]
    assert editor.locator("strong, b").all_inner_texts() == ["New"]
    assert editor.locator("li").all_inner_texts() == ["one"]


def test_macros_are_found_looked_at_and_applied_in_a_sheet(acme: Acme, visit: Visit) -> None:
    for name, tag in (("Send a seal", "seal"), ("Send a lid", "lid")):
        actions = [
            {"do": "add_tag", "value": tag},
            {"do": "reply", "value": "Hello {{customer.first_name}}!"},
        ]
        assert acme.program.post("/api/v1/macros", json={"name": name, "actions": actions}).status_code == 201
    ticket = acme.ticket()
    page = acme.opened(visit, ticket)
    page.keyboard.press("m")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Find a macro").press_sequentially("seal")
    expect(sheet.get_by_role("link")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(sheet).to_contain_text("Hello Ida!")
    sheet.get_by_role("button", name="Only insert the text").click()
    expect(page.locator("#editor")).to_contain_text("Hello Ida!")
    assert acme.now(ticket)["tags"] == []
    page.locator("#editor").blur()
    page.keyboard.press("m")
    sheet.get_by_role("link", name="Send a lid").click()
    sheet.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips .tag")).to_contain_text("lid")
    assert acme.now(ticket)["conversations"][-1]["content_text"] == "Hello Ida!"


def test_a_suggestion_is_asked_for_put_into_the_answer_and_sent(acme: Acme, visit: Visit) -> None:
    article = {"title": "Seals", "body_text": "A kettle that drips needs a new seal. Push it in from below."}
    made = acme.program.post("/api/v1/articles", json={**article, "published": True})
    assert made.status_code == 201, made.text
    ticket = acme.ticket(message="My kettle drips. Does it need a new seal?")
    page = acme.opened(visit, ticket)
    page.get_by_role("button", name="Suggest an answer").click()
    card = page.locator(".suggestion").first
    card.get_by_role("button", name="Insert").click()
    expect(page.locator("#editor")).not_to_be_empty()
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.reply")).to_be_visible()
    suggestions = acme.program.get(f"/api/v1/tickets/{ticket['id']}/suggestions").json()["data"]
    assert [one["state"] for one in suggestions if one["settled_by"]] in (["used"], ["edited"])


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 360)], ids=["on a desktop", "on a phone at night"]
)
def test_the_page_is_in_order_for_everybody(acme: Acme, visit: Visit, scheme: str, width: int) -> None:
    ticket = acme.ticket(tags=["seal"], metadata={"order": "0017"}, custom_fields={"serial": "K-7"})
    acme.program.post(f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": "Soon!"})
    acme.program.patch(f"/api/v1/tickets/{ticket['id']}", json={"priority": "urgent"})
    page = acme.opened(visit, ticket, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.add_init_script(axe().read_text("utf-8"))
    for place in ("", "/macros", "/merge"):
        page.goto(acme.address(ticket) + place)
        assert complaints(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_without_script_a_ticket_is_answered_all_the_same(acme: Acme, visit: Visit) -> None:
    ticket = acme.ticket()
    page = visit(acme.address(ticket), java_script_enabled=False)
    log_in(page)
    page.get_by_label("Your answer").fill("Soon!")
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("article.reply .body")).to_have_text("Soon!")
    page.get_by_label("Status").select_option("resolved")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Status")).to_have_value("resolved")
