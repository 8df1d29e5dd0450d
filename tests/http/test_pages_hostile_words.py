"""Words that would be markup or script, from every channel, on every page: they show as words."""

from html.parser import HTMLParser

import httpx2
import pytest
from attrs import define, field

from helpdesk_core.users import Role
from tests.http.browsers import filled, logged_in, routes_with
from tests.http.conftest import Office
from tests.http.furnished import Furnished

WORDS = "\"'></textarea></title></style><script>evil()</script><svg onload=evil()><img src=x onerror=evil()>{{7*7}}"
HTML = """
<p>Hello</p><script>evil()</script><style>*{display:none}</style><base href="https://evil.example">
<meta http-equiv="refresh" content="0;url=https://evil.example"><link rel="stylesheet" href="https://evil.example/x">
<form action="/app/logout" method="post"><button name="evil">Log in again</button><input name="evil"></form>
<a href="javascript:evil()">a</a><a href=" java\tscript:evil()">b</a><a href="data:text/html,evil">c</a>
<a href="/app/settings" hx-post="/app/logout" hx-trigger="load" data-confirm="evil" data-key="Enter" data-sheet>d</a>
<div hx-get="/app" hx-swap="innerHTML" hx-on:load="evil()" data-needs="../../evil" id="messages" class="toast">e</div>
<svg><script>evil()</script><use href="https://evil.example#x"></use>
<a xlink:href="javascript:evil()"><text>f</text></a></svg>
<math><mtext></mtext><mglyph><style><img src=x onerror=evil()></style></mglyph></math>
<img src="https://evil.example/pixel" onerror="evil()" style="position:fixed" srcset="https://evil.example/2x 2x">
<img src="x" alt="&quot; onerror=evil() x=&quot;"><video src="https://evil.example" autoplay></video>
<iframe srcdoc="<script>evil()</script>"></iframe><object data="evil"></object><embed src="evil">
<details open ontoggle=evil()>g</details><p style="background:url(https://evil.example)" onmouseover="evil()">h</p>
<template><script>evil()</script></template><noscript><p title="</noscript><img src=x onerror=evil()>"></noscript>
"""
NAMED = '"><img src=x onerror=evil()>.svg'
OUR_FRAMES = ("/widget/preview",)


@define
class Page(HTMLParser):
    """What a browser would make of a page, and what of it should not be there."""

    wrong: list[str] = field(factory=list)
    _inside: int = 0

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        found = f"<{tag} {given}>"
        active = [
            name for name in given if name.startswith("on") or name in ("style", "srcdoc", "srcset", "nonce")
        ]
        if active or tag in ("style", "base", "object", "embed", "applet", "math"):
            self.wrong.append(found)
        if tag == "script" and not given.get("src", "").startswith("/app/static/"):
            self.wrong.append(found)
        if tag == "link" and not given.get("href", "").startswith("/app/static/"):
            self.wrong.append(found)
        if tag == "iframe" and not given.get("src", "").startswith(OUR_FRAMES):
            self.wrong.append(found)
        if tag == "meta" and "refresh" in given.get("http-equiv", ""):
            self.wrong.append(found)
        if tag in ("img", "video", "audio", "source", "use") and "evil" in given.get(
            "src", given.get("href", "")
        ):
            self.wrong.append(found)
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-preview"):
            address = "".join(given.get(name, "").split()).lower()
            if address.startswith(("javascript:", "data:text", "vbscript:")) or (
                name != "href" and "://" in address and "evil" in address
            ):
                self.wrong.append(found)
        if self._inside or "body" in given.get("class", "").split():
            self._in_message(tag, given, found)

    def _in_message(self, tag: str, given: dict[str, str], found: str) -> None:
        """What somebody else wrote has nothing in it that our scripts or forms would take for their own."""
        ours = {
            name for name in given if name.startswith(("hx-", "data-")) or name in ("id", "class", "name")
        }
        controls = ("form", "input", "button", "select", "textarea", "dialog", "svg")
        if self._inside and (tag in controls or ours - {"data-remote-src"}):
            self.wrong.append(f"in a message: {found}")
        if tag == "div":
            self._inside += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._inside:
            self._inside -= 1


def wrong_on(text: str) -> list[str]:
    page = Page()
    page.feed(text)
    return page.wrong


def test_the_page_as_a_browser_reads_it_is_searched_for_what_should_not_be_there() -> None:
    assert len(wrong_on(HTML)) > 15
    assert len(wrong_on(WORDS)) == 3
    assert len(wrong_on(f'<div class="body">{HTML}</div>')) > len(wrong_on(HTML)) + 3


@pytest.fixture
async def admin(acme: Office) -> httpx2.AsyncClient:
    client = await logged_in(acme)
    client.headers["user-agent"] = WORDS.replace("\n", "")
    return client


