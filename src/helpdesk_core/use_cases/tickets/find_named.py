"""Finding the user, team or customer that a value names by id; each raises InvalidValue at the value's path."""

from helpdesk_core.customers import Customer
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import CustomerId, OrganizationId, TeamId, UserId
from helpdesk_core.ports.store import View
from helpdesk_core.teams import Team
from helpdesk_core.users import User


async def named_user(organization_id: OrganizationId, user_id: UserId, path: str, view: View) -> User:
    """The organization's user, locked out or not."""
    user = await view.users.get(organization_id, user_id)
    if user is None:
        raise InvalidValue(path, "is not a user of this organization")
    return user


async def active_user(organization_id: OrganizationId, user_id: UserId, path: str, view: View) -> User:
    """The organization's user, who is not locked out."""
    user = await view.users.get(organization_id, user_id)
    if user is None or user.disabled_at is not None:
        raise InvalidValue(path, "is not an active user of this organization")
    return user


async def named_team(organization_id: OrganizationId, team_id: TeamId, path: str, view: View) -> Team:
    """The organization's team."""
    team = await view.teams.get(organization_id, team_id)
    if team is None:
        raise InvalidValue(path, "is not a team of this organization")
    return team


async def named_customer(
    organization_id: OrganizationId, customer_id: CustomerId, path: str, view: View
) -> Customer:
    """The organization's customer, merged or not."""
    customer = await view.customers.get(organization_id, customer_id)
    if customer is None:
        raise InvalidValue(path, "is not a customer of this organization")
    return customer
