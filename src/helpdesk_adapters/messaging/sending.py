"""What sending has in common, whichever provider carries the message."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from attrs import evolve

from helpdesk_adapters.messaging.pieces import Longest, pieces
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.calls import NotReached
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount


def cut(message: OutgoingMessage, longest: Longest) -> Sequence[OutgoingMessage]:
    """The answer in messages as long as the provider takes them; its files go with the first."""
    return [
        evolve(message, key=f"{message.key}/{number}", text=text, files=message.files if number == 0 else ())
        for number, text in enumerate(pieces(message.text, longest))
    ]


async def posted(
    http: OutgoingHttp,
    url: str,
    headers: Mapping[str, str],
    *,
    json: Any = None,
    content: bytes | None = None,
    look_after: timedelta | None = None,
) -> Answer:
    """The answer to a POST, whatever its status. MayHaveLeft where the call was made and its answer was lost.

    look_after: how long the provider takes until a message that it took can be found there.
    """
    try:
        return await http.request("POST", url, headers, json=json, content=content, any_status=True)
    except NotReached:
        raise
    except TryLater as lost:
        raise MayHaveLeft(str(lost), lost.after or look_after) from lost


def require_sure(
    part: OutgoingMessage, provider: str, look: str = "Ask the customer whether it came"
) -> None:
    """GiveUp for a piece that an earlier try may have sent, at a provider that cannot be asked; `look` says how the
    agent can find out.
    """
    if part.again:
        raise GiveUp(
            f"{provider} did not say whether it took the message, and has not told of it since. "
            f"{look} before you send it again."
        )


def refusal(answer: Answer, provider: str, told: str) -> Exception:
    """What an answer that is no success means. Something broke after a 5xx other than 503: nobody knows when."""
    if answer.status in (401, 402, 403):  # 402: it has run out of credit
        return AccountRefused(f"{provider} does not let the account in: {told}")
    busy = answer.busy()
    if busy is None:
        return GiveUp(f"{provider} refuses the message: {told}")
    message = f"{provider} answered {told}"
    unsure = answer.status >= 500 and answer.status != 503
    return MayHaveLeft(message, busy.after) if unsure else TryLater(message, busy.after)


def secret_of(account: OpenAccount, name: str, provider: str) -> str:
    """A secret of the account. AccountRefused where it was connected without."""
    found = account.secrets.get(name, "").strip()
    if not found:
        raise AccountRefused(f"{provider} needs the account's {name}: connect it again with --set {name}=…")
    return found
