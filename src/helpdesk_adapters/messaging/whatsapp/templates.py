"""The texts that WhatsApp has approved for an account
(developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates).
"""

from collections.abc import Sequence
from typing import Any, Final

import anyio
from attrs import frozen

from helpdesk_adapters.messaging.meta.graph import Graph, cursor_in, problem_in
from helpdesk_adapters.messaging.whatsapp.client import refuse
from helpdesk_adapters.messaging.whatsapp.oauth import WABA
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import storable
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import ApprovedTemplate
from helpdesk_core.ports.messages import OpenAccount

MOST_PAGES: Final = 5
LONGEST: Final = 10.0
"""Seconds that all pages together may take: somebody is waiting for them."""


@frozen
class WhatsAppTemplates:
    """A TemplateSource."""

    graph: Graph

    async def approved(self, account: OpenAccount) -> Sequence[ApprovedTemplate]:
        """As TemplateSource has it."""
        waba = account.settings.get(WABA)
        if not waba or not waba.isdigit():
            raise GiveUp(
                f"It is not known which WhatsApp Business Account the number belongs to: set {WABA}, or wait for the"
                " first message, which tells it."
            )
        try:
            with anyio.fail_after(LONGEST):
                return await self._pages(waba, account)
        except TimeoutError as error:
            raise TryLater(f"WhatsApp did not answer within {LONGEST:g} s.") from error

    async def _pages(self, waba: str, account: OpenAccount) -> list[ApprovedTemplate]:
        found: list[ApprovedTemplate] = []
        query = {"status": "APPROVED", "fields": "name,language,category,status,components", "limit": "100"}
        for _ in range(MOST_PAGES):
            answer = await self.graph.get(f"{waba}/message_templates", account, query, seconds=LONGEST)
            problem = problem_in(answer)
            if problem is not None:
                refuse(problem)
            told = object_in(answer.body)
            data = told.get("data")
            found += [_template(one) for one in data if _approved(one)] if isinstance(data, list) else []
            after = cursor_in(told)
            if after is None:
                break
            query = {**query, "after": after}
        return found


def _approved(one: object) -> bool:
    if not isinstance(one, dict) or one.get("status", "APPROVED") != "APPROVED":
        return False
    return all(isinstance(one.get(name), str) and one[name] for name in ("name", "language"))


def _template(one: dict[str, Any]) -> ApprovedTemplate:
    components = one.get("components")
    texts = {
        part["type"]: storable(part["text"])
        for part in (components if isinstance(components, list) else ())
        if isinstance(part, dict) and isinstance(part.get("type"), str) and isinstance(part.get("text"), str)
    }
    whole = "\n\n".join(texts[kind] for kind in ("HEADER", "BODY", "FOOTER") if kind in texts)
    category = one.get("category")
    return ApprovedTemplate(
        storable(one["name"]),
        storable(one["language"]),
        category.lower() if isinstance(category, str) else "",
        whole,
    )
