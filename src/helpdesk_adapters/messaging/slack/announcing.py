"""Tickets are told of in Slack: new ones in a channel of the staff, and one to whoever asked for it."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from helpdesk_adapters.messaging.slack.client import SlackApi, SlackRefused
from helpdesk_adapters.messaging.slack.mrkdwn import escaped
from helpdesk_adapters.messaging.slack.payloads import Interaction, SlashCommand
from helpdesk_adapters.messaging.slack.sending import (
    channel_of,
    found,
    is_noted,
    noted,
    posted_as,
    since_made,
)
from helpdesk_adapters.messaging.slack.translate import TICKET
from helpdesk_adapters.web.vendor_json import object_in, structured
from helpdesk_core.jobs import GiveUp
from helpdesk_core.messages import NAMES
from helpdesk_core.ports.messages import Announcement, OpenAccount
from helpdesk_core.use_cases.messaging.hear_colleague import REPLY_PREFIX, USUAL_PREFIX
from helpdesk_core.webhooks import UnreadableDelivery


@frozen
class SlackAnnouncer:
    """An Announcer over Slack's API."""

    api: SlackApi

    async def announce(self, ticket: Announcement, place: str, account: OpenAccount, *, again: bool) -> str:
        """As Announcer has it: the thread is that of the post."""
        prefix = (account.settings.get(REPLY_PREFIX) or "").strip() or USUAL_PREFIX.strip()
        by = NAMES.get(ticket.channel, ticket.channel.value.replace("_", " "))
        who = f"{ticket.customer_name} by {by}" if ticket.customer_name else f"By {by}"
        text = (
            f"*{_named(ticket)}*\n{escaped(who)}\n"
            f"_Write in this thread to leave a note; begin with {escaped(prefix)} to answer the customer._"
        )
        return await self._posted(ticket, place, text, account, again=again)

    async def confirm(
        self, ticket: Announcement, asked: bytes, account: OpenAccount, *, again: bool
    ) -> str | None:
        """As Announcer has it: directly, in the thread of which the answers come, and in place of the command."""
        user, response_url = _asker(asked)
        thread = None
        if user:
            text = (
                f"*{escaped(f'#{ticket.number} {ticket.subject}')}*\nAnswers come in this thread; write here."
            )
            channel = await channel_of(self.api, user, account)
            thread = await self._posted(ticket, channel, text, account, again=again)
        if response_url:
            await self.api.respond(response_url, f"Ticket #{ticket.number} was opened.")
        return thread

    async def _posted(
        self, ticket: Announcement, channel: str, text: str, account: OpenAccount, *, again: bool
    ) -> str:
        mark = {"ticket_id": str(ticket.ticket_id)}
        if again:
            try:
                since = since_made(ticket.ticket_id)
                ts = await found(
                    self.api, account, channel, "", since, lambda post: is_noted(post, TICKET, **mark)
                )
            except SlackRefused:
                ts = None  # the app may not read there; one post too many is better than none
            if ts is not None:
                return f"{channel}:{ts}"
        body = {
            "channel": channel,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": noted(TICKET, **mark),
        }
        return posted_as(await self.api.post("chat.postMessage", account, body), channel)


def form() -> dict[str, Any]:
    """The form that opens a ticket (api.slack.com/reference/surfaces/views)."""
    return {
        "type": "modal",
        "callback_id": TICKET,
        "title": _plain("New ticket"),
        "submit": _plain("Open"),
        "close": _plain("Cancel"),
        "blocks": [
            _field("subject", "Subject", several_lines=False),
            _field("message", "What is it about?", several_lines=True),
        ],
    }


def _field(name: str, label: str, *, several_lines: bool) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": name, "multiline": several_lines}
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _plain(text: str) -> Mapping[str, str]:
    return {"type": "plain_text", "text": text}


def _named(ticket: Announcement) -> str:
    name = escaped(f"#{ticket.number} {ticket.subject}")
    return f"<{ticket.link}|{name}>" if ticket.link else name


def _asker(asked: bytes) -> tuple[str, str]:
    """Who asked, and where they can be told of what came of it. GiveUp where the event says neither."""
    told = object_in(asked)
    try:
        if "command" in told:
            command = structured(told, SlashCommand)
            return command.user_id, command.response_url
        interaction = structured(told, Interaction)
        # Of a message that was made a ticket the thread is where it stands, and whoever did that is told alone.
        there = interaction.message is not None
        return "" if there else interaction.user.id, interaction.response_url
    except UnreadableDelivery as error:
        raise GiveUp("The event does not say who asked.") from error
