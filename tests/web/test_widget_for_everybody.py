"""Whoever somebody is, whatever they see, hear, read or hold in their hands: the widget is for them."""

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.http.running import eventually
from tests.web.conftest import Visit
from tests.web.shop import Shop
from tests.web.widget_tools import WIDGET, axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (WIDGET / "src" / "languages").glob("*.json")
}
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 400}
"""A desktop's window at 200 %, in the pixels of the page."""


def complaints(page: Page) -> list[Any]:
    """What axe-core has to say of the page, the widget's shadow included."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


def begin(page: Page) -> None:
    page.get_by_role("button", name="Open chat").click()
    page.get_by_label("Name").fill("Ida")
    page.get_by_label("Email").fill("ida@garden.example")
    page.get_by_role("button", name="Start chat").click()


@pytest.mark.parametrize(
    ("color", "scheme", "viewport"),
    [
        ("#0f766e", "light", DESKTOP),
        ("#fde047", "light", PHONE),
        ("#808080", "light", ZOOMED),
        ("#ffffff", "light", DESKTOP),
        ("#808080", "dark", DESKTOP),
        ("#000000", "dark", PHONE),
    ],
)
def test_the_rules_of_wcag_are_kept(
    shop: Shop, visit: Visit, color: str, scheme: str, viewport: dict[str, int]
) -> None:
    key = shop.widget(theme={"primary_color": color, "header_text": "Hello", "position": "bottom-left"})
    rules = axe().read_text("utf-8")
    page = visit("about:blank", viewport=viewport, color_scheme=scheme)
    page.add_init_script(rules)
    page.goto(shop.page(key, head="<style>body{background:#fff;color:#000}main{display:block}</style>"))
    ignored = complaints_of_the_shop(page)
    assert fresh(page, ignored) == []
    page.get_by_role("button", name="Open chat").click()
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    assert fresh(page, ignored) == []
    page.get_by_label("Name").fill("Ida")
    page.get_by_label("Email").fill("ida@garden.example")
    page.get_by_role("button", name="Start chat").click()
    text = f"Looks in {color}, {scheme}, {viewport['width']}"
    page.get_by_label("Write a message…").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    (ticket,) = eventually(lambda: shop.tickets(text))
    shop.answers(
        ticket, html="<p>See <a href='https://garden.example/'>our page</a></p><ul><li>one</li></ul>"
    )
    file: FilePayload = {"name": "leak.txt", "mimeType": "text/plain", "buffer": b"drip"}
    page.locator("helpdesk-widget input[type=file]").set_input_files(file)
    expect(page.get_by_role("link", name="our page")).to_be_visible()
    expect(page.get_by_role("button", name="Remove leak.txt")).to_be_visible()
    assert fresh(page, ignored) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def complaints_of_the_shop(page: Page) -> set[str]:
    """What is wrong with the page itself, which has no landmarks, say, is none of the widget's."""
    expect(page.locator("helpdesk-widget")).to_be_attached()
    found = complaints(page)
    return {
        rule for rule, targets in found if not any("helpdesk-widget" in str(target) for target in targets)
    }


def fresh(page: Page, ignored: set[str]) -> list[Any]:
    return [(rule, targets) for rule, targets in complaints(page) if rule not in ignored]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_widget_speaks_the_language_of_the_page(shop: Shop, visit: Visit, code: str) -> None:
    page = visit(shop.page(shop.widget(form_fields=[]), lang=f"{code}-XX"), locale="en-GB")
    phrases = LANGUAGES[code]
    page.get_by_role("button", name=phrases["open"]).click()
    expect(page.get_by_label(phrases["write"])).to_be_focused()
    assert page.locator("helpdesk-widget .root").get_attribute("lang") == code
    direction = page.locator("helpdesk-widget .log").evaluate(
        "element => getComputedStyle(element).direction"
    )
    assert direction == ("rtl" if code in {"ar", "he"} else "ltr")


def test_a_page_that_says_no_language_gets_the_visitors(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget(), lang=""), locale="pt-BR")
    expect(page.get_by_role("button", name=LANGUAGES["pt"]["open"])).to_be_visible()


def test_tab_goes_round_in_the_panel_and_escape_leads_back(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    page.get_by_role("button", name="Open chat").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    names = [name_of_focus(page)]
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(name_of_focus(page))
    assert names == ["name", "email", "Start chat", "Close chat", "Close chat", "name"]
    page.keyboard.press("Shift+Tab")
    assert name_of_focus(page) == "Close chat"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def name_of_focus(page: Page) -> str:
    focused = "document.querySelector('helpdesk-widget').shadowRoot.activeElement"
    return str(
        page.evaluate(
            f"(e => e.getAttribute('name') || e.getAttribute('aria-label') || e.textContent)({focused})"
        )
    )


def test_the_focus_goes_back_to_what_opened_the_widget(shop: Shop, visit: Visit) -> None:
    opener = "<button id='ask'>Ask us</button>"
    page = visit(shop.page(shop.widget(), before=opener))
    page.evaluate("void (document.getElementById('ask').onclick = () => Helpdesk.open())")
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    page.get_by_role("button", name="Ask us").click()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ask us")).to_be_focused()


def test_what_arrives_is_told_to_who_cannot_see_it(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    page.get_by_label("Write a message…").fill("Tell me aloud")
    page.keyboard.press("Enter")
    (ticket,) = eventually(lambda: shop.tickets("Tell me aloud"))
    expect(page.get_by_role("log")).to_contain_text("Tell me aloud")
    page.keyboard.press("Escape")
    shop.answers(ticket, "Aloud")
    expect(page.get_by_role("status").filter(has_text="New message from")).to_be_attached()


@pytest.mark.parametrize(
    "viewport", [PHONE, ZOOMED, {"width": 320, "height": 256}], ids=["phone", "200 %", "400 %"]
)
def test_on_a_small_screen_the_panel_is_the_screen(
    shop: Shop, visit: Visit, viewport: dict[str, int]
) -> None:
    page = visit(shop.page(shop.widget(form_fields=[])), viewport=viewport)
    page.get_by_role("button", name="Open chat").click()
    panel = page.get_by_role("dialog")
    assert panel.bounding_box() == {"x": 0, "y": 0, **viewport}
    assert panel.get_attribute("aria-modal") == "true"
    for name in ("Close chat", "Send", "Attach files"):
        button = page.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
    for button in page.locator("helpdesk-widget button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24  # WCAG 2.2, 2.5.8
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_is_made_ill_by_movement_sees_none(shop: Shop, visit: Visit) -> None:
    key = shop.widget()
    moving = """async () => {
        const shadow = document.querySelector("helpdesk-widget").shadowRoot;
        let most = 0;
        Helpdesk.open();
        for (let frame = 0; frame < 40; frame++) {
            await new Promise(requestAnimationFrame);
            most = Math.max(most, shadow.getAnimations().length);
        }
        return most;
    }"""
    for wish, least, most in (("reduce", 0, 0), ("no-preference", 1, 9)):
        page = visit(shop.page(key), reduced_motion=wish)
        page.get_by_role("button", name="Open chat").wait_for()
        assert least <= page.evaluate(moving) <= most, wish
        page.get_by_role("dialog").wait_for()
