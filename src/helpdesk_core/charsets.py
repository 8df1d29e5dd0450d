"""Charsets: from bytes, and what they claim to be, to text that every store can keep.

Everything here is total: no bytes and no claim make it raise, and what comes out holds neither NUL nor half a
surrogate pair.
"""

import binascii
import re
from encodings.aliases import aliases
from functools import lru_cache

from helpdesk_core.charset_guesses import from_iso2022_jp, likely_codec

LONGEST_CHARSET_NAME = 60
"""Characters; a longer name is no charset's."""


def storable(text: str) -> str:
    """The text without NUL; halves of surrogate pairs are put together where both are there, else become
    U+FFFD.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()  # far quicker than looking for halves
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def one_line(text: str) -> str:
    """Storable text on one line: line breaks and control characters become spaces, the ends are trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _BREAKING.sub(" ", storable(text)).strip()


def small_letters(text: str) -> str:
    """The text in small letters, each where it was: whatever is found in it stands there in the text too."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(letter.lower()[0] for letter in text)


def unix_lines(text: str) -> str:
    """Storable text whose lines all end with a line feed."""
    return storable(text).replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else storable(text)


def decode(raw: bytes, claimed: str | None = None) -> str:
    """The text that `raw` most likely is.

    The claimed charset is believed if the bytes bear it out, wider relatives of it included: what is called
    ISO-8859-1 is read as Windows-1252, GB 2312 as GB 18030, as browsers do (WHATWG Encoding §4.2). A claim that any
    bytes would bear out is not believed of bytes that are UTF-8, nor a Western one of what reads like Russian or
    Chinese. Else it is UTF-8, else what is left of the claim with replacement characters, else what it reads like,
    else Windows-1252, in which every byte means something.
    """
    if raw.isascii() and b"\x1b" not in raw and (claimed is None or claimed.lower() in _SUBSETS_OF_UTF_8):
        return storable(raw.decode("ascii"))
    codecs = _codecs_for(claimed)
    if codecs and codecs[0].startswith(("utf_16", "utf_32")) and b"\0" not in raw and raw.isascii():
        codecs = ()  # any even number of letters would pass for some
    if b"\x1b$" in raw and (not codecs or codecs[0] == "utf_8"):
        codecs = _codecs_for("iso-2022-jp")
    if codecs and codecs[0].startswith(_TAKES_ANYTHING):
        codecs = (*_better(raw, codecs[0]), *codecs)
    elif codecs and codecs[0].startswith("iso2022_jp") and (text := _jis(raw, codecs)) is not None:
        return storable(text)
    for codec in (*codecs, *_guesses(raw)):
        try:
            return storable(raw.decode(codec))
        except UnicodeError:
            continue
    return storable(_forced(raw, codecs))


_TAKES_ANYTHING = ("cp125", "iso8859", "latin", "koi8", "mac_")
_WESTERN = frozenset({"cp1252", "latin_1", "iso8859_15"})
_OF_WINDOWS = {"iso8859_2": "cp1250", "iso8859_7": "cp1253", "iso8859_8": "cp1255", "iso8859_13": "cp1257"}
_C1 = re.compile(rb"[\x80-\x9f]")


def _better(raw: bytes, codec: str) -> tuple[str, ...]:
    """Codecs to try before the claimed one, which would read any bytes."""
    likely = likely_codec(raw) if codec in _WESTERN else None
    windows = _OF_WINDOWS.get(codec)
    more = (windows,) if windows is not None and _C1.search(raw) is not None else ()
    return ("utf_8", likely, *more) if likely is not None else ("utf_8", *more)


def _jis(raw: bytes, codecs: tuple[str, ...]) -> str | None:
    """ISO-2022-JP of vendors, if it is none by the book."""
    for codec in codecs:
        try:
            return raw.decode(codec)
        except UnicodeError:
            continue
    return from_iso2022_jp(raw)


def is_known_charset(claimed: str) -> bool:
    """Whether `decode` knows a charset by this name."""
    return bool(_codecs_for(claimed))


def decode_words(header: str) -> str:
    """The header with its encoded words (RFC 2047) read, on one line.

    White space between two of them goes, and characters that a sender cut in half between two words are
    joined.
    """
    if "=?" not in header:
        return one_line(header)
    once = _words_read(header)
    # Some programs encode what is encoded already.
    return _words_read(once) if once != header and _ENCODED_WORD.fullmatch(once) is not None else once


def _words_read(header: str) -> str:
    told: list[str] = []
    charset, held, end = "", b"", 0
    last = header.rfind("?=") + 2  # beyond it no word can end, so no search can run on and on
    for word in _ENCODED_WORD.finditer(header, 0, last):
        gap, named = header[end : word.start()], word[1].partition("*")[0].lower()
        apart = end == 0 or bool(gap.strip())
        if apart or named != charset:
            told.append(decode(held, charset))
            held = b""
        if apart:
            told.append(gap)
        held += _from_base64(word[3]) if word[2] in "bB" else _from_q(word[3])
        charset, end = named, word.end()
    told.extend((decode(held, charset), header[end:]))
    return one_line("".join(told))


def decode_base64(raw: bytes) -> bytes:
    """The bytes behind base64 as it is found in mail: broken lines, missing padding, several padded runs in a
    row.

    Text that a list or a virus scanner wrote beneath the padding is left out. What is plainly no base64 comes
    back as it is.
    """
    padding = raw.find(b"=")
    if padding < 0:
        return raw if _is_strange(raw) else _unbased(raw)
    rest = raw[padding:].lstrip(b"=")
    first = raw[: len(raw) - len(rest)]
    if not rest.strip(b"\r\n"):
        return raw if _is_strange(first) else _unbased(first)
    if not rest.translate(None, _BASE64_LINES):
        return b"".join(map(_unbased, _PADDED_RUN.findall(raw)))
    ends_there = rest[:1] in b"\r\n" and len(first.translate(None, _NOT_BASE64)) % 4 == 0
    if _is_strange(first) or (_is_strange(rest) and not ends_there):
        return raw
    return _unbased(first) if ends_there else _unbased(raw)


def _is_strange(raw: bytes) -> bool:
    """Whether too much of it is in no base64."""
    return len(raw.translate(None, _BASE64_LINES)) * 10 > len(raw)


_BREAKING = re.compile(r"\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED_WORD = re.compile(rf"=\?([^?\s]{{1,{LONGEST_CHARSET_NAME}}})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_PADDED_RUN = re.compile(rb"[^=]+=*")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BASE64_LINES = _BASE64 + b"\r\n\t\0"
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)

# Codecs that are no charsets, that read escapes of their own, or that take time beyond all proportion (idna).
_REFUSED = frozenset(
    "base64_codec bz2_codec hex_codec idna mbcs punycode quopri_codec raw_unicode_escape rot_13 undefined"
    " unicode_escape uu_codec zlib_codec".split()
)
_WIDER = {
    "ascii": ("utf_8",),
    "latin_1": ("cp1252", "latin_1"),
    "iso8859_9": ("cp1254", "iso8859_9"),
    "iso8859_11": ("cp874", "iso8859_11"),
    "tis_620": ("cp874", "tis_620"),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "euc_kr": ("cp949", "johab"),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "big5": ("cp950", "big5hkscs"),
    "iso2022_jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_3", "iso2022_jp_2004"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
}
_MORE_NAMES = {
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "cp50222": "iso2022_jp",
    "iso_2022_jp_ms": "iso2022_jp",
    "iso2022_jp_ms": "iso2022_jp",
    "unicode_1_1_utf_7": "utf_7",
    "unicode_1_1_utf_8": "utf_8",
    "utf8mb4": "utf_8",
    "utf_8_mac": "utf_8",
    "cp65001": "utf_8",
    "unicode": "utf_16",
    "x_sjis": "shift_jis",
    "windows_31j": "cp932",
    "x_gbk": "gbk",
    "x_euc_jp": "euc_jp",
    "x_euc_kr": "euc_kr",
    "x_windows_949": "cp949",
    "x_big5": "big5",
    "big5_eten": "big5",
    "x_x_big5": "big5",
    "windows_874": "cp874",
    "cp874": "cp874",
    "koi8_u": "koi8_u",
    "koi8_ru": "koi8_u",
    "x_koi8_r": "koi8_r",
    "x_mac_roman": "mac_roman",
    "macintosh": "mac_roman",
    "x_mac_cyrillic": "mac_cyrillic",
    "iso8859_8_i": "iso8859_8",
    "iso8859_8_e": "iso8859_8",
    "iso8859_6_i": "iso8859_6",
    "iso8859_6_e": "iso8859_6",
}
_SUBSETS_OF_UTF_8 = {"us-ascii", "ascii", "utf-8", "utf8", "iso-8859-1", "iso-8859-15", "windows-1252", ""}


@lru_cache(256)
def _codecs_for(claimed: str | None) -> tuple[str, ...]:
    """Python's names for the charset and its relatives; asking the codec registry would import, and keep, any
    name.
    """
    if not claimed or len(claimed) > LONGEST_CHARSET_NAME:
        return ()
    name = re.sub(r"[^a-z0-9]+", "_", claimed.lower()).strip("_")
    name = re.sub(r"^iso_?8859_?(?=\d)", "iso8859_", name)
    name = re.sub(r"^(?:x_)?(?:windows|win|cp|ms|ibm)_?(?=\d{3,5}$)", "cp", name)
    codec = _MORE_NAMES.get(name) or aliases.get(name, name if name in _CODECS else "")
    if not codec or codec in _REFUSED:
        return ()
    return _WIDER.get(codec, (codec,))


_CODECS = frozenset((*aliases.values(), *"cp720 cp737 cp856 cp874 cp1006 koi8_t koi8_u utf_8_sig".split()))


def _guesses(raw: bytes) -> tuple[str, ...]:
    """What bytes give away of themselves."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf_16", "utf_8"
    if b"\x1b$" in raw:
        return "iso2022_jp_ext", "utf_8"
    return ("utf_8",)


