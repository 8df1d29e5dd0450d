"""What may be pushed in place of a bare message: JSON with the message in base64."""

from attrs import frozen


@frozen
class PushedMail:
    """`organization` is a slug, `mailbox` the address at which the mail arrived; without both its headers decide."""

    raw: str
    organization: str = ""
    mailbox: str = ""
