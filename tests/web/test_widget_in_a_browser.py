"""A visitor of a shop talks with an agent through the widget, in a real browser, on a line as lines are."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.http.running import eventually
from tests.web.conftest import Visit
from tests.web.shop import Shop

SAYS = "Write a message…"


def begin(page: Page, name: str = "Ida", email: str = "ida@garden.example") -> None:
    page.get_by_role("button", name="Open chat").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Start chat").click()


def say(page: Page, text: str) -> None:
    page.get_by_label(SAYS).fill(text)
    page.get_by_label(SAYS).press("Enter")


def bubbles(page: Page) -> list[str]:
    return page.locator("helpdesk-widget .customer .bubble").all_inner_texts()


def ticket_of(shop: Shop, text: str) -> Any:
    (ticket,) = eventually(lambda: shop.tickets(text))
    return ticket


def messages(shop: Shop) -> re.Pattern[str]:
    return re.compile(re.escape(f"{shop.desk.base}/api/widget/message"))


def cut(route: Route) -> None:
    route.abort()


def test_a_visitor_writes_and_the_answer_appears_without_a_reload(
    shop: Shop, visit: Visit, tmp_path: Path
) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    (tmp_path / "leak.txt").write_text("It drips here.")
    page.locator("helpdesk-widget input[type=file]").set_input_files(tmp_path / "leak.txt")
    expect(page.get_by_role("button", name="Remove leak.txt")).to_be_visible()
    say(page, "My kettle leaks 👩‍👩‍👧")
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    ticket = ticket_of(shop, "My kettle leaks 👩‍👩‍👧")
    assert ticket["channel"] == "widget"
    shop.answers(ticket, "A note for us alone", kind="note")
    shop.answers(ticket, "A new one is on its way, see https://garden.example/orders/7.")
    expect(page.get_by_text("A new one is on its way")).to_be_visible()
    link = page.get_by_role("link", name="https://garden.example/orders/7")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    file = page.get_by_role("link", name="leak.txt")
    assert page.request.get(str(file.get_attribute("href"))).text() == "It drips here."
    page.reload()
    page.get_by_role("button", name="Open chat").click()
    expect(page.get_by_text("A new one is on its way")).to_be_visible()
    expect(page.get_by_text("A note for us alone")).to_have_count(0)
    assert bubbles(page) == ["My kettle leaks 👩‍👩‍👧"]


def test_a_file_alone_is_a_message_and_one_that_is_too_large_is_named(
    shop: Shop, visit: Visit, tmp_path: Path
) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    (tmp_path / "film.bin").write_bytes(bytes(10 * 1024 * 1024 + 1))
    (tmp_path / "list.csv").write_text("kettle,1")
    chooser = page.locator("helpdesk-widget input[type=file]")
    chooser.set_input_files([tmp_path / "film.bin", tmp_path / "list.csv"])
    expect(
        page.get_by_role("alert").filter(has_text="film.bin is too large. The limit is 10 MB.")
    ).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="list.csv")).to_be_visible()
    assert shop.said(ticket_of(shop, "list.csv")) == [("inbound", "list.csv")]


def test_files_are_dropped_and_pasted_too(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    give = """(element, [name, kind, field]) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], name));
        element.dispatchEvent(new (kind === "paste" ? ClipboardEvent : DragEvent)(
            kind, {[field]: data, bubbles: true, cancelable: true}));
    }"""
    page.locator("helpdesk-widget .panel").evaluate(give, ["dropped.txt", "drop", "dataTransfer"])
    page.get_by_label(SAYS).evaluate(give, ["pasted.txt", "paste", "clipboardData"])
    for name in ("dropped.txt", "pasted.txt"):
        expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()


def test_where_files_are_not_taken_none_are_asked_for(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget(allow_file_uploads=False)))
    begin(page)
    expect(page.get_by_role("button", name="Attach files")).to_have_count(0)


def test_the_form_says_what_is_missing_and_shows_what_the_desk_does_not_take(
    shop: Shop, visit: Visit
) -> None:
    page = visit(shop.page(shop.widget()))
    page.get_by_role("button", name="Open chat").click()
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_text("Please fill this in.")).to_have_count(2)
    page.get_by_label("Name").fill("Ida")
    page.get_by_label("Email").fill("ida at garden")
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_label("Email")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_accessible_description("Please enter a valid e-mail address.")
    page.get_by_label("Email").fill("ida@garden..example")  # fine to us, not to the desk
    page.get_by_role("button", name="Start chat").click()
    say(page, "The form is strict")
    expect(page.get_by_label("Email")).to_be_focused()
    assert page.get_by_label("Email").get_attribute("aria-invalid") == "true"
    assert shop.tickets("The form is strict") == []
    page.get_by_label("Email").fill("ida@garden.example")
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    assert shop.said(ticket_of(shop, "The form is strict")) == [("inbound", "The form is strict")]


def test_what_is_written_without_a_line_outlives_a_reload_and_arrives_once_and_in_order(
    shop: Shop, visit: Visit
) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    page.route(messages(shop), cut)
    for text in ("Weak line, one", "Weak line, two", "Weak line, three"):
        say(page, text)
    expect(page.get_by_text("Sending…")).to_have_count(3)
    page.reload()
    page.get_by_role("button", name="Open chat").click()
    expect(page.get_by_text("Sending…")).to_have_count(3)
    page.unroute(messages(shop))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    said = [("inbound", text) for text in ("Weak line, one", "Weak line, two", "Weak line, three")]
    assert shop.said(ticket_of(shop, "Weak line, one")) == said
    assert bubbles(page) == [text for _, text in said]


def test_a_message_whose_answer_was_lost_is_sent_again_and_stays_one(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route(messages(shop), lose)
    say(page, "Did this arrive?")
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    assert lost == [200]
    assert shop.said(ticket_of(shop, "Did this arrive?")) == [("inbound", "Did this arrive?")]
    assert bubbles(page) == ["Did this arrive?"]


def test_offline_is_told_and_what_was_written_goes_out_when_the_network_is_back(
    shop: Shop, visit: Visit
) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    say(page, "Before the tunnel")
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    say(page, "In the tunnel")
    expect(page.get_by_text("Sending…")).to_be_visible()
    ticket = ticket_of(shop, "Before the tunnel")
    shop.answers(ticket, "Answered meanwhile")
    page.context.set_offline(False)
    expect(page.get_by_text("Answered meanwhile")).to_be_visible()
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    expect(page.get_by_text("Sending…")).to_have_count(0)
    assert sorted(shop.said(ticket)) == sorted(
        [("inbound", "Before the tunnel"), ("inbound", "In the tunnel"), ("reply", "Answered meanwhile")]
    )


def test_what_the_desk_refuses_says_so_and_can_be_tried_again_or_thrown_away(
    shop: Shop, visit: Visit
) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    refusal = {"status": 400, "json": {"title": "No", "detail": "Not today."}}
    cors = {"access-control-allow-origin": "*"}
    page.route(
        messages(shop),
        lambda route: (
            route.fulfill(headers=cors, **refusal) if route.request.method == "POST" else route.continue_()
        ),
    )
    say(page, "Refused once")
    expect(page.get_by_text("Not today.")).to_be_visible()
    say(page, "Refused for good")
    expect(page.get_by_text("Not today.")).to_have_count(2)
    page.get_by_role("button", name="Discard").last.click()
    page.unroute(messages(shop))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    assert shop.said(ticket_of(shop, "Refused once")) == [("inbound", "Refused once")]
    assert bubbles(page) == ["Refused once"]


def test_two_tabs_are_one_conversation_and_send_nothing_twice(shop: Shop, visit: Visit) -> None:
    address = shop.page(shop.widget())
    first = visit(address)
    begin(first)
    second = in_another_tab(first.context, address)
    say(first, "From the first tab")
    expect(second.get_by_text("From the first tab")).to_be_visible()
    for tab in (first, second):
        tab.route(messages(shop), cut)
    say(second, "From the second tab")
    expect(first.get_by_text("From the second tab")).to_be_visible()
    for tab in (first, second):
        tab.unroute(messages(shop))
    for tab in (first, second):
        tab.evaluate("dispatchEvent(new Event('online'))")
    expect(first.get_by_text("Sent", exact=True)).to_be_visible()
    ticket = ticket_of(shop, "From the first tab")
    shop.answers(ticket, "To both")
    for tab in (first, second):
        expect(tab.get_by_text("To both")).to_be_visible()
        assert bubbles(tab) == ["From the first tab", "From the second tab"]
    assert shop.said(ticket) == [
        ("inbound", "From the first tab"),
        ("inbound", "From the second tab"),
        ("reply", "To both"),
    ]


def in_another_tab(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Open chat").click()
    return page


def test_when_the_first_tab_is_gone_the_other_one_listens(shop: Shop, visit: Visit) -> None:
    address = shop.page(shop.widget())
    first = visit(address)
    begin(first)
    say(first, "Two tabs, then one")
    second = in_another_tab(first.context, address)
    first.bring_to_front()
    expect(second.get_by_text("Two tabs, then one")).to_be_visible()
    first.close()
    shop.answers(ticket_of(shop, "Two tabs, then one"), "Still there?")
    expect(second.get_by_text("Still there?")).to_be_visible()


def test_where_the_stream_does_not_come_through_the_widget_asks(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    page.route(re.compile(r"/api/widget/stream"), cut)
    begin(page)
    say(page, "No stream here")
    shop.answers(ticket_of(shop, "No stream here"), "It comes all the same")
    expect(page.get_by_text("It comes all the same")).to_be_visible()


def test_a_closed_widget_counts_what_is_new_until_it_is_read(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    say(page, "Call me when ready")
    ticket = ticket_of(shop, "Call me when ready")
    page.keyboard.press("Escape")
    shop.answers(ticket, "Ready")
    shop.answers(ticket, "Really")
    launcher = page.get_by_role("button", name="Open chat. Unread messages: 2")
    expect(launcher).to_be_visible()
    page.reload()
    launcher.click()
    expect(page.get_by_text("Really")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat", exact=True)).to_be_visible()


@pytest.mark.parametrize("token", ["gone", "", "ünknown"])
def test_a_session_that_the_desk_no_longer_knows_is_opened_anew(shop: Shop, visit: Visit, token: str) -> None:
    key = shop.widget()
    page = visit(shop.page(key))
    begin(page)
    page.evaluate(
        "([key, token]) => localStorage.setItem(`helpdesk:${key}:token`, JSON.stringify(token))", [key, token]
    )
    text = f"After the session {token!r}"
    say(page, text)
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    assert shop.said(ticket_of(shop, text)) == [("inbound", text)]


def test_a_draft_outlives_a_reload(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    page.get_by_label(SAYS).fill("Half a sen")
    page.reload()
    page.get_by_role("button", name="Open chat").click()
    expect(page.get_by_label(SAYS)).to_have_value("Half a sen")


def test_text_that_nobody_can_see_is_not_sent(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page(shop.widget()))
    begin(page)
    for text in ("   ", "\u200b\u200d\u2060", "\u202e\u2069", "\u3164"):
        say(page, text)
        expect(page.get_by_label(SAYS)).to_have_value(text)
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert bubbles(page) == []
