"""From Zendesk's words to what is brought: whatever it tells, and however oddly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.imports.zendesk import translate, translate_tickets
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Said, Speaker
from tests.fakes.zendesk_api import SUBDOMAIN, a_comment, a_file, a_ticket

NOTHING = translate_tickets.Known({}, {})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def a_brought_ticket(*comments: dict[str, Any], **more: Any) -> Any:
    told = structured({**a_ticket(1, 41), **more}, zendesk.Ticket)
    said = [structured(one, zendesk.Comment) for one in comments]
    return translate_tickets.ticket(told, said, NOTHING)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(a_comment(1, 2), JSON)))
def test_no_comment_becomes_public_that_does_not_say_true(odd: dict[str, Any]) -> None:
    comment = {**a_comment(1, 2), **odd, "id": 1}
    [message] = a_brought_ticket(comment).messages
    assert (message.said is Said.PUBLIC) == (comment.get("public") is True)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(a_ticket(1, 41), JSON)))
def test_a_ticket_is_brought_whatever_else_it_says(odd: dict[str, Any]) -> None:
    at = {name: a_ticket(1, 41)[name] for name in ("id", "created_at", "updated_at")}
    brought = a_brought_ticket(**{**odd, **at})
    assert brought.id == "1"


@pytest.mark.parametrize("author", [-1, None])
def test_nobody_is_the_system(author: int | None) -> None:
    [message] = a_brought_ticket(a_comment(1, author)).messages
    assert (message.speaker, message.speaker_id) == (Speaker.SYSTEM, None)


def test_a_comment_without_a_time_has_that_of_its_ticket() -> None:
    brought = a_brought_ticket(a_comment(1, 2, created_at="some day"))
    assert brought.messages[0].created_at == brought.updated_at


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (f"https://{SUBDOMAIN}.zendesk.com/attachments/token/token-of-1/?name=lid.png", "cid:1@zendesk"),
        (f"https://{SUBDOMAIN}.zendesk.com/attachments/token/anotherOne/", "cid:image-anotherOne@zendesk"),
        (f"https://{SUBDOMAIN}.zendesk.com/api/v2/users.json", None),
        (f"https://{SUBDOMAIN}.zendesk.com.elsewhere.example/attachments/token/anotherOne/", None),
        (f"https://elsewhere.example/?{SUBDOMAIN}.zendesk.com/attachments/token/anotherOne/", None),
        ("data:image/png;base64,iVBORw0KGgo=", None),
    ],
)
def test_only_zendesks_own_images_become_files(source: str, shown: str | None) -> None:
    html = f"<p>Look: <IMG alt='a &gt; b' SRC='{source}'></p>"
    comment = a_comment(1, 2, html_body=html, attachments=[a_file(1, "lid.png")])
    [message] = a_brought_ticket(comment).messages
    assert message.html == (html if shown is None else html.replace(source, shown))
    named = [file.id for file in message.files if file.content_id is not None]
    assert named == ([] if shown is None else [shown[4:].removesuffix("@zendesk")])


@pytest.mark.parametrize(
    ("encoded", "ids"),
    [("AB12CD-EF34", ("AB12CDEF34@zendesk.com",)), (None, ()), ("", ()), ("a@b>\r\nTo: x", ())],
)
def test_mails_of_zendesks_name_a_ticket_by_its_code(encoded: str | None, ids: tuple[str, ...]) -> None:
    assert a_brought_ticket(encoded_id=encoded).message_ids == ids


def test_a_placeholder_without_an_equal_is_not_filled_in() -> None:
    action = {
        "field": "comment_value_html",
        "value": "Dear {{ ticket.requester.name }}, {{ticket.cc_names}}.",
    }
    macro = translate.macro(structured({"id": 1, "title": "M", "actions": [action]}, zendesk.Macro))
    assert macro.text == "Dear {{customer.name}}, [ticket.cc_names]."


def test_what_a_macro_did_there_and_nothing_does_here_is_told() -> None:
    action = {"field": "brand_id", "value": "12"}
    macro = translate.macro(structured({"id": 1, "title": "M", "actions": [action]}, zendesk.Macro))
    assert macro.untranslated == ("M: the action 'brand_id' has no equal here.",)
