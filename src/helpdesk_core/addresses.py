"""Addresses: who a mail is from and for.

Header fields are read as RFC 5322 §3.4 means them and as senders really write them; whatever is no address is
left out. Reading is total and takes time in proportion to the field.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from attrs import evolve, field, frozen

from helpdesk_core.charsets import decode_words, one_line, storable

MAX_ADDRESSES = 1_000
"""Addresses that one header field may name; the rest are left out."""

LONGEST_HEADER = 100_000
"""Characters of a header field that are read."""


class BadAddress(ValueError):
    """This is not an address that mail can be sent to."""


def _with_small_domain(email: str) -> str:
    if not is_email(email):
        raise BadAddress("This is not an e-mail address.")
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


def _tidy_name(name: str) -> str:
    return " ".join(one_line(name).split())


@frozen
class Address:
    """One mailbox. An address that exists can be mailed: `is_email` holds for it, else making it raises
    BadAddress.
    """

    email: str = field(converter=_with_small_domain)
    """The domain in lower case; the part before the @ as its owner writes it."""
    name: str = field(default="", converter=_tidy_name)
    """One line of storable text, runs of white space made one blank."""

    @property
    def key(self) -> str:
        """What two spellings of one mailbox share: lower case, NFC, the domain in ASCII (IDNA) where it has
        such a form. RFC 5321 §2.4 lets the part before the @ be case-sensitive; no mail system of note makes
        use of it.
        """
        local, _, domain = self.email.rpartition("@")
        if not domain.isascii():
            try:
                domain = unicodedata.normalize("NFC", domain).encode("idna").decode("ascii")
            except UnicodeError:
                domain = unicodedata.normalize("NFC", domain)
        return f"{unicodedata.normalize('NFC', local.lower())}@{domain.lower()}"


def is_email(text: str) -> bool:
    """Whether mail can be sent to `text`: `local@domain`, at most 64 and 253 characters, 254 in all.

    Letters of any script are welcome (RFC 6531); white space, control and invisible characters, quotes and
    whatever separates addresses are not. A domain may be one label (`localhost`) or an IP address in
    brackets.
    """
    return len(text) <= 254 and text.isprintable() and _EMAIL.fullmatch(text) is not None


def parse_addresses(header: str) -> tuple[Address, ...]:
    """The addresses of a From, To, Cc … field in their order, groups opened, names read.

    Better fed with the field as it came than with its encoded words already read: a comma may be inside one.
    A name that its sender forgot to quote (`Doe, John <j@x.org>`) is put together again.
    """
    read = storable(header[:LONGEST_HEADER])
    if (usual := _USUAL.fullmatch(read)) is not None and is_email(usual[2]):
        only = _address(_Chunk(usual[1], "", usual[2], ""))
        return (only,) if only is not None else ()
    found = tuple(islice(_addresses(read), MAX_ADDRESSES))
    if not found and "=?" in read:  # some programs encode the field as a whole
        found = tuple(islice(_addresses(decode_words(read)), MAX_ADDRESSES))
    return found


def format_address(address: Address) -> str:
    """The address as people read it: `Name <local@domain>`, the name quoted where it must be. One line."""
    if not address.name:
        return address.email
    if _PLAIN_NAME.fullmatch(address.name):
        return f"{address.name} <{address.email}>"
    quoted = address.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address.email}>'


_LABEL = r"(?!-)[\w-]{1,63}(?<!-)"
_EMAIL = re.compile(
    rf"[^\s<>()\[\],;:\\\"@]{{1,64}}@(?:(?=.{{1,253}}\Z)(?:{_LABEL}\.)*{_LABEL}|\[(?:IPv6:)?[0-9A-Fa-f.:]{{2,45}}\])"
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_USUAL = re.compile(r"([^\",;:()<>]{0,200})<([^\s\",;:()<>@]{1,64}@[^\s\",;:()<>@]{1,253})>\s*")
"""What most fields are: one name without quotes, and its address."""
_PIECES = re.compile(r"[\s@,;:<>()]")
"""What makes the part before the @ more than a word where it is quoted."""
_QUOTED_LOCAL = re.compile(r'"[^"]{0,400}+"(?=@)')
_STRAY = {ord(bracket): " " for bracket in "<>"}
_PLAIN_NAME = re.compile(r"[\w!#$%&*+/?^`{|}~][\w!#$%&'*+/?^`{|}~ -]*(?<! )")
# The lengths keep a field of nothing but opened quotes or brackets from being searched to its end over and
# over.
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.){0,400}+")"""
    r"""|(?P<comment>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,400}+\)){0,400}+\))"""
    r"""|(?P<angle><[^<>]{0,2000}+>)|(?P<end>[,;])|(?P<group>:)|(?P<word>[^",;:(<]+|.)""",
    re.DOTALL,
)


def _addresses(header: str) -> Iterator[Address]:
    unquoted = ""
    for chunk in _chunks(header):
        if chunk.email and unquoted:
            chunk = evolve(chunk, words=f"{unquoted}, {chunk.words.lstrip()}")
        address = _address(chunk)
        if address is not None:
            yield address
        # `Doe, John <j@x.org>`: the surname is in the chunk before the address
        carries_on = address is None and chunk.end == "," and len(chunk.words) < 200
        unquoted = chunk.words.strip() if carries_on else ""


@frozen
class _Chunk:
    """What stands between two commas."""

    words: str
    comment: str
    email: str
    """The address that stood in angle brackets, if there was one."""
    end: str


def _chunks(header: str) -> Iterator[_Chunk]:
    words, comment, email = "", "", ""
    for token in _TOKEN.finditer(header):
        text = token[0]
        match token.lastgroup:
            case "quoted" if header[token.end() : token.end() + 1] == "@" and _PIECES.search(text):
                words += text  # `"a b"@x.org` is one address, and b@x.org another person's
            case "quoted":
                words += _ESCAPED.sub(r"\1", text[1:-1])
            case "comment":
                comment = comment or _ESCAPED.sub(r"\1", text[1:-1])
            case "angle":
                email = email or _in_angle(text)
            case "end":
                yield _Chunk(words, comment, email, text)
                words, comment, email = "", "", ""
            case "group" if not email and "@" not in words and not words.lower().endswith("mailto"):
                words = comment = ""  # the name of the group goes, its members stay
            case _:
                words += text.translate(_STRAY)
    yield _Chunk(words, comment, email, "")


def _address(chunk: _Chunk) -> Address | None:
    words, email = chunk.words.split(), chunk.email
    if not email:
        bare = [word for word in words if "@" in word and is_email(word.removeprefix("mailto:"))]
        if not bare:
            return None
        words.remove(bare[-1])
        email = bare[-1].removeprefix("mailto:")
    name = decode_words(" ".join(words) or chunk.comment)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return Address(email, "" if name == email else name)


def _in_angle(angle: str) -> str:
    """The address in angle brackets, or nothing: without the route of RFC 5322 §4.4, comments, blanks and
    quotes.
    """
    plain = _COMMENT.sub("", angle[1:-1])
    if any(_PIECES.search(quoted) for quoted in _QUOTED_LOCAL.findall(plain)):
        return ""
    inner = "".join(plain.split()).replace('"', "").removeprefix("mailto:")
    email = inner.rpartition(":")[2] if inner.startswith("@") else inner
    return email if is_email(email) else ""
