"""The page about the export's format lists what the classes have: every member, and whether it must be there."""

import re

import attrs
import pytest

from helpdesk_adapters.imports.csv_things import CUSTOMERS, TICKETS
from helpdesk_core.imports import brought
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "reference" / "export-format.md"
HOW_TO = ROOT / "docs" / "how-to" / "move-in.md"
SECTIONS = {
    "Teams": brought.BroughtTeam,
    "Users": brought.BroughtUser,
    "Customers": brought.BroughtCustomer,
    "Identities": brought.BroughtIdentity,
    "Fields": brought.BroughtField,
    "Macros": brought.BroughtMacro,
    "Actions": brought.BroughtAction,
    "Articles": brought.BroughtArticle,
    "Tickets": brought.BroughtTicket,
    "Messages": brought.BroughtMessage,
    "Translations": brought.BroughtTranslation,
    "Files": brought.BroughtFile,
    "Ratings": brought.BroughtRating,
}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_member_of_a_kind_is_on_the_page(section: str) -> None:
    text = PAGE.read_text("utf-8")
    found = re.search(rf"^##+ {section}\n\n(\| member .*?)\n(?!\|)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    rows = [[cell.strip() for cell in row.split("|")[1:4]] for row in found[1].splitlines()[2:]]
    listed = [(name.strip("`"), must == "yes") for name, must, _ in rows]
    members = [(one.name, one.default is attrs.NOTHING) for one in attrs.fields(SECTIONS[section])]
    assert listed == members


def test_no_class_is_left_out() -> None:
    classes = {one for one in vars(brought).values() if isinstance(one, type) and attrs.has(one)}
    assert classes == set(SECTIONS.values())


def test_every_column_of_the_tables_is_in_the_how_to() -> None:
    text = HOW_TO.read_text("utf-8")
    missing = [name for name in (*CUSTOMERS, *TICKETS) if f"| `{name}` |" not in text]
    assert missing == []
