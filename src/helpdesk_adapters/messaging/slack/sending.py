"""Answers go to Slack as posts in the thread that they answer, and tickets as posts that begin one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_adapters.messaging.slack.client import SlackApi
from helpdesk_adapters.messaging.slack.messages import moment
from helpdesk_adapters.messaging.slack.mrkdwn import escaped, pieces
from helpdesk_adapters.messaging.slack.translate import REPLY
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.messages import MayHaveLeft, OpenAccount, SentPart
from helpdesk_core.webhooks import UnreadableDelivery

MOST_PAGES: Final = 5
"""Pages of a thread in which a post is looked for."""
EARLIER: Final = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""
PERSON: Final = ("U", "W")


@frozen
class SlackMessages:
    """A MessageSender over Slack's API.

    A thread is a channel, mostly with the `ts` of the message that it began with; a user in the place of the channel is
    written to directly.
    """

    api: SlackApi
    window: timedelta | None = None

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: the words, in pieces of 40,000 characters, and then all files together."""
        texts = [evolve(message, text=text, files=()) for text in pieces(message.text) if text.strip()]
        files = [evolve(message, text="")] if message.files else []
        several = [*texts, *files]
        if not several:
            raise GiveUp("There is nothing in the message that Slack could show.")
        return [evolve(part, key=f"{message.key}/{n}") for n, part in enumerate(several)]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        place, root = place_of(part.thread)
        channel = await channel_of(self.api, place, account)
        if part.again:
            left = await self._left(part, channel, root, account)
            if left is not None:
                return SentPart(f"{channel}:{left}")
        if part.files:
            return await self._send_files(part, channel, root, account)
        body = {
            "channel": channel,
            "text": escaped(part.text),
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": noted(REPLY, message_id=str(part.conversation_id), part=part.key),
            **({"thread_ts": root} if root else {}),
        }
        told = await self.api.post("chat.postMessage", account, body)
        return SentPart(posted_as(told, channel))

    async def _send_files(
        self, part: OutgoingMessage, channel: str, root: str, account: OpenAccount
    ) -> SentPart:
        """All files as one post (api.slack.com/messaging/files#uploading_files)."""
        uploaded = [await self._uploaded(file, account) for file in part.files]
        body = {
            "files": [{"id": id, "title": file.filename} for id, file in uploaded],
            "channel_id": channel,
            **({"thread_ts": root} if root else {}),
        }
        await self.api.post("files.completeUploadExternal", account, body)
        return SentPart(f"{channel}:files:{uploaded[0][0]}")

    async def _uploaded(self, file: OutgoingFile, account: OpenAccount) -> tuple[str, OutgoingFile]:
        content = await file.read()
        told = await self.api.read(
            "files.getUploadURLExternal", account, filename=file.filename, length=str(len(content))
        )
        url, file_id = told.get("upload_url"), told.get("file_id")
        if not isinstance(url, str) or not isinstance(file_id, str):
            raise GiveUp("Slack does not say where to put the file.")
        await self.api.upload(url, content)
        return file_id, file

    async def _left(self, part: OutgoingMessage, channel: str, root: str, account: OpenAccount) -> str | None:
        """The `ts` of the post that an earlier try has made."""
        names = {file.filename for file in part.files}
        bot = account.settings.get("bot_user_id", "")
        since = since_made(part.conversation_id)

        def is_it(post: Mapping[str, Any]) -> bool:
            if not names:
                return is_noted(post, REPLY, part=part.key)
            # A post of files bears no note of ours.
            return _titles(post) == names and (not bot or post.get("user") == bot)

        return await found(self.api, account, channel, root, since, is_it)


def place_of(thread: str) -> tuple[str, str]:
    """The channel or user of a thread, and the `ts` that it began with, if it has begun."""
    place, _, root = thread.partition(":")
    try:
        moment(root)
    except UnreadableDelivery:
        return place, ""
    return place, root


async def channel_of(api: SlackApi, place: str, account: OpenAccount) -> str:
    """The channel; of a user, the direct conversation with them."""
    if not place.startswith(PERSON):
        return place
    told = (await api.read("conversations.open", account, users=place)).get("channel")
    opened = told.get("id") if isinstance(told, dict) else None
    if not isinstance(opened, str):
        raise GiveUp("Slack does not say where to write to that user.")
    return opened


async def found(
    api: SlackApi,
    account: OpenAccount,
    channel: str,
    root: str,
    since: str,
    is_it: Callable[[Mapping[str, Any]], bool],
) -> str | None:
    """The `ts` of the post that it is, among those in the thread, or in the channel, since then."""
    method = "conversations.replies" if root else "conversations.history"
    asked = {
        "channel": channel,
        "oldest": since,
        "limit": "200",
        "include_all_metadata": "true",
        **({"ts": root} if root else {}),
    }
    for _ in range(MOST_PAGES):
        told = await api.read(method, account, **asked)
        posts = told.get("messages")
        for post in posts if isinstance(posts, list) else ():
            if isinstance(post, dict) and isinstance(post.get("ts"), str) and is_it(post):
                return str(post["ts"])
        more = told.get("response_metadata")
        cursor = more.get("next_cursor") if isinstance(more, dict) else None
        if not cursor:
            return None
        asked["cursor"] = str(cursor)
    raise GiveUp("It may have been posted, and there is too much in the channel to know.")


def noted(type: str, **payload: str) -> dict[str, Any]:
    """What the desk notes on a post, by which it knows it again (api.slack.com/metadata)."""
    return {"event_type": type, "event_payload": payload}


def is_noted(post: Mapping[str, Any], type: str, **payload: str) -> bool:
    """Whether the post bears just that."""
    told = post.get("metadata")
    if not isinstance(told, dict) or told.get("event_type") != type:
        return False
    there = told.get("event_payload")
    return isinstance(there, dict) and all(there.get(name) == value for name, value in payload.items())


def posted_as(told: Mapping[str, Any], channel: str) -> str:
    """The id of a post that was just made. What Slack cannot name has been posted all the same."""
    ts, where = told.get("ts"), told.get("channel")
    if not isinstance(ts, str):
        raise MayHaveLeft("Slack does not say what the post is called.")
    return f"{where if isinstance(where, str) else channel}:{ts}"


def since_made(id: UUID) -> str:
    """A little before the time at which this id (UUIDv7) was made, as Slack writes times."""
    return f"{max((id.int >> 80) / 1000 - EARLIER.total_seconds(), 0):.6f}"


def _titles(post: Mapping[str, Any]) -> set[str]:
    files = post.get("files")
    return (
        {str(one.get("title")) for one in files if isinstance(one, dict)}
        if isinstance(files, list)
        else set()
    )
