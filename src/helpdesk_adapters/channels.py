"""The lists of who sends messages of a channel, and of who fetches the files that come with them."""

from collections.abc import Callable, Mapping

from helpdesk_adapters.messaging.sms import parts as sms
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender
from helpdesk_core.tickets import Channel

SENDERS: Mapping[Channel, Callable[[Settings, OutgoingHttp], MessageSender]] = {
    Channel.SMS: sms.sender,
}
"""By channel; without one nothing can be answered there."""

FILE_SOURCES: Mapping[str, Callable[[Settings, OutgoingHttp], FileSource]] = {}
"""By the `source` of a RemoteFile."""
