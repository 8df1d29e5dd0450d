"""Whatever a page is like, the widget works there or stays away, and the page never suffers from it."""

import hashlib
import hmac
import json
from base64 import b64encode

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.http.running import eventually
from tests.web.conftest import Visit
from tests.web.shop import Shop

SAYS = "Write a message…"
STRICT = (
    "default-src 'none'; script-src 'nonce-n0nce'; connect-src {desk}; img-src {desk}; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'"
)
ATTACK = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\'"&lt;{{7*7}}${7*7}'


def open_chat(page: Page) -> None:
    page.get_by_role("button", name="Open chat").click()


def say(page: Page, text: str) -> None:
    page.get_by_label(SAYS).fill(text)
    page.get_by_label(SAYS).press("Enter")
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()


def test_a_strict_content_security_policy_needs_no_exception_for_styles(shop: Shop, visit: Visit) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{STRICT.format(desk=shop.desk.base)}">'
    page = visit(shop.page(shop.widget(form_fields=[]), head=policy))
    open_chat(page)
    say(page, "Strict is fine")
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["width"] == 384, "it wears its styles"


def test_the_script_is_loaded_only_if_its_hash_is_the_one_that_the_page_names(
    shop: Shop, visit: Visit
) -> None:
    script = httpx2.get(f"{shop.desk.base}/widget.js").content
    named = b64encode(hashlib.sha384(script).digest()).decode()
    other = b64encode(hashlib.sha384(script + b" ").digest()).decode()
    for digest, shown in ((named, 1), (other, 0)):
        attributes = f' integrity="sha384-{digest}" crossorigin="anonymous"'
        page = visit(shop.page(shop.widget(), attributes=attributes))
        page.wait_for_load_state("networkidle")
        expect(page.locator("helpdesk-widget")).to_have_count(shown)


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("shop.example", True),
        ("www.shop.example", True),
        ("shop.example.evil.test", False),
        ("evilshop.example", False),
    ],
)
def test_a_widget_shows_itself_on_the_pages_that_it_is_for(
    shop: Shop, visit: Visit, host: str, admitted: bool
) -> None:
    address = shop.page(shop.widget(allowed_domains=["shop.example"]))
    page = visit(address.replace("127.0.0.1", host))
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Open chat")).to_have_count(int(admitted))
    expect(page.get_by_role("heading", name="Garden shop")).to_be_visible()


@pytest.mark.parametrize("attributes", ["", ' data-desk="http://nowhere.test:9/"'], ids=["key", "desk"])
def test_where_there_is_no_such_widget_or_desk_the_page_is_as_without(
    shop: Shop, visit: Visit, attributes: str
) -> None:
    page = visit(shop.page("wk_unknown", attributes=attributes))
    page.wait_for_load_state("networkidle")
    expect(page.locator("helpdesk-widget")).to_have_count(0)
    page.evaluate("Helpdesk.open()")
    page.get_by_role("link", name="About us").click()


def test_scripts_in_any_text_are_shown_as_text(shop: Shop, visit: Visit) -> None:
    theme = {"primary_color": "#0f766e", "header_text": ATTACK, "position": "bottom-right"}
    fields = [{"name": "name", "label": ATTACK, "type": "text", "required": True}]
    page = visit(shop.page(shop.widget(theme=theme, form_fields=fields)))
    open_chat(page)
    expect(page.get_by_role("heading", name=ATTACK)).to_be_visible()
    page.get_by_role("textbox", name=ATTACK).fill(ATTACK)
    page.get_by_role("button", name="Start chat").click()
    say(page, ATTACK)
    ticket = eventually(
        lambda: [one for one in shop.api("GET", "/tickets")["data"] if "<img" in one["subject"]]
    )[0]
    link = {"type": "link", "attrs": {"href": "https://garden.example/"}}
    words = {"type": "text", "text": ATTACK, "marks": [link]}
    paragraph = {"type": "paragraph", "content": [words]}
    shop.answers(ticket, content={"type": "doc", "content": [paragraph]})
    expect(page.locator("helpdesk-widget .agent .bubble").last).to_have_text(ATTACK)
    expect(page.locator("helpdesk-widget .customer .bubble")).to_have_text(ATTACK)
    assert page.evaluate("window.pwned") is None


def test_a_stolen_or_foreign_document_that_the_desk_would_never_send_does_no_harm(
    shop: Shop, visit: Visit
) -> None:
    page = visit(shop.page(shop.widget(form_fields=[])))
    evil = {"type": "link", "attrs": {"href": "javascript:window.pwned=1"}}
    deep: dict[str, object] = {"type": "text", "text": "deep"}
    for _ in range(200):
        deep = {"type": "blockquote", "content": [deep]}
    nodes = [
        {"type": "paragraph", "content": [{"type": "text", "text": "evil link", "marks": [evil]}]},
        {"type": "script", "content": [{"type": "text", "text": "window.pwned=1"}]},
        {"type": "constructor", "content": "?"},
        {"type": "image", "attrs": {"src": "javascript:1", "alt": "no picture"}},
        deep,
    ]
    message = {
        "id": "00000000-0000-7000-8000-000000000000",
        "content": {"type": "doc", "content": nodes},
        "content_text": "",
        "created_at": "2026-01-01T00:00:00Z",
        "author": {"name": "\u202eroor\u2069" * 40, "avatar_url": "javascript:1", "role": "agent"},
        "attachments": [
            {"id": "1", "filename": ATTACK, "url": "javascript:1", "size": 1, "type": "text/html"}
        ],
        "client_message_id": None,
    }
    cors = {"access-control-allow-origin": "*"}
    told = json.dumps({"messages": [message]})
    page.route("**/api/widget/message*", lambda route: route.fulfill(body=told, headers=cors))
    page.evaluate("key => localStorage.setItem(key, JSON.stringify('x'))", key_of(page, "token"))
    page.reload()
    open_chat(page)
    expect(page.get_by_text("evil link")).to_be_visible()
    expect(page.get_by_text("no picture")).to_be_visible()
    assert page.locator("helpdesk-widget a").count() == 0
    assert page.evaluate("window.pwned") is None


