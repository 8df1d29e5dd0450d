"""Refusals: what the desk declines to do, one class a reason.

A refusal means that nothing has changed. Its message helps whoever must mend it and never holds a secret;
its `code` is stable. How a refusal looks outside (a status, an exit code) is the doors' business.
"""

from typing import ClassVar, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """The desk declines, and nothing has changed."""

    code: ClassVar[str] = "refused"


class NotFound(Refusal):
    """There is no such thing in this organization; a foreign thing is not found either."""

    code = "not_found"

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f"There is no {kind} {name}.")
        self.kind = kind


class AlreadyTaken(Refusal):
    """Another thing already bears this name."""

    code = "already_taken"


class Conflict(Refusal):
    """The thing is in a state that does not allow this."""

    code = "conflict"


class Stale(Refusal):
    """The thing has changed since the caller read it."""

    code = "stale"


class InvalidValue(Refusal):
    """A value is of the right shape but cannot be accepted; `path` says which."""

    code = "invalid_value"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


class NotAllowed(Refusal):
    """The caller is known but may not do this."""

    code = "forbidden"


class WrongCredentials(Refusal):
    """The caller could not be recognised."""

    code = "unauthorized"


class TooManyAttempts(Refusal):
    """A limit that guards the desk is used up; `retry_after` seconds from now there is room again."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MissingSetting(Refusal):
    """A setting that this needs is not set; the message names it."""

    code = "missing_setting"

    def __init__(self, name: str, purpose: str) -> None:
        super().__init__(f"{name} is not set; {purpose}.")
        self.setting = name


class ProviderUnavailable(Refusal):
    """A provider cannot be asked just now; the same call may succeed later."""

    code = "provider_unavailable"


class StoreUnavailable(Refusal):
    """The store cannot be read or written just now; the same call may succeed later."""

    code = "store_unavailable"


def existing(found: T | None, kind: str, name: object) -> T:
    """What was found; NotFound where nothing was. `kind` is how people call it: "webhook endpoint"."""
    if found is None:
        raise NotFound(kind, name)
    return found
