"""What belongs to those who work in an organization."""

from typing import Any

from helpdesk_core.ids import NotificationId
from helpdesk_core.notifications import MailState, Notification, NotificationKind, Way
from helpdesk_core.people_settings import AssignmentMode, PeopleSettings
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.tickets import Ticket
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import User
from tests.contracts.builders.basics import NOON, after, fresh, new_id


def a_user_link(user: User, **fields: Any) -> UserLink:
    return UserLink(
        **{
            "token_hash": fresh("link"),
            "user_id": user.id,
            "purpose": Purpose.INVITATION,
            "created_at": NOON,
            "expires_at": after(60),
            **fields,
        }
    )


def a_second_factor(user: User, **fields: Any) -> SecondFactor:
    return SecondFactor(
        **{
            "user_id": user.id,
            "sealed_secret": fresh("sealed"),
            "created_at": NOON,
            "confirmed_at": NOON,
            "last_step": 59_000_000,
            "recovery_hashes": (fresh("hash"),),
            **fields,
        }
    )


def some_user_settings(user: User, **fields: Any) -> UserSettings:
    return UserSettings(
        **{
            "user_id": user.id,
            "organization_id": user.organization_id,
            "available": False,
            "ways": {NotificationKind.ANSWERED: Way.OFF},
            "turn": 3,
            **fields,
        }
    )


def some_people_settings(user: User, **fields: Any) -> PeopleSettings:
    return PeopleSettings(
        **{
            "organization_id": user.organization_id,
            "demands_second_factor": True,
            "assignment": AssignmentMode.ROUND_ROBIN,
            **fields,
        }
    )


def a_notification(user: User, ticket: Ticket, **fields: Any) -> Notification:
    return Notification(
        **{
            "id": NotificationId(new_id()),
            "organization_id": ticket.organization_id,
            "user_id": user.id,
            "kind": NotificationKind.ASSIGNED,
            "ticket_id": ticket.id,
            "created_at": NOON,
            "mail": MailState.WAITING,
            **fields,
        }
    )
