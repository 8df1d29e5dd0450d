"""The pages speak every language that they offer: all of it, with the same placeholders, and only to who asks."""

import re
import subprocess
import sys

import httpx2
import pytest
from babel.messages.catalog import Catalog, Message

from helpdesk_http.web.tongues import Ours, Tongue
from tests.http.conftest import Office
from tests.web.catalogues import LANGUAGES, brought_up_to_date, catalogue, lacking, texts, written

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\{.*?\}\}|\{\w+\}|<[^>]+>")
INBOX = {"de": "Posteingang", "fr": "Boîte de réception", "es": "Bandeja de entrada"}


@pytest.fixture(scope="module")
def said() -> Catalog:
    return texts()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_pages_is_translated(code: str, said: Catalog) -> None:
    assert lacking(brought_up_to_date(code, said)) == [], "run python -m tests.web.catalogues, and translate"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_has_the_placeholders_and_the_markup_of_its_message(code: str) -> None:
    for message in catalogue(code):
        if message.id and message.string:
            for ours, theirs in pairs(message):
                assert sorted(PLACEHOLDER.findall(ours)) == sorted(PLACEHOLDER.findall(theirs)), ours
                assert "%" not in PLACEHOLDER.sub("", theirs), (
                    "a sign that formatting would take for a placeholder"
                )
                assert (ours[:1].isspace(), ours[-1:].isspace()) == (
                    theirs[:1].isspace(),
                    theirs[-1:].isspace(),
                )


def pairs(message: Message) -> list[tuple[str, str]]:
    """The forms of a message, each with its translation."""
    if isinstance(message.id, str):
        assert isinstance(message.string, str)
        return [(message.id, message.string)]
    assert message.string is not None
    return [(message.id[min(place, 1)], text) for place, text in enumerate(message.string)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_is_as_the_command_writes_it(code: str) -> None:
    kept = catalogue(code)
    assert written(brought_up_to_date(code, kept)) == written(kept)
    assert {message.id for message in kept if message.fuzzy} == set()


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_log_in_page_is_in_the_language_that_the_browser_asks_for(
    code: str, visitor: httpx2.AsyncClient
) -> None:
    page = await visitor.get("/app/login", headers={"accept-language": f"{code}-CH, en;q=0.5"})
    assert f'<html lang="{code}" dir="ltr"' in page.text
    assert Tongue.of(code).said("Password") in page.text
    assert "Password" not in re.sub(r"<[^>]*>", "", page.text)


async def test_the_language_that_somebody_chooses_stays(acme: Office, visitor: httpx2.AsyncClient) -> None:
    visitor.cookies.set("helpdesk_language", "fr")
    page = await visitor.get("/", headers={"accept-language": "de"})
    assert '<html lang="fr"' in page.text
    assert "Le helpdesk fonctionne" in page.text


@pytest.mark.parametrize(("code", "inbox"), INBOX.items())
def test_a_number_chooses_the_form(code: str, inbox: str) -> None:
    tongue = Tongue.of(code)
    assert tongue.said("Inbox") == inbox
    one, many = "%(num)s message", "%(num)s messages"
    assert tongue.counted(one, many, 1) != tongue.counted(one, many, 2)
    assert (tongue.counted(one, many, 0) == tongue.counted(one, many, 1)) is (code == "fr")


def test_what_is_not_spoken_is_english() -> None:
    assert Tongue.of("nl").said("Inbox") == "Inbox"
    assert Tongue.of("de").said("What no page says.") == "What no page says."
    assert Tongue.of("de").said(Ours("Inbox")) == "Posteingang"


def test_a_reader_of_english_does_not_wait_for_the_library_of_the_catalogues() -> None:
    program = (
        "import sys; from helpdesk_http.web import rendering;"
        "rendering._environment('en').get_template('login.html');"
        "sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
