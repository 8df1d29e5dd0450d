"""Who is asking: a program with an API key, or a person with a session."""

from typing import Final
from urllib.parse import urlsplit

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import NotAllowed, WrongCredentials
from helpdesk_core.ids import OrganizationId
from helpdesk_core.users import Actor, Role, User
from helpdesk_http.operations import Auth
from helpdesk_http.rate_limits import limited

SESSION_COOKIE: Final = "helpdesk_session"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@frozen
class Caller:
    """Who sent the request, recognised and allowed to; `organization_id` is theirs and the only one they reach."""

    organization_id: OrganizationId
    actor: Actor
    user: User | None = None


async def authenticate(request: Request, auth: Auth) -> Caller:
    """The caller, by the first proof that the request brings; WrongCredentials or NotAllowed where none will do."""
    desk: Container = request.app.state.desk
    header = request.headers.get("authorization")
    if auth.key is not None and header is not None:
        return await _by_key(request, header, auth)
    if auth.session is not None and SESSION_COOKIE in request.cookies:
        refuse_foreign_origin(request)
        return caller_of(await recognise(desk, request), auth.session)
    ways = [
        way for way, open_ in (("an API key", auth.key), ("a session", auth.session)) if open_ is not None
    ]
    raise WrongCredentials(f"This needs {' or '.join(ways)}.")


async def recognise(desk: Container, request: Request, *, setting_up: bool = False) -> User:
    """The user who is logged in, of whatever organization and role; WrongCredentials where nobody is.

    Also for whoever lacks a second factor that their organization demands, unless they are just `setting_up` theirs.
    """
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        raise WrongCredentials("Nobody is logged in.")
    return await desk.recognise_session()(token, setting_up=setting_up)


def caller_of(user: User, needed: Role = Role.AGENT) -> Caller:
    """A user as a caller; NotAllowed for one without an organization, or without the role."""
    if user.organization_id is None:
        raise NotAllowed("User not associated with organization")
    if needed is Role.ADMIN and user.role is not Role.ADMIN:
        raise NotAllowed("This needs the role admin.")
    return Caller(user.organization_id, Actor.of(user), user)


def refuse_foreign_origin(request: Request) -> None:
    """NotAllowed for an unsafe request that a page of another origin makes a browser send with our cookie."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise NotAllowed("Requests from other sites are refused.")
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) not in own_hosts(request):
        raise NotAllowed("Requests from other origins are refused.")


def own_hosts(request: Request) -> set[str]:
    """Hosts, with their ports, under which the desk itself is reached."""
    hosts = {request.headers.get("host", "")}
    public = request.app.state.desk.settings().public_url
    return hosts | {urlsplit(public).netloc} if public else hosts


def _host_of(origin: str) -> str | None:
    """The host of an origin, with its port; None for `null`, and for what is no origin."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


async def _by_key(request: Request, header: str, auth: Auth) -> Caller:
    desk: Container = request.app.state.desk
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise WrongCredentials("The Authorization header must be: Bearer YOUR_API_KEY")
    key = await desk.recognise_key()(text.strip())
    actor = Actor("api_key", key.id, key.name)
    await limited(request, actor)
    if auth.key is not None and not key.allows(auth.key):
        raise NotAllowed(f"This needs an API key with the scope {auth.key.value}.")
    return Caller(key.organization_id, actor)
