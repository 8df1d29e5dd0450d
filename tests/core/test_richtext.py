"""Rich text: what strangers' HTML becomes, and what a document may hold."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.charsets import unix_lines
from helpdesk_core.richtext import (
    BadDocument,
    check_document,
    document_from_html,
    document_from_text,
    html_of,
    html_to_text,
    sanitize_html,
    text_of,
)
from helpdesk_core.richtext.documents import MAX_CHARACTERS, MAX_LINES
from helpdesk_core.richtext.sanitizing import is_safe_image, is_safe_link

ANY_TEXT = st.text(st.characters(exclude_categories=()))

# Tag soup: what browsers, and the parsers that imitate them, disagree about most.
SOUP = st.lists(
    st.one_of(
        st.sampled_from(
            "<p> </p> <b> </b> <i> </i> <div> </div> <ul> <li> </ul> </li> <ol start=4> </ol> <table> <tr> <td> </td>"
            " </table> <blockquote> </blockquote> <pre> </pre> <a href=https://x.example/?a=1&copy=2> </a> <br> <hr>"
            " <h2> </h2> <h1> <script> </script> <style> </style> <!-- --> <! <svg> </svg> <math> <title> </title>"
            " <form> <input> <select> <option> <textarea> </textarea> <plaintext> <noscript> <template> <font"
            " color=red> &amp; &lt; &#0; &#xd800; &nbsp; < > \" ' = / <a\tb=' <img"
            " src=cid:a@b alt=x> <img/src=https://x.example/a.png/> <span style=color:red> <caption> <col> <tbody> <th>"
            " </tr> <nobr> <button> <iframe> <body> <html> <head> </p> </br> <dl> <dt> <dd> <center> <s> <u>".split(" ")
        ),
        st.text(max_size=4),
        st.sampled_from(["\n", " ", "\t", "\xa0", "\x0c", "\r", "\0"]),
    ),
    max_size=30,
).map("".join)  # fmt: skip


def paragraph(*content: object) -> dict[str, object]:
    return {"type": "paragraph", "content": list(content)}


def doc(*content: object) -> dict[str, object]:
    return {"type": "doc", "content": list(content)}


def text(words: object, *marks: object) -> dict[str, object]:
    return {"type": "text", "text": words, **({"marks": list(marks)} if marks else {})}


def link(href: object) -> dict[str, object]:
    return {"type": "link", "attrs": {"href": href}}


INLINE = st.lists(
    st.one_of(
        st.builds(
            lambda words, marks: text(words, *marks),
            ANY_TEXT.filter(lambda words: unix_lines(words) != ""),
            st.lists(
                st.sampled_from(
                    [
                        *({"type": mark} for mark in ("bold", "italic", "strike", "code", "underline")),
                        link("https://x.example/ü?a=1&b=2"),
                    ]
                ),
                max_size=3,
            ),
        ),
        st.just({"type": "hardBreak"}),
    ),
    max_size=4,
)  # fmt: skip
BLOCKS = st.recursive(
    st.one_of(
        INLINE.map(lambda content: paragraph(*content)),
        st.builds(
            lambda level, content: {"type": "heading", "attrs": {"level": level}, "content": content},
            st.integers(1, 6),
            INLINE,
        ),
        st.builds(lambda words: {"type": "codeBlock", "content": [text(words)]}, ANY_TEXT),
        st.sampled_from(
            [
                {"type": "horizontalRule"},
                {"type": "image", "attrs": {"src": "cid:a@b", "alt": '"<&>\xa0', "title": None}},
            ]
        ),
    ),
    lambda inner: st.builds(
        lambda kind, content: (
            {"type": "blockquote", "content": content}
            if kind == "blockquote"
            else {"type": kind, "content": [{"type": "listItem", "content": content}]}
        ),
        st.sampled_from(["blockquote", "bulletList", "orderedList"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
DOCUMENTS = st.lists(BLOCKS, max_size=4).map(lambda blocks: check_document(doc(*blocks)))


@given(ANY_TEXT)
def test_text_survives_as_a_document(words: str) -> None:
    # A reply typed as text is kept as a document and sent as text again: not a character may change on the way.
    document = document_from_text(words)
    assert text_of(document) == unix_lines(words)
    assert check_document(document) == document


def test_blank_lines_part_paragraphs_and_single_ones_break_lines() -> None:
    assert document_from_text("a\nb\n\nc") == doc(
        paragraph(text("a"), {"type": "hardBreak"}, text("b")), paragraph(text("c"))
    )


def test_a_text_of_very_many_lines_stays_whole() -> None:
    words = "x\n" * (MAX_LINES + 1)
    assert text_of(document_from_text(words)) == words
    assert len(text_of(document_from_text("y" * (MAX_CHARACTERS + 5)))) == MAX_CHARACTERS


@settings(max_examples=200)
@given(SOUP)
def test_any_html_becomes_a_document_that_is_accepted_and_safe(html: str) -> None:
    # The document is what an editor will load, and its HTML is what a browser will: both are a stranger's words.
    document = document_from_html(html)
    assert check_document(document) == document
    written = html_of(document)
    assert sanitize_html(written) == written


@settings(max_examples=200)
@given(SOUP)
def test_sanitizing_twice_is_sanitizing_once(html: str) -> None:
    # Markup that changes meaning when it is parsed again is how sanitizers are broken (mutation XSS).
    once = sanitize_html(html)
    assert sanitize_html(once) == once


@given(DOCUMENTS)
def test_sanitizing_leaves_the_html_of_a_document_alone(document: dict[str, object]) -> None:
    # Two rules for what is safe would drift apart; so an agent's words never lose anything on the way out.
    written = html_of(document)
    assert sanitize_html(written) == written
    assert check_document(document) == document
    assert "\0" not in text_of(document)


PAGE = """<html><head><title>No</title><style>p{}</style></head><body>
<h1>Order <em>late</em></h1>
<p>Dear  team,</p><div>first line</div><div>second line<br></div><div><br></div><div>after a gap</div>
<ul><li>one<li>two <ol start=3><li>three</ol></ul>
<blockquote>quoted<br>twice</blockquote>
<table><tr><td>A</td><td>B<tr><td>C<td>D</table>
<pre>
  code
