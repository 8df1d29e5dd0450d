"""Takes the pictures of the docs from the demonstration: `python -m tests.web.pictures`, into docs/images."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
from attrs import frozen
from playwright.sync_api import Page, sync_playwright

from tests.http.commands import commands
from tests.web.conftest import CHROMIUM, QUIET

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
LARGEST: Final = 120_000
"""Bytes of a picture: a page of the docs is read over slow lines as well."""
WIDE, TALL, NARROW = (
    {"width": width, "height": height} for width, height in ((1060, 620), (980, 700), (390, 700))
)


@frozen
class Picture:
    """name: of the file; path: `{ticket}` in it is a number; keys: what is pressed there."""

    name: str
    path: str
    screen: Any
    scheme: Any = "light"
    keys: tuple[str, ...] = ()


PICTURES: Final = (
    Picture("inbox", "/app", WIDE),
    Picture("ticket", "/app/tickets/{ticket}", TALL),
    Picture("palette", "/app", WIDE, "dark", ("Control+k", *"tent")),
    Picture("reports", "/app/reports", WIDE),
    Picture("phone", "/app", NARROW, "dark"),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, commands(Path(folder)).going("demo", "--port", "0") as going:
        with going.client(going.told["api_key"]) as client:
            number = answered(client)
            log_in = {name: going.told[name] for name in ("email", "password")}
            session = client.post("/api/auth/login", json=log_in).cookies["helpdesk_session"]
        for picture in PICTURES:
            with a_page(going.told["url"], session, picture) as page:
                page.goto(going.told["url"] + picture.path.format(ticket=number))
                if page.locator("#queues").count():
                    page.locator("#queues a").first.wait_for(state="attached")
                for key in picture.keys:
                    page.keyboard.press(key)
                page.wait_for_timeout(800)
                file = IMAGES / f"{picture.name}.png"
                page.screenshot(path=file)
            assert file.stat().st_size < LARGEST, f"{file.name} is too large: {file.stat().st_size} bytes"
            sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")
        going.stop()


def answered(client: httpx2.Client) -> int:
    """The number of the ticket that was answered last, and waits for its customer."""
    tickets = client.get("/api/v1/tickets?status=pending&sort=-last_message_at&limit=1").json()["data"]
    return int(tickets[0]["number"])


@contextmanager
def a_page(base: str, session: str, picture: Picture) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(
            viewport=picture.screen, color_scheme=picture.scheme, locale="en-GB", reduced_motion="reduce"
        )
        context.add_cookies([{"name": "helpdesk_session", "value": session, "url": base}])
        yield context.new_page()
        browser.close()


if __name__ == "__main__":
    main()