def _forced(raw: bytes, codecs: tuple[str, ...]) -> str:
    """A few broken characters in the claimed charset, or in UTF-8, tell more than Windows-1252 would."""
    for codec in (*codecs[:1], "utf_8"):
        text = raw.decode(codec, "replace")
        broken = text.count("\ufffd")
        if sum(map(len, _BEYOND_ASCII.findall(text))) > 2 * broken:
            return text
    if (likely := likely_codec(raw)) is not None:
        return raw.decode(likely, "replace")
    return raw.decode("latin_1").translate(_AS_WINDOWS_READS)


_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_AS_WINDOWS_READS = {
    byte: text for byte in range(0x80, 0xA0) if (text := bytes((byte,)).decode("cp1252", "ignore"))
}


def _from_q(encoded: str) -> bytes:
    return binascii.a2b_qp(encoded.encode("utf-8", "replace"), header=True)


def _from_base64(encoded: str) -> bytes:
    return decode_base64(encoded.encode("utf-8", "replace"))


def _unbased(run: bytes) -> bytes:
    try:
        return binascii.a2b_base64(run)
    except binascii.Error:
        digits = run.translate(None, _NOT_BASE64 + b"=")
        if len(digits) % 4 == 1:  # a lone digit carries no byte
            digits = digits[:-1]
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
