"""Mail: what arrived mails say, and how answers are written.

`parse_mail` reads the bytes of a message, `read_mail` the pieces of one that a provider took apart; `compose`
writes one. Sending and fetching are others' business.
"""

from helpdesk_core.email.authentication import UNKNOWN, Authentication, read_authentication
from helpdesk_core.email.automatic import Classified, Nature, classify, is_automatic
from helpdesk_core.email.bounces import Bounce, Fate, Undelivered, read_bounce, undelivered
from helpdesk_core.email.compose import compose
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.email.outgoing import OutgoingMail, envelope_recipients, message_id_for, references_for
from helpdesk_core.email.reading import parse_mail, read_mail
from helpdesk_core.email.replies import Reply, split_reply
from helpdesk_core.email.understanding import Understood, understand, with_bounded_html, words_of
from helpdesk_core.email.uuencoded import with_files_apart

__all__ = [
    "UNKNOWN",
    "Authentication",
    "Bounce",
    "Classified",
    "Fate",
    "Mail",
    "MailPart",
    "Nature",
    "OutgoingMail",
    "Reply",
    "Undelivered",
    "Understood",
    "classify",
    "compose",
    "envelope_recipients",
    "is_automatic",
    "message_id_for",
    "parse_mail",
    "read_authentication",
    "read_bounce",
    "read_mail",
    "references_for",
    "split_reply",
    "undelivered",
    "understand",
    "with_bounded_html",
    "with_files_apart",
    "words_of",
]
