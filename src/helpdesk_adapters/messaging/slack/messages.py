"""A message of Slack as the desk hears it, whether an event tells of it, a shortcut, or the API."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

from helpdesk_adapters.messaging.slack.mrkdwn import words
from helpdesk_adapters.messaging.slack.payloads import Callback, File, Place, Said
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.charsets import one_line
from helpdesk_core.commands import Command, HearMessage, Nothing
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.messages import LONGEST_SUBJECT, Message, RemoteFile, Sender, subject_with
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

SLACK: Final = Channel.SLACK.value
BOT: Final = "bot"
"""What is noted of a message that a program wrote: its id."""
SLACKBOT: Final = "USLACKBOT"

_TS = re.compile(r"([0-9]{1,10})\.([0-9]{1,6})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Person:
    """What `users.info` tells of a user; `vouched`: their address is to be believed."""

    name: str = ""
    email: str = ""
    vouched: bool = False


People = Mapping[str, Person]
"""By user id."""
NOBODY: Final[People] = {}


@frozen
class Teller:
    """Who an event is told by: the installation, as the account of an integration, and the app that it is of."""

    account: str
    team: str
    app: str = ""
    bot: str = ""

    def wrote(self, said: Said) -> bool:
        """Whether it is a post of the app's own."""
        profile = said.bot_profile.app_id if said.bot_profile is not None else ""
        apps = {said.app_id, profile} - {""}
        if apps:
            return self.app in apps
        return bool(said.bot_id and self.bot) and said.user == self.bot


def account_of(callback: Callback) -> str:
    """The installation that the event is for: with channels shared between workspaces not always the event's team."""
    seen = next(iter(callback.authorizations), None)
    if seen is not None and seen.is_enterprise_install and seen.enterprise_id:
        return seen.enterprise_id
    account = (seen.team_id if seen is not None else "") or callback.team_id or callback.enterprise_id
    if not account:
        raise UnreadableDelivery("The event names no workspace.")
    return account


def teller_of(callback: Callback) -> Teller:
    """Who tells the event."""
    bots = (one.user_id for one in callback.authorizations if one.is_bot)
    account = account_of(callback)
    return Teller(account, callback.team_id or account, callback.api_app_id, next(bots, ""))


def said_in(raw: bytes) -> tuple[Callback, Place, Said]:
    """An event of a message: whom it is told by, where that was said, and the message."""
    callback = structured(read_object(raw), Callback)
    return callback, structured(callback.event, Place), structured(callback.event, Said)


def heard(
    teller: Teller,
    channel: str,
    said: Said,
    people: People,
    *,
    direct: bool = False,
    subject: str = "",
) -> Command:
    """The message: in a direct conversation it goes on with that, elsewhere, and in a thread, with its thread.

    The ticket that it opens bears the first words of the thread, where it begins one.
    """
    at = moment(said.ts)
    writer = said.bot_id or said.user
    if not writer or said.user == SLACKBOT:
        return Nothing("Nobody has written it.")
    text = written(said.text, people)
    root = said.thread_ts if said.thread_ts and said.thread_ts != said.ts else ""
    if root:
        moment(root)
    alone = (direct or channel.startswith("D")) and not root
    name = people.get(said.user, Person()).name or "a direct message"
    begins = subject_with(Channel.SLACK, name) if alone else titled(text)
    return HearMessage(
        Message(
            channel=Channel.SLACK,
            account=teller.account,
            external_id=f"{channel}:{said.ts}",
            threads=(channel if alone else f"{channel}:{root or said.ts}",),
            sender=_program(teller, said) if said.bot_id else sender(_team(teller, said), said.user, people),
            at=at,
            text=text,
            files=tuple(remote(file) for file in said.files if file.mode != "tombstone"),
            answers=f"{channel}:{root}" if root else None,
            subject=subject or (subject_with(Channel.SLACK, channel) if root else begins),
            marks={BOT: said.bot_id} if said.bot_id else {},
        )
    )


def sender(team: str, user: str, people: People, name: str = "") -> Sender:
    """A user. Their address is what their workspace says it is."""
    known = people.get(user, Person())
    email = (Contact(EMAIL, known.email),) if known.email else ()
    return Sender(
        known.name or name,
        (Contact(SLACK, f"{team}/{user}"), *(email if known.vouched else ())),
        () if known.vouched else email,
    )


def written(text: str, people: People) -> str:
    """The text in plain words."""
    return words(text, {user: person.name for user, person in people.items()})


def titled(text: str) -> str:
    """The subject of a ticket that begins with this text; a subject without words is the channel's name."""
    first = next((line for line in map(one_line, text.splitlines()) if line), "")
    return first[:LONGEST_SUBJECT] or subject_with(Channel.SLACK, "a message")


def remote(file: File) -> RemoteFile:
    """Where a file is fetched: by its address, or, where the event keeps that back, by its id."""
    url = file.url_private_download or file.url_private
    if file.is_external or file.mode == "external":
        reference = EXTERNAL
    else:
        reference = url if url and file.file_access != "check_file_info" else f"{BY_ID}{file.id}"
    return RemoteFile(SLACK, reference, file.id, file.name or file.title, file.mimetype)


EXTERNAL: Final = "external:"
"""The reference of a file that somebody else keeps."""
BY_ID: Final = "id:"
"""How the reference of a file begins that has to be asked for."""


def moment(ts: str) -> datetime:
    """The time that a `ts` says, which is an id as well: seconds and microseconds."""
    found = _TS.fullmatch(ts)
    if found is None:
        raise UnreadableDelivery("The time of a message is not in seconds and microseconds.")
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2].ljust(6, "0")))


def _team(teller: Teller, said: Said) -> str:
    return said.user_team or said.team or teller.team


def _program(teller: Teller, said: Said) -> Sender:
    name = said.username or (said.bot_profile.name if said.bot_profile is not None else "")
    return Sender(name, (Contact(SLACK, f"{_team(teller, said)}/{said.bot_id}"),))
