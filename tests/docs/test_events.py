"""The page of events names every type that there is, and no other."""

import re

from helpdesk_core.deliveries import TEST_TYPE
from helpdesk_core.event_types import EVENT_TYPES
from tests.docs.pages import ROOT


def test_the_page_of_events_names_every_type() -> None:
    page = ROOT.joinpath("docs/reference/events.md").read_text("utf-8")
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", page)) == EVENT_TYPES | {TEST_TYPE}
