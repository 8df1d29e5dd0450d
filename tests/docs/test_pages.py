"""The docs are true: what they show runs, and where they point there is something."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.docs.pages import ROOT, anchors, links, name_of, pages, tokens

PYTHON = Sybil(parsers=[PythonCodeBlockParser()])
# Each language has one name; a block marked `py` or `Python` would look like the others and never run.
LANGUAGES = {"", "html", "http", "ini", "json", "mermaid", "python", "sh", "sql", "text", "toml"}

each_page = pytest.mark.parametrize("page", pages(), ids=name_of)
NEEDS_A_DESK = {"docs/how-to/use-the-api.md"}
"""Pages that are followed beside a running desk, each by a test of its own."""


@pytest.mark.parametrize("page", [page for page in pages() if name_of(page) not in NEEDS_A_DESK], ids=name_of)
def test_every_python_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = [token for token in tokens(page) if token.type == "fence" and token.info == "python"]
    blocks = list(PYTHON.parse(page).examples())
    assert len(blocks) >= len(shown), "a block that was not recognised would not be run"
    for block in blocks:  # in order and in one namespace, as a reader follows them
        block.evaluate()


@each_page
def test_every_block_says_its_language_in_one_way(page: Path) -> None:
    infos = {token.info for token in tokens(page) if token.type == "fence"}
    assert {info.split(" ")[0] for info in infos} <= LANGUAGES
    assert not {info for info in infos if info.startswith("python ")}, "`python` has no options: it runs"


@each_page
def test_every_internal_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a file is there, and the heading too if one is named; other sites are not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not parts.fragment or target.suffix != ".md" or unquote(parts.fragment) in anchors(target)


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    everything = set((ROOT / "docs").rglob("*.md"))
    reached: set[Path] = set()
    found = {ROOT / "docs" / "README.md"}
    while found - reached:
        page = (found - reached).pop()
        reached.add(page)
        links = [urlsplit(str(token.attrGet("href"))) for token in tokens(page) if token.attrGet("href")]
        linked = [
            (page.parent / unquote(link.path)).resolve() for link in links if not link.scheme and link.path
        ]
        found |= {
            target for target in linked if target.suffix == ".md" and target.is_relative_to(ROOT / "docs")
        }
    assert everything - reached == set()


def test_the_guide_of_every_provider_is_linked_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    guides = set((ROOT / "src" / "helpdesk_adapters").rglob("guide.md"))
    linked = {(index.parent / unquote(urlsplit(link).path)).resolve() for link in links(index)}
    assert guides - linked == set()
