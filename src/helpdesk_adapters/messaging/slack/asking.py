"""What Slack's events leave out is asked for: who people are, what a thread began with, which message a file is in.

Here, too, an account's settings decide which messages are the desk's business.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import define, evolve, field

from helpdesk_adapters.messaging.slack import interactions, translate
from helpdesk_adapters.messaging.slack.announcing import form
from helpdesk_adapters.messaging.slack.client import SlackApi
from helpdesk_adapters.messaging.slack.messages import (
    BOT,
    People,
    Teller,
    heard,
    said_in,
    teller_of,
    titled,
    written,
)
from helpdesk_adapters.messaging.slack.mrkdwn import mentioned
from helpdesk_adapters.messaging.slack.payloads import Callback, Said, Shared
from helpdesk_adapters.messaging.slack.people import Acquaintances, Asking
from helpdesk_adapters.web.vendor_json import object_in, read_object, structured
from helpdesk_core.commands import Command, HearMessage, LookUpMessage, Nothing, ShowForm, TellAfterwords
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import Knows, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery, WebhookEvent

CHANNELS, BOTS, NOTIFY_CHANNEL = "channels", "bots", "notify_channel"
"""The account's settings: channels whose every thread is a ticket, and programs that are listened to, by their ids,
with commas; and the channel in which the staff hears of tickets."""
EVERYWHERE: Final = "*"
LONGEST_THREAD: Final = 200
NOT_OURS: Final = "Nobody has called the app, and the channel's messages are not the desk's."

NAMED: Final[Mapping[str, Callable[[bytes, People], Sequence[Command]]]] = {
    "message": translate.message,
    "app_mention": translate.message,
    "message_changed": translate.edited,
    "message_action": interactions.message_action,
    "slash_command": interactions.slash_command,
    "view_submission": interactions.view_submission,
}
"""Events in which people are named by their ids alone."""


@define
class SlackSource:
    """A MessageSource over Slack's API."""

    api: SlackApi
    _acquaintances: Acquaintances = field(factory=Acquaintances)

    def accounts(self, raw: bytes) -> Sequence[str]:
        """As MessageSource has it."""
        told = object_in(raw)
        seen = told.get("authorizations")
        of = [one for one in seen if isinstance(one, dict)] if isinstance(seen, list) else []
        named = [one.get("team_id") for one in of] + [told.get("team_id"), told.get("context_team_id")]
        named += [one.get("enterprise_id") for one in of] + [told.get("enterprise_id")]
        return [name for name in named if isinstance(name, str) and name]

    async def complete(
        self, command: Command, event: WebhookEvent, account: OpenAccount, knows: Knows
    ) -> Sequence[Command]:
        """As MessageSource has it."""
        asking = Asking(self.api, account, event)
        if isinstance(command, ShowForm):
            return [await self._shown(command, account)]
        if isinstance(command, LookUpMessage):
            return await self._looked_up(command, asking, knows)
        about_us = isinstance(command, TellAfterwords) and event.type != "message_changed"
        if event.type not in NAMED or about_us:
            return [command]
        people = await self._acquaintances.people(_people_in(event), asking)
        named = next(
            (one for one in NAMED[event.type](event.raw, people) if type(one) is type(command)), command
        )
        if isinstance(named, TellAfterwords):
            return [evolve(named, account=account.external_id)]
        if not isinstance(named, HearMessage):
            return [named]
        heard_here = HearMessage(evolve(named.message, account=account.external_id))
        if event.type not in ("message", "app_mention"):
            return [heard_here]
        callback, place, said = said_in(event.raw)
        teller = evolve(teller_of(callback), account=account.external_id)
        called = event.type == "app_mention" or place.channel_type in ("im", "mpim")
        return await self._considered(heard_here, said, teller, asking, knows, called=called)

    async def _considered(
        self,
        command: HearMessage,
        said: Said,
        teller: Teller,
        asking: Asking,
        knows: Knows,
        *,
        called: bool,
    ) -> Sequence[Command]:
        """The message where it is the desk's business, with the others of a thread that is not known."""
        message, settings = command.message, asking.account.settings
        bot = settings.get("bot_user_id") or teller.bot
        if said.bot_id and (said.user and said.user == bot):
            return [Nothing("It is a post of the desk's own.")]
        if message.marks.get(BOT, "") not in ("", *_listed(settings.get(BOTS))):
            return [Nothing("A program wrote it, and nobody has said that it is to be listened to.")]
        if await knows(message.threads[0]) or (message.answers and await knows(message.answers)):
            return [command]
        channel = message.external_id.partition(":")[0]
        called = called or channel.startswith("D") or bot in mentioned(said.text)
        opens = called or _opens(channel, settings)
        staff = channel == settings.get(NOTIFY_CHANNEL)
        if message.answers is None or not (opens or staff):
            return [command] if opens else [Nothing(NOT_OURS)]
        posts = await self._others_in_thread(said, channel, asking)
        root = next((post for post in posts if post.ts == said.thread_ts), None)
        if root is not None and root.metadata and root.metadata.event_type == translate.TICKET:
            if asking.patient:
                raise TryLater("The ticket that is talked about is just being noted.")
            return [Nothing("Nobody knows which ticket is talked about.")]
        return await self._with(posts, root, command, teller, asking) if opens else [Nothing(NOT_OURS)]

    async def _others_in_thread(self, said: Said, channel: str, asking: Asking) -> Sequence[Said]:
        told = await asking(
            "conversations.replies",
            channel=channel,
            ts=said.thread_ts,
            limit=str(LONGEST_THREAD),
            include_all_metadata="true",
        )
        return [post for post in _posts(told) if post.ts != said.ts]

    async def _with(
        self, posts: Sequence[Said], root: Said | None, command: HearMessage, teller: Teller, asking: Asking
    ) -> Sequence[Command]:
        """The message among all that is said in its thread: word of the others may have come before anybody knew that
        they are the desk's business.
        """
        channel = command.message.external_id.partition(":")[0]
        people = await self._acquaintances.people(
            (name for post in posts for name in (post.user, *mentioned(post.text))), asking
        )
        subject = titled(written(root.text, people)) if root is not None and root.text else ""
        wanted = ("", *_listed(asking.account.settings.get(BOTS)))
        others = [
            heard(teller, channel, post, people, subject="" if channel.startswith("D") else subject)
            for post in posts
            if post.subtype in translate.SAID and not teller.wrote(post) and post.bot_id in wanted
        ]
        same = evolve(command.message, subject=subject or command.message.subject)
        every = [*(one for one in others if isinstance(one, HearMessage)), HearMessage(same)]
        return sorted(every, key=lambda one: one.message.at or asking.event.received_at)

    async def _looked_up(self, command: LookUpMessage, asking: Asking, knows: Knows) -> Sequence[Command]:
        """The message in which a file was shared, as if it were told of itself: mostly it is, and then it is known."""
        callback = structured(read_object(asking.event.raw), Callback)
        channel = structured(callback.event, Shared).channel_id
        told = await asking("files.info", file=command.reference)
        share = _share(told, channel)
        if share is None:
            return [Nothing("Slack does not say which message the file is in; the message does.")]
        ts, root = share
        asked = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": "true", "limit": "10"}
        if root and root != ts:
            posts = _posts(await asking("conversations.replies", ts=root, **asked))
        else:
            posts = _posts(await asking("conversations.history", **asked))
        said = next((post for post in posts if post.ts == ts), None)
        teller = evolve(teller_of(callback), account=asking.account.external_id)
        if said is None or teller.wrote(said) or said.subtype not in translate.SAID:
            return [Nothing("The file is in no message that somebody wrote.")]
        people = await self._acquaintances.people((said.user, *mentioned(said.text)), asking)
        found = heard(teller, channel, said, people)
        if not isinstance(found, HearMessage):
            return [found]
        return await self._considered(found, said, teller, asking, knows, called=False)

    async def _shown(self, command: ShowForm, account: OpenAccount) -> Command:
        """The form, at once or not at all: what shows it is good for three seconds."""
        try:
            body = {"trigger_id": command.reference, "view": form()}
            await self.api.post("views.open", account, body)
        except (GiveUp, TryLater) as error:
            return Nothing(f"The form could not be shown: {error}")
        return Nothing("The form was shown.")


