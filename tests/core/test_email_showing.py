"""How a mail's HTML is shown: its new part, its images in place, nothing fetched from elsewhere unasked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.email import Mail, MailPart, split_reply, understand
from helpdesk_core.email.html_lines import lay_out
from helpdesk_core.email.images import content_key, shown_document, shown_html, with_located_images
from helpdesk_core.email.new_html import new_html_of
from helpdesk_core.richtext import document_from_html, html_to_text, sanitize_html

INTRODUCED = "On Mon, Apr 6, 2026 at 9:30 AM Acme &lt;acme@desk.example&gt; wrote:"


def new_part(html: str) -> str | None:
    """As the desk makes it of a mail with nothing but HTML."""
    text = html_to_text(html)
    new = split_reply(text).new
    return new_html_of(html, new if new != text.strip() else None)


@pytest.mark.parametrize(
    ("html", "new"),
    [
        pytest.param(
            '<div dir="ltr">Thanks, <b>that works</b>!</div><br><div class="gmail_quote gmail_quote_container">'
            f'<div dir="ltr" class="gmail_attr">{INTRODUCED}<br></div>'
            '<blockquote class="gmail_quote">Try <b>this</b>.</blockquote></div>',
            '<div dir="ltr">Thanks, <b>that works</b>!</div>',
            id="gmail",
        ),
        pytest.param(
            "<div>Merci<br></div><div class='gmail_quote'><div class='gmail_attr'>Toto na niccolo 3 ::</div>"
            "<blockquote class='gmail_quote'>Ancien</blockquote></div>",
            "<div>Merci<br></div>",
            id="gmail in a language that we do not know",
        ),
        pytest.param(
            f'<div class="gmail_quote"><div class="gmail_attr">{INTRODUCED}</div><blockquote class="gmail_quote">'
            "Is it red?</blockquote><div>It is.</div><blockquote class='gmail_quote'>Is it new?</blockquote>"
            "<div>No.</div></div>",
            "<div><div>It is.</div><div>No.</div></div>",
            id="answers between the questions",
        ),
        pytest.param(
            '<div>Look: <img src="cid:a@b"></div><div id="appendonsend"></div><hr>'
            '<div id="divRplyFwdMsg"><b>Frum:</b> Acme<br><b>Snt:</b> today</div><div>Old words</div>',
            '<div>Look: <img src="cid:a@b"></div>',
            id="outlook on the web, in a language that we do not know",
        ),
        pytest.param(
            "<div class=WordSection1><p class=MsoNormal>New words</p><div style='border:none;border-top:solid "
            "#E1E1E1 1.0pt'><p><b>From:</b> Acme &lt;a@b.example&gt;<br><b>Sent:</b> Monday, April 6, 2026<br>"
            "<b>To:</b> Ida<br><b>Subject:</b> RE: kettle</p></div><p>Old words</p></div>",
            "<div><p>New words</p></div>",
            id="outlook",
        ),
        pytest.param(
            "<html><body>Hi<br><br><blockquote type='cite'><div>On 6 Apr 2026, at 09:30, Acme &lt;a@b.example&gt; "
            "wrote:</div><div>Old</div></blockquote>More below</body></html>",
            "Hi<br><br>More below",
            id="apple mail, answered above and below",
        ),
        pytest.param(
            '<p>Danke!</p><div class="moz-cite-prefix">Am 06.04.26 um 09:30 schrieb Acme:<br></div>'
            '<blockquote type="cite" cite="mid:1@b">Alt</blockquote>',
            "<p>Danke!</p>",
            id="thunderbird",
        ),
        pytest.param(
            '<div>Fine.</div><div class="yahoo_quoted"><div>On Monday Acme wrote:</div><div>Old</div></div>',
            "<div>Fine.</div>",
            id="yahoo",
        ),
        pytest.param(
            "<table><tr><td></td><td>Both</td></tr></table><blockquote type=cite>Old</blockquote>",
            "<table><tbody><tr><td></td><td>Both</td></tr></tbody></table>",
            id="a table keeps its empty cells",
        ),
    ],
)
def test_the_new_part_of_an_answer_is_told_from_what_it_quotes(html: str, new: str) -> None:
    assert new_part(html) == new


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>Hello</p><p>World</p>", id="nothing is quoted"),
        pytest.param(
            "<p>As the poet says</p><blockquote>Stay a while.</blockquote>", id="a quotation of theirs"
        ),
        pytest.param("<blockquote type=cite>All of it</blockquote>", id="a quote from end to end"),
        pytest.param(
            '<div>For you<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------'
            "<br>From: Ida<br></div>It leaks</div></div>",
            id="a message that is passed on",
        ),
    ],
)
def test_in_doubt_all_of_it_is_new(html: str) -> None:
    assert new_html_of(html, None) is None


def test_html_that_lacks_words_of_the_new_text_is_not_cut() -> None:
    html = "<div>Yes.</div><blockquote type=cite>Red? <b>Yes, and large</b></blockquote>"
    assert new_html_of(html, "Yes. Yes, and large") is None
    assert new_html_of(html, "Yes. <https://garden.example/large>") == "<div>Yes.</div>"


@given(st.text(alphabet="<>/=\"' abdiv blockquote pre img\n&;", max_size=300))
def test_written_whole_html_says_what_it_said(html: str) -> None:
    laid = lay_out(html)
    whole = laid.written(range(len(laid.lines)))
    assert html_to_text(whole) == html_to_text(html)


def test_images_that_came_along_are_shown_in_place_and_unknown_ones_are_not_asked_for() -> None:
    html = sanitize_html('<img src="cid:Logo%40a" alt="us"><img alt="gone" src="cid:else@a">')
    images = {content_key("<logo@A>"): "/files/1?a=1&b=2"}
    assert shown_html(html, images, remote=False) == (
        '<img src="/files/1?a=1&amp;b=2" alt="us"><img alt="gone" >'
    )
    document = document_from_html(html)
    shown = shown_document(document, images)
    assert "'/files/1?a=1&b=2'" in str(shown)
    assert shown_document({"type": "doc"}, images) == {"type": "doc"}


def test_images_from_elsewhere_are_fetched_only_where_that_is_wanted_and_tracking_pixels_never() -> None:
    pixel = '<img src="https://spy.example/p.gif" width="1" height="1">'
    mail = Mail(html=f'Hi <img alt="A" src="https://shop.example/a.png">{pixel}', text="Hi")
    kept = understand(mail).content_html
    assert kept == 'Hi <img alt="A" data-remote-src="https://shop.example/a.png">'
    assert shown_html(kept, {}, remote=False) == kept
    assert shown_html(kept, {}, remote=True) == 'Hi <img alt="A" src="https://shop.example/a.png">'


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "width:9px; DISPLAY : none !important",
        "visibility:hidden",
        "opacity:0.0",
        "max-height:0px",
    ],
)
def test_a_tracking_image_that_is_hidden_in_place_of_small_is_never_fetched(style: str) -> None:
    kept = sanitize_html(f'Hi <img src="https://spy.example/p" style="{style}">')
    assert "spy" not in shown_html(kept, {}, remote=True)
    seen = sanitize_html(
        '<img src="https://shop.example/a" style="opacity:0.5; max-width:100%; max-height:10px">'
    )
    assert "shop" in shown_html(seen, {}, remote=True)


def test_a_sender_cannot_smuggle_an_image_in_by_writing_our_mark() -> None:
    html = sanitize_html(
        "<img data-remote-src='https://spy.example/' alt='x data-remote-src=\"https://spy.example'>"
    )
    assert "src=" not in shown_html(html, {}, remote=True).replace('alt="x data-remote-src=', "")


def test_an_image_named_by_its_content_location_is_found() -> None:
    part = MailPart("a.png", "image/png", b"", content_location="images/a.png")
    mail = with_located_images(Mail(html='<img src="images/a.png">', parts=(part,)))
    (named,) = mail.parts
    assert named.inline
    assert f'src="cid:{named.content_id}"' in str(mail.html)
