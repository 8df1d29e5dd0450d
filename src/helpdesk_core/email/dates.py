"""Dates: the instant that a Date field names, as RFC 5322 has it, and as programs write it."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz


def read_date(value: str) -> datetime | None:
    """The instant a Date field names, in UTC; a zone that is missing or unknown counts as UTC (RFC 5322
    §4.3).
    """
    try:
        if (usual := _USUAL_DATE.fullmatch(value)) is not None:
            day, month, year, hours, minutes, seconds, sign, ahead, more = usual.groups()
            offset = timedelta(hours=int(sign + ahead), minutes=int(sign + more))
            clock = int(hours), int(minutes), int(seconds or 0)
            at = datetime(int(year), _MONTHS.index(month) + 1, int(day), *clock, tzinfo=timezone(offset))
            return at.astimezone(UTC)
        plain = _AROUND_COLON.sub(":", _COMMENT.sub("", value[:200])).strip()
        if (iso := _ISO_DATE.match(plain)) is not None:
            zone = (iso[3] or "+0000").replace("Z", "+0000").replace(":", "")
            return datetime.strptime(f"{iso[1]} {iso[2]} {zone}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
        parsed = parsedate_tz(_usually_written(plain))
        if parsed is None:
            return None
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        return datetime(*parsed[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):  # the standard library does not promise which
        return None


def _usually_written(date: str) -> str:
    """The date with its zone and month as the standard library knows them."""
    date = _STRAY_COMMA.sub("", _COLON_IN_ZONE.sub(r"\1\2", date))
    named = _ZONE.search(date)
    if named is not None:  # asctime puts it before the year
        date = f"{date[: named.start()]}{named[3] or ''} {_ZONES[named[1]]}"
    return _MONTH.sub(lambda found: _MONTHS_ELSEWHERE[found[0].lower()], date)


_COMMENT = re.compile(r"\([^()]*\)")
_AROUND_COLON = re.compile(r"\s*:\s*")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_USUAL_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) ([12]\d{{3}}) "
    r"(\d\d):(\d\d)(?::(\d\d))? ([+-])(\d\d)(\d\d)"
    r"(?: \([A-Za-z]*\))?",
    re.ASCII,
)
_ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?")
_COLON_IN_ZONE = re.compile(r"(?:GMT|UTC|UT)?([+-]\d\d):?(\d\d)\Z")
_STRAY_COMMA = re.compile(r"(?<=\d),(?=\s*\d{4})|(?<=[A-Za-z]{3}),(?=\s*\d{4}\b)")
_ZONES = {
    "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300",
    "WET": "+0000", "WEST": "+0100", "BST": "+0100", "IST": "+0530", "HKT": "+0800", "SGT": "+0800", "JST": "+0900",
    "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "ACST": "+0930", "AWST": "+0800", "NZST": "+1200",
    "NZDT": "+1300", "BRT": "-0300", "ART": "-0300", "HST": "-1000", "AKST": "-0900", "AKDT": "-0800",
}  # fmt: skip
_ZONE = re.compile(rf"\b({'|'.join(_ZONES)})\b(\s+(\d{{4}}))?\s*\Z")
_MONTHS_ELSEWHERE = {
    "mär": "Mar", "mrz": "Mar", "mai": "May", "okt": "Oct", "dez": "Dec", "févr": "Feb", "fév": "Feb", "mars": "Mar",
    "avr": "Apr", "juin": "Jun", "juil": "Jul", "août": "Aug", "déc": "Dec", "ene": "Jan", "abr": "Apr", "ago": "Aug",
    "dic": "Dec", "gen": "Jan", "mag": "May", "giu": "Jun", "lug": "Jul", "set": "Sep", "ott": "Oct", "fev": "Feb",
    "out": "Oct", "mei": "May", "mrt": "Mar",
}  # fmt: skip
_MONTH = re.compile(rf"(?i)(?<=[\d .-])(?:{'|'.join(_MONTHS_ELSEWHERE)})(?=[. -])")
