"""A browser, a shop with the widget on its pages, and visitors of it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import requires
from tests.web.shop import Shop, open_shop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    # Any name of a host leads here, so that pages of many sites can be tried.
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1",
]

Visit = Callable[..., Page]

expect.set_options(timeout=30_000)  # what a page comes to, not how soon on a machine that others use too


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    requires("a Chromium browser", CHROMIUM is not None, "apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens an address as a new visitor, with the given options of Playwright's contexts.

    No page may have noticed anything of the widget's troubles in the end; what went wrong on purpose, such as an
    answer that did not come, the browser tells in the console, and that is no trouble of the page.
    """
    troubles: list[str] = []
    opened = []

    def visiting(address: str, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **options})
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console", lambda told: troubles.append(told.text) if "Content Security" in told.text else None
        )
        page.goto(address)
        return page

    yield visiting
    for context in opened:
        context.close()
    assert troubles == []
