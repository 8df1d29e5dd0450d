"""Organizations, those who work in them, those who write in, and what is connected to them."""

from typing import Any

from cattrs import Converter

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.customers import Contact, Customer
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.mail_settings import MailSettings
from helpdesk_core.organizations import Organization
from helpdesk_core.users import ApiKey, Role, Scope, Session, User
from helpdesk_core.words import words_of

_MAIL_SETTINGS = Converter(omit_if_default=True)

ORGANIZATION = ("id", "slug", "name", "created_at", "mail_from", "mail_settings", "language")


def to_organization(row: Row) -> Organization:
    id, slug, name, created_at, mail_from, mail_settings, language = row
    return Organization(
        id,
        slug,
        name,
        created_at,
        mail_from,
        _MAIL_SETTINGS.structure(mail_settings, MailSettings),
        language,
    )


def organization_row(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "slug": organization.slug,
        "name": organization.name,
        "created_at": organization.created_at,
        "mail_from": organization.mail_from,
        "mail_settings": _MAIL_SETTINGS.unstructure(organization.mail_settings),
        "language": organization.language,
    }


USER = ("id", "organization_id", "email", "name", "role", "created_at", "password_hash", "disabled_at")


def to_user(row: Row) -> User:
    id, organization_id, email, name, role, created_at, password_hash, disabled_at = row
    return User(id, organization_id, email, name, Role(role), created_at, password_hash, disabled_at)


def user_row(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "organization_id": user.organization_id,
        "email": user.email,
        "email_key": user.email.lower(),
        "name": user.name,
        "role": user.role.value,
        "created_at": user.created_at,
        "password_hash": user.password_hash,
        "disabled_at": user.disabled_at,
    }


SESSION = ("token_hash", "user_id", "created_at", "expires_at", "device")


def to_session(row: Row) -> Session:
    return Session(*row)


def session_row(session: Session) -> dict[str, Any]:
    return {
        "token_hash": session.token_hash,
        "user_id": session.user_id,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "device": session.device,
    }


API_KEY = ("id", "organization_id", "name", "scopes", "key_hash", "hint", "created_at", "revoked_at")


def to_api_key(row: Row) -> ApiKey:
    id, organization_id, name, scopes, key_hash, hint, created_at, revoked_at = row
    return ApiKey(
        id,
        organization_id,
        name,
        tuple(Scope(scope) for scope in scopes),
        key_hash,
        hint,
        created_at,
        revoked_at,
    )


def api_key_row(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "organization_id": key.organization_id,
        "name": key.name,
        "scopes": key.scopes,
        "key_hash": key.key_hash,
        "hint": key.hint,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


CUSTOMER = (
    "id",
    "organization_id",
    "created_at",
    "updated_at",
    "name",
    "emails",
    "phones",
    "identities",
    "company",
    "language",
    "country",
    "city",
    "meta",
    "blocked",
    "merged_into_id",
    "version",
)


def to_customer(row: Row) -> Customer:
    (
        id,
        organization_id,
        created_at,
        updated_at,
        name,
        emails,
        phones,
        identities,
        company,
        language,
        country,
        city,
        meta,
        blocked,
        merged_into_id,
        version,
    ) = row
    return Customer(
        id=id,
        organization_id=organization_id,
        created_at=created_at,
        updated_at=updated_at,
        name=name,
        emails=tuple(emails),
        phones=tuple(phones),
        identities=tuple(Contact(kind, value) for kind, value in identities),
        company=company,
        language=language,
        country=country,
        city=city,
        metadata=meta,
        blocked=blocked,
        merged_into_id=merged_into_id,
        version=version,
    )


SEARCHED = 200
"""Characters of a name that are searched: no index of PostgreSQL holds a text of 3 KB."""


MOST_WORDS = 20
"""Words of one customer that are searched."""


def searched(name: str) -> str:
    """A name, or the beginning of one, as it is searched."""
    return name.lower()[:SEARCHED]


def customer_words(name: str, company: str | None) -> list[str]:
    """The words by which the customer is found."""
    return list(dict.fromkeys(word[:SEARCHED] for word in words_of(f"{name} {company or ''}")))[:MOST_WORDS]


def customer_row(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "organization_id": customer.organization_id,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "name": customer.name,
        "name_key": searched(customer.name),
        "emails": customer.emails,
        "phones": customer.phones,
        "identities": [(contact.kind, contact.value) for contact in customer.identities],
        "company": customer.company,
        "company_key": searched(customer.company or ""),
        "language": customer.language,
        "country": customer.country,
        "city": customer.city,
        "meta": customer.metadata,
        "blocked": customer.blocked,
        "merged_into_id": customer.merged_into_id,
        "version": customer.version,
    }


BLOCKED_SENDER = ("id", "organization_id", "pattern", "created_at")


def to_blocked_sender(row: Row) -> BlockedSender:
    return BlockedSender(*row)


def blocked_sender_row(blocked: BlockedSender) -> dict[str, Any]:
    return {
        "id": blocked.id,
        "organization_id": blocked.organization_id,
        "pattern": blocked.pattern,
        "created_at": blocked.created_at,
    }


INTEGRATION = (
    "id",
    "organization_id",
    "provider",
    "external_id",
    "created_at",
    "updated_at",
    "settings",
    "sealed",
    "state",
)


def to_integration(row: Row) -> Integration:
    id, organization_id, provider, external_id, created_at, updated_at, settings, sealed, state = row
    return Integration(
        id=id,
        organization_id=organization_id,
        provider=provider,
        external_id=external_id,
        created_at=created_at,
        updated_at=updated_at,
        settings=settings,
        sealed=sealed,
        state=IntegrationState(state),
    )


def integration_row(integration: Integration) -> dict[str, Any]:
    return {
        "id": integration.id,
        "organization_id": integration.organization_id,
        "provider": integration.provider,
        "external_id": integration.external_id,
        "created_at": integration.created_at,
        "updated_at": integration.updated_at,
        "settings": integration.settings,
        "sealed": integration.sealed,
        "state": integration.state.value,
    }
