"""Time and chance, so that both can be chosen."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The time now, aware and in UTC. It never goes backwards by more than a clock's correction."""

NewToken = Callable[[], str]
"""A fresh unguessable token: URL-safe, at least 256 bits."""

Jitter = Callable[[], float]
"""A number drawn evenly from [0, 1)."""
