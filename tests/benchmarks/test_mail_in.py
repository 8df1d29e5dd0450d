"""From the webhook to the ticket, jobs and all: mails a second. Told, not judged."""

import time
from pathlib import Path

import orjson
import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender
from tests.benchmarks.servers import Founded, Server, found, reading, starting, webhooks
from tests.fakes.resend_api import KEY


@pytest.mark.timeout(600)
def test_mails_become_tickets(
    sender: Sender, tmp_path_factory: pytest.TempPathFactory, figures: Figures, quick: bool
) -> None:
    mails = 16 if quick else 3000
    founded = found(_folder(tmp_path_factory))
    with starting("tests.benchmarks.mail_source", {}) as source:
        resend = {"RESEND_API_KEY": KEY, "HELPDESK_RESEND_API_BASE": f"http://127.0.0.1:{source.port}"}
        with starting("tests.benchmarks.desk", {**founded.environment, **resend}, "--jobs") as desk:
            begun, before = time.perf_counter(), desk.processor()
            ran = sender.send(desk.port, webhooks("/api/webhooks/resend", mails, "mail"), 200)
            while _tickets(sender, desk, founded) < mails:
                time.sleep(0.05)
            took, spent = time.perf_counter() - begun, desk.processor() - before
    figures.add(
        "mails fetched and made tickets",
        f"{mails / took:,.0f}/s",
        more=f"admitted meanwhile at {ran.rate:,.0f}/s; {spent / mails * 1e6:.0f} us of processor a mail",
    )


def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mails")


def _tickets(sender: Sender, desk: Server, founded: Founded) -> int:
    """How many tickets there are: the newest one's number."""
    newest = sender.send(desk.port, [reading("/api/v1/tickets?limit=1&sort=-number", founded.key)], 200, 1)
    found = orjson.loads(newest.answer.partition(b"\r\n\r\n")[2])["data"]
    return int(found[0]["number"]) if found else 0
