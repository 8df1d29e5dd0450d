"""A day in a browser: coming in, working a queue, colleagues at the same ticket, and trouble on the line."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.http.running import eventually
from tests.web.office import (
    HEAR,
    PASSWORD,
    PASTE_A_PICTURE,
    PNG,
    Acme,
    Desks,
    in_motion,
    log_in,
    open_acme,
    thread,
)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Acme]:
    with open_acme(tmp_path_factory.mktemp("acme"), browser) as opened:
        yield opened


@pytest.fixture
def desks(acme: Acme, browser: Browser) -> Iterator[Desks]:
    opened = Desks(acme, browser)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.troubles == []


def test_who_is_invited_by_mail_comes_in_and_has_their_language_and_colours_kept(
    acme: Acme, desks: Desks
) -> None:
    assert acme.program.get(acme.set_up_at).status_code == 404
    admin = desks.page("ada", "/app/settings/users/invite")
    admin.get_by_label("E-mail").fill("cleo@acme.example")
    admin.get_by_role("button", name="Invite").click()
    expect(admin.get_by_text("cleo@acme.example").first).to_be_visible()
    cleo = desks.visitor(color_scheme="light")
    cleo.goto(acme.link_mailed_to("cleo@acme.example"))
    cleo.get_by_label("Your name").fill("Cleo")
    cleo.get_by_label("Password").fill(PASSWORD)
    cleo.get_by_role("button", name="Come in").click()
    expect(cleo.get_by_text("Welcome. Log in")).to_be_visible()
    log_in(cleo, "cleo")
    in_motion(cleo)
    cleo.locator("summary", has_text="Cleo").click()
    cleo.get_by_title("Dark").click()
    page = cleo.locator("html")
    expect(page).to_have_attribute("data-theme", "dark")
    in_motion(cleo)
    cleo.locator("summary", has_text="Cleo").click()
    cleo.get_by_label("Language").select_option("de")
    expect(page).to_have_attribute("lang", "de")
    cleo.get_by_role("link", name="Einstellungen").click()
    expect(cleo.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_attribute("lang", "de")
    expect(page).to_have_attribute("data-theme", "dark")
    dark = cleo.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    )
    assert max(dark) < 60, "it is not dark"


def test_an_agent_comes_in_with_a_second_factor_and_walks_through_the_queue_by_keys(
    acme: Acme, desks: Desks
) -> None:
    oldest, middle, newest = (acme.ticket(f"Kettle {number}") for number in (1, 2, 3))
    page = desks.page("tess", "/app/account/second-factor")
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator("#secret").inner_text()))
    page.get_by_role("textbox", name="Code").fill(app.now())
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("#codes li")).to_have_count(10)
    page.locator("summary", has_text="Tess").click()
    page.get_by_role("button", name="Log out").click()
    log_in(page, "tess")
    page.get_by_label("Code").fill(app.at(datetime.now(UTC), counter_offset=1))  # a code counts once
    page.get_by_role("button", name="Log in").click()
    in_motion(page)

    def is_at(ticket: dict[str, Any]) -> None:
        expect(page.locator(".tickets > [data-at]")).to_have_id(f"t-{ticket['number']}")

    for key, where in (("j", newest), ("j", middle), ("j", oldest), ("k", middle)):
        page.keyboard.press(key)
        is_at(where)
    page.keyboard.press("x")
    expect(page.get_by_label(f"Choose ticket {middle['number']}", exact=True)).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/app/tickets/{middle['number']}\b"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kettle 2")
    in_motion(page)
    page.keyboard.press("u")
    expect(page.locator(f"#t-{middle['number']}")).to_be_visible()


def test_a_macro_answers_and_a_suggestion_is_written_before_ones_eyes_and_sent(
    acme: Acme, desks: Desks
) -> None:
    actions = [
        {"do": "add_tag", "value": "seal"},
        {"do": "reply", "value": "Hello {{customer.first_name}}, a seal comes."},
    ]
    assert acme.program.post("/api/v1/macros", json={"name": "Send a seal", "actions": actions}).is_success
    words = "A kettle that drips needs a new seal. Push it in from below."
    article = {"title": "Seals of kettles", "body_text": words, "published": True}
    assert acme.program.post("/api/v1/articles", json=article).is_success
    ticket = acme.ticket(message="My kettle drips. Does it need a new seal?")
    page = desks.at(ticket)
    page.keyboard.press("m")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Find a macro").press_sequentially("seal")
    page.keyboard.press("Enter")
    sheet.get_by_role("button", name="Apply").click()
    expect(thread(page, "reply")).to_have_text("Hello Ida, a seal comes.")
    expect(page.locator(".chips .tag")).to_contain_text("seal")

    with page.expect_response("**/stream-reply-suggestions") as streamed:
        page.get_by_role("button", name="Suggest an answer").click()
    assert streamed.value.headers["content-type"].startswith("text/event-stream")
    card = page.locator(".suggestion").first
    expect(card.locator(".words")).to_contain_text("seal")
    expect(card).to_contain_text("Sources (")
    card.get_by_role("button", name="Insert").click()
    expect(page.locator("#editor")).to_contain_text("seal")
    page.keyboard.press("Control+Enter")
    expect(thread(page, "reply")).to_have_count(2)
    settled = acme.program.get(f"/api/v1/tickets/{ticket['id']}/suggestions").json()["data"]
    assert "used" in [one["state"] for one in settled]


def test_files_are_chosen_and_pasted_and_a_note_stays_inside(acme: Acme, desks: Desks) -> None:
    ticket = acme.ticket()
    page = desks.at(ticket)
    with page.expect_file_chooser() as choosing:
        page.get_by_title("Attach files").click()
    choosing.value.set_files({"name": "seal.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#uploads")).to_contain_text("seal.png")
    page.keyboard.press("r")
    page.keyboard.type("Like this:")
    page.evaluate(PASTE_A_PICTURE, list(PNG))
    expect(page.locator("#editor img")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(thread(page, "reply")).to_contain_text("Like this:")
    shown = thread(page, "reply").locator("img")
    expect(shown).to_have_count(1)
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    sent = acme.now(ticket)["conversations"][-1]
    assert sorted(one["filename"] for one in sent["attachments"]) == ["crack.png", "seal.png"]
    page.locator("#editor").blur()
    page.keyboard.press("n")
    page.keyboard.type("She has had three of them.")
    page.get_by_role("button", name="Add note").click()
    expect(thread(page, "note")).to_have_text("She has had three of them.")
    assert acme.now(ticket)["conversations"][-1]["kind"] == "note"
    assert page.evaluate("window.sameDocument")


def test_tickets_are_merged_split_tagged_and_put_off(acme: Acme, desks: Desks) -> None:
    kept, twice = acme.ticket("It leaks"), acme.ticket("It leaks again", message="Still leaks.")
    page = desks.at(twice)
    page.keyboard.press(".")
    page.get_by_role("link", name="Merge into another ticket").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Number or words").fill(str(kept["number"]))
    sheet.get_by_role("button", name=f"Merge into #{kept['number']}", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/app/tickets/{kept['number']}\b"))
    expect(thread(page, "inbound")).to_have_text(["It drips.", "Still leaks."])
    in_motion(page)
    assert acme.now(twice)["merged_into_id"] == kept["id"]

    last = page.locator("article.inbound").last
    last.get_by_title("More about this message").click()
    last.get_by_role("link", name="Split off").click()
    sheet.get_by_label("Subject").fill("The second kettle")
    sheet.get_by_role("button", name="Split off").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The second kettle")
    expect(page.locator(".ticket-facts")).to_contain_text(f"Taken from #{kept['number']}")
    assert acme.said(kept) == ["It drips."]
    in_motion(page)

    page.keyboard.press("l")
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    expect(page.locator(".chips .tag")).to_contain_text("second")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.get_by_role("button", name="In three hours").click()
    expect(page.locator(".ticket-facts")).to_contain_text("Snoozed until")
    number = int(page.locator("[data-number]").get_attribute("data-number") or "")
    split = next(one for one in acme.program.get("/api/v1/tickets").json()["data"] if one["number"] == number)
    assert split["tags"] == ["second"]
    until = datetime.fromisoformat(split["snoozed_until"])
    assert timedelta(hours=2) < until - datetime.now(UTC) <= timedelta(hours=3)


def test_several_tickets_are_changed_at_once_and_that_is_taken_back(acme: Acme, desks: Desks) -> None:
    tickets = [acme.ticket(f"Lid {number}", priority="low") for number in (1, 2)]
    page = desks.page("noor", "/app?q=lid")
    for ticket in tickets:
        page.get_by_label(f"Choose ticket {ticket['number']}", exact=True).check()
    page.get_by_label("Priority", exact=True).select_option("urgent")
    page.get_by_label("Add tags, parted by commas").fill("lid")
    page.get_by_role("button", name="Apply").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("2 tickets changed.")
    expect(page.locator(".tickets .tag", has_text="lid")).to_have_count(2)
    assert {acme.now(one)["priority"] for one in tickets} == {"urgent"}
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Taken back.")
    expect(page.locator(".tickets .tag", has_text="lid")).to_have_count(0)
    assert {(acme.now(one)["priority"], *acme.now(one)["tags"]) for one in tickets} == {("low",)}


def test_a_search_shows_where_it_found_the_words(acme: Acme, desks: Desks) -> None:
    hostile = "The <b>thermostat</b> of my kettle is <script>x()</script> broken"
    ticket = acme.ticket("Too hot", message=hostile)
    page = desks.page("noor", "/app")
    page.keyboard.press("/")
    page.keyboard.type("thermostat")
    page.keyboard.press("Enter")
    row = page.locator(f"#t-{ticket['number']}")
    expect(row.locator("mark")).to_have_text("thermostat")
    expect(row.locator(".snippet")).to_contain_text("<b>thermostat</b>")
    in_motion(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search tickets and customers").fill("thermostat")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("Too hot")
    page.keyboard.press("Enter")
    expect(page).to_have_url(acme.address(ticket))


def test_a_draft_outlives_a_reload_and_a_log_out_in_another_tab(acme: Acme, desks: Desks) -> None:
    ticket = acme.ticket()
    page = desks.at(ticket)
    editor = page.get_by_role("textbox", name="Your answer")
    page.keyboard.press("r")
    page.keyboard.type("A new seal is on its way")
    expect(page.locator("#draft-told")).to_have_text("Draft kept")
    page.reload()
    expect(editor).to_have_text("A new seal is on its way")
    in_motion(page)
    other = page.context.new_page()
    desks.watch(other)
    other.goto(f"{acme.desk.base}/app")
    other.locator("summary", has_text="Noor").click()
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Log in")
    page.bring_to_front()
    editor.press("End")
    page.keyboard.type(" to you")
    page.get_by_label("Priority").select_option("urgent")
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    expect(editor).to_have_text("A new seal is on its way to you")
    page.get_by_role("button", name="Send answer").click()
    told = page.locator("#answer-trouble")
    expect(told).to_contain_text("You are logged out")
    assert (acme.now(ticket)["priority"], acme.said(ticket)) == ("normal", ["It drips."])
    told.get_by_role("link", name="Log in").click()
    log_in(page, "noor")
    expect(editor).to_have_text("A new seal is on its way to you")
    page.get_by_role("button", name="Send answer").click()
    expect(thread(page, "reply")).to_have_text("A new seal is on its way to you")
    page.reload()
    in_motion(page)
    expect(editor).to_be_empty()


def test_two_agents_at_one_ticket_see_each_other_and_what_the_other_does(acme: Acme, desks: Desks) -> None:
    ticket = acme.ticket()
    noor, ben = desks.at(ticket, "noor"), desks.at(ticket, "ben")
    expect(noor.locator("#presence")).to_contain_text("Ben")
    expect(ben.locator("#presence")).to_contain_text("Noor")
    ben.keyboard.press("r")
    ben.keyboard.type("I answer this one")

    def is_seen_writing() -> bool:
        ben.keyboard.type("!")
        return "Ben is writing" in noor.locator("#presence").inner_text()

    eventually(is_seen_writing, 60)
    noor.keyboard.press("r")
    noor.keyboard.type("And so do I")
    ben.keyboard.press("Control+Enter")
    expect(thread(noor, "reply")).to_contain_text("I answer this one!")
    expect(noor.locator("#editor")).to_have_text("And so do I")
    ben.get_by_label("Status").select_option("pending")
    expect(noor.get_by_label("Status")).to_have_value("pending")
    ben.goto(f"{acme.desk.base}/app/customers")
    expect(noor.locator("#presence")).not_to_contain_text("Ben")
    assert noor.evaluate("window.sameDocument")


def test_what_comes_while_the_page_is_open_shows_by_itself_in_list_and_ticket(
    acme: Acme, desks: Desks
) -> None:
    ticket = acme.ticket()
    page = desks.at(ticket)
    queue = desks.page("ben", "/app")
    queue.evaluate("window.sameDocument = true")
    chosen = queue.get_by_label(f"Choose ticket {ticket['number']}", exact=True)
    chosen.check()
    acme.writes(ticket, "Are you there?")
    expect(thread(page, "inbound")).to_have_text(["It drips.", "Are you there?"])
    fresh = acme.ticket("A very new kettle")
    expect(queue.locator(f"#t-{fresh['number']}")).to_be_visible()
    expect(chosen).to_be_checked()
    expect(queue.locator("[data-chosen]")).to_have_text("1 chosen")
    assert page.evaluate("window.sameDocument")
    assert queue.evaluate("window.sameDocument")


def test_nothing_is_lost_or_doubled_when_the_line_is_cut(acme: Acme, desks: Desks) -> None:
    ticket = acme.ticket()
    page = desks.at(ticket)
    page.evaluate(HEAR)
    sent = [acme.writes(ticket, "One")]
    expect(thread(page, "inbound")).to_have_text(["It drips.", "One"])
    desks.line_is_cut = True
    page.context.set_offline(True)
    sent += [acme.writes(ticket, "Two"), acme.writes(ticket, "Three")]
    page.context.set_offline(False)
    expect(thread(page, "inbound")).to_have_text(["It drips.", "One", "Two", "Three"])
    eventually(lambda: len(page.evaluate("window.heard")) >= len(sent), 60)
    assert page.evaluate("window.heard") == sent
    assert page.evaluate("window.sameDocument")


def test_nothing_is_lost_or_doubled_when_the_desk_is_started_anew(acme: Acme, desks: Desks) -> None:
    ticket = acme.ticket()
    page = desks.at(ticket)
    page.evaluate(HEAR)
    sent = [acme.writes(ticket, "One")]
    expect(thread(page, "inbound")).to_have_text(["It drips.", "One"])
    desks.line_is_cut = True
    acme.restart()
    sent += [acme.writes(ticket, "Two"), acme.writes(ticket, "Three")]
    expect(thread(page, "inbound")).to_have_text(["It drips.", "One", "Two", "Three"])
    sent.append(acme.writes(ticket, "Four"))
    expect(thread(page, "inbound")).to_have_text(["It drips.", "One", "Two", "Three", "Four"])
    assert page.evaluate("window.heard") == sent
    assert page.evaluate("window.sameDocument")
