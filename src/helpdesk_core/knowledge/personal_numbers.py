"""Numbers that lead to a person: which of them are a phone's, a card's, an account's, or a computer's."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final

import phonenumbers

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "BR", "PL")
"""In whose national form a phone number is known (ISO 3166)."""
SHORTEST_CARD: Final = 13
LONGEST_CARD: Final = 19
_GROUPED = re.compile(r"(?<![\d.,])\d(?:[ ./_\u00a0\u2010-\u2013-]{0,2}\d){12,}")
_DIGITS = re.compile(r"\d+")


def is_phone(text: str, *, closely: bool = True) -> bool:
    """Whether the run of digits, blanks and signs is somebody's phone number, or may well be one.

    closely: asks the plans of numbering, which takes time; else any number of such a length is one.
    """
    digits = _digits(text)
    if not 7 <= len(digits) <= 15:
        return False
    if not closely or text.startswith(("+", "(+", "00")):
        return True
    return any(_is_valid(text, region) for region in REGIONS)


def cards_in(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of payment cards begin and end, also where other numbers stand right beside them, such as the month
    in which one ends. Total, in time that grows with the text.
    """
    for run in _GROUPED.finditer(text):
        groups = [
            (run.start() + match.start(), run.start() + match.end()) for match in _DIGITS.finditer(run[0])
        ]
        at = 0
        while at < len(groups):
            many = _groups_of_card(text, groups[at : at + LONGEST_CARD])
            if many:
                yield groups[at][0], groups[at + many - 1][1]
            at += many or 1


def _groups_of_card(text: str, groups: Sequence[tuple[int, int]]) -> int:
    """How many of the groups of digits, from the first one on, are a card's; 0 where none is."""
    digits, found = "", 0
    for many, (start, end) in enumerate(groups, 1):
        digits += text[start:end]
        if len(digits) > LONGEST_CARD:
            break
        if len(digits) >= SHORTEST_CARD and _has_check_digit(digits) and found == 0:
            found = many
    return found


def _has_check_digit(digits: str) -> bool:
    """That of payment cards (ISO/IEC 7812-1, Luhn)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)
    return total % 10 == 0 and len(set(digits)) > 1


def is_account(text: str) -> bool:
    """Whether it is an account number in the form of an IBAN (ISO 13616); one with mistakes counts, if it is mostly
    digits.
    """
    letters = "".join(filter(str.isalnum, text)).upper()
    if not 15 <= len(letters) <= 34:
        return False
    number = int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4]))
    return number % 97 == 1 or sum(map(str.isdigit, letters)) >= 12


def is_somebodys_host(text: str) -> bool:
    """Whether it is an address on the Internet, not one that many private networks share."""
    try:
        return ip_address(text).is_global
    except ValueError:
        return False


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _is_valid(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False
