"""Which types of events there are: what a filter may name."""

from collections.abc import Sequence

from helpdesk_core.errors import InvalidValue

ARRANGED = (
    "article",
    "custom_field",
    "import_mapping",
    "macro",
    "rule",
    "saved_view",
    "sla_policy",
    "tag",
    "team",
    "webhook_endpoint",
    "widget",
)
"""Kinds that are set up, changed and taken away."""

EVENT_TYPES = frozenset(
    {
        *(f"{kind}.{what}" for kind in ARRANGED for what in ("created", "updated", "deleted")),
        "address.released",
        "address.suppressed",
        "api_key.created",
        "api_key.revoked",
        "article.published",
        "attachment.created",
        "attachment.deleted",
        "blocked_sender.created",
        "blocked_sender.deleted",
        "buyer_request.updated",
        "card_setup.updated",
        "checkout.updated",
        "connected_account.updated",
        "conversation.created",
        "conversation.delivery",
        "conversation.seen",
        "conversation.updated",
        "customer.blocked",
        "customer.created",
        "customer.deleted",
        "customer.erased",
        "customer.exported",
        "customer.merged",
        "customer.unblocked",
        "customer.updated",
        "feed.updated",
        "import.completed",
        "import.failed",
        "import.ordered",
        "import.paused",
        "integration.connected",
        "integration.disconnected",
        "integration.updated",
        "invoice.updated",
        "mail.breaker_tripped",
        "mail.discarded",
        "mail.held",
        "mail.released",
        "notification.created",
        "order.created",
        "order.updated",
        "organization.created",
        "organization.exported",
        "organization.updated",
        "payment.updated",
        "payment_method.updated",
        "return_note.updated",
        "privacy_request.completed",
        "privacy_request.created",
        "privacy_request.exported",
        "rule.failed",
        "rule.stopped",
        "satisfaction.deleted",
        "satisfaction.rated",
        "subscription.updated",
        "suggestion.created",
        "suggestion.dismissed",
        "suggestion.edited",
        "suggestion.used",
        "ticket.created",
        "ticket.deleted",
        "ticket.merged",
        "ticket.sla_breached",
        "ticket.split",
        "ticket.unmerged",
        "ticket.updated",
        "user.created",
        "user.invited",
        "user.joined",
        "user.password_changed",
        "user.second_factor_added",
        "user.second_factor_removed",
        "user.second_factor_renewed",
        "user.updated",
        "webhook_endpoint.disabled",
        "webhook_endpoint.secret_rotated",
    }
)
"""Every type that is ever written to the log."""

FAMILIES = frozenset(type.partition(".")[0] for type in EVENT_TYPES)


def checked_patterns(patterns: Sequence[str], path: str) -> tuple[str, ...]:
    """The patterns, each once: `*`, `ticket.*` or a whole type; InvalidValue for one that no event can match."""
    for place, pattern in enumerate(patterns):
        family = pattern.removesuffix(".*")
        known = pattern == "*" or pattern in EVENT_TYPES or (family != pattern and family in FAMILIES)
        if not known:
            raise InvalidValue(
                f"{path}[{place}]", "is no type of event that there is, such as ticket.created"
            )
    return tuple(dict.fromkeys(patterns))
