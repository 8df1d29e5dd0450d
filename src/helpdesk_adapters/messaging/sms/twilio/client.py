"""Twilio's API: messages sent and looked up (twilio.com/docs/messaging/api/message-resource)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from attrs import frozen

from helpdesk_adapters.messaging.sending import posted
from helpdesk_adapters.messaging.sms.twilio.access import Access
from helpdesk_adapters.messaging.sms.twilio.addresses import sender_to
from helpdesk_adapters.messaging.sms.twilio.answers import cut_for_twilio
from helpdesk_adapters.messaging.sms.twilio.envelope import reporting_to
from helpdesk_adapters.messaging.sms.twilio.statuses import OPTED_OUT, STATES, reason
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.ids import ConversationId
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingMessage
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount, OptedOut, SentPart

CLOCKS_APART: Final = timedelta(seconds=60)
"""How far Twilio's clock may be behind ours, where a message is looked up."""
LOOKED_THROUGH: Final = 200
LOOK_AFTER: Final = timedelta(seconds=30)
"""After so long a message whose answer was lost can be looked up."""
_REFUSED: Final = frozenset({"20003", "20005", "20006", "20008"})
"""Codes by which Twilio says that it does not let the account in (twilio.com/docs/api/errors)."""
_FULL: Final = frozenset({"20429", "21611", "30001"})
"""Codes by which it says that it takes no more for the moment."""


@frozen
class TwilioMessages:
    """A MessageSender over Twilio's API."""

    http: OutgoingHttp
    base: str
    access: Access
    status_callback: str | None = None
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it."""
        return cut_for_twilio(message, public=self.status_callback is not None)

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it. Twilio has no key that makes a second try harmless: it is looked up first."""
        access = self.access.of(account)
        if part.again and (found := await self._look_up(part, account, access)) is not None:
            return found
        form = [*_addressed(part, account), ("Body", part.text)]
        form += [("MediaUrl", file.link) for file in part.files]
        if self.status_callback:
            told_at = reporting_to(self.status_callback, account.external_id, str(part.conversation_id))
            form.append(("StatusCallback", told_at))
        headers = {**access.headers, "content-type": "application/x-www-form-urlencoded"}
        content = urlencode([(name, value) for name, value in form if value]).encode()
        url = access.messages(self.base)
        return _taken(await posted(self.http, url, headers, content=content, look_after=LOOK_AFTER))

    async def _look_up(self, part: OutgoingMessage, account: OpenAccount, access: Access) -> SentPart | None:
        """The message that an earlier try may have made: of the same words, since the answer was written."""
        if not part.text and not part.key.endswith("/0"):
            raise GiveUp(
                "It is not known whether Twilio has taken the file, and it cannot be looked up there."
            )
        since = _written_at(part.conversation_id) - CLOCKS_APART
        query = [
            *_addressed(part, account),
            ("DateSent>", f"{since:%Y-%m-%d}"),
            ("PageSize", str(LOOKED_THROUGH)),
        ]
        url = f"{access.messages(self.base)}?{urlencode(query)}"
        answer = await self.http.request("GET", url, access.headers, any_status=True)
        if not answer.ok:
            raise _refusal(answer)
        listed = answer.json()
        messages = listed.get("messages") if isinstance(listed, dict) else None
        if not isinstance(messages, list):
            raise TryLater(f"{answer.host} did not list its messages.")
        same = [one for one in messages if isinstance(one, dict) and _is_the_same(one, part, since)]
        made = [SentPart(str(one["sid"]), _state(one)) for one in same]
        return next((one for one in made if one.state is not DeliveryState.FAILED), None) or next(
            iter(made), None
        )


def _addressed(part: OutgoingMessage, account: OpenAccount) -> list[tuple[str, str]]:
    return [("To", part.thread), ("From", sender_to(part.thread, account.external_id))]


def _taken(answer: Answer) -> SentPart:
    told = object_in(answer.body)
    if answer.ok:
        if isinstance(told.get("sid"), str) and told["sid"]:
            return SentPart(told["sid"])
        raise MayHaveLeft(f"{answer.host} did not say under which id it has taken the message.", LOOK_AFTER)
    raise _refusal(answer)


def _refusal(answer: Answer) -> Exception:
    """What an answer means that is none of success."""
    told = object_in(answer.body)
    code = str(told.get("code", ""))
    problem = one_line(f"{code or answer.status} {told.get('message', '')}")[:300]
    busy = answer.busy()
    if code == OPTED_OUT:
        return OptedOut(reason(code))
    if answer.status == 401 or code in _REFUSED or (answer.status == 403 and not code):
        return AccountRefused(f"Twilio does not let the desk in: {problem}")
    if code in _FULL or answer.status == 429:
        return TryLater(f"Twilio answered {problem}", busy.after if busy is not None else None)
    if busy is not None:
        return MayHaveLeft(f"Twilio answered {problem}", busy.after or LOOK_AFTER)
    return GiveUp(f"Twilio refuses the message: {problem}")


def _is_the_same(known: Mapping[str, Any], part: OutgoingMessage, since: datetime) -> bool:
    body, media = known.get("body"), known.get("num_media")
    return (
        isinstance(known.get("sid"), str)
        and known["sid"] not in part.others
        and str(known.get("direction", "outbound")).startswith("outbound")
        and unix_lines(str(body or "")).strip() == unix_lines(part.text).strip()
        and (media is None or str(media) == str(len(part.files)))
        and _made_at(known) >= since
    )


def _made_at(known: Mapping[str, Any]) -> datetime:
    """When Twilio has taken it; now, where it does not say."""
    try:
        at = parsedate_to_datetime(str(known.get("date_created", "")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _state(known: Mapping[str, Any]) -> DeliveryState:
    """At least `sent`, as of any message that was taken."""
    state = STATES.get(str(known.get("status", "")), DeliveryState.SENT)
    return DeliveryState.SENT if state is DeliveryState.QUEUED else state


def _written_at(answer: ConversationId) -> datetime:
    """The time in a UUIDv7 (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((answer.int >> 80) / 1000, UTC)
