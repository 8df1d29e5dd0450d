"""The lists of who sends messages of a channel, who fetches the files that come with them, and who knows names."""

from collections.abc import Callable, Mapping

from helpdesk_adapters.messaging.messenger import parts as messenger
from helpdesk_adapters.messaging.sms import parts as sms
from helpdesk_adapters.messaging.whatsapp import parts as whatsapp
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender, SenderNames, TemplateSource
from helpdesk_core.tickets import Channel

SENDERS: Mapping[Channel, Callable[[Settings, OutgoingHttp], MessageSender]] = {
    Channel.SMS: sms.sender,
    Channel.MESSENGER: messenger.sender,
    Channel.WHATSAPP: whatsapp.sender,
}
"""By channel; without one nothing can be answered there."""

FILE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], FileSource]] = {
    **sms.FILE_SOURCES,
    "messenger": messenger.file_source,
    "whatsapp": whatsapp.files,
}
"""By the `source` of a RemoteFile."""

TEMPLATE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], TemplateSource]] = {
    "whatsapp": whatsapp.templates,
}
"""By the provider whose templates they are."""

NAMES: Mapping[Channel, Callable[[Settings, OutgoingHttp], SenderNames]] = {
    Channel.MESSENGER: messenger.names,
}
"""By channel, where events do not say what people are called."""
