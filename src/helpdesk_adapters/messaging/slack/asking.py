"""What Slack's events leave out is asked for: who people are, what a thread began with, which message a file is in."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import Factory, define, evolve

from helpdesk_adapters.messaging.slack import interactions, translate
from helpdesk_adapters.messaging.slack.announcing import form
from helpdesk_adapters.messaging.slack.client import SlackApi
from helpdesk_adapters.messaging.slack.messages import (
    BOT,
    NOBODY,
    People,
    Person,
    Teller,
    heard,
    titled,
    written,
)
from helpdesk_adapters.messaging.slack.mrkdwn import mentioned
from helpdesk_adapters.messaging.slack.payloads import Authorization, Said, User
from helpdesk_adapters.web.vendor_json import object_in, structured
from helpdesk_core.commands import Command, HearMessage, LookUpMessage, Nothing, ShowForm, TellAfterwords
from helpdesk_core.customers import normal_email
from helpdesk_core.errors import InvalidValue
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import AccountRefused, Knows, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery, WebhookEvent
