"""Organizations, the people who work in them, and the keys of programs."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import typer

from helpdesk_core.users import Role, Scope
from helpdesk_http.cli.desk import organization_id, organizations, run
from helpdesk_http.cli.options import AnyOrg, Json, Org, examples, from_standard_input, group
from helpdesk_http.cli.output import answer, answer_table

if TYPE_CHECKING:
    from helpdesk_adapters.container import Container
    from helpdesk_core.ids import ApiKeyId, OrganizationId
    from helpdesk_core.organizations import Organization
    from helpdesk_core.ports.store import View
    from helpdesk_core.users import ApiKey, User

orgs = group("org", "Organizations, the tenants of the desk.")
users = group("user", "People who work in an organization.")
keys = group("apikey", "Keys with which programs use the API.")

Password = Annotated[
    str,
    typer.Option(
        "--password",
        metavar="TEXT",
        help="8 to 1,024 characters. `-` reads it from standard input, where no process list shows it.",
    ),
]
Email = Annotated[str | None, typer.Argument(metavar="EMAIL", help="Whose account.", show_default=False)]
EmailOption = Annotated[str | None, typer.Option("--email", metavar="EMAIL", help="The same, as an option.")]


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    for family in (orgs, users, keys):
        app.add_typer(family)


@orgs.command("create", epilog=examples("helpdesk org create --slug acme --name 'Acme Ltd'"))
def create_organization(
    slug: Annotated[
        str,
        typer.Option(
            "--slug",
            metavar="SLUG",
            help="Short name: 1 to 32 lower-case letters, digits or inner hyphens. Its mail address begins with it.",
        ),
    ],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What people call it.")],
    as_json: Json = False,
) -> None:
    """Create an organization.

    Everything else belongs to one.
    """
    made = run(lambda desk: desk.create_organization()(slug, name))
    value = {"id": made.id, "slug": made.slug, "name": made.name}
    hint = f"Next: helpdesk user create --org {made.slug} --role admin --email … --name … --password -"
    answer(value, as_json, f"Created the organization {made.name} ({made.slug}), id {made.id}.", hint)


@orgs.command("list", epilog=examples("helpdesk org list", "helpdesk org list --json | jq -r '.[].slug'"))
def list_organizations(as_json: Json = False) -> None:
    """List organizations by slug."""
    rows = [
        {
            "id": one.id,
            "slug": one.slug,
            "name": one.name,
            "language": one.language,
            "created_at": one.created_at,
        }
        for one in run(organizations)
    ]
    nothing = "There is no organization yet: helpdesk org create --slug acme --name 'Acme Ltd'"
    answer_table(rows, as_json, ("slug", "name", "language", "created_at", "id"), nothing)


@orgs.command("language", epilog=examples("helpdesk org language --org acme de"))
def choose_language(
    org: Org,
    language: Annotated[
        str, typer.Argument(metavar="LANGUAGE", help="ISO 639-1, such as en, de or pt.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Say in which language an organization's people read and write.

    Messages that come from now on are translated into it, where anything translates.
    """

    async def work(desk: "Container") -> "Organization":
        from helpdesk_core.users import DESK

        organization = await organization_id(desk, org)
        changed: Organization = await desk.choose_language()(organization, DESK, language.strip().lower())
        return changed

    made = run(work)
    value = {"id": made.id, "slug": made.slug, "name": made.name, "language": made.language}
    answer(value, as_json, f"{made.name} ({made.slug}) reads and writes in {made.language}.")