def key_of(page: Page, name: str) -> str:
    key = page.locator("script[data-api-key]").get_attribute("data-api-key")
    return f"helpdesk:{key}:{name}"


def test_the_page_has_one_new_name_no_cookie_and_only_keys_of_the_widgets_own(
    shop: Shop, visit: Visit
) -> None:
    page = visit("about:blank")
    page.goto(
        shop.page(
            shop.widget(form_fields=[]), before="<script nonce='n0nce'>before = Object.keys(window)</script>"
        )
    )
    open_chat(page)
    say(page, "Nothing left behind")
    assert page.evaluate("Object.keys(window).filter(name => !before.includes(name))") == [
        "before",
        "Helpdesk",
    ]
    assert page.context.cookies() == []
    assert (
        page.evaluate("[...Object.keys(localStorage)].filter(name => !name.startsWith('helpdesk:wk_'))") == []
    )


def test_a_page_that_spoils_everything_around_it_does_not_spoil_the_widget(shop: Shop, visit: Visit) -> None:
    head = """<style>* { display: block !important; font-size: 3px !important; color: red !important }
        helpdesk-widget { opacity: 0; transform: scale(.1) }</style>
        <script>Object.prototype.surprise = 1; Array.prototype.also = 2; keys = [];
        document.addEventListener("keydown", event => keys.push(event.key))</script>"""
    page = visit(shop.page(shop.widget(form_fields=[]), head=head))
    open_chat(page)
    say(page, "s")
    assert page.evaluate("keys") == [], "what is typed is no shortcut of the page"
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["width"] == 384


def test_without_storage_a_visitor_talks_as_long_as_the_page_stands(shop: Shop, visit: Visit) -> None:
    shut = """<script>Object.defineProperty(window, "localStorage", {get() { throw new Error("closed") }});
        Object.defineProperty(navigator, "locks", {value: undefined}); delete window.BroadcastChannel</script>"""
    page = visit(shop.page(shop.widget(form_fields=[]), head=shut))
    open_chat(page)
    say(page, "In private")
    (ticket,) = eventually(lambda: shop.tickets("In private"))
    shop.answers(ticket, "Privately yours")
    expect(page.get_by_text("Privately yours")).to_be_visible()


def test_the_page_calls_the_widget_even_before_it_is_there(shop: Shop, visit: Visit) -> None:
    before = """<script>heard = [];
        (window.Helpdesk ||= []).push(
            ["identify", {name: "Ida", email: "ida@garden.example"}],
            ["setMetadata", {cart: "kettle"}],
            ["on", "message", message => heard.push(message.content_text)],
            ["on", "message", () => { throw new Error("of the page") }],
            ["open"], ["unheard of"])</script>"""
    page = visit(shop.page(shop.widget(), before=before))
    say(page, "Who am I?")  # without a form, since the page has said it
    (ticket,) = eventually(lambda: shop.tickets("Who am I?"))
    assert ticket["metadata"]["cart"] == "kettle"
    customer = shop.api("GET", f"/customers/{ticket['customer_id']}")
    assert (customer["name"], customer["email"]) == ("Ida", "ida@garden.example")
    shop.answers(ticket, "You are Ida")
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == ["You are Ida"]
    page.evaluate("Helpdesk.close()")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_somebody_else_on_the_same_machine_does_not_read_what_was_said_before(
    shop: Shop, visit: Visit
) -> None:
    key = shop.widget(form_fields=[])
    identified = "<script>(window.Helpdesk ||= []).push(['identify', {{id: '{}'}}], ['open'])</script>"
    page = visit(shop.page(key, before=identified.format("ida")))
    say(page, "Between you and me")
    page.goto(shop.page(key, before=identified.format("ida")))
    expect(page.get_by_text("Between you and me")).to_be_visible()
    page.goto(shop.page(key, before=identified.format("max")))
    expect(page.get_by_label(SAYS)).to_be_visible()
    expect(page.get_by_text("Between you and me")).to_have_count(0)
    assert page.evaluate("JSON.stringify(localStorage)").find("Between") == -1


def test_a_page_vouches_for_its_visitor(shop: Shop, visit: Visit) -> None:
    key = shop.widget(form_fields=[])
    (widget,) = [one for one in shop.api("GET", "/widgets?limit=100")["data"] if one["api_key"] == key]
    secret = shop.api("POST", f"/widgets/{widget['id']}/rotate-identity-secret")["secret"]
    proof = hmac.new(secret.encode(), b"customer-7", hashlib.sha256).hexdigest()
    who = f"{{id: 'customer-7', email: 'ida@garden.example', hash: '{proof}'}}"
    page = visit(
        shop.page(
            key, before=f"<script>(window.Helpdesk ||= []).push(['identify', {who}], ['open'])</script>"
        )
    )
    say(page, "I am who I am")
    (ticket,) = eventually(lambda: shop.tickets("I am who I am"))
    assert shop.api("GET", f"/customers/{ticket['customer_id']}")["email"] == "ida@garden.example"
