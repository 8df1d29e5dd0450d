"""The list of who is told when an account is disconnected here.

Shopify is not on it: the one way to give a shop's token back removes the app, and two days later Shopify asks that all
of the shop be forgotten. Amazon has no such call: a seller ends their consent in Seller Central.
"""

from collections.abc import Mapping
from typing import Any, Final

from helpdesk_core.integrations import REVOKING
from helpdesk_core.ports.installs import Revoker

ALONGSIDE: Final[Mapping[str, tuple[str, ...]]] = {"whatsapp": ("whatsapp", "messenger")}
"""By provider, whose accounts may live off the same grant: what one person granted at Meta goes together."""


def revokers(installers: Mapping[str, Any]) -> Mapping[str, Revoker]:
    """Whoever can connect an account to one of these can give back what was granted, too."""
    return {name: Revoker(installers[name].revoke, ALONGSIDE.get(name, ())) for name in REVOKING}
