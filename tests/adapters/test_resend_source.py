"""Received mail fetched from Resend, over HTTP, also on its bad days."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.email.resend.client import ResendMail
from helpdesk_adapters.email.resend.payloads import Received
from helpdesk_adapters.email.resend.translate import mail_of
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.addresses import Address
from helpdesk_core.email import Mail, MailPart
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.webhooks import UnreadableDelivery
from tests.fakes.http_server import Reply
from tests.fakes.resend_api import KEY, FakeResend, fake_resend, problem

ID = "9a3e0c1e-52c4-4b0e-8d2b-7a64f1f0aa01"
ENVELOPE = Mail(
    from_=Address("maya@okafor-bikes.example", "Maya Okafor"),
    subject="The second box never came",
    to=(Address("help@brightlane.example"),),
    recipients=("brightlane@inbound.desk.example",),
    message_id="first@okafor-bikes.example",
)
MAIL: dict[str, Any] = {
    "from": "Maya Okafor <maya@okafor-bikes.example>",
    "to": ["Brightlane Support <help@brightlane.example>"],
    "cc": ["workshop@okafor-bikes.example"],
    "bcc": [],
    "reply_to": ["maya.private@okafor-bikes.example"],
    "received_for": ["brightlane+t.17@inbound.desk.example"],
    "created_at": "2026-03-01 09:30:01.87234+00",
    "subject": "Re: The second box never came",
    "text": "Still nothing.\r\nMaya",
    "html": '<p>Still nothing.</p><img src="cid:box@okafor"><p>Maya</p>',
    "headers": {
        "message-id": "<second@okafor-bikes.example>",
        "in-reply-to": "<answer@brightlane.example>",
        "references": "<first@okafor-bikes.example> <answer@brightlane.example>",
        "date": "Sun, 1 Mar 2026 10:30:00 +0100",
        "received": ["from a by b", "from c by d"],
        "auto-submitted": "no",
    },
    "message_id": "<second@okafor-bikes.example>",
}
PICTURE = {
    "id": "att-1",
    "filename": "box.png",
    "size": 9,
    "content_type": "image/png",
    "content_disposition": "inline",
    "content_id": "<box@okafor>",
    "content": b"\x89PNG box",
}
NOTE = {
    "id": "att-2",
    "filename": "delivery note.pdf",
    "content_type": "application/pdf",
    "content_disposition": "attachment",
    "content_id": None,
    "content": b"%PDF note",
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    with fake_resend() as resend:
        resend.received[ID] = {**MAIL, "attachments": [PICTURE, NOTE]}
        yield resend


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    http = OutgoingHttp()
    yield http
    await http.close()


@pytest.fixture
def source(http: OutgoingHttp, resend: FakeResend) -> ResendMail:
    return ResendMail(http, KEY, resend.base, pauses=(0.0, 0.01))


async def test_a_mail_comes_whole(source: ResendMail, resend: FakeResend) -> None:
    mail = await source.fetch(ID, ENVELOPE)
    assert mail.from_ == Address("maya@okafor-bikes.example", "Maya Okafor")
    assert mail.to == (Address("help@brightlane.example", "Brightlane Support"),)
    assert mail.cc == (Address("workshop@okafor-bikes.example"),)
    assert mail.reply_to == (Address("maya.private@okafor-bikes.example"),)
    assert mail.recipients == ("brightlane+t.17@inbound.desk.example",)
    assert mail.subject == "Re: The second box never came"
    assert (mail.text, mail.html) == ("Still nothing.\nMaya", MAIL["html"])
    assert mail.message_id == "second@okafor-bikes.example"
    assert mail.in_reply_to == ("answer@brightlane.example",)
    assert mail.references == ("first@okafor-bikes.example", "answer@brightlane.example")
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-03-01T09:30:00+00:00"
    assert mail.headers["auto-submitted"] == "no"
    assert mail.parts == (
        MailPart("box.png", "image/png", b"\x89PNG box", "box@okafor", inline=True),
        MailPart("delivery note.pdf", "application/pdf", b"%PDF note"),
    )
    assert mail.warnings == ()
    assert resend.requests[0].target == f"/emails/receiving/{ID}?html_format=cid"


async def test_what_resend_leaves_out_is_taken_from_the_envelope(
    source: ResendMail, resend: FakeResend
) -> None:
    resend.received[ID] = dict.fromkeys(MAIL, None) | {"attachments": None, "raw": None}
    mail = await source.fetch(ID, ENVELOPE)
    assert (mail.from_, mail.subject, mail.to) == (ENVELOPE.from_, ENVELOPE.subject, ENVELOPE.to)
    assert (mail.recipients, mail.message_id) == (ENVELOPE.recipients, ENVELOPE.message_id)
    assert (mail.text, mail.html, mail.parts) == ("", None, ())


async def test_without_a_plain_text_the_words_are_those_of_the_html(
    source: ResendMail, resend: FakeResend
) -> None:
    resend.received[ID] = {**MAIL, "text": None, "html": "<p>Still <b>nothing</b>.</p>", "attachments": []}
    assert (await source.fetch(ID, ENVELOPE)).text == "Still nothing."


@pytest.mark.parametrize(
    ("told", "message_id"),
    [
        ({"message_id": "plain@x.example", "headers": None}, "plain@x.example"),
        ({"message_id": "<angled@x.example>", "headers": {}}, "angled@x.example"),
        ({"message_id": "msg_123", "headers": {}}, "msg_123"),
        (
            {"message_id": "resends-own", "headers": {"Message-ID": "<senders@x.example>"}},
            "senders@x.example",
        ),
        (
            {"message_id": None, "headers": {"message-id": ["<one@x.example>", "<two@x.example>"]}},
            "one@x.example",
        ),
    ],
)
async def test_the_message_id_is_the_senders_in_whatever_form_it_is_told(
    source: ResendMail, resend: FakeResend, told: dict[str, Any], message_id: str
) -> None:
    resend.received[ID] = {**MAIL, **told, "attachments": []}
    assert (await source.fetch(ID, Mail())).message_id == message_id


async def test_without_an_envelope_recipient_those_of_the_headers_count(
    source: ResendMail, resend: FakeResend
) -> None:
    bcc = ["Quiet <quiet@brightlane.example>", "HELP@brightlane.example"]
    resend.received[ID] = {**MAIL, "received_for": None, "bcc": bcc, "attachments": []}
    assert (await source.fetch(ID, Mail())).recipients == (
        "help@brightlane.example",
        "workshop@okafor-bikes.example",
        "quiet@brightlane.example",
    )


async def test_attachments_come_from_every_page(source: ResendMail, resend: FakeResend) -> None:
    files = [{**NOTE, "id": f"att-{n}", "filename": f"{n}.txt", "content": b"%d" % n} for n in range(7)]
    resend.received[ID]["attachments"] = files
    resend.page = 3
    mail = await source.fetch(ID, ENVELOPE)
    assert [(part.filename, part.content) for part in mail.parts] == [
        (f"{n}.txt", b"%d" % n) for n in range(7)
    ]


async def test_a_list_that_never_ends_is_left(source: ResendMail, resend: FakeResend) -> None:
    listed = {"object": "list", "has_more": True, "data": [{"id": "att-1", "filename": "box.png"}]}
    resend.troubles[f"/emails/receiving/{ID}/attachments"] = [Reply(200, json.dumps(listed).encode())]
    mail = await source.fetch(ID, ENVELOPE)
    assert len(mail.warnings) == 1
    assert len(resend.requests) < 10


async def test_a_link_that_the_list_lacks_is_asked_for(source: ResendMail, resend: FakeResend) -> None:
    resend.unlisted_links = True
    mail = await source.fetch(ID, ENVELOPE)
    assert [part.content for part in mail.parts] == [b"\x89PNG box", b"%PDF note"]
    assert mail.warnings == ()


async def test_a_nameless_file_gets_a_name_by_its_type(source: ResendMail, resend: FakeResend) -> None:
    bare = {"id": "att-9", "filename": None, "content_type": "text/plain", "content_disposition": None}
    resend.received[ID]["attachments"] = [
        {**bare, "content": b"a"},
        {"id": "att-10", "content_type": "nonsense", "content": b"b"},
        {
            "id": "att-11",
            "filename": "a\r\nb.txt",
            "content_type": "Text/Plain; charset=utf-8",
            "content": b"c",
        },
    ]
    parts = (await source.fetch(ID, ENVELOPE)).parts
    assert [(part.filename, part.content_type) for part in parts] == [
        ("attachment-1.txt", "text/plain"),
        ("attachment-2.bin", "application/octet-stream"),
        ("a b.txt", "text/plain"),
    ]


async def test_a_download_that_breaks_is_tried_again_by_a_new_link(
    source: ResendMail, resend: FakeResend
) -> None:
    resend.troubles["/files/att-2"] = [Reply(503), Reply(200, b"%PDF note")]
    mail = await source.fetch(ID, ENVELOPE)
    assert [part.content for part in mail.parts] == [b"\x89PNG box", b"%PDF note"]
    assert f"/emails/receiving/{ID}/attachments/att-2" in [request.target for request in resend.requests]


@pytest.mark.parametrize(
    "trouble", [Reply(503), Reply(404), Reply(302, b"", {"location": "http://10.0.0.1/"})]
)
async def test_an_attachment_that_cannot_be_had_does_not_lose_the_mail(
    source: ResendMail, resend: FakeResend, trouble: Reply
) -> None:
    resend.troubles["/files/att-2"] = [trouble]
    mail = await source.fetch(ID, ENVELOPE)
    assert mail.text == "Still nothing.\nMaya"
    assert [(part.filename, part.failure is None) for part in mail.parts] == [
        ("box.png", True),
        ("delivery note.pdf", False),
    ]
    (warning,) = mail.warnings
    assert warning.startswith("The attachment delivery note.pdf could not be fetched: ")
    assert "s3cr3t" not in warning


async def test_a_link_into_the_operators_network_is_not_followed(
    source: ResendMail, resend: FakeResend
) -> None:
    resend.links["att-2"] = "https://169.254.169.254/latest/meta-data?token=s3cr3t"
    (warning,) = (await source.fetch(ID, ENVELOPE)).warnings
    assert "169.254.169.254 is no public address" in warning
    assert "s3cr3t" not in warning


async def test_files_beyond_the_limit_are_named_and_left(http: OutgoingHttp, resend: FakeResend) -> None:
    resend.received[ID]["attachments"] = [NOTE, {**NOTE, "id": "att-3", "filename": "film.mov"}]
    mail = await ResendMail(http, KEY, resend.base, pauses=(), largest_mail=12).fetch(ID, ENVELOPE)
    assert [(part.filename, part.failure) for part in mail.parts] == [
        ("delivery note.pdf", None),
        ("film.mov", "127.0.0.1 sent more than 3 bytes."),
    ]
    assert mail.warnings == (
        "The attachment film.mov could not be fetched: 127.0.0.1 sent more than 3 bytes.",
    )


async def test_where_the_files_cannot_even_be_listed_they_are_named(
    source: ResendMail, resend: FakeResend
) -> None:
    resend.troubles[f"/emails/receiving/{ID}/attachments"] = [problem(500, "internal_server_error")]
    mail = await source.fetch(ID, ENVELOPE)
    assert (mail.text, mail.parts) == ("Still nothing.\nMaya", ())
    (warning,) = mail.warnings
    assert warning.startswith(
        "The attachments could not be fetched (box.png, delivery note.pdf): Resend answered 500"
    )


@pytest.mark.parametrize("path", ["", "/attachments", "/attachments/att-1"])
async def test_too_many_requests_a_second_lose_nothing(
    source: ResendMail, resend: FakeResend, path: str
) -> None:
    """It passes by itself, so no attachment is left behind for it."""
    resend.unlisted_links = True
    limited = problem(429, "rate_limit_exceeded", headers={"retry-after": "7"})
    resend.troubles[f"/emails/receiving/{ID}{path}"] = [limited]
    with pytest.raises(TryLater, match="rate_limit_exceeded") as later:
        await source.fetch(ID, ENVELOPE)
    assert later.value.after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "trouble", [Reply(500), Reply(503), Reply(404), Reply(401), Reply(403), Reply(200, b"<html>")]
)
async def test_a_mail_that_cannot_be_had_now_is_fetched_later(
    source: ResendMail, resend: FakeResend, trouble: Reply
) -> None:
    resend.troubles["/emails/receiving"] = [trouble]
    with pytest.raises(TryLater):
        await source.fetch(ID, ENVELOPE)


async def test_a_mail_that_resend_does_not_know_yet_is_fetched_later(source: ResendMail) -> None:
    with pytest.raises(TryLater, match="Resend answered 404 not_found"):
        await source.fetch("another-id", ENVELOPE)


async def test_an_id_cannot_lead_to_another_path(source: ResendMail, resend: FakeResend) -> None:
    with pytest.raises(TryLater):
        await source.fetch("../../api-keys?x=", ENVELOPE)
    assert resend.requests[0].target == "/emails/receiving/..%2F..%2Fapi-keys%3Fx%3D?html_format=cid"


async def test_a_refused_key_is_not_told(http: OutgoingHttp, resend: FakeResend) -> None:
    resend.troubles["/emails"] = [problem(401, "invalid_api_key", "The key re_wrong_key is invalid.")]
    with pytest.raises(TryLater, match="invalid_api_key The key … is invalid") as later:
        await ResendMail(http, "re_wrong_key", resend.base).fetch(ID, ENVELOPE)
    assert "re_wrong_key" not in str(later.value)


async def test_an_id_that_resend_cannot_read_is_given_up(source: ResendMail, resend: FakeResend) -> None:
    resend.troubles["/emails"] = [problem(422, "validation_error", "The id must be a UUID.")]
    with pytest.raises(GiveUp, match="Resend answered 422 validation_error The id must be a UUID"):
        await source.fetch("7", ENVELOPE)


@pytest.mark.parametrize("key", [None, ""])
async def test_without_a_key_the_setting_is_named(http: OutgoingHttp, key: str | None) -> None:
    with pytest.raises(MissingSetting, match="RESEND_API_KEY"):
        await ResendMail(http, key).fetch(ID, ENVELOPE)


@given(
    st.dictionaries(
        st.sampled_from([*MAIL, "attachments"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_resend_answers_makes_a_mail(answer: dict[str, Any]) -> None:
    """An answer that breaks the reading would keep a mail from becoming a ticket, try after try."""
    mail = mail_of(structured(read_object(json.dumps(answer).encode()), Received), ENVELOPE)
    assert mail.from_ is not None
    "".join((mail.subject, mail.text, mail.html or "", *mail.recipients)).encode()


@given(st.binary(max_size=60))
def test_an_answer_that_is_no_object_is_unreadable(body: bytes) -> None:
    """So that a proxy's page is never taken for an empty mail."""
    try:
        found = read_object(body)
    except UnreadableDelivery:
        return
    assert isinstance(found, dict)