def _people_in(event: WebhookEvent) -> Sequence[str]:
    """The users that an event names."""
    told = object_in(event.raw)
    if "event" not in told:
        inner = told.get("message")
        said = inner if isinstance(inner, dict) else told
        who = said.get("user") or told.get("user_id")
        asks = who.get("id") if isinstance(who, dict) else who
        return [one for one in (asks, *mentioned(str(said.get("text") or ""))) if isinstance(one, str)]
    try:
        _, place, said_now = said_in(event.raw)
    except UnreadableDelivery:
        return []
    now = place.message or said_now
    return [now.user, *mentioned(now.text)]


def _opens(channel: str, settings: Mapping[str, str]) -> bool:
    """Whether messages of the channel open tickets unasked: all of those that the app is in, unless some are named."""
    named = settings.get(CHANNELS, EVERYWHERE)
    if channel in _listed(named):
        return True
    return named.strip() == EVERYWHERE and channel != settings.get(NOTIFY_CHANNEL)


def _listed(text: str | None) -> Sequence[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _posts(told: Mapping[str, Any]) -> Sequence[Said]:
    """The messages that the API tells, the oldest first."""
    posts, found = told.get("messages"), []
    for post in posts if isinstance(posts, list) else ():
        try:
            found.append(structured(post, Said))
        except UnreadableDelivery:
            continue  # what is none counts as absent
    return sorted(found, key=lambda post: post.ts)


def _share(told: Mapping[str, Any], channel: str) -> tuple[str, str] | None:
    """In which message of the channel a file is: its `ts`, and that of its thread."""
    file = told.get("file")
    shares = file.get("shares") if isinstance(file, dict) else None
    for kind in shares.values() if isinstance(shares, dict) else ():
        there = kind.get(channel) if isinstance(kind, dict) else None
        for one in there if isinstance(there, list) else ():
            if isinstance(one, dict) and isinstance(one.get("ts"), str):
                root = one.get("thread_ts")
                return one["ts"], root if isinstance(root, str) else ""
    return None
