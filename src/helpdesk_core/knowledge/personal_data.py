"""Personal data in a text: where what tells who somebody is stands, what stands in its place, and how it comes back.

It knows names that it is told, and what has a form of its own: e-mail addresses, phone numbers, cards, accounts, links
that open something, addresses on the Internet, and numbers of orders and parcels. In doubt something is personal. What
has no form it cannot know: a street, a name that nobody told, what somebody says about themselves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial

from attrs import frozen

from helpdesk_core.knowledge.personal_names import places_of_names, places_within_words
from helpdesk_core.knowledge.personal_numbers import (
    cards_in,
    is_account,
    is_phone,
    is_somebodys_host,
)
from helpdesk_core.visible import visible_whole

_Finder = Callable[[str], Iterator[tuple[int, int]]]


class Personal(StrEnum):
    """What was found; the word stands in its place."""

    LITERAL = "text"
    """What looks like a placeholder, but was written by somebody."""
    LINK = "link"
    EMAIL = "email"
    ACCOUNT = "account"
    CARD = "card"
    PHONE = "phone"
    HOST = "address"
    NUMBER = "number"
    NAME = "name"


@frozen
class Redacted:
    """A text with placeholders such as `[email 1]`, and by placeholder what stood there."""

    text: str
    found: Mapping[str, str]


def redact(text: str, names: Iterable[str], known: Mapping[str, str] | None = None) -> Redacted:
    """The text without personal data. Total, in time that grows with the text.

    names: of the people it may speak of, whole; their parts are known by them, in any case and without accents.
    known: what was found in texts before this one: the same has the same placeholder, and `found` holds both.
    `restored(redact(text, names).text, found)` is the text again, whatever it is.
    """
    found = dict(known or {})
    places = {(_kind_of(placeholder), value): placeholder for placeholder, value in found.items()}
    counts = {kind: sum(of == kind for of, _ in places) for kind in Personal}
    kept: list[str] = []
    at = 0
    for start, end, kind in _spans(text, names):
        value = text[start:end]
        placeholder = places.get((kind, value))
        if placeholder is None:
            counts[kind] += 1
            placeholder = places[kind, value] = f"[{kind} {counts[kind]}]"
            found[placeholder] = value
        kept += [text[at:start], placeholder]
        at = end
    return Redacted("".join((*kept, text[at:])), found)


def restored(text: str, found: Mapping[str, str]) -> str:
    """The text with what stood in the place of its placeholders; one that is not known stays."""
    return _PLACEHOLDER.sub(lambda placeholder: found.get(placeholder[0], placeholder[0]), text)


def without_personal_data(text: str, names: Iterable[str]) -> str:
    """The text with `[email]`, `[name]` and the like in place of personal data, which does not come back. Total.

    Signs that nobody sees go with it: they would hide it.
    """
    text = visible_whole(text)
    kept: list[str] = []
    at = 0
    for start, end, kind in _spans(text, names):
        if kind is not Personal.LITERAL:
            kept += [text[at:start], f"[{kind}]"]
            at = end
    return "".join((*kept, text[at:]))


def _kind_of(placeholder: str) -> str:
    return placeholder[1:].partition(" ")[0]


def _spans(text: str, names: Iterable[str]) -> Sequence[tuple[int, int, Personal]]:
    """Where something personal begins and ends, in order; what was found first is not looked into again."""
    spans: list[tuple[int, int, Personal]] = []
    for kind, find in _finders(names):
        found = list(find(text))
        spans += ((start, end, kind) for start, end in found)
        text = _blotted(text, found)
    return sorted(spans)


def _blotted(text: str, found: Sequence[tuple[int, int]]) -> str:
    """The text with line feeds in these places, over which nothing goes on."""
    kept: list[str] = []
    at = 0
    for start, end in found:
        kept += [text[at:start], "\n" * (end - start)]
        at = end
    return "".join((*kept, text[at:]))


def _finders(names: Iterable[str]) -> Iterator[tuple[Personal, _Finder]]:
    yield Personal.LITERAL, partial(_all, _PLACEHOLDER)
    yield Personal.LINK, _links
    yield Personal.EMAIL, partial(_all, _EMAIL)
    yield Personal.EMAIL, partial(_all, _SPELLED_EMAIL)
    for _ in range(2):  # what stands right beside another number stands alone the second time
        yield Personal.ACCOUNT, partial(_those, _ACCOUNT, is_account)
        yield Personal.HOST, partial(_those, _HOST, is_somebodys_host)
        yield Personal.CARD, cards_in
        yield Personal.PHONE, _phones
        yield Personal.NUMBER, partial(_all, _NAMED)
        yield Personal.NUMBER, partial(_all, _MARKED)
        yield Personal.NUMBER, _codes
    yield Personal.NAME, partial(places_within_words, names=names)
    yield Personal.NAME, partial(places_of_names, names=names)


def _all(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where it stands; where it has a group, where that does."""
    return (match.span(match.lastindex or 0) for match in pattern.finditer(text))