@users.command(
    "create",
    epilog=examples(
        "helpdesk user create --org acme --email ada@acme.example --name 'Ada Brandt' \\",
        "    --role admin --password -",
    ),
)
def create_user(
    email: Annotated[str, typer.Option("--email", metavar="EMAIL", help="With it they log in.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="Customers see it on answers.")],
    password: Password,
    org: Annotated[
        str | None,
        typer.Option(
            "--org", metavar="SLUG", help="Where they work. Without it they can log in but see nothing."
        ),
    ] = None,
    role: Annotated[
        Role, typer.Option("--role", help="An agent answers; an admin also decides how the desk works.")
    ] = Role.AGENT,
    as_json: Json = False,
) -> None:
    """Create a user, who can log in at once."""
    secret = _password(password)

    async def work(desk: "Container") -> "User":
        organization = await organization_id(desk, org) if org is not None else None
        created: User = await desk.create_user()(organization, email, name, role, secret)
        return created

    made = run(work)
    answer(_user(made, org), as_json, f"Created {made.email} ({made.role.value}), id {made.id}.")


@users.command(
    "invite",
    epilog=examples("helpdesk user invite --org acme --email cleo@acme.example --role agent"),
)
def invite_user(
    org: Org,
    email: Annotated[str, typer.Option("--email", metavar="EMAIL", help="Where the link is mailed to.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="They may choose another one.")] = "",
    role: Annotated[
        Role, typer.Option("--role", help="An agent answers; an admin also decides how the desk works.")
    ] = Role.AGENT,
    as_json: Json = False,
) -> None:
    """Invite a user by mail.

    A link lets them choose their name and password, once, within seven days. Where no mail is set up, it is shown here.
    """

    async def work(desk: "Container") -> "tuple[User, str | None]":
        from helpdesk_core.use_cases.people.mail_links import link_path
        from helpdesk_core.user_links import Purpose
        from helpdesk_core.users import DESK

        invited = await desk.invite_user()(await organization_id(desk, org), DESK, email, name, role)
        settings = desk.settings()
        mailed = settings.smtp_url or settings.resend_api_key
        link: str = desk.page_links()(link_path(Purpose.INVITATION, invited.token))
        return invited.user, None if mailed else link

    made, link = run(work)
    value = {**_user(made, org), "link": link}
    told = f"Invited {made.email} ({made.role.value}), id {made.id}."
    hint = f"Hand this link over, it is shown this once: {link}" if link else "A link is on its way to them."
    answer(value, as_json, told, hint)


@users.command("list", epilog=examples("helpdesk user list", "helpdesk user list --org acme --json"))
def list_users(org: AnyOrg = None, as_json: Json = False) -> None:
    """List users by e-mail.

    Those without an organization and the disabled ones too.
    """

    async def work(desk: "Container") -> list[dict[str, Any]]:
        from helpdesk_core.use_cases.people.manage_people import users_of

        tenants: list[tuple[OrganizationId | None, str | None]] = [
            (one.id, one.slug) for one in await organizations(desk, org)
        ]
        return [
            _user(user, slug)
            for id_, slug in (tenants if org is not None else [*tenants, (None, None)])
            for user in await desk.store().read(partial(users_of, id_))
        ]

    columns = ("email", "name", "role", "organization", "disabled_at", "id")
    answer_table(run(work), as_json, columns, "There is no user yet.")


@users.command(
    "password",
    epilog=examples(
        "helpdesk user password ada@acme.example --password -",
        "pass show desk/ada | helpdesk user password ada@acme.example --password -",
    ),
)
def change_password(
    password: Password, email: Email = None, email_option: EmailOption = None, as_json: Json = False
) -> None:
    """Give a user another password.

    It also logs them out everywhere.
    """
    account, secret = _one_email(email, email_option), _password(password)
    user = run(lambda desk: desk.change_password()(account, secret))
    answer({"id": user.id, "email": user.email}, as_json, f"{user.email} has a new password.")


@users.command("disable", epilog=examples("helpdesk user disable ada@acme.example"))
def disable_user(email: Email = None, email_option: EmailOption = None, as_json: Json = False) -> None:
    """Lock a user out, at once.

    What they did stays theirs.
    """
    account = _one_email(email, email_option)
    user = run(lambda desk: desk.disable_user()(account))
    value = {"id": user.id, "email": user.email, "disabled_at": user.disabled_at}
    answer(value, as_json, f"{user.email} can no longer log in.")


@keys.command(
    "create",
    epilog=examples(
        "helpdesk apikey create --org acme --name 'shop backend'",
        "helpdesk apikey create --org acme --name reports --scope read --json | jq -r .key",
    ),
)
def create_key(
    org: Org,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What it is for.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            "--scope",
            help="What it may do; write includes read, admin both. May be given several times. "
            "[default: write]",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Create an API key.

    It is shown this once; the store keeps only its hash.
    """

    async def work(desk: "Container") -> "tuple[ApiKey, str]":
        scopes = tuple(scope or (Scope.WRITE,))
        made: tuple[ApiKey, str] = await desk.create_api_key()(await organization_id(desk, org), name, scopes)
        return made

    key, text = run(work)
    answer(
        {"id": key.id, "key": text}, as_json, text, f"Keep it now, it is not shown again. Its id is {key.id}."
    )


@keys.command("list", epilog=examples("helpdesk apikey list --org acme"))
def list_keys(org: AnyOrg = None, as_json: Json = False) -> None:
    """List API keys by age.

    The revoked ones too. Of the keys themselves only the beginning is known.
    """

    async def work(desk: "Container") -> list[dict[str, Any]]:
        return [
            _key(key, one.slug)
            for one in await organizations(desk, org)
            for key in await desk.store().read(partial(_keys_of, one.id))
        ]

    columns = ("name", "organization", "scopes", "hint", "created_at", "revoked_at", "id")
    answer_table(run(work), as_json, columns, "There is no API key yet.")


@keys.command("revoke", epilog=examples("helpdesk apikey revoke 01981f6c-8f2a-7cc3-9d4e-0a1b2c3d4e5f"))
def revoke_key(
    key_id: Annotated[UUID, typer.Argument(metavar="ID", help="The key's id, as `apikey list` shows it.")],
    org: AnyOrg = None,
    as_json: Json = False,
) -> None:
    """End an API key, at once."""

    async def work(desk: "Container") -> "tuple[ApiKey, str]":
        from helpdesk_core.errors import NotFound

        for one in await organizations(desk, org):
            if any(key.id == key_id for key in await desk.store().read(partial(_keys_of, one.id))):
                return await desk.revoke_api_key()(one.id, cast("ApiKeyId", key_id)), one.slug
        raise NotFound("API key", key_id)

    key, slug = run(work)
    answer(_key(key, slug), as_json, f"The key {key.name} ({key.hint}…) is revoked.")


async def _keys_of(organization: "OrganizationId", view: "View") -> "Sequence[ApiKey]":
    return await view.api_keys.of(organization)


def _user(user: "User", slug: str | None) -> dict[str, Any]:
    return {
        "id": user.id,
        "organization": slug,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "created_at": user.created_at,
        "disabled_at": user.disabled_at,
    }


def _key(key: "ApiKey", slug: str) -> dict[str, Any]:
    return {
        "id": key.id,
        "organization": slug,
        "name": key.name,
        "scopes": key.scopes,
        "hint": key.hint,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _password(given: str) -> str:
    return from_standard_input("--password", "Password") if given == "-" else given


def _one_email(argument: str | None, option: str | None) -> str:
    email = argument or option
    if email is None or (argument and option):
        raise typer.BadParameter("give one e-mail, as EMAIL or with --email")
    return email
