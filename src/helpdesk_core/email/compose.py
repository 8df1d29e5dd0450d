"""Composing: an answer as the bytes that a mail server takes (RFC 5322, 2045-2047, 2231, 3834).

It is written here and not with the standard library's EmailMessage, which draws boundaries by lot and writes
long ids of In-Reply-To and References as encoded words, in which few mail programs recognise them (CPython
3.11). The same mail always gives the same bytes, so a retry sends what was sent before.
"""

import binascii
import re
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Sequence
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from helpdesk_core.addresses import Address
from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.email.mail import MailPart
from helpdesk_core.email.outgoing import OutgoingMail, bounded, canonical_id


def compose(mail: OutgoingMail) -> bytes:
    """The message, lines ending with CRLF; ASCII but for addresses and ids that are not.

    Text and HTML are alternatives, inline attachments belong to the HTML, the others follow. `parse_mail`
    reads the same subject, addresses, ids, text and files from it.
    """
    boundaries = _boundaries(mail.message_id)
    inline = {index: file for index, file in enumerate(mail.attachments) if _is_inline(file, mail)}
    beside = [file for index, file in enumerate(mail.attachments) if index not in inline]
    body = _text_part("plain", mail.text)
    if mail.html is not None:
        html = _text_part("html", unix_lines(mail.html))
        if inline:
            images = [_file_part(file, inline=True) for file in inline.values()]
            html = _multipart("related", [html, *images], boundaries)
        body = _multipart("alternative", [body, html], boundaries)
    if beside:
        files = [_file_part(file, inline=False) for file in beside]
        body = _multipart("mixed", [body, *files], boundaries)
    return "\r\n".join(_headers(mail)).encode() + b"\r\n" + body + b"\r\n"


def _is_inline(file: MailPart, mail: OutgoingMail) -> bool:
    return file.inline and mail.html is not None and canonical_id(file.content_id) is not None


def _headers(mail: OutgoingMail) -> Iterator[str]:
    yield f"Date: {format_datetime(mail.date)}"
    yield f"From: {_written(mail.from_)}"
    yield f"To: {_mailboxes(mail.to) or 'undisclosed-recipients:;'}"
    if mail.cc:
        yield f"Cc: {_mailboxes(mail.cc)}"
    if mail.reply_to is not None:
        yield f"Reply-To: {_written(mail.reply_to)}"
    yield f"Subject: {_unstructured(mail.subject)}".rstrip()
    yield f"Message-ID: <{mail.message_id}>"
    if mail.in_reply_to is not None and (parent := _chain((mail.in_reply_to,))):
        yield f"In-Reply-To: {parent}"
    if chain := _chain(mail.references):
        yield f"References: {chain}"
    for name, value in mail.asks_for_silence.items():
        yield f"{name}: {value}"
    yield "MIME-Version: 1.0"


LONGEST_LINE = 998
"""Bytes of a line of mail (RFC 5322 §2.1.1)."""


def _chain(ids: Sequence[str]) -> str:
    # An id that fills a line by itself could not be written whole, and half of one leads nowhere.
    fitting = [one for one in ids if len(one.encode()) < LONGEST_LINE - len("In-Reply-To: <>")]
    return "\r\n ".join(f"<{one}>" for one in bounded(fitting))


def _mailboxes(addresses: Iterable[Address]) -> str:
    return ",\r\n ".join(map(_written, addresses))


_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
LONGEST_NAME = 200
"""Characters of a person's name in a header."""


def _written(address: Address) -> str:
    local, _, domain = address.email.rpartition("@")
    email = f"{local}@{address.key.rpartition('@')[2]}" if not domain.isascii() else address.email
    name = address.name[:LONGEST_NAME].strip()
    if not name:
        return email
    if not name.isascii() or "=?" in name:
        return f"{_encoded_words(name)}\r\n <{email}>"
    if _ATOMS.fullmatch(name) is None:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{email}>"


