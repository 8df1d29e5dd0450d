"""What Slack sends (api.slack.com/apis/events-api, api.slack.com/reference/interaction-payloads)."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen


@frozen
class Authorization:
    """One installation of the app that may see the event."""

    team_id: str = ""
    enterprise_id: str = ""
    user_id: str = ""
    is_bot: bool = False
    is_enterprise_install: bool = False


@frozen
class Callback:
    """An event of the Events API."""

    event: Mapping[str, Any]
    team_id: str = ""
    enterprise_id: str = ""
    api_app_id: str = ""
    event_time: int = 0
    authorizations: tuple[Authorization, ...] = ()


@frozen
class File:
    id: str
    name: str = ""
    title: str = ""
    mimetype: str = ""
    mode: str = ""
    is_external: bool = False
    file_access: str = ""
    url_private: str = ""
    url_private_download: str = ""


@frozen
class Edited:
    ts: str


@frozen
class BotProfile:
    app_id: str = ""
    name: str = ""


@frozen
class Metadata:
    """What an app has noted on its own post."""

    event_type: str = ""
    event_payload: Mapping[str, Any] = Factory(dict)


@frozen
class Said:
    """A message, in an event or as the API gives it."""

    ts: str = ""
    subtype: str = ""
    text: str = ""
    user: str = ""
    username: str = ""
    bot_id: str = ""
    app_id: str = ""
    bot_profile: BotProfile | None = None
    team: str = ""
    user_team: str = ""
    thread_ts: str = ""
    edited: Edited | None = None
    files: tuple[File, ...] = ()
    metadata: Metadata | None = None


@frozen
class Place:
    """Where an event of a message happened, and when."""

    channel: str
    channel_type: str = ""
    ts: str = ""
    event_ts: str = ""
    deleted_ts: str = ""
    hidden: bool = False
    message: Said | None = None
    previous_message: Said | None = None


@frozen
class Item:
    channel: str
    ts: str


@frozen
class Reacted:
    user: str
    reaction: str
    item: Item
    event_ts: str = ""


@frozen
class Shared:
    file_id: str
    channel_id: str = ""


@frozen
class Tokens:
    bot: tuple[str, ...] = ()


@frozen
class Revoked:
    tokens: Tokens = Factory(Tokens)


@frozen
class Named:
    """A user, a team or a channel."""

    id: str = ""
    name: str = ""
    username: str = ""
    team_id: str = ""
    enterprise_id: str = ""


@frozen
class View:
    id: str = ""
    state: Mapping[str, Any] = Factory(dict)
    app_installed_team_id: str = ""


@frozen
class Interaction:
    """Somebody has used a shortcut, or sent a form."""

    user: Named
    team: Named | None = None
    enterprise: Named | None = None
    is_enterprise_install: bool = False
    api_app_id: str = ""
    trigger_id: str = ""
    response_url: str = ""
    channel: Named | None = None
    message: Said | None = None
    view: View | None = None


@frozen
class SlashCommand:
    team_id: str
    user_id: str
    enterprise_id: str = ""
    is_enterprise_install: str = ""
    user_name: str = ""
    text: str = ""
    trigger_id: str = ""
    response_url: str = ""


@frozen
class Profile:
    display_name: str = ""
    real_name: str = ""
    email: str = ""


@frozen
class User:
    """As `users.info` tells it."""

    id: str
    team_id: str = ""
    name: str = ""
    real_name: str = ""
    is_stranger: bool = False
    profile: Profile = Factory(Profile)
