"""Words of a message are blacked out."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    Kind,
    MailHeaders,
    Translation,
    TranslationState,
)
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId
from helpdesk_core.redaction import MASK, redacted, redacted_wholly
from helpdesk_core.richtext import check_document, document_from_html, document_from_text, html_of, text_of
from helpdesk_core.tickets import Channel
from helpdesk_core.words import words_of


def a_message(html: str = "", text: str = "", **more: Any) -> Conversation:
    content = document_from_html(html) if html else document_from_text(text)
    return Conversation(
        **{
            "id": ConversationId(UUID(int=1)),
            "organization_id": OrganizationId(UUID(int=2)),
            "ticket_id": TicketId(UUID(int=3)),
            "kind": Kind.INBOUND,
            "channel": Channel.EMAIL,
            "author": Author(AuthorType.CUSTOMER, None, "Ida", AuthorRole.CUSTOMER),
            "content": content,
            "content_text": text or text_of(content),
            "content_html": html or html_of(content),
            "created_at": datetime(2026, 1, 5, tzinfo=UTC),
            **more,
        }
    )


@pytest.mark.parametrize(
    ("html", "words", "text"),
    [
        ("<p>My card is 4111 1111, thanks</p>", "4111 1111", f"My card is {MASK}, thanks"),
        ("<p>4111  1111</p>", "4111 1111", MASK),
        ("<p>code: <b>sword</b>fish!</p>", "swordfish", f"code: {MASK}!"),
        ("<p>sword<br>fish</p>", "sword fish", MASK),
        ("<p>SwordFish and swordfish</p>", "swordfish", f"{MASK} and {MASK}"),
        ("<p>one</p><p>two</p><p>three</p>", "one\n\ntwo", f"{MASK}\n\n{MASK}\n\nthree"),
        ("<blockquote><p>old swordfish</p></blockquote>", "swordfish", f"> old {MASK}"),
        ("<ul><li>swordfish</li><li>tuna</li></ul>", "swordfish", f"- {MASK}\n- tuna"),
        ("<pre>a swordfish b</pre>", "swordfish", f"a {MASK} b"),
        ('<p><a href="https://x.example/swordfish">swordfish</a></p>', "swordfish", MASK),
    ],
)
def test_words_are_blacked_out_wherever_they_stand(html: str, words: str, text: str) -> None:
    without = redacted(a_message(html), words)
    assert without.content_text == text
    assert without.content_html == html_of(without.content)
    assert check_document(without.content) == without.content
    assert not {"swordfish", "4111"} & set(words_of(without.content_html))


def test_an_image_that_tells_the_words_is_none_any_more() -> None:
    html = '<p>Look <img src="https://x.example/swordfish.png" alt="swordfish"> here</p>'
    without = redacted(a_message(html), "swordfish")
    assert "swordfish" not in str(without.content)
    assert "swordfish" not in without.content_html
    assert check_document(without.content) == without.content


def test_the_text_part_and_the_subject_of_a_mail_are_redacted_too() -> None:
    mail = MailHeaders(message_id="1@x.example", subject="My swordfish")
    german = Translation("de", "Der Schwertfisch", TranslationState.TRANSLATED)
    message = a_message("<p>In the picture</p>", content_text="The swordfish", mail=mail, translation=german)
    without = redacted(message, "swordfish")
    assert "swordfish" not in without.content_text
    assert without.mail == evolve(mail, subject=f"My {MASK}")
    assert without.translation is None


@pytest.mark.parametrize("words", ["tuna", "swordfish\ntuna", " ", "\n", "!?", MASK])
def test_words_that_do_not_occur_or_are_none_change_nothing(words: str) -> None:
    with pytest.raises(InvalidValue):
        redacted(a_message("<p>A swordfish!?</p>"), words)


def test_a_message_is_redacted_wholly_with_its_files() -> None:
    message = a_message(
        "<p>A swordfish</p>",
        attachment_ids=(AttachmentId(UUID(int=9)),),
        warnings=("fish.jpg could not be read",),
        translation=Translation("de", "Ein Schwertfisch", TranslationState.TRANSLATED),
        mail=MailHeaders(message_id="1@x.example", subject="Fish"),
        metadata={"incomplete": True, "sending": ["job", "now"]},
    )
    without = redacted_wholly(message)
    assert (without.content_text, without.content_html) == (MASK, f"<p>{MASK}</p>")
    assert without.translation is None
    assert (without.attachment_ids, without.warnings, without.metadata) == (
        (),
        (),
        {"sending": ["job", "now"]},
    )
    assert without.mail == MailHeaders(message_id="1@x.example")
    assert (without.id, without.author, without.created_at) == (
        message.id,
        message.author,
        message.created_at,
    )


pieces = st.sampled_from(
    ["ab", "a b", "AB ", "x", "<b>a</b>", "<br>", "<i>b</i>", "</p><p>", "ba", "&amp;", "1. "]
)


@given(st.lists(pieces, max_size=12), st.sampled_from(["ab", "a b", "b", "ba x", "x", "ab & x"]))
def test_what_was_blacked_out_is_in_no_form_of_the_message(parts: list[str], words: str) -> None:
    message = a_message(f"<p>{''.join(parts)}</p>")
    try:
        without = redacted(message, words)
    except InvalidValue:
        assert words.lower() not in message.content_text.lower()
        return
    assert words.lower() not in " ".join(without.content_text.lower().split())
    assert words.lower() not in text_of(document_from_html(without.content_html)).lower()
    assert check_document(without.content) == without.content
