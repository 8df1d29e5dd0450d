"""What went wrong, as one line and an exit code."""

from typing import Final

from attrs import frozen

FAILURE: Final = 1
BAD_USAGE: Final = 2


class Failure(Exception):
    """A command could not do what it was asked to; the message is one line for whoever must mend it."""


@frozen
class Complaint:
    """A line for standard error."""

    line: str
    exit_code: int = FAILURE


def complaint(error: BaseException) -> Complaint | None:
    """How to tell of this error; None for a bug, which is to be seen with its traceback."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return _of_usage(error) or _of_settings(error) or _of_failure(error)


def _of_usage(error: BaseException) -> Complaint | None:
    # Typer's releases raise exceptions of Click's or of a copy of Click; both know how to put themselves.
    if not hasattr(error, "format_message") or getattr(error, "exit_code", None) != BAD_USAGE:
        return None
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "helpdesk"
    message = " ".join(str(error.format_message()).split()).rstrip(".")
    return Complaint(f"{command}: {message} (see {command} --help)", BAD_USAGE)


def _of_settings(error: BaseException) -> Complaint | None:
    from helpdesk_adapters.settings import BadSetting

    return Complaint(f"helpdesk: {_line(error)}", BAD_USAGE) if isinstance(error, BadSetting) else None


def _of_failure(error: BaseException) -> Complaint | None:
    from helpdesk_core.errors import InvalidValue, Refusal

    if isinstance(error, InvalidValue):
        return Complaint(f"helpdesk: {_line(error)}", BAD_USAGE)
    if isinstance(error, Refusal | Failure):
        return Complaint(f"helpdesk: {_line(error)}")
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        return Complaint(f"helpdesk: {error.filename}: {reason}" if error.filename else f"helpdesk: {reason}")
    return None


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
