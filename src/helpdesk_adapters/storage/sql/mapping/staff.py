"""Links, second factors, settings and notifications of those who work in an organization."""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.notifications import MailState, Notification, NotificationKind, Way
from helpdesk_core.people_settings import AssignmentMode, AssignmentScope, PeopleSettings
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings

USER_LINK = ("token_hash", "user_id", "purpose", "created_at", "expires_at")


def to_user_link(row: Row) -> UserLink:
    token_hash, user_id, purpose, created_at, expires_at = row
    return UserLink(token_hash, user_id, Purpose(purpose), created_at, expires_at)


def user_link_row(link: UserLink) -> dict[str, Any]:
    return {
        "token_hash": link.token_hash,
        "user_id": link.user_id,
        "purpose": link.purpose.value,
        "created_at": link.created_at,
        "expires_at": link.expires_at,
    }


SECOND_FACTOR = ("user_id", "sealed_secret", "created_at", "confirmed_at", "last_step", "recovery_hashes")


def to_second_factor(row: Row) -> SecondFactor:
    user_id, sealed_secret, created_at, confirmed_at, last_step, recovery_hashes = row
    return SecondFactor(user_id, sealed_secret, created_at, confirmed_at, last_step, tuple(recovery_hashes))


def second_factor_row(factor: SecondFactor) -> dict[str, Any]:
    return {
        "user_id": factor.user_id,
        "sealed_secret": factor.sealed_secret,
        "created_at": factor.created_at,
        "confirmed_at": factor.confirmed_at,
        "last_step": factor.last_step,
        "recovery_hashes": factor.recovery_hashes,
    }


USER_SETTINGS = ("user_id", "organization_id", "available", "away_until", "ways", "turn")


def to_user_settings(row: Row) -> UserSettings:
    user_id, organization_id, available, away_until, ways, turn = row
    return UserSettings(
        user_id,
        organization_id,
        bool(available),
        away_until,
        {NotificationKind(kind): Way(way) for kind, way in ways.items()},
        turn,
    )


def user_settings_row(settings: UserSettings) -> dict[str, Any]:
    return {
        "user_id": settings.user_id,
        "organization_id": settings.organization_id,
        "available": settings.available,
        "away_until": settings.away_until,
        "ways": {kind.value: way.value for kind, way in settings.ways.items()},
        "turn": settings.turn,
    }


PEOPLE_SETTINGS = ("organization_id", "demands_second_factor", "assignment", "scope")


def to_people_settings(row: Row) -> PeopleSettings:
    organization_id, demands, assignment, scope = row
    return PeopleSettings(organization_id, bool(demands), AssignmentMode(assignment), AssignmentScope(scope))


def people_settings_row(settings: PeopleSettings) -> dict[str, Any]:
    return {
        "organization_id": settings.organization_id,
        "demands_second_factor": settings.demands_second_factor,
        "assignment": settings.assignment.value,
        "scope": settings.scope.value,
    }


NOTIFICATION = (
    "id",
    "organization_id",
    "user_id",
    "kind",
    "ticket_id",
    "created_at",
    "conversation_id",
    "read_at",
    "mail",
)


def to_notification(row: Row) -> Notification:
    id, organization_id, user_id, kind, ticket_id, created_at, conversation_id, read_at, mail = row
    return Notification(
        id,
        organization_id,
        user_id,
        NotificationKind(kind),
        ticket_id,
        created_at,
        conversation_id,
        read_at,
        MailState(mail),
    )


def notification_row(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id,
        "organization_id": notification.organization_id,
        "user_id": notification.user_id,
        "kind": notification.kind.value,
        "ticket_id": notification.ticket_id,
        "created_at": notification.created_at,
        "conversation_id": notification.conversation_id,
        "read_at": notification.read_at,
        "mail": notification.mail.value,
    }
