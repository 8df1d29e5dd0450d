"""A page being read: from markup in its order to the blocks of a document."""

import re

from helpdesk_core.charsets import one_line
from helpdesk_core.richtext.documents import LONGEST_ATTRIBUTE, Document, block, text_node
from helpdesk_core.richtext.markup import attribute_text
from helpdesk_core.richtext.sanitizing import is_safe_image, is_safe_link, is_visible_image

DEEPEST_FRAME = 20
"""Quotes, lists and items within one another that become nodes; those further in only begin new lines."""


class Frame:
    """A block that holds blocks, while it is open."""

    def __init__(self, kind: str, tag: str, **attributes: object) -> None:
        self.kind, self.tag, self.attributes = kind, tag, attributes
        self.content: list[Document] = []


class Page:
    """What has been read so far: the open frames, and the paragraph that is being written in the innermost.

    `nodes` and `characters` tell how large the document has become.
    """

    def __init__(self) -> None:
        self.nodes = 1
        self.characters = 0
        self._frames = [Frame("doc", "")]
        self._opened: list[bool] = []  # for every open tag of _FRAMES: did it become a frame?
        self._inline: list[tuple[tuple[Document, ...], list[str]] | None] = []  # None is a line break
        self._marks: list[Document | None] = []
        self._heading = 0
        self._pre = 0
        self._breaks = 0
        # White space that shows if words follow it, and the marks that it stood in.
        self._space: tuple[str, tuple[Document, ...]] | None = None

    def text(self, text: str) -> None:
        """Words, white space made one blank unless it is meant."""
        if self._pre:
            self._write(text)
            return
        words = _SPACES.sub(" ", text)
        if words[:1] == " ":
            self._blank(" ")
        if bare := words.strip(" "):
            if self._space is not None and self._inline and not self._breaks:
                self._append(*self._space)
            self._write(bare)
            self._space = None
            if words[-1] == " ":
                self._blank(" ")

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag begins."""
        self._around(tag)
        if tag in _FRAMES:
            self._open_frame(tag, attributes)
        elif tag in _HEADINGS:
            self._end_paragraph()
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self._end_paragraph()
            self._pre += 1
        elif tag in _MARKS:
            self._marks.append({"type": _MARKS[tag]})
        elif tag == "a":
            href = attribute_text(attributes.get("href", "")).strip()
            safe = bool(href) and is_safe_link(href)
            self._marks.append({"type": "link", "attrs": {"href": href}} if safe else None)
        elif tag == "br":
            self._break()
        elif tag == "hr":
            self._place("horizontalRule")
        elif tag == "img":
            self._image(attributes)
        elif tag in ("td", "th"):
            self._space = None
            self._blank("\t")

    def close(self, tag: str) -> None:
        """A tag ends; every tag that is not void does, in its turn."""
        if tag == "pre":
            self._end_paragraph()
            self._pre -= 1
        elif tag in _HEADINGS:
            self._end_paragraph()
            self._heading = 0
        elif tag in _FRAMES:
            self._end_paragraph()
            if self._opened.pop():
                self._close_frame()
        elif tag in _MARKS or tag == "a":
            self._marks.pop()
        self._around(tag)

    def finished(self) -> Document:
        """All of it."""
        self._end_paragraph()
        return block("doc", self._frames[0].content or [block("paragraph", [])])

    def _around(self, tag: str) -> None:
        breaks = _AROUND.get(tag, 0)
        if breaks:
            self._breaks = max(self._breaks, breaks)

    def _break(self) -> None:
        if self._pre:
            self._write("\n")
        else:
            self._breaks += 1

    def _write(self, text: str) -> None:
        if self._breaks and self._inline:
            if self._pre:
                self._append("\n", ())
            elif self._breaks > 1:
                self._end_paragraph()
            else:
                self._inline.append(None)
                self.nodes += 1
        self._breaks = 0
        self._append(text, self._current_marks())

    def _blank(self, space: str) -> None:
        self._space = self._space or (space, self._current_marks())

    def _current_marks(self) -> tuple[Document, ...]:
        return tuple(mark for mark in self._marks if mark is not None)

    def _append(self, text: str, marks: tuple[Document, ...]) -> None:
        last = self._inline[-1] if self._inline else None
        if last is not None and last[0] == marks:
            last[1].append(text)
        else:
            self._inline.append((marks, [text]))
            self.nodes += 1
        self.characters += len(text)

    def _end_paragraph(self) -> None:
        """Put the paragraph, or whatever it is, where it belongs, unless nothing is in it."""
        written, self._inline, self._space = self._inline, [], None
        if self._pre:
            code = "".join(text for piece in written if piece is not None for text in piece[1]).strip("\n")
            if code.strip():
                self._add(block("codeBlock", [text_node(code)]))
            return
        content = [
            block("hardBreak", []) if piece is None else _marked("".join(piece[1]), piece[0])
            for piece in written
        ]
        if content and self._heading:
            self._add(block("heading", content, level=self._heading))
        elif content:
            self._add(block("paragraph", content))

    def _place(self, kind: str, **attributes: object) -> None:
        """A block that holds nothing."""
        self._end_paragraph()
        self._add(block(kind, [], **attributes))
        self._breaks = max(self._breaks, 1)

    def _add(self, node: Document) -> None:
        self.nodes += 1
        frame = self._frames[-1]
        if frame.kind in _LISTS and node["type"] != "listItem":
            self.nodes += 1
            node = block("listItem", [node])
        frame.content.append(node)

    def _image(self, attributes: dict[str, str]) -> None:
        source = attribute_text(attributes.get("src", "")).strip()
        if not is_visible_image(attributes) or not is_safe_image(source):
            return
        told = {
            name: one_line(attribute_text(attributes.get(name, "")))[:LONGEST_ATTRIBUTE]
            for name in ("alt", "title")
        }
        self._place("image", src=source, **{name: text for name, text in told.items() if text})

    def _open_frame(self, tag: str, attributes: dict[str, str]) -> None:
        kind = _FRAMES[tag]
        fits = kind != "listItem" or self._frames[-1].kind in _LISTS
        self._end_paragraph()
        self._opened.append(fits and len(self._frames) < DEEPEST_FRAME and not self._pre)
        if not self._opened[-1]:
            return
        start = attributes.get("start", "")
        numbered = kind == "orderedList" and start.isascii() and start.isdigit() and len(start) < 6
        self._frames.append(Frame(kind, tag, **({"start": int(start)} if numbered else {})))

    def _close_frame(self) -> None:
        frame = self._frames.pop()
        if frame.content:
            self._add(block(frame.kind, frame.content, **frame.attributes))


# How many line breaks a browser puts around a block (HTML Standard, innerText): two are a new paragraph.
_AROUND = {
    **dict.fromkeys("p h1 h2 h3 h4 h5 h6 blockquote ul ol pre dl".split(), 2),
    **dict.fromkeys(
        "address article aside caption center dd details dir div dt figcaption figure footer header hgroup li"
        " main menu nav section summary table tbody tfoot thead tr".split(),
        1,
    ),
}
_FRAMES = {
    "blockquote": "blockquote",
    "ul": "bulletList",
    "menu": "bulletList",
    "ol": "orderedList",
    "li": "listItem",
}
_LISTS = frozenset({"bulletList", "orderedList"})
_MARKS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em", "cite", "var"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strike"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "code"),
}
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def _marked(text: str, marks: tuple[Document, ...]) -> Document:
    node = text_node(text)
    if marks:
        node["marks"] = list({mark["type"]: mark for mark in marks}.values())
    return node
