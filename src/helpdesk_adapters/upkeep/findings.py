"""What was looked at, how it is, and what to do about it."""

from enum import StrEnum

from attrs import frozen


class Verdict(StrEnum):
    """A `problem` keeps the desk from working, a `warning` keeps a part of it from that."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@frozen
class Finding:
    """One thing that was looked at; `advice` says what to do, where there is something to do."""

    name: str
    state: Verdict
    message: str
    advice: str = ""


def fine(name: str, message: str) -> Finding:
    return Finding(name, Verdict.OK, message)


def warning(name: str, message: str, advice: str) -> Finding:
    return Finding(name, Verdict.WARNING, message, advice)


def problem(name: str, message: str, advice: str) -> Finding:
    return Finding(name, Verdict.PROBLEM, message, advice)
