"""What a provider posts that nobody handles yet, or that is nobody's yet, is kept; both can be performed later."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY, Entry
from helpdesk_adapters.settings import Settings
from helpdesk_core.webhooks import Delivery
from tests.due_jobs import run_jobs
from tests.http.conftest import Office
from tests.http.running import WEBHOOK_SECRET

TOPIC = "arn:aws:sns:eu-west-1:210987654321:seller-notifications"
POSTED = {name: entry for name, entry in REGISTRY.items() if name != "imap"}
"""Pushed mail is answered with what became of it and is of one type."""
EVENTS = [(name, event) for name, entry in POSTED.items() for event in entry.webhooks.events]
WAITS_FOR_NOTHING = {
    ("amazon", "SubscriptionConfirmation"),
    ("amazon", "UnsubscribeConfirmation"),
    ("shopify", "app/uninstalled"),
    ("stripe-connect", "account.application.authorized"),
    ("stripe-connect", "account.application.deauthorized"),
}
"""Events that mean nothing while their account is not connected, and nothing afterwards."""


@pytest.fixture
async def desk(tmp_path: Path) -> Container:
    return in_memory(
        Settings(
            secret_key=("a key for tests",),
            data_dir=tmp_path,
            inbound_email_domain="desk.example",
            amazon_sns_topic_arns=(TOPIC,),
            resend_webhook_secret=(WEBHOOK_SECRET,),
            shopify_api_secret=("what Shopify and the desk know",),
            stripe_webhook_secret=("whsec_of the desk",),
            stripe_connect_webhook_secret=("whsec_of the accounts",),
        )
    )
