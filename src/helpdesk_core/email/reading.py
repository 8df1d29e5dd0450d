"""Reading mail: from the bytes of a message to what it says (RFC 5322, and MIME: RFC 2045-2049)."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from helpdesk_core.addresses import Address, parse_addresses
from helpdesk_core.charsets import decode, decode_words, storable, unix_lines
from helpdesk_core.email.dates import read_date
from helpdesk_core.email.headers import envelope_end
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.email.mime import Reader
from helpdesk_core.email.texts import MAX_TEXT, Said, joined, readable
from helpdesk_core.message_ids import message_ids

LONGEST_SUBJECT = 1_000
"""Characters of a subject that are kept."""


def parse_mail(raw: bytes) -> Mail:
    """What the message says. Total, bounded, and nothing is lost.

    Whatever the bytes, a Mail comes back, in time about proportional to their number. What is not understood
    is named in `warnings`; bytes without any header at all become a mail with all of them as the part
    `message.eml`.
    """
    if b"\n" not in raw and b"\r" in raw:  # from an old Macintosh
        raw = raw.replace(b"\r", b"\n")
    reader = Reader()
    message = reader.entity(raw, envelope_end(raw), len(raw))
    if not message.headers:
        return _not_understood(raw)
    said = joined(reader.read(message))
    if not readable(said).strip() and reader.spare is not None:
        said = reader.spare
    return read_mail(message.headers, said.text, said.html, reader.parts, reader.warnings)


def read_mail(
    headers: Iterable[tuple[str, str]],
    text: str | None,
    html: str | None,
    parts: Sequence[MailPart] = (),
    warnings: Iterable[str] = (),
) -> Mail:
    """The mail that these are the pieces of, as a provider hands them out that has taken the message apart
    itself.

    Header names may be in any case, and their values may still hold encoded words. Total.
    """
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(storable(value))
    html = storable(html) if html is not None and html.strip() else None
    sender, doubts = _sender(fields)
    to, cc = _addresses(fields, "to"), _addresses(fields, "cc")
    dates = [date for value in fields.get("date", ()) if (date := read_date(value)) is not None]
    return Mail(
        from_=sender,
        subject=decode_words(fields.get("subject", [""])[0])[:LONGEST_SUBJECT],
        text=unix_lines(readable(Said(text, html))).lstrip("\n").rstrip(),
        html=html,
        parts=tuple(_belonging(part, html or "") for part in parts),
        to=to,
        cc=cc,
        reply_to=_addresses(fields, "reply-to"),
        recipients=_recipients(fields) or _distinct((*to, *cc)),
        message_id=next(iter(_ids(fields, "message-id")), None),
        in_reply_to=_ids(fields, "in-reply-to"),
        references=_ids(fields, "references"),
        date=dates[0] if dates else None,
        headers={name: decode_words(values[0]) for name, values in fields.items()},
        results=tuple(fields.get("authentication-results", ())),
        warnings=(
            *warnings,
            *doubts,
            *(("The Date header is none.",) if "date" in fields and not dates else ()),
        ),
    )


_Fields = Mapping[str, Sequence[str]]


def _not_understood(raw: bytes) -> Mail:
    text = "" if b"\0" in raw else unix_lines(decode(raw))[:MAX_TEXT].strip()
    part = MailPart("message.eml", "message/rfc822", raw)
    return Mail(
        text=text, parts=(part,), warnings=("This is no mail: it has no headers. It is attached as it came.",)
    )


def _addresses(fields: _Fields, name: str) -> tuple[Address, ...]:
    if name not in fields:
        return ()
    return tuple([address for value in fields[name] for address in parse_addresses(value)])


def _ids(fields: _Fields, name: str) -> tuple[str, ...]:
    return message_ids(" ".join(fields[name])) if name in fields else ()


def _sender(fields: _Fields) -> tuple[Address | None, tuple[str, ...]]:
    """Who wrote it, else who sent it off, else to whom the transport would have returned it; and what is odd
    there.
    """
    for name in ("from", "sender", "return-path"):
        if addresses := _addresses(fields, name):
            return addresses[0], () if name == "from" else ("The From header names no address.",)
    return None, ("Nothing tells who sent the message.",)


def _recipients(fields: _Fields) -> tuple[str, ...]:
    return _distinct(address for name in _ENVELOPE for address in _addresses(fields, name))


def _distinct(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple({address.key: address.email for address in addresses}.values())


def _belonging(part: MailPart, html: str) -> MailPart:
    """A file that the HTML shows belongs into the text, whatever its own headers say."""
    shown = part.content_id is not None and not part.inline and f"cid:{part.content_id}" in html
    return evolve(part, inline=True) if shown else part


# What mail systems call the address that they delivered to: Postfix and qmail, Exim, Gmail and cPanel,
# sendmail.
_ENVELOPE = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-rcpt-to",
    "x-forwarded-to",
)
