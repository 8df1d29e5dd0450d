"""50,000 mutated messages: none may raise, and each must be understood in little time. Judged.

And mails of 50 MB, of which each is understood in a process of its own, within bounds of time and memory.
"""

import subprocess
import sys
import time

import pytest

from tests.benchmarks.figures import Figures
from tests.core.test_email_mutations import SLOWEST, try_many

MEGABYTE = 1 << 20
LARGEST_SHARE = 8
"""Times its own size that understanding a large mail may take of memory."""

LARGE = {
    "text": ("\n", "It flickers. "),
    "lines": ("\n", "> a\n"),
    "HTML": ("Content-Type: text/html\n\n", "<p>It <b>flickers</b>. "),
    "base64": ("Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n", "QUFB"),
    "quoted-printable": ("Content-Transfer-Encoding: quoted-printable\n\n", "=41=\n"),
    "parts": ("Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n"),
    "headers": ("", "A: b\n"),
}
"""How a mail of each kind begins, and what it repeats."""

PROGRAM = """
import sys, time
from pathlib import Path
from tests.core.test_email_mutations import understand

def most_memory():
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) * 1024

head, piece, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
raw = f"From: a@b.example\\n{head}{piece * (size // len(piece))}".encode()
before, began = most_memory(), time.process_time()
understand(raw)
print(time.process_time() - began, most_memory() - before, len(raw))
"""


@pytest.mark.timeout(3600)
def test_mutated_messages_are_understood(figures: Figures, quick: bool) -> None:
    count = 500 if quick else 50_000
    began = time.perf_counter()
    slowest = try_many(count, seed=5)
    took = time.perf_counter() - began
    figures.add(
        "mutated mails understood",
        f"{count / took:,.0f}/s",
        more=f"{count:,} of them, none raised; the longest took {slowest * 1e3:.0f} ms",
    )
    assert slowest < SLOWEST


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", LARGE)
def test_a_large_mail_is_understood_within_bounds(figures: Figures, quick: bool, kind: str) -> None:
    size = (2 if quick else 50) * MEGABYTE
    head, piece = LARGE[kind]
    command = [sys.executable, "-c", PROGRAM, head, piece, str(size)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    took, memory, length = float(told[0]), int(told[1]), int(told[2])
    figures.add(
        f"mail of {length / MEGABYTE:.0f} MB understood: {kind}",
        f"{took:.2f} s",
        more=f"{memory / MEGABYTE:,.0f} MB more memory at the most",
    )
    assert took < SLOWEST + length / MEGABYTE / 5
    assert memory < LARGEST_SHARE * length + 100 * MEGABYTE
