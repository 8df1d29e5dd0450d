"""Charsets guessed: in what charset is a text that names none, or names one that cannot be?

Programs of old write Cyrillic, Greek, Hebrew, Chinese, Japanese or Korean bytes and call them ASCII or
ISO-8859-1. Such letters stand beside one another, which accented ones hardly do, and some letters are far more
frequent than others.
"""

import codecs
import re
from functools import cache

LONGEST_SAMPLE = 20_000
"""Bytes of a text that are looked at."""

FEWEST_BYTES = 6
"""Bytes beyond ASCII without which nothing is guessed."""


def likely_codec(raw: bytes) -> str | None:
    """The codec whose language the bytes read like, or None if they read like none. Total.

    Languages of Latin letters are never guessed.
    """
    sample = raw[:LONGEST_SAMPLE]
    runs = _RUN.findall(sample)
    beyond = sum(map(len, runs))
    if beyond < FEWEST_BYTES or sum(len(run) for run in runs if len(run) > 1) < 0.75 * beyond:
        return None
    best, codec = 1.0, None
    for name, (frequent, least) in _LANGUAGES.items():
        likeness = _share(sample, name, frequent) / least
        if likeness > best:
            best, codec = likeness, name
    return codec


def from_iso2022_jp(raw: bytes) -> str | None:
    """ISO-2022-JP with the signs that only vendors have (`①`, `髙`), which the strict codec refuses.

    None if it is none at all. Its pairs of bytes are those of Shift JIS in another place, and Windows' Shift JIS
    has them all.
    """
    told: list[str] = []
    wide, at = False, 0
    for escape in (*_ESCAPE.finditer(raw), None):
        piece = raw[at : escape.start() if escape is not None else len(raw)]
        if not piece.isascii():
            return None
        told.append(_in_shift_jis(piece) if wide else piece.decode("ascii"))
        if escape is not None:
            wide, at = escape[0][1:2] == b"$", escape.end()
    return "".join(told)


_RUN = re.compile(rb"[\x80-\xff]+")
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")

_HANZI = (
    "的一是不了在人有我他这這中大来來上国國个個到说說们們为為和你地出也时時年得就那要下以生会會自着去过過家学學对對可里裡后後小么麼"
    "心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開用主行方又如前所本见見经經公同三已从從动動两兩长長知样樣现現分将將"
    "外但些与與高意进進法此实實回二理点點月明其种種全工话話者向部正名定问問力机機给給等几幾很业業最间間新件单單请請谢謝您订訂货貨到吗嗎"
)
_KANA = "".join(map(chr, range(0x3041, 0x3094)))
_HANGUL = "".join("이다는을가고에의한를은지로하기사자어나아시도그대리인서해요수있정니습안녕세일제전으주문")
_CYRILLIC = "оеаинтсрвл"
# The most frequent letters of a language, and the least share of them in a text of it.
_LANGUAGES = {
    "cp932": (_KANA, 0.25),
    "euc_jp": (_KANA, 0.25),
    "gb18030": (_HANZI, 0.2),
    "big5": (_HANZI, 0.2),
    "cp949": (_HANGUL, 0.25),
    "cp1251": (_CYRILLIC, 0.45),
    "koi8_u": (_CYRILLIC, 0.45),
    "iso8859_5": (_CYRILLIC, 0.45),
    "cp866": (_CYRILLIC, 0.45),
    "cp1253": ("αοιετσνηυρ", 0.45),
    "cp1255": ("יוהלארתמשב", 0.5),
    "cp1256": ("اليمنتروبه", 0.5),
    "cp874": ("านรอกเงวมย่", 0.45),
}


def _share(sample: bytes, codec: str, frequent: str) -> float:
    """Which share of the characters beyond ASCII are frequent ones; 0 if the bytes are none of the codec's."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample)  # the last character may be cut in two
    except UnicodeError:
        return 0.0
    beyond = "".join(_BEYOND.findall(text))
    return sum(map(_letters(frequent).__contains__, beyond)) / len(beyond) if beyond else 0.0


_BEYOND = re.compile(r"[^\x00-\x7f\u3000-\u3003\uff00-\uff0f\uff1a-\uff20\xa0-\xbf]+")


@cache
def _letters(frequent: str) -> frozenset[str]:
    return frozenset(frequent)


def _in_shift_jis(pairs: bytes) -> str:
    """Two bytes of JIS X 0208 each, as Windows' Shift JIS reads them; a break of line stays one."""
    told = bytearray()
    at = 0
    while at < len(pairs):
        row, cell = pairs[at], pairs[at + 1] if at + 1 < len(pairs) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            told.append(row)
            at += 1
            continue
        lead = (row - 0x21 >> 1) + 0x81
        told.append(lead if lead < 0xA0 else lead + 0x40)
        told.append(cell + 0x7E if row % 2 == 0 else cell + 0x1F + (cell >= 0x60))
        at += 2
    return told.decode("cp932", "replace")
