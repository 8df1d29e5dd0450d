"""Who wrote a mail that somebody else's address stands over: a group that passes mail on in its own name, or a form."""

from helpdesk_core.addresses import Address, parse_addresses
from helpdesk_core.email.mail import Mail


def author_behind(mail: Mail) -> Address | None:
    """Whom the mail names as its author beside From; a claim like From itself. Total.

    Groups that rewrite From, so that DMARC does not fail, keep it as `X-Original-From` (Google Groups), or put the
    author into Reply-To (Mailman 3 and its `dmarc_mitigations`). So do programs that send what somebody has put into a
    form.
    """
    original = mail.headers.get("x-original-from")
    told = (parse_addresses(original) if original is not None else ()) or mail.reply_to
    return told[0] if len(told) == 1 else None
