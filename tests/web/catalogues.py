"""Brings the catalogues of messages up to date with the texts of the pages: `python -m tests.web.catalogues`.

What a catalogue has translated stays; what is new stands in it without a translation, and what nothing says any more
leaves it. It prints how many each of them lacks.
"""

import sys
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import helpdesk_http.web
from helpdesk_core.actions import Do
from helpdesk_core.conditions import FIELDS, Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.custom_fields import FieldType
from helpdesk_core.rules import Trigger
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_http.web.settings.controls import words
from helpdesk_http.web.settings.service_levels import DAYS
from helpdesk_http.web.settings.widgets import QUESTIONS
from helpdesk_http.web.tongues import CATALOGUES, NAMES

PAGES: Final = Path(helpdesk_http.web.__file__).parent
LANGUAGES: Final = tuple(code for code in NAMES if code != "en")
METHODS: Final = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS: Final = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
CALLS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "said": (2,), "counted": (2, 3)}
KINDS: Final[Mapping[str, Iterable[str]]] = {
    "settings/automation.py": [*Do, *FIELDS, *Operator, *Trigger, *Kind],
    "settings/custom_fields.py": FieldType,
    "settings/saved_views.py": [*Status, *Priority, *Channel],
    "settings/widgets.py": QUESTIONS,
    "settings/service_levels.py": DAYS,
}
"""What is shown by its own name, by the page that shows it."""
HEADER: Final = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals};\\n"

"""


def texts() -> Catalog:
    """All that the pages say, with the files that say it."""
    found = Catalog()
    for name, _line, message, _comments, _context in extract_from_dir(
        PAGES, METHODS, OPTIONS, keywords=CALLS, strip_comment_tags=True
    ):
        found.add(message, locations=[(Path(name).as_posix(), 0)])
    for name, kind in KINDS.items():
        for _value, label in words(kind):
            found.add(str(label), locations=[(name, 0)])
    return found


def catalogue(code: str) -> Catalog:
    """The catalogue of a language as it stands."""
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def brought_up_to_date(code: str, said: Catalog) -> Catalog:
    known, fresh = catalogue(code), Catalog(locale=code)
    for message in said:
        if message.id:
            before = known.get(message.id)
            fresh.add(message.id, translation_of(before, message), locations=sorted(set(message.locations)))
    return fresh


def translation_of(before: Message | None, message: Message) -> str | tuple[str, ...] | None:
    """What the catalogue had, where it is of the same shape: one text, or one for each number."""
    if before is None or before.fuzzy or isinstance(before.string, str) != isinstance(message.id, str):
        return None
    return tuple(before.string) if isinstance(before.string, list) else before.string


def lacking(found: Catalog) -> list[str]:
    """The messages that have no translation yet, or one that somebody marked as doubtful."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in found
        if message.id and (message.fuzzy or not all(_forms(message.string)))
    ]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str) or text is None else tuple(text) or ("",)


def written(found: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, found, width=110, omit_header=True, sort_output=True, include_lineno=False)
    header = HEADER.format(code=found.locale, plurals=found.plural_forms)
    return header.encode() + file.getvalue()


def main() -> None:
    said = texts()
    for code in LANGUAGES:
        fresh = brought_up_to_date(code, said)
        (CATALOGUES / f"{code}.po").write_bytes(written(fresh))
        missing = lacking(fresh)
        sys.stdout.write(f"{code}: {len(fresh)} messages, {len(missing)} without a translation\n")
        sys.stdout.writelines(f"  {message!r}\n" for message in missing)


if __name__ == "__main__":
    main()
