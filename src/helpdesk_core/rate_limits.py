"""How often somebody may do something: windows of time, and what is said of one."""

from datetime import datetime
from typing import Final
from zlib import crc32

from attrs import frozen

EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@frozen
class Rate:
    """At most `count` within `seconds`."""

    count: int
    seconds: int


@frozen
class Verdict:
    """Whether there was room, and how much is left until the window ends `reset_seconds` from now, at least 1."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int


@frozen
class Window:
    """A stretch of time whose hits are counted together: its number among the subject's windows, and how it ends."""

    number: int
    ends_in: int


def window_at(subject: str, rate: Rate, now: datetime) -> Window:
    """The window that `now` is in; every process that is asked at one time gives the same.

    Windows of different subjects begin at different seconds, so that not everybody who waits comes back at once.
    """
    passed = int((now - EPOCH).total_seconds()) + crc32(subject.encode()) % rate.seconds
    return Window(passed // rate.seconds, rate.seconds - passed % rate.seconds)


def verdict(hits: int, rate: Rate, window: Window) -> Verdict:
    """What the last of so many hits in the window is told."""
    return Verdict(hits <= rate.count, rate.count, max(rate.count - hits, 0), window.ends_in)
