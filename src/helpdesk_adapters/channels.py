"""The lists of who sends messages of a channel, who fetches the files that come with them, and who knows names."""

from collections.abc import Callable, Mapping

from helpdesk_adapters.imports.folder_files import folder_files
from helpdesk_adapters.imports.freshdesk.files import freshdesk_files
from helpdesk_adapters.imports.zendesk.files import zendesk_files
from helpdesk_adapters.messaging.dialpad import parts as dialpad
from helpdesk_adapters.messaging.levy_fleets import parts as levy_fleets
from helpdesk_adapters.messaging.messenger import parts as messenger
from helpdesk_adapters.messaging.slack import parts as slack
from helpdesk_adapters.messaging.sms import parts as sms
from helpdesk_adapters.messaging.whatsapp import parts as whatsapp
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import (
    Announcer,
    FileSource,
    MessageSender,
    MessageSource,
    SenderNames,
    TemplateSource,
)
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.fleet.take_fleet_report import WEB

SENDERS: Mapping[Channel, Callable[[Settings, OutgoingHttp], MessageSender]] = {
    Channel.SMS: sms.sender,
    Channel.DIALPAD: dialpad.sender,
    Channel.SLACK: slack.sender,
    Channel.MESSENGER: messenger.sender,
    Channel.WHATSAPP: whatsapp.sender,
}
"""By channel; without one nothing can be answered there."""

FILE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], FileSource]] = {
    **sms.FILE_SOURCES,
    "dialpad": dialpad.file_source,
    "slack": slack.file_source,
    "messenger": messenger.file_source,
    "whatsapp": whatsapp.file_source,
    WEB: levy_fleets.file_source,
    "zendesk": zendesk_files,
    "freshdesk": freshdesk_files,
    "files": folder_files,
}
"""By the `source` of a RemoteFile."""

MESSAGE_SOURCES: Mapping[Channel, Callable[[Settings, OutgoingHttp], MessageSource]] = {
    Channel.SLACK: slack.message_source,
}
"""By channel, where events leave out what messages need."""

ANNOUNCERS: Mapping[Channel, Callable[[Settings, OutgoingHttp], Announcer]] = {
    Channel.SLACK: slack.announcer,
}
"""By channel, where people are told of tickets."""

TEMPLATE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], TemplateSource]] = {
    "whatsapp": whatsapp.template_source,
}
"""By the provider whose templates they are."""

NAMES: Mapping[Channel, Callable[[Settings, OutgoingHttp], SenderNames]] = {
    Channel.MESSENGER: messenger.sender_names,
}
"""By channel, where events do not say what people are called."""
