"""Controls that the forms of several rooms have."""

from collections.abc import Iterable, Sequence
from typing import Final

from helpdesk_http.web.forms import Control, ticked, whole
from helpdesk_http.web.tongues import Ours
from helpdesk_http.web.tongues import Ours as _

NAME: Final = Control(name="name", label=_("Name"), required=True)
DESCRIPTION: Final = Control(name="description", label=_("Description"), kind="textarea")
ACTIVE: Final = Control(name="active", label=_("Active"), kind="checkbox", reads=ticked)
PLACE: Final = Control(
    name="position", label=_("Place"), kind="number", hint=_("Lower ones come first."), reads=whole
)


def words(kind: Iterable[str]) -> Sequence[tuple[str, str]]:
    """The members of a kind as options: each with what it is called."""
    return [(str(one), Ours(str(one).replace("_", " ").replace(".", ": "))) for one in kind]
