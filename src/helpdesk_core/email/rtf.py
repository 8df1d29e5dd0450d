"""RTF: the words of a text that Outlook keeps in its own form, compressed ([MS-OXRTFCP]).

Often it is HTML in disguise ([MS-OXRTFEX]); then the HTML is taken out again. All is bounded by named limits and takes
time in proportion to the bytes given.
"""

import re
import struct

from attrs import evolve, frozen

from helpdesk_core.charsets import decode, storable

MAX_RTF = 1_000_000
"""Bytes of RTF that are unpacked and read."""

DEEPEST_GROUP = 200
"""Groups within one another; what is further in is read as if it were in the last of them."""


def unpacked(raw: bytes) -> bytes | None:
    """The RTF behind PidTagRtfCompressed, as far as it can be read; None if it is none. Total."""
    if len(raw) < _HEADER:
        return None
    size, kind = struct.unpack_from("<4xI4s", raw)
    if kind == b"MELA":
        return raw[_HEADER : _HEADER + min(size, MAX_RTF)]
    return _decompressed(raw, min(size, MAX_RTF)) if kind == b"LZFu" else None


def read_rtf(rtf: bytes) -> tuple[str | None, str | None]:
    """Its words as text, or as the HTML that was made into it. Total."""
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return None, None
    reading = _Reading()
    for found in _TOKEN.finditer(rtf, 0, MAX_RTF):
        reading.token(found)
    told = reading.finished()
    return (None, storable(told)) if b"\\fromhtml1" in rtf[:_HEAD] else (storable(told).strip(), None)


_HEADER = 16
_HEAD = 2_000
_WINDOW = 4_096
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the window holds before the first byte is read."""


def _decompressed(raw: bytes, size: int) -> bytes:
    """Runs of bytes, each as it is or as a piece of the window; a piece that begins at the end is the end."""
    window = bytearray(_KNOWN.ljust(_WINDOW, b"\0"))
    place, at, out = len(_KNOWN), _HEADER, bytearray()
    while at < len(raw) and len(out) < size:
        flags, at = raw[at], at + 1
        for bit in range(8):
            piece: bytes | bytearray
            if not flags >> bit & 1:
                piece, at = raw[at : at + 1], at + 1
            elif at + 1 < len(raw):
                told = raw[at] << 8 | raw[at + 1]
                at += 2
                if told >> 4 == place:
                    return bytes(out[:size])
                piece = _copied(window, told >> 4, (told & 15) + 2, place)
            else:
                return bytes(out[:size])
            for byte in piece:
                window[place] = byte
                place = (place + 1) % _WINDOW
            out += piece
    return bytes(out[:size])


def _copied(window: bytearray, start: int, length: int, place: int) -> bytearray:
    """The piece, which may run into what is being written."""
    ahead = (place - start) % _WINDOW
    piece = bytearray(window[(start + index) % _WINDOW] for index in range(min(length, ahead)))
    while len(piece) < length:
        piece.append(piece[len(piece) - ahead])
    return piece


# ------------------------------------------------------------------ reading

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_UNREAD = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr"
    b" footerf generator themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl"
    b" xmlnstbl filetbl fldinst nonshppict mhtmltag".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "\u2014", b"endash": "\u2013", b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c",
    b"rdblquote": "\u201d", b"bullet": "\u2022", b"emspace": "\u2003", b"enspace": "\u2002", b"zwj": "", b"zwnj": "",
}  # fmt: skip
_CHARSETS = {
    0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257,
    204: 1251, 222: 874, 238: 1250,
}  # fmt: skip
"""Code pages of the charsets that fonts name."""


@frozen
class _State:
    """What holds until a group ends."""

    shown: bool = True
    hidden: bool = False
    """What RTF shows in the place of HTML that stands there too."""
    codepage: int | None = None
    substitutes: int = 1
    """Signs that follow one of Unicode, for readers that know none."""


class _Reading:
    """The words so far, and the bytes that are still to be decoded together."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._state = _State()
        self._opened: list[_State] = []
        self._codepage = 1252
        self._fonts: dict[int, int] = {}
        self._font = 0
        self._skip = 0
        self._optional = False  # the next word names what a reader may leave out
        self._bytes = bytearray()
        self._page = 1252

    def token(self, found: re.Match[bytes]) -> None:
        """The next word, sign, brace or piece of text."""
        word, number, code, sign, brace, plain = found.groups()
        if word is not None:
            self._word(word, int(number) if number is not None else None)
        elif code is not None or plain is not None:
            self._write_bytes(bytes.fromhex(code.decode()) if code is not None else plain)
        elif brace == b"{" and len(self._opened) < DEEPEST_GROUP:
            self._opened.append(self._state)
        elif brace == b"}":
            self._state = self._opened.pop() if self._opened else self._state
            self._skip = 0
        elif sign in _WRITTEN:
            self._write(_WRITTEN[sign])
        self._optional = sign == b"*"

    def finished(self) -> str:
        """All the words."""
        self._flush()
        return "".join(self._told)

    def _word(self, word: bytes, number: int | None) -> None:
        state = self._state
        if word in _SIGNS:
            self._write(_SIGNS[word])
        elif word == b"u" and number is not None:
            self._write(chr(number & 0xFFFF))
            self._skip = state.substitutes
        elif word == b"uc" and number is not None:
            self._state = evolve(state, substitutes=max(0, min(number, _MOST_SUBSTITUTES)))
        elif word == b"htmlrtf":
            self._state = evolve(state, hidden=number != 0)
        elif word == b"f" and number is not None:
            self._font = number
            self._state = evolve(state, codepage=self._fonts.get(number)) if state.shown else state
        elif word == b"fcharset" and len(self._fonts) < _MOST_FONTS:
            self._fonts[self._font] = _CHARSETS.get(number or 0, 1252)
        elif word == b"ansicpg" and number is not None:
            self._codepage = number
        elif word == b"htmltag":
            self._state = evolve(state, shown=True)
        elif word in _UNREAD or self._optional:
            self._state = evolve(state, shown=False)

    def _write(self, text: str) -> None:
        if self._state.shown and not self._state.hidden:
            self._flush()
            self._told.append(text)

    def _write_bytes(self, raw: bytes) -> None:
        raw, self._skip = raw[self._skip :], max(0, self._skip - len(raw))
        if not self._state.shown or self._state.hidden:
            return
        page = self._state.codepage or self._codepage
        if page != self._page:
            self._flush()
            self._page = page
        self._bytes += raw

    def _flush(self) -> None:
        if self._bytes:
            self._told.append(decode(bytes(self._bytes), f"cp{self._page}"))
            self._bytes.clear()


_MOST_SUBSTITUTES = 10
_MOST_FONTS = 1_000
_WRITTEN = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"\n": "\n", b"\r": "\n", b"_": "-"}