def _unstructured(text: str) -> str:
    words = text.split(" ")
    if not text.isascii() or "=?" in text or "" in words[1:] or max(map(len, words)) > LONGEST_LINE - 20:
        return _encoded_words(text)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) < 68:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\r\n ".join(lines)


def _encoded_words(text: str) -> str:
    """Encoded words of at most 75 characters, none of which ends within a character (RFC 2047 §2, §5)."""
    pieces, size = [""], 0
    for character in text:
        size += len(character.encode())
        if size > 39:
            pieces.append("")
            size = len(character.encode())
        pieces[-1] += character
    each = (binascii.b2a_base64(piece.encode(), newline=False).decode() for piece in pieces)
    return "\r\n ".join(f"=?utf-8?b?{piece}?=" for piece in each)


def _boundaries(message_id: str) -> Iterator[str]:
    """Boundaries that no part can hold: neither base64 nor quoted-printable ever writes `=_` (RFC 2045 §6.7)."""
    seed = sha256(message_id.encode()).hexdigest()[:24]
    return (f"=_{seed}_{number}" for number in range(1, 1_000_000))


def _multipart(subtype: str, parts: Sequence[bytes], boundaries: Iterator[str]) -> bytes:
    boundary = next(boundaries)
    delimiter = f"\r\n--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    return head + b"".join(delimiter + b"\r\n" + part for part in parts) + delimiter + b"--"


def _text_part(subtype: str, text: str) -> bytes:
    raw = text.encode()
    beyond_ascii = len(raw) - len(raw.translate(None, _HIGH))
    if beyond_ascii * 3 > len(raw):
        encoding, body = "base64", encodebytes(raw)
    else:
        encoding, body = "quoted-printable", _FROM_LINE.sub(_without_from, binascii.b2a_qp(raw))
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body.replace(b"\n", b"\r\n")


_HIGH = bytes(range(128, 256))
_FROM_LINE = re.compile(rb"(?m)^(?:From )+")


def _without_from(found: re.Match[bytes]) -> bytes:
    """Lines that begin with `From ` are changed on their way by programs that keep mail in mbox files, and a DKIM
    signature is then broken (RFC 2049 §3).
    """
    return b"=46rom =\n" * (len(found[0]) // 5)


_CONTENT_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


def _file_part(file: MailPart, *, inline: bool) -> bytes:
    content_type = file.content_type.lower()
    encoding, body = "base64", encodebytes(file.content).replace(b"\n", b"\r\n")
    if content_type == "message/rfc822" and _may_go_as_it_is(file.content):
        encoding, body = "7bit", file.content  # RFC 2046 §5.2.1 forbids to encode it
    elif _CONTENT_TYPE.fullmatch(content_type) is None:
        content_type = "application/octet-stream"
    content_id = canonical_id(file.content_id)
    head = [
        f"Content-Type: {content_type}",
        f"Content-Transfer-Encoding: {encoding}",
        f"Content-Disposition: {'inline' if inline else 'attachment'}{_filename(file.filename)}",
    ]
    if content_id is not None and len(content_id.encode()) < LONGEST_LINE - len("Content-ID: <>"):
        head.append(f"Content-ID: <{content_id}>")
    return "\r\n".join([*head, "", ""]).encode() + body


def _may_go_as_it_is(content: bytes) -> bool:
    lines = content.split(b"\r\n")
    return (
        content.isascii()
        and b"--=_" not in content
        and not any(
            len(line) > LONGEST_LINE or b"\n" in line or b"\r" in line or b"\0" in line for line in lines
        )
    )


def _filename(name: str) -> str:
    """The parameter that names a file; in pieces where it is long, and encoded where it is not plain (RFC
    2231).
    """
    line = one_line(name)
    if line.isascii() and len(line) <= 60 and "=?" not in line:
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n filename="{escaped}"'
    encoded = f"utf-8''{quote(line, safe='')}"
    pieces = re.findall(r"(?:%..|[^%]){1,20}", encoded)
    if len(pieces) == 1:
        return f";\r\n filename*={encoded}"
    return "".join(f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))
