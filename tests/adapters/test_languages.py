"""Languages and countries from data that ships in packages, and translation by a server over HTTP."""

import json

import pytest

from helpdesk_adapters.languages.countries import country_of
from helpdesk_adapters.languages.detection import FastTextLanguages
from helpdesk_adapters.languages.translator import ChatTranslator
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp, TryLater
from tests.fakes.http_server import Reply, Request, serving


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? I have been waiting for two weeks.", "en"),
        ("Guten Tag, wo bleibt denn mein Paket?", "de"),
        ("Bonjour, où est passée ma commande ?\n\nMerci d'avance", "fr"),
        ("مرحبا، أين طلبي من فضلكم؟ لقد انتظرت طويلا", "ar"),
        ("ok 12345", None),
        ("", None),
    ],
)
async def test_the_language_of_a_text_is_told_where_it_can_be(text: str, language: str | None) -> None:
    assert await FastTextLanguages(ThreadOffload()).detect(text) == language


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        ("2001:4860:4860::8888", "US"),
        ("10.0.0.1", None),
        ("::1", None),
        ("no address", None),
    ],
)
def test_the_country_of_an_address_is_told_where_it_is_known(address: str, country: str | None) -> None:
    assert country_of(address) == country


async def test_a_text_is_translated_and_nothing_about_its_writer_is_sent() -> None:
    sent: list[Request] = []

    def answer(request: Request) -> Reply:
        sent.append(request)
        told = {"choices": [{"message": {"role": "assistant", "content": " Where is my parcel? \n"}}]}
        return Reply(body=json.dumps(told).encode())

    with serving(answer) as port:
        base = f"http://127.0.0.1:{port}/v1"
        http = OutgoingHttp().trusting(base)
        translator = ChatTranslator(http, base, "small", "a key")
        assert await translator.translate("Wo ist mein Paket?", "de", "en") == "Where is my parcel?"
        await http.close()
    (request,) = sent
    body = json.loads(request.body)
    assert (request.target, request.headers["authorization"]) == ("/v1/chat/completions", "Bearer a key")
    assert (body["model"], body["messages"][1]) == (
        "small",
        {"role": "user", "content": "Wo ist mein Paket?"},
    )


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(401, b"{}"), GiveUp),
        (Reply(503, b"busy"), TryLater),
        (Reply(200, b"not JSON"), TryLater),
        (Reply(200, b'{"choices": []}'), TryLater),
    ],
)
async def test_a_server_that_does_not_translate_is_told_from_one_that_may_later(
    reply: Reply, error: type[Exception]
) -> None:
    with serving(lambda request: reply) as port:
        base = f"http://127.0.0.1:{port}/v1"
        http = OutgoingHttp().trusting(base)
        with pytest.raises(error):
            await ChatTranslator(http, base, "small").translate("Wo ist mein Paket?", "de", "en")
        await http.close()