def _those(pattern: re.Pattern[str], wanted: Callable[[str], bool], text: str) -> Iterator[tuple[int, int]]:
    return (span for span in _all(pattern, text) if wanted(text[slice(*span)]))


_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(Personal)}) [0-9]{{1,9}}\]")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'*/=?^`{|}~!#$&-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_AT, _DOT = r"(?:[(\[{] ?at ?[)\]}]|@|\uff20)", r"(?:\.|[(\[{] ?(?:dot|punkt|point) ?[)\]}]|\bdot\b)"
_SPELLED_EMAIL = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]{{1,64}} ?{_AT} ?(?:[\w-]{{1,63}} ?{_DOT} ?){{1,8}}[^\W\d_]{{2,24}}(?!\w)",
    re.IGNORECASE,
)
"""So that programs do not know it, but people do."""
_ACCOUNT = re.compile(
    r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?:[ ./\u00a0-]?[A-Za-z0-9]{4}){2,7}(?:[ ./\u00a0-]?[A-Za-z0-9]{1,3})?(?![^\W_])"
)
_HOST = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{1,4}:){2,7}:?[0-9A-Fa-f:]{0,30}[0-9A-Fa-f])(?!\w)"
)

# ------------------------------------------------------------------ links

_LINK = re.compile(r"(?:https?|ftp)://[^\s<>\"'\])}]{1,2000}", re.IGNORECASE)
_OPENING = re.compile(
    r"@|%40|\d{5}|[?&#;/](?:[\w-]{0,20}(?:token|key|sig|signature|auth|session|sid|password|secret|email|code|otp|hash))="
    r"|[\w%=+-]{20}",
    re.IGNORECASE,
)


def _links(text: str) -> Iterator[tuple[int, int]]:
    """Those that name somebody, or that open something to whoever has them."""
    for link in _LINK.finditer(text):
        host, _, rest = link[0].partition("://")[2].partition("/")
        if "@" in host or "?" in host or _OPENING.search("/" + rest) is not None:
            yield link.start(), link.start() + len(link[0].rstrip(".,;:!?"))


# ------------------------------------------------------------------ numbers

_DIGITS = re.compile(r"(?<![\w.,/])[+(]{0,2}\d[\d ()./\u00a0\u2010\u2011\u2013-]{4,28}\d(?!\w)")
_DATE = re.compile(
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))(?![./-]?\d) *"
    r"|(?:19|20)\d\d ?[-/\u2013] ?(?:19|20)\d\d(?![./-]?\d) *"
)
ASKED = 300
"""Numbers of a text that are looked at closely; of more, each counts as a phone's."""


def _phones(text: str) -> Iterator[tuple[int, int]]:
    asked = 0
    for run in _DIGITS.finditer(text):
        start = run.start()
        while (date := _DATE.match(text, start, run.end())) is not None:
            start = date.end()
        if start < run.end():
            asked += 1
            if is_phone(text[start : run.end()], closely=asked <= ASKED):
                yield start, run.end()


_WORDS_OF_NUMBERS = (
    "order|orders|invoice|tracking|parcel|shipment|ticket|case|customer|account|reference|ref|booking|reservation|serial"
    "|bestellung|auftrag|rechnung|sendung|vorgang|(?:bestell|auftrags|rechnungs|sendungs|kunden)n(?:ummer|r[.]?)"
    "|commande|facture|colis|suivi|dossier|client|pedido|factura|envío|cliente|ordine|fattura|spedizione|encomenda|fatura"
    "|bestelling|factuur|zending|klantnummer|zamówienie|faktura|заказ|заказа|счёт"
)
_NAMED = re.compile(
    rf"(?<!\w)(?:{_WORDS_OF_NUMBERS})[ \t]{{0,2}}"
    r"(?:number|no\.?|nr\.?|num\.?|id|code|n[°º]|№|numéro|número|numero|nummer)?[ \t]{0,2}(?:is|ist|est|es|è)?"
    r"[ \t]{0,2}[:#=]?[ \t]{0,2}[#(\[{*_`\"'«»“„]{0,3}"
    r"(?P<number>(?=[\w-]{0,40}\d)[\w-]{3,40}|\d(?:[ .]\d){2,19})(?!\w)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?<![\w&])(?:#[A-Za-z]{0,4}-?|(?:PO|SO|RMA|ORD|INV|REF)[-_ ]#?)\d{3,}(?:-\d+)*")
_CODE = re.compile(r"(?<![\w-])(?=[\w-]{6,200}(?![\w-]))[\w-]*\d[\w-]*")


def _codes(text: str) -> Iterator[tuple[int, int]]:
    """Of orders, parcels and the like: they are long."""
    for code in _CODE.finditer(text):
        digits = sum(map(str.isdigit, code[0]))
        if (digits >= 6 or (len(code[0]) >= 20 and digits)) and _DATE.fullmatch(code[0]) is None:
            yield code.span()
