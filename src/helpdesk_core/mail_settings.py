"""Mail settings: how an organization writes to its customers."""

from attrs import frozen


@frozen
class Acknowledgement:
    """What is said by itself to whoever opens a ticket by mail. Off until somebody turns it on."""

    active: bool = False
    subject: str = "[#{{ticket.number}}] {{ticket.subject}}"
    text: str = "Thank you for your message. It has the number {{ticket.number}}; we will answer as soon as we can."


@frozen
class MailSettings:
    """How an organization writes. Texts may hold placeholders, see `helpdesk_core.placeholders`."""

    signature: str = ""
    """What stands under every answer, as plain text; empty: nothing."""
    template: str = ""
    """HTML around every answer, with `{{content}}` where the answer goes; empty: none."""
    acknowledgement: Acknowledgement = Acknowledgement()
