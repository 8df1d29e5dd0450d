"""No bytes make the understanding of a mail raise, or take long: a mailbox is read in order, so one poisonous message
would hold up all those behind it. `tests/benchmarks` tries 50,000 of them.
"""

import random
import time
from pathlib import Path

import pytest

from helpdesk_core.email import classify, parse_mail, read_bounce, split_reply
from helpdesk_core.richtext import sanitize_html
from tests.core.test_email_bounces import a_report
from tests.core.test_email_habits import ANSWER, HTML_REPLIES, INTRODUCTIONS, a_mail, lines_of
from tests.core.test_email_wrapped import INVITATION, a_mail_with, in_rtf, uuencoded, winmail

MAILS = tuple(path.read_bytes() for path in sorted(Path(__file__).with_name("mails").glob("*.eml")))
SEEDS = (
    *MAILS,
    a_report(),
    a_mail_with(winmail("a.pdf", b"%PDF" * 20)),
    a_mail_with(
        in_rtf(rb"{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 \'cf\u8364? x}}")
    ),
    f"From: ana@x.example\n\n{uuencoded('a.pdf', b'%PDF' * 40)}".encode(),
    f"From: ana@x.example\nContent-Type: text/calendar\n\n{INVITATION}".encode(),
    *(
        a_mail("ana@x.example", "Re: Lamp", f"{ANSWER}\n\n{one}\n> Which?")
        for one in INTRODUCTIONS["certain"].values()
    ),
    *(a_mail("ana@x.example", "Re: Lamp", html, kind="html") for html in HTML_REPLIES.values()),
    *(a_mail("ana@x.example", *told.split(" | ", 1)) for told in lines_of("absences.txt")),
    *(a_mail(*told.split(" | ", 2)) for told in lines_of("bounces.txt")),
)
POISON = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"=?utf-7?b?////?=", b"=?x?q?=00?=", b"\r", b"\n\n", b"\n \n", b"--b\n",
    b"--b--\n", b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Transfer-Encoding: base64\n",
    b"charset=\xff", b"filename*0*=%", b"boundary=\"\"", b"Date: 99 Foo 99999 99:99:99 +9999\n",
    b"Message-ID: <\0>\n", b"Content-Type: message/rfc822\n\n", b"begin 644 a\n", b"\nend\n",
    b"<blockquote>" * 50, b"> " * 50, b"&#xD800;", b"On 1/1/2024 a@b.example wrote:\n",
    b"Final-Recipient: rfc822; \xff@\0\n", b"\x78\x9f\x3e\x22" + b"\xff" * 40, b"A: b\n" * 1_500,
    b"\x1b$B-!\x1b(B", b"\x81\x40" * 20, b"{\\rtf1" + b"{" * 500, b"\\u-1?" * 50, b"BEGIN:VEVENT\nEND:VEVENT\n" * 20,
    b"From: a@b.example\n5 Mar 2024 9:01\n\nTo\n" * 5, b"[was: " * 50, "\u202e\u200f".encode() * 20,
    b"Thread-Index: AAAA\n",
)  # fmt: skip
SLOWEST = 5.0
"""Seconds a mutated message of these sizes may take on a busy machine."""


def mutated(rng: random.Random) -> bytes:
    """A mail with some of its bytes changed, lost, doubled, cut off, or mixed with those of another."""
    raw = bytearray(rng.choice(SEEDS))
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(raw) + 1)
        match rng.randrange(7):
            case 0:
                raw[at : at + 1] = bytes((rng.randrange(256),))
            case 1:
                del raw[at : at + rng.choice((1, 10, 200))]
            case 2:
                raw[at:at] = rng.choice(POISON)
            case 3:
                raw[at:at] = raw[at : at + 400] * rng.choice((1, 2, 8))
            case 4:
                del raw[at:]
            case 5:
                other = rng.choice(SEEDS)
                raw[at:] = other[rng.randrange(len(other)) :]
            case _:
                raw[at:at] = rng.randbytes(rng.choice((1, 8, 64)))
    return bytes(raw)


def understand(raw: bytes) -> None:
    """All that is read off a mail, and that it can be stored."""
    mail = parse_mail(raw)
    told = split_reply(mail.text)
    bounce = read_bounce(mail)
    reason = classify(mail).reason or ""
    ids = bounce.message_ids if bounce is not None else ()
    reasons = [one.reason + one.email for one in bounce.recipients] if bounce is not None else []
    safe = sanitize_html(mail.html or "")
    for text in (
        mail.subject,
        mail.text,
        mail.html or "",
        told.new,
        told.quoted,
        reason,
        safe,
        *ids,
        *reasons,
    ):
        assert "\0" not in text
        text.encode("utf-8")
    assert all(part.filename for part in mail.parts)


def try_many(count: int, seed: int) -> float:
    """Understands `count` mutated messages; the longest that one took, in seconds."""
    rng = random.Random(seed)
    slowest = 0.0
    for number in range(count):
        raw = mutated(rng)
        began = time.process_time()
        try:
            understand(raw)
        except Exception as error:
            raise AssertionError(f"message {number} of seed {seed}: {raw!r}") from error
        slowest = max(slowest, time.process_time() - began)
    return slowest


@pytest.mark.parametrize("seed", range(4))
def test_no_mutated_message_stops_the_mailbox(seed: int) -> None:
    assert try_many(150, seed) < SLOWEST
