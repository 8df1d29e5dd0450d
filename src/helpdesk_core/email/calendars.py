"""Calendars: what an invitation says, in a few lines (iCalendar, RFC 5545)."""

import re

from helpdesk_core.charsets import one_line, unix_lines

MAX_CALENDAR = 100_000
"""Characters of a calendar that are looked at."""

MOST_EVENTS = 5
"""Events that are told."""


def event_lines(calendar: str) -> str:
    """The events in it, for reading: what, when, where, and by whom; empty if there are none. Total."""
    text = _FOLD.sub("", unix_lines(calendar[:MAX_CALENDAR]))
    method = _METHOD.search(text)
    kind = _KINDS.get(method[1].upper(), "Event") if method is not None else "Event"
    events = [
        _told(found[2], kind) for found, _ in zip(_EVENT.finditer(text), range(MOST_EVENTS), strict=False)
    ]
    return "\n\n".join(events)


_FOLD = re.compile(r"\n[ \t]")
_METHOD = re.compile(r"(?im)^METHOD:([A-Z-]{1,20})")
_KINDS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other proposal",
}
_EVENT = re.compile(r"(?ims)^BEGIN:(VEVENT|VTODO)\n(.*?)^END:\1")
_FIELD = re.compile(
    r"(?im)^(SUMMARY|DTSTART|DTEND|DUE|LOCATION|ORGANIZER|STATUS)((?:;[^:\n\"]*|;[^=\n]*=\"[^\"\n]*\")*):(.*)$"
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{8})(?:T(\d{4})\d{2}(Z?))?\Z")


def _told(event: str, kind: str) -> str:
    fields = {found[1].upper(): (found[2], found[3].strip()) for found in reversed([*_FIELD.finditer(event)])}
    begin, end = (_instant(*fields.get(name, ("", ""))) for name in ("DTSTART", "DTEND"))
    lines = [f"{kind}: {_plain(fields.get('SUMMARY', ('', ''))[1])}".rstrip(": ")]
    if begin:
        lines.append(f"When: {begin}" + (f" to {end}" if end and end != begin else ""))
    if place := _plain(fields.get("LOCATION", ("", ""))[1]):
        lines.append(f"Where: {place}")
    if who := fields.get("ORGANIZER", ("", ""))[1]:
        lines.append(f"By: {_plain(who.removeprefix('mailto:').removeprefix('MAILTO:'))}")
    return "\n".join(lines)


def _instant(parameters: str, value: str) -> str:
    found = _TIME.match(value)
    if found is None:
        return ""
    day = f"{found[1][:4]}-{found[1][4:6]}-{found[1][6:]}"
    if found[2] is None:
        return day
    zone = re.search(r"(?i)TZID=\"?([^;:\"]{1,60})", parameters)
    named = "UTC" if found[3] else one_line(zone[1]) if zone is not None else ""
    return f"{day} {found[2][:2]}:{found[2][2:]} {named}".rstrip()


def _plain(value: str) -> str:
    return one_line(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value))[:500]
