"""Mails as people send them, made beforehand: for those who measure how mail is read and taken in."""

from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from quopri import encodestring

from tests.benchmarks.servers import RECEIVER, TO

BEGUN = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
CUSTOMERS = 400


def letters(number: int, name: str, to: str = TO) -> list[bytes]:
    """So many mails of some hundred customers, each with an id of its own: of every ten, four are plain, three are
    written in HTML and text, one of which answers what it quotes, one is in HTML alone with an image in it, and two
    bring a file.
    """
    return [letter(f"{name}-{place}", place, to) for place in range(number)]


def letter(name: str, place: int, to: str = TO) -> bytes:
    """The mail of that name; its place decides of which kind it is."""
    head = _head(name, place, to)
    match place % 10:
        case 0 | 3 | 5 | 8:
            return head + _part("text/plain", _text(name))
        case 1 | 4:
            return head + _multipart("alternative", _text_part(name), _html_part(name, ""))
        case 6:
            text = _text_part(name, _QUOTED)
            return head + _multipart("alternative", text, _html_part(name, _QUOTED_HTML))
        case 7:
            return head + _multipart("related", _html_part(name, '<img src="cid:logo@garden">'), _image(name))
        case _:
            return head + _multipart("mixed", _text_part(name), _file(name, 12_000 + place % 7 * 8_000))


def _head(name: str, place: int, to: str) -> bytes:
    customer = place * 7 % CUSTOMERS
    date = format_datetime(BEGUN + timedelta(seconds=place % 86_400))
    return (
        f"Return-Path: <ida{customer}@garden.example>\r\n"
        f"Received: from mx{place % 4}.garden.example (mx.garden.example [192.0.2.{place % 250}])\r\n"
        f"\tby mail.desk.example with ESMTPS id {name} for <{to}>;\r\n\t{date}\r\n"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=garden.example; s=k1;\r\n"
        " h=from:to:subject:date:message-id:mime-version; bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;\r\n"
        f" b={sha256(name.encode()).hexdigest() * 4}\r\n"
        f"Authentication-Results: {RECEIVER}; spf=pass smtp.mailfrom=garden.example; dkim=pass\r\n"
        f'From: "Müller, Ida" <ida{customer}@garden.example>\r\n'
        f"To: Acme Support <{to}>\r\n"
        f"Subject: =?utf-8?Q?Der_Kessel_l=C3=A4uft_aus?= ({name})\r\n"
        f"Date: {date}\r\n"
        f"Message-ID: <{name}@garden.example>\r\n"
        "X-Mailer: Apple Mail (2.3774.300.61.1.2)\r\n"
        "MIME-Version: 1.0\r\n"
    ).encode()


_SAID = """Hello,

since this morning the kettle leaks when I fill it beyond the half. I bought it in your shop in March, and so far I was
quite happy with it. The order's number is 4711-{name}.

What I have tried: another socket, less water, and the cleaning that your manual tells of on page 12: nothing of it
helped. Could you send me another one, or should I bring it back?

Best wishes
Ida Müller
Gardenstraße 12, Köln"""
_QUOTED = (
    "\n\nOn Mon, 6 Apr 2026 at 09:12, Acme Support <acme@desk.example> wrote:\n"
    + "> Dear Ida,\n>\n> thank you for your order. It will be sent tomorrow.\n> Please tell us how you like it!\n"
    * 3
)
_QUOTED_HTML = (
    '<br><div class="gmail_quote"><div dir="ltr">On Mon, 6 Apr 2026 at 09:12, Acme Support &lt;<a'
    ' href="mailto:acme@desk.example">acme@desk.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"'
    ' style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
    + "<p>Dear Ida,</p><p>thank you for your order. It will be sent to you tomorrow.</p>" * 3
    + "</blockquote></div>"
)


def _text(name: str, more: str = "") -> str:
    return _SAID.format(name=name) + more


def _html(name: str, more: str) -> str:
    """What Outlook writes around four paragraphs."""
    style = "margin:0cm;font-size:11.0pt;font-family:'Calibri',sans-serif"
    told = "".join(
        f'<p class="MsoNormal" style="{style}"><span lang="EN-US" style="font-size:11.0pt">{paragraph}</span></p>'
        f'<p class="MsoNormal" style="{style}"><o:p>&nbsp;</o:p></p>'
        for paragraph in _SAID.format(name=name).replace("\n", "<br>").split("<br><br>")
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="utf-8"><style><!-- '
        "@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;} p.MsoNormal {margin:0cm;} --></style></head>"
        f'<body lang="EN-US" link="#0563C1"><div class="WordSection1">{told}{more}</div></body></html>'
    )


def _text_part(name: str, more: str = "") -> bytes:
    return _part("text/plain", _text(name, more))


def _html_part(name: str, more: str) -> bytes:
    return _part("text/html", _html(name, more))


def _part(content_type: str, text: str) -> bytes:
    encoded = encodestring(text.encode()).replace(b"\n", b"\r\n")
    head = (
        f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + encoded + b"\r\n"


def _image(name: str) -> bytes:
    head = (
        'Content-Type: image/png; name="logo.png"\r\nContent-Disposition: inline; filename="logo.png"\r\n'
        "Content-ID: <logo@garden>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _based(b"\x89PNG\r\n\x1a\n" + _bytes(name, 3_000))


def _file(name: str, size: int) -> bytes:
    head = (
        "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
        f" filename*=utf-8''Rechnung%20{name}.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _based(b"%PDF-1.7\n" + _bytes(name, size))


def _bytes(name: str, size: int) -> bytes:
    """Bytes that no other name gives."""
    return (sha256(name.encode()).digest() * (size // 32 + 1))[:size]


def _based(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(kind: str, *parts: bytes) -> bytes:
    boundary = b"----=_NextPart_000_0012_01DCC5A1.5B0F2E10"
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary
