"""Every page of the demonstration in a real browser: for everybody (WCAG), on every screen, asking nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import frozen
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.routing import Route

from helpdesk_http.web.site import page_routes
from tests.http.commands import commands
from tests.web.widget_tools import axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NO_PAGES = {"/app/live", "/app/palette", "/app/queues"}
"""What answers with something else than a page."""
LINKS = {"/setup", "/app/login/code", "/app/invitation", "/app/reset", "/widget/preview"}
"""Pages that only a link with something in it opens."""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PARTS = 4
"""A part of the pages a test: all at once take longer on a busy machine than a test may."""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}


@frozen
class Demonstration:
    """The demonstration as it runs, one of its sessions, and where everything is that has a page."""

    base: str
    session: str
    pages: tuple[str, ...]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("shown")
    with commands(folder).going("demo", "--port", "0") as going:
        told = going.told
        with going.client(told["api_key"]) as client:
            pages = [*without_parameters(), *with_parameters(client, told["organization"])]
            log_in = {"email": told["email"], "password": told["password"]}
            answer = client.post("/api/auth/login", json=log_in)
        yield Demonstration(told["url"], answer.cookies["helpdesk_session"], tuple(pages))
        going.stop()


def without_parameters() -> list[str]:
    gets = [
        route.path
        for route in page_routes()
        if isinstance(route, Route) and "GET" in (route.methods or ()) and "{" not in route.path
    ]
    return sorted(set(gets) - NO_PAGES - LINKS)


def with_parameters(client: httpx2.Client, slug: str) -> list[str]:
    """A page of each kind that shows one thing, and of a ticket at whose words, names and tags a page may burst."""
    long = client.post(
        "/api/v1/tickets",
        json={
            "subject": LONG,
            "message": f"{LONG * 3}\n\nhttps://shop.example/{'a' * 200}",
            "customer": {"email": f"{'long' * 15}@{'example' * 6}.example", "name": f"Dr. {LONG} von {LONG}"},
            "tags": [
                f"{word}-{LONG[:20].lower()}" for word in ("one", "two", "three", "four", "five", "six")
            ],
        },
    ).json()
    threaded = max(listed(client, "/api/v1/tickets?limit=50"), key=lambda ticket: ticket["message_count"])
    article = listed(client, "/api/v1/articles")[0]["id"]
    widget = listed(client, "/api/v1/widgets")[0]
    rooms = {"teams": "teams", "macros": "macros", "rules": "rules", "views": "views", "widgets": "widgets"}
    return [
        "/app?q=the",
        "/app?q=nothingisfoundbythis",
        "/app?queue=done",
        f"/app/tickets/{threaded['number']}",
        f"/app/tickets/{threaded['number']}/merge",
        f"/app/tickets/{threaded['number']}/macros",
        f"/app/tickets/{long['number']}",
        f"/app/customers/{long['customer_id']}",
        f"/app/customers/{threaded['customer_id']}",
        f"/app/articles/{article}",
        f"/help/{slug}",
        f"/help/{slug}/{article}",
        f"/widget/preview?apiKey={widget['api_key']}",
        "/app/tickets/999999",
        *(
            f"/app/settings/{room}/{one['id']}"
            for room, kind in rooms.items()
            for one in listed(client, f"/api/v1/{kind}")[:1]
        ),
    ]


def listed(client: httpx2.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(path).json()["data"]
    return found


def entered(browser: Browser, shown: Demonstration, **options: Any) -> BrowserContext:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
    context.add_cookies([{"name": "helpdesk_session", "value": shown.session, "url": shown.base}])
    context.add_init_script(axe().read_text("utf-8"))
    return context


@pytest.mark.parametrize(
    ("scheme", "screen", "part"),
    [
        *(pytest.param("light", DESKTOP, part, id=f"on a desktop-{part}") for part in range(PARTS)),
        # At night a part of them: what pages are made of is the same.
        pytest.param("dark", PHONE, PARTS - 1, id="on a phone at night"),
    ],
)
def test_every_page_is_for_everybody_fits_its_screen_and_keeps_to_itself(
    shown: Demonstration, browser: Browser, scheme: Any, screen: Any, part: int
) -> None:
    pages = shown.pages[part::PARTS]
    with entered(browser, shown, color_scheme=scheme, viewport=screen) as context:
        troubles = {path: found for path in pages if (found := troubles_of(context, shown.base, path))}
    assert troubles == {}


def troubles_of(context: BrowserContext, base: str, path: str) -> list[str]:
    """What is wrong with the page, from the left and from the right."""
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    missing = "404 (Not Found)" if "999999" in path else None
    page.on("console", lambda told: noted(troubles, told.type, told.text, missing))
    page.on("request", lambda request: troubles.extend(foreign(request.url, base)))
    answer = page.goto(base + path)
    if answer is None or not (answer.ok or missing):
        troubles.append(f"answered {answer and answer.status}")
    if page.locator("#queues").count():
        page.locator("#queues a").first.wait_for(state="attached")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    for one in found["violations"]:
        places = [" ".join(map(str, node["target"])) for node in one["nodes"][:3]]
        troubles.append(f"{one['id']}: {', '.join(places)}")
    troubles += [f"reads from the {side}: {what}" for side, what in overflowing(page)]
    page.close()
    return troubles


def noted(troubles: list[str], kind: str, text: str, expected: str | None) -> None:
    if kind in ("error", "warning") and not (expected and expected in text):
        troubles.append(f"console: {text}")


def foreign(url: str, base: str) -> list[str]:
    return [] if url.startswith((base, "data:", "blob:")) else [f"asked {url}"]


def overflowing(page: Page) -> list[tuple[str, str]]:
    """What makes the page scroll sideways, in each direction of reading."""
    found = []
    for side, direction in (("left", "ltr"), ("right", "rtl")):
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((side, str(page.evaluate(WIDEST))))
    return found


WIDEST = """() => [...document.querySelectorAll("body *")]
    .filter(one => { const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
    .filter(one => !one.closest(".visually-hidden, .skip, dialog, svg"))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 90))"""


def test_whoever_is_not_in_finds_the_doors_in_order(
    shown: Demonstration, browser: Browser, tmp_path: Path
) -> None:
    """Log-in, a forgotten password, and the page that sets up an empty desk, without a session."""
    with commands(tmp_path).going("serve", "--port", "0") as going:
        for screen, scheme in ((DESKTOP, "dark"), (PHONE, "light")):
            with browser.new_context(viewport=screen, color_scheme=scheme) as context:  # type: ignore[arg-type]
                context.add_init_script(axe().read_text("utf-8"))
                for path in ("/app/login", "/app/forgotten", "/"):
                    assert troubles_of(context, shown.base, path) == []
                set_up = going.told["setup_url"].removeprefix(going.told["url"])
                assert troubles_of(context, going.told["url"], set_up) == []
        going.stop()