</pre>
<a href="https://x.example/">x.example</a>, <a href="https://x.example/page?a=1&amp;b=2">here</a>,
<a href="mailto:ana@x.example">write</a>, <a href="javascript:alert(1)">not there</a>
<img src="https://t.example/o.gif" width="1" height="1"><img src="cid:logo@x" alt="Logo"><script>alert(1)</script>
</body></html>"""


def test_a_page_is_read_as_a_browser_shows_it() -> None:
    assert html_to_text(PAGE) == (
        "Order late\n\nDear team,\n\nfirst line\nsecond line\n\nafter a gap\n\n- one\n- two\n  3. three\n\n"
        "> quoted\n> twice\n\nA\tB\nC\tD\n\n  code\n\n"
        "x.example, here (https://x.example/page?a=1&b=2), write (ana@x.example), not there\n\n[Logo]"
    )


def test_a_page_becomes_a_document_with_its_form() -> None:
    assert html_of(
        document_from_html("<h2>A</h2><p>b <strong>c <i>d</i></strong><ol start=2><li><p>e</ol>")
    ) == (
        "<h2>A</h2><p>b <strong>c </strong><strong><em>d</em></strong></p>"
        '<ol start="2"><li><p>e</p></li></ol>'
    )


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p onclick=evil()>a<script>evil()</script>b", "<p>ab</p>"),
        ("<style>p{}</style><form action=/x><input>a</form>", "a"),
        ("<iframe src=//x></iframe><object data=x>in</object>a", "ina"),
        ("<svg><a xlink:href=javascript:evil()>x</a></svg>a", "a"),
        ("a<!-- b --><![if IE]>c<![endif]>", "ac"),
        ("<img src=https://x.example/a.png onerror=evil()>", '<img src="https://x.example/a.png">'),
        ("<img src=data:image/png;base64,AAAA>", '<img src="data:image/png;base64,AAAA">'),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
        ("<img src=/etc/x.png>", "<img>"),
        ("<img src=https://x.example/t.gif width=1 height=1>a", "a"),
        ("<img src=https://x.example/t.gif width=0>a", "a"),
        ("<img src=https://x.example/t.gif style='width:1px; height: 1px'>a", "a"),
        ("<img src=https://x.example/t.gif height=0 width=200>a", "a"),
        ("<td><table><tr><td>a", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<p style='color:red;position:fixed'>a", '<p style="color:red">a</p>'),
        ("<p style='background:url(//x);width:expression(evil())'>a", "<p>a</p>"),
        ("<p style='margin:-99px;color:rgb(1, 2, 3)'>a", '<p style="color:rgb(1, 2, 3)">a</p>'),
        ("<p id=x class=y data-z=1>a", "<p>a</p>"),
        ("3 < 4 & 5", "3 &lt; 4 &amp; 5"),
        ("<pre>\n\n\na</pre>", "<pre>a</pre>"),
    ],
)
def test_what_acts_goes_and_what_is_said_stays(html: str, clean: str) -> None:
    assert sanitize_html(html) == clean


@pytest.mark.parametrize(
    "href",
    [
        "javascript:evil()", " JaVaScript:evil()", "java\tscript:evil()", "&#106;avascript:evil()", "data:text/html,x",
        "vbscript:x", "cid:a", "file:///x", "//x.example", "/x", "x",
    ],
)  # fmt: skip
def test_a_link_that_leads_elsewhere_than_the_web_or_mail_leads_nowhere(href: str) -> None:
    manners = ' target="_blank" rel="noopener noreferrer nofollow"'
    assert sanitize_html(f'<a href="{href}">a</a>') == f"<a{manners}>a</a>"
    assert html_of(document_from_html(f'<a href="{href}">a</a>')) == "<p>a</p>"
    assert not is_safe_link(href)


@pytest.mark.parametrize(
    "href",
    ["https://x.example", "http://x.example:8080/a/b?c=d&e=f#g", "mailto:a@x.example", "https://münchen.example/ß", "HTTPS://X.example/"],
)  # fmt: skip
def test_a_link_to_the_web_or_to_mail_stays_as_it_is_written(href: str) -> None:
    document = check_document(doc(paragraph(text("a", link(href)))))
    assert document["content"][0]["content"][0]["marks"] == [link(href)]
    assert sanitize_html(html_of(document)) == html_of(document)


@given(
    st.text(max_size=40),
    st.sampled_from(["https://", "http://", "mailto:", "cid:", "data:", "javascript:", ""]),
)
def test_what_a_document_may_link_to_is_what_sanitizing_keeps(rest: str, scheme: str) -> None:
    # The check has a short cut for plain links; it must never let through what the sanitizer would take away.
    href = scheme + rest
    if is_safe_link(href):
        written = html_of(doc(paragraph(text("a", link(href)))))
        assert sanitize_html(written) == written
    if is_safe_image(href):
        written = html_of(doc({"type": "image", "attrs": {"src": href}}))
        assert sanitize_html(written) == written


@given(
    st.from_regex(r"https?://[a-z0-9.-]{1,20}(:[0-9]{1,6})?(/[a-z0-9?#&=%.]{0,10})?", fullmatch=True),
)
def test_the_short_cut_for_plain_links_agrees_with_the_sanitizer(href: str) -> None:
    if is_safe_link(href):
        assert "href=" in sanitize_html(f'<a href="{href}">a</a>')


def nested(depth: int) -> dict[str, object]:
    block = paragraph(text("a"))
    for _ in range(depth):
        block = {"type": "blockquote", "content": [block]}
    return doc(block)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, ""),
        ([], ""),
        ({"type": "paragraph"}, ""),
        (doc("x"), "content[0]"),
        (doc({"type": "script"}), "content[0]"),
        (doc({"type": {}}), "content[0]"),
        (doc(text("a")), "content[0]"),
        (doc(paragraph(paragraph())), "content[0].content[0]"),
        (doc(paragraph(text(1))), "content[0].content[0].text"),
        (doc(paragraph(text("a", {"type": "blink"}))), "content[0].content[0].marks[0]"),
        (doc(paragraph({"type": "text", "text": "a", "marks": {}})), "content[0].content[0].marks"),
        (doc(paragraph(text("a", link("javascript:x")))), "content[0].content[0].marks[0].attrs.href"),
        (doc(paragraph(text("a", {"type": "link"}))), "content[0].content[0].marks[0].attrs.href"),
        (doc({"type": "image", "attrs": {"src": "data:image/png;base64,AA"}}), "content[0].attrs.src"),
        (doc({"type": "heading", "attrs": {"level": 7}}), "content[0].attrs.level"),
        (doc({"type": "heading", "attrs": {"level": True}}), "content[0].attrs.level"),
        (doc({"type": "orderedList", "attrs": {"start": "1"}}), "content[0].attrs.start"),
        (doc({"type": "paragraph", "content": {}}), "content[0].content"),
        (doc({"type": "bulletList", "content": [paragraph()]}), "content[0].content[0]"),
        (nested(49), "content[0]" + ".content[0]" * 49),
        (doc(paragraph(text("a" * 1_000_001))), "content[0].content[0]"),
        (doc(paragraph(*[{"type": "hardBreak"}] * 50_001)), "content[0].content[49998]"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(value: object, path: str) -> None:
    with pytest.raises(BadDocument) as refused:
        check_document(value)
    assert refused.value.path == path


def test_what_editors_add_is_left_out_of_a_checked_document() -> None:
    loose = {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "attrs": {"textAlign": None},
                "content": [text(""), text("a\0\r\nb", {"type": "bold"}, {"type": "bold"})],
            },
            {"type": "image", "attrs": {"src": "https://x.example/a.png", "alt": "A\nB", "width": 7}},
            {"type": "codeBlock", "attrs": {"language": "python"}, "content": [text("x", {"type": "bold"})]},
            {"type": "blockquote"},
        ],
    }  # fmt: skip
    assert check_document(loose) == doc(
        paragraph(text("a\nb", {"type": "bold"})),
        {"type": "image", "attrs": {"src": "https://x.example/a.png", "alt": "A B"}},
        {"type": "codeBlock", "attrs": {"language": "python"}, "content": [text("x")]},
        {"type": "blockquote", "content": [{"type": "paragraph"}]},
    )


HOSTILE = {
    "deep": "<div>" * 100_000,
    "lists": "<ul><li>" * 50_000,
    "tables": "<table><tr><td>" * 30_000,
    "open formatting": "".join(f"<font size={n}>" for n in range(10_000)) + "<p>x" * 10_000,
    "entities": "&" * 800_000,
    "no-break spaces": "&nbsp;" * 200_000,
    "open tags": '<a ="' * 100_000,
    "unclosed tags": "<a x" * 100_000,
    "comments": "<!--" * 100_000,
    "scripts": "<script>" * 50_000,
    "end tags": "</" * 200_000,
    "endless end tags": "<script>" + "</script " * 100_000,
    "brackets": "<" * 500_000,
    "blanks": "<pre>" + " \n" * 300_000,
    "images": "<img src=https://x.example/a>" * 10_000,
    "links": "<a href=https://x.example/a>b</a>" * 10_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_takes_little_time(html: str) -> None:
    # A page of half a megabyte can keep an HTML parser busy for a minute, and with it every mail behind it.
    began = time.process_time()
    sanitize_html(html)
    document_from_html(html)
    assert time.process_time() - began < 6


def test_words_between_hostile_tags_are_not_lost() -> None:
    assert html_to_text("<div>" * 1_000 + "found" + "</div>" * 1_000 + "after") == "found\nafter"
    assert html_to_text("found <a href='never closed ... and after").startswith("found")
    assert html_to_text("a<script>never closed b") == "anever closed b"
    assert html_to_text("a<!-- never closed b") == "a never closed b"
