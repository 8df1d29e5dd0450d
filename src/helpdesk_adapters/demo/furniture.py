"""What the sample desk has set up: articles, macros, views, teams, a service level, a rule."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from helpdesk_core.actions import Action, Do
from helpdesk_core.arrangements import A
from helpdesk_core.articles import body_from_text
from helpdesk_core.conditions import Condition, Operator
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.macros import Macro
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import Arrangements
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.rules import Rule, Trigger
from helpdesk_core.saved_views import SavedView, ViewFilter
from helpdesk_core.sla import SlaPolicy, Target, Targets
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Priority, Status
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.running.write_articles import ArticleDraft, WriteArticles
from helpdesk_core.users import DESK, User

ARTICLES: Final = (
    (
        "Delivery",
        "How long does delivery take?",
        (
            "Within the EU two to four working days, to Norway and Switzerland up to seven.\n\nYou get a mail with the "
            "tracking number as soon as the parcel leaves us. If it has not moved for three working days, write to us."
        ),
    ),
    (
        "Delivery",
        "Can I change the address of an order?",
        (
            "As long as the order says “being packed”: under My orders, behind the pencil. Once the parcel has left, "
            "the carrier's own page can still send it to a pick-up point."
        ),
    ),
    (
        "Returns",
        "How do I send something back?",
        (
            "You have 60 days.\n\nPrint the label under My orders, Returns, and bring the parcel to any shop of the "
            "carrier. It is free from within the EU. The money is with you within five days of the parcel's arrival."
        ),
    ),
    (
        "Repairs",
        "What do you repair, and what does it cost?",
        (
            "Zips cost 24 euros, poles 12 euros a segment, patches 9 euros.\n\nFill in the form under Repairs and send "
            "the piece in clean and dry. It takes about ten days. In the first two years a fault of ours costs nothing."
        ),
    ),
    (
        "Care",
        "Washing a down sleeping bag",
        (
            "By hand in the bath, or in a large machine on the gentlest programme at 30 degrees with down soap. Do not "
            "spin it. Dry it in a tumbler at low heat with two tennis balls, and take your time: four hours are usual."
        ),
    ),
    (
        "Payment",
        "Why was I charged twice?",
        (
            "Your bank shows two amounts while one is only reserved. The second one vanishes by itself within two "
            "working days. If both are booked, send us the last four digits of the card."
        ),
    ),
)


MACROS: Final = (
    {
        "name": "Ask for the order number",
        "description": "Sets the ticket to pending",
        "actions": (
            Action(
                Do.REPLY,
                "Hello {{customer.first_name|there}},\n\ncould you send us the order number? It begins with HP-.",
            ),
            Action(Do.SET_STATUS, Status.PENDING.value),
        ),
    },
    {
        "name": "Return label",
        "description": "How to send something back; resolves",
        "actions": (
            Action(
                Do.REPLY,
                "Hello {{customer.first_name|there}},\n\nthe label is under My orders, Returns. Sending back is "
                "free, and the money is with you within five days of the parcel's arrival.",
            ),
            Action(Do.ADD_TAG, "returns"),
            Action(Do.SET_STATUS, Status.RESOLVED.value),
        ),
    },
)
WAITING: Final = ViewFilter(
    status=(Status.OPEN, Status.PENDING, Status.ON_HOLD), priority=(Priority.HIGH, Priority.URGENT)
)
VIEWS: Final = (
    {"name": "Urgent and waiting", "filter": WAITING, "sort": "last_message_at"},
    {"name": "Billing", "filter": ViewFilter(tag="billing"), "sort": "-created_at", "position": 1},
)
GOALS: Final = Targets(
    urgent=Target(60, 480), high=Target(240, 1_440), normal=Target(480, 2_880), low=Target(1_440, None)
)
RULE: Final = {
    "name": "Double charges are urgent",
    "events": (Trigger.TICKET_CREATED,),
    "all": (Condition("subject", Operator.CONTAINS, "charged twice"),),
    "actions": (Action(Do.SET_PRIORITY, Priority.URGENT.value), Action(Do.ADD_TAG, "billing")),
}


async def furnish(
    store: Store, clock: Clock, new_id: NewId, home: OrganizationId, people: tuple[User, ...]
) -> None:
    """Everything that has been set up, by the verbs that set it up in a real desk."""
    write = WriteArticles(store, clock, new_id)
    for section, title, text in ARTICLES:
        draft = ArticleDraft(
            title=title, body=body_from_text(text), published=True, section=section, language="en"
        )
        await write.add(home, DESK, draft)

    async def arrange(
        kind: type[A], repository: Callable[[Work], Arrangements[A]], *things: Mapping[str, Any]
    ) -> None:
        verbs = Arrange(store, clock, new_id, kind, repository)
        for values in things:
            await verbs.add(home, DESK, values)

    shop, workshop = tuple(one.id for one in people), (people[-1].id,)
    await arrange(
        Team,
        lambda work: work.teams,
        {"name": "Shop", "description": "Orders, delivery, returns", "member_ids": shop},
        {"name": "Workshop", "description": "Repairs and care", "member_ids": workshop},
    )
    await arrange(Macro, lambda work: work.macros, *MACROS)
    await arrange(SavedView, lambda work: work.saved_views, *VIEWS)
    await arrange(SlaPolicy, lambda work: work.sla_policies, {"name": "Everybody", "targets": GOALS})
    await arrange(Rule, lambda work: work.rules, RULE)
