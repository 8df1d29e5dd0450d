"""Who a mail is from, as far as that can be proven."""

from collections.abc import Awaitable, Callable

from helpdesk_core.email import Authentication, Mail, read_authentication

Authenticate = Callable[[Mail, bytes | None], Awaitable[Authentication]]
"""What is known of the sender of a mail; its bytes as they came are there where its source has them.

May ask the network, with no unit of work open. Never raises, and never takes longer than a few seconds: what could not
be found out in that time is `temperror`.
"""


async def by_headers(mail: Mail, raw: bytes | None) -> Authentication:
    """What the mail says about itself, none of it trusted."""
    return read_authentication(mail)
