"""From what people do in Slack with the app's command, shortcuts and form to what it means
(api.slack.com/interactivity).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.messaging.slack.messages import (
    NOBODY,
    People,
    Teller,
    heard,
    sender,
    titled,
    written,
)
from helpdesk_adapters.messaging.slack.payloads import Interaction, SlashCommand
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.charsets import storable
from helpdesk_core.commands import Command, ConfirmTicket, HearMessage, Nothing, ShowForm
from helpdesk_core.messages import Message
from helpdesk_core.tickets import Channel
from helpdesk_core.webhooks import UnreadableDelivery

SUBJECT, MESSAGE = "subject", "message"
"""Blocks of the form."""
MOST_WORDS: Final = 10_000


def slash_command(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """`/helpdesk My printer is on fire` opens a ticket; without a word, the form is shown."""
    told = structured(read_object(raw), SlashCommand)
    account = told.team_id
    if told.is_enterprise_install == "true" and told.enterprise_id:
        account = told.enterprise_id
    if not told.text.strip():
        return [ShowForm(Channel.SLACK, account, told.trigger_id)]
    text = written(told.text.strip(), people)
    asked = _asked(
        account, told.team_id, told.user_id, told.trigger_id, text, titled(text), people, told.user_name
    )
    return [asked, _confirmed(asked)]


def shortcut(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """The app's shortcut shows the form."""
    told = _interaction(raw)
    return [ShowForm(Channel.SLACK, _account(told), told.trigger_id)]


def message_action(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """Somebody makes a ticket of a message that was written in Slack."""
    told = _interaction(raw)
    said, channel = told.message, told.channel
    if said is None or channel is None or not channel.id:
        raise UnreadableDelivery("The shortcut names no message.")
    teller = Teller(_account(told), told.team.id if told.team else _account(told), told.api_app_id)
    if teller.wrote(said):
        return [Nothing("It is a post of the desk's own.")]
    found = heard(teller, channel.id, said, people)
    return [found, _confirmed(found)] if isinstance(found, HearMessage) else [found]


def view_submission(raw: bytes, people: People = NOBODY) -> Sequence[Command]:
    """The form was sent: it opens a ticket."""
    told = _interaction(raw)
    if told.view is None or not told.view.id:
        raise UnreadableDelivery("The submission names no form.")
    fields = dict(_fields(told.view.state))
    subject = fields.pop(SUBJECT, "").strip()
    text = "\n\n".join(filter(None, (value.strip() for value in fields.values()))) or subject
    if not text:
        return [Nothing("Nothing was written in the form.")]
    account, team = _account(told), told.team.id if told.team else ""
    name = told.user.name or told.user.username
    asked = _asked(
        account, team or account, told.user.id, told.view.id, text, titled(subject or text), people, name
    )
    return [asked, _confirmed(asked)]


def _asked(
    account: str, team: str, user: str, trigger: str, text: str, subject: str, people: People, name: str
) -> HearMessage:
    """A ticket that somebody asks for: it is talked about with them alone, in a thread of its own."""
    if not user or not trigger:
        raise UnreadableDelivery("It names nobody who asks, or nothing by which it is told from the next.")
    return HearMessage(
        Message(
            channel=Channel.SLACK,
            account=account,
            external_id=f"{user}:{trigger}",
            threads=(f"{user}:{trigger}",),
            sender=sender(team, user, people, name),
            at=None,
            text=text,
            subject=subject,
        )
    )


def _confirmed(asked: HearMessage) -> ConfirmTicket:
    return ConfirmTicket(Channel.SLACK, asked.message.account, asked.message.external_id)


def _interaction(raw: bytes) -> Interaction:
    return structured(read_object(raw), Interaction)


def _account(told: Interaction) -> str:
    view, team, enterprise = told.view, told.team, told.enterprise
    if told.is_enterprise_install and enterprise is not None and enterprise.id:
        return enterprise.id
    found = (view.app_installed_team_id if view else "") or (team.id if team else "") or told.user.team_id
    if not found:
        raise UnreadableDelivery("The interaction names no workspace.")
    return found


def _fields(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was typed, by the name of its block."""
    values = state.get("values")
    for block, actions in values.items() if isinstance(values, dict) else ():
        for action in actions.values() if isinstance(actions, dict) else ():
            value = action.get("value") if isinstance(action, dict) else None
            if isinstance(value, str):
                yield block, storable(value)[:MOST_WORDS]
