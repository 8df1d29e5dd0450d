"""The pages that readers are given."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
MARKDOWN = MarkdownIt("commonmark").enable("table")


def pages() -> list[Path]:
    """Every page, the guides that live beside their provider included."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "src").rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def tokens(page: Path) -> Iterator[Token]:
    """All that the page says, the parts of its lines included."""
    for token in MARKDOWN.parse(page.read_text("utf-8")):
        yield token
        yield from token.children or []


def links(page: Path) -> list[str]:
    """Where the page's links and pictures point."""
    targets = (token.attrGet("href") or token.attrGet("src") for token in tokens(page))
    return [str(target) for target in targets if target]


def anchors(page: Path) -> set[str]:
    """The fragments that a link may name, made of the headings as GitHub makes them."""
    found: set[str] = set()
    blocks = MARKDOWN.parse(page.read_text("utf-8"))
    for opening, heading in pairwise(blocks):
        if opening.type == "heading_open":
            words = "".join(part.content for part in heading.children or [])
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            found.add(next(name for name in numbered(slug) if name not in found))
    return found


def numbered(slug: str) -> Iterator[str]:
    yield slug
    count = 1
    while True:
        yield f"{slug}-{count}"
        count += 1
