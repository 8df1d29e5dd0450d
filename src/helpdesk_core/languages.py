"""Languages by their codes."""

from typing import Final

from helpdesk_core.errors import InvalidValue

USUAL: Final = "en"
"""The language of an organization that has not said."""


def check_language(code: str, path: str = "language") -> str:
    """The code, or InvalidValue at `path`: an ISO 639-1 code in lower case."""
    if code not in CODES:
        raise InvalidValue(path, "must be a language by its ISO 639-1 code, such as en")
    return code


# ISO 639-1, https://www.loc.gov/standards/iso639-2/php/English_list.php
CODES: Final = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne
    ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st
    su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