async def hostile_things(acme: Office, visitor: httpx2.AsyncClient) -> None:
    """Hostile words wherever somebody may write: by mail, widget, API and shop, and by the staff itself."""
    api = acme.client
    customer = {"email": "ida@garden.example", "name": WORDS[:100]}
    ticket = await acme.ticket(
        WORDS, message=WORDS, customer=customer, tags=['"><i>tag'], metadata={WORDS[:60]: WORDS}
    )
    said = f"/api/v1/tickets/{ticket['id']}/conversations"
    uploaded = await api.post(
        "/api/v1/attachments", files={"file": (NAMED, b"<svg onload=evil()>", "image/svg+xml")}
    )
    for body in (
        {"kind": "inbound", "html": HTML, "attachment_ids": [uploaded.json()["id"]]},
        {"kind": "note", "html": HTML},
        {"kind": "reply", "html": HTML},
        {"kind": "inbound", "text": WORDS},
    ):
        assert (await api.post(said, json=body)).status_code == 201
    mail = (
        f"From: =?utf-8?q?=22=3E=3Cscript=3Eevil()=3C/script=3E?= <ida@garden.example>\nTo: acme@desk.example\n"
        f"Subject: {WORDS}\nMessage-ID: <1@x>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{HTML}"
    )
    await acme.desk.receive_email()(mail.encode())
    for path, more in {
        "/api/v1/articles": {"title": WORDS[:150], "body": HTML, "section": WORDS[:80], "published": True},
        "/api/v1/teams": {"name": WORDS[:60]},
        "/api/v1/views": {"name": WORDS[:60], "description": WORDS[:90]},
        "/api/v1/macros": {
            "name": WORDS[:60],
            "description": WORDS,
            "actions": [{"type": "reply", "text": WORDS}],
        },
        "/api/v1/custom-fields": {"name": "evil", "label": WORDS[:60], "type": "text"},
        "/api/v1/blocked-senders": {"pattern": "<script>@evil.example"},
        "/api/v1/customers": {"name": WORDS[:100], "emails": ["jo@evil.example"], "company": WORDS[:90]},
    }.items():
        await api.post(path, json=more)
    widget = (
        await api.post("/api/v1/widgets", json={"name": WORDS[:60], "theme": {"header_text": WORDS[:60]}})
    ).json()
    key = widget["api_key"]
    begun = await visitor.post(
        "/api/widget/init", json={"apiKey": key, "metadata": {"page_url": f"https://shop.example/{WORDS}"}}
    )
    session = {"x-widget-session": begun.json()["sessionToken"]}
    assert (await visitor.post("/api/widget/message", json={"message": WORDS}, headers=session)).is_success
    await acme.desk.create_user()(
        acme.id, "eve@acme.example", WORDS[:100], Role.AGENT, "correct horse battery"
    )


QUERIES = (
    *("/app?q={}", "/app/articles?q={}", "/app/customers?q={}", "/help/acme?q={}", "/app/login?next=/app/{}"),
    *(
        "/app/login?told={}",
        "/app?done={}",
        "/app/held?done={}&ticket={}",
        "/app/reset?token={}",
        "/app?queue={}",
    ),
    *(
        "/app/tickets/1/merge?q={}",
        "/app/tickets/new?email={}",
        "/app/reports?days={}",
        "/app/tickets/1?queue={}",
    ),
    "/app/settings/integrations?connected={}",
)


async def test_hostile_words_of_every_channel_show_as_words_on_every_page(
    acme: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    ours = Furnished(acme)
    await hostile_things(acme, visitor)
    await ours.fill()
    wrong: dict[str, list[str]] = {}
    shown = 0
    for number in (1, 2, 3):
        for route in routes_with("GET"):
            if (number > 1 and "number" not in route.path) or route.path in ("/app/live", "/app/palette"):
                continue
            page = await admin.get(filled(route, ours.ids, number), headers={"accept": "text/html"})
            if not page.headers.get("content-type", "text/html").startswith("text/html"):
                assert page.headers["content-type"] == "application/json", route.path
                continue
            if found := wrong_on(page.text):
                wrong[route.path] = found
            shown += "evil()" in page.text
    assert wrong == {}
    assert shown > 10, "the words were on no page"


async def test_hostile_words_in_an_address_show_as_words(
    acme: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    await hostile_things(acme, visitor)
    for path in QUERIES:
        for words in (WORDS, "javascript:evil()", "{{7*7}}<b>"):
            page = await admin.get(
                path.replace("{}", str(httpx2.QueryParams({"": words}))[1:]), headers={"accept": "text/html"}
            )
            assert wrong_on(page.text) == [], path
            assert ">49<" not in page.text


async def test_what_scripts_are_told_is_json_and_nothing_else(
    acme: Office, admin: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    await hostile_things(acme, visitor)
    answer = await admin.get("/app/palette", params={"q": "evil"}, headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"
    assert all(entry["address"].startswith("/app/") for entry in answer.json())


async def test_a_file_is_saved_and_never_shown_whatever_it_is_called(
    acme: Office, admin: httpx2.AsyncClient
) -> None:
    for name in (
        NAMED,
        'a"; filename="b.html',
        "a\r\nset-cookie: x=y.html",
        "../../evil.html",
        "\u202egpj.exe",
    ):
        upload = {"file": (name, b"<script>evil()</script>", "text/html")}
        stored = (await acme.client.post("/api/v1/attachments", files=upload)).json()
        answer = await admin.get(f"/api/v1/attachments/{stored['id']}/content")
        assert answer.status_code == 200
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith("attachment;"), name
        assert not set("\r\n\u202e/\\") & set(disposition.replace('\\"', ""))
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"].startswith("private")
        assert "x" not in answer.cookies
