"""RTF: the words of a text that Outlook keeps in its own form, compressed ([MS-OXRTFCP]).

Often it is HTML in disguise ([MS-OXRTFEX]); then the HTML is taken out again. All is bounded by named limits and takes
time in proportion to the bytes given.
"""

import re
import struct

from attrs import field, frozen

from helpdesk_core.charsets import decode, storable

MAX_RTF = 4_000_000
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
    told = _read(rtf[:MAX_RTF])
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

_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+")
_UNREAD = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf generator"
    b" themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl xmlnstbl filetbl"
    b" fldinst nonshppict mhtmltag".split()
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
    markup: bool = False
    """HTML stands here as it was."""
    hidden: bool = False
    """RTF that HTML was made into, in its place."""
    codepage: int | None = None
    skipped: int = field(default=1)
    """Signs that stand for one of Unicode, for older readers."""


class _Reading:
    """The words so far, and the bytes that are still to be decoded together."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.codepage = 1252
        self.fonts: dict[int, int] = {}
        self.font = 0
        self._bytes = bytearray()
        self._page = 1252

    def write(self, text: str) -> None:
        self.flush()
        self.told.append(text)

    def byte(self, raw: bytes, page: int) -> None:
        if page != self._page:
            self.flush()
            self._page = page
        self._bytes += raw

    def flush(self) -> None:
        if self._bytes:
            self.told.append(decode(bytes(self._bytes), f"cp{self._page}"))
            self._bytes.clear()


def _read(rtf: bytes) -> str:
    reading, state, skip = _Reading(), _State(), 0
    opened: list[_State] = []
    ignorable = False
    for token in _TOKEN.finditer(rtf):
        word, number, code, sign, brace, plain = token.groups()
        if brace == b"{":
            opened.append(state) if len(opened) < DEEPEST_GROUP else None
        elif brace == b"}":
            state = opened.pop() if opened else state
            skip = 0
        elif word is not None:
            state, skip = _command(reading, state, word, int(number) if number else None, ignorable, skip)
        elif code is not None or (plain is not None and state.shown and not state.hidden):
            raw = bytes.fromhex(code.decode()) if code is not None else plain
            raw, skip = raw[min(skip, len(raw)) :], max(0, skip - len(raw))
            if state.shown and not state.hidden:
                reading.byte(raw, state.codepage or reading.codepage)
        elif sign in (b"\\", b"{", b"}", b"~", b"\n", b"\r") and state.shown and not state.hidden:
            reading.write({b"~": "\u00a0", b"\n": "\n", b"\r": "\n"}.get(sign, sign.decode("latin_1")))
        ignorable = sign == b"*"
    reading.flush()
    return "".join(reading.told)
