"""Values that several requests carry, each with its limits and an example."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from helpdesk_core.ids import UserId
from helpdesk_core.members import MOST
from helpdesk_http.fields import Many, Number, Object, Text

Subject = Annotated[
    str,
    Text(
        min=1,
        max=500,
        pattern=r"^[^\r\n]*[^\s][^\r\n]*$",
        doc="One line.",
        example="Where is my parcel?",
    ),
]
Words = Annotated[
    str,
    Text(
        min=1,
        max=100_000,
        pattern=r"\S",
        doc="Plain text; blank lines part paragraphs.",
        example="It has not come.",
    ),
]
Html = Annotated[
    str, Text(min=1, max=400_000, doc="Sanitized before it is kept.", example="<p>It has not come.</p>")
]
Name = Annotated[str, Text(max=200, example="Ada Pereira")]
Title = Annotated[str, Text(min=1, max=120, pattern=r"\S", doc="Unique among its kind.", example="Returns")]
Description = Annotated[str, Text(max=2000)]
Email = Annotated[str, Text(min=3, max=320, format="email", example="ada@parcels.example")]
Phone = Annotated[str, Text(min=4, max=40, doc="International form.", example="+14155550123")]
Tag = Annotated[str, Text(min=1, max=60, pattern=r"^[^\s,]+$", example="delivery")]
Tags = Annotated[tuple[Tag, ...], Many(max=50, doc="Labels without blanks or commas.")]
Members = Annotated[
    Mapping[str, Any],
    Object(
        max=MOST,
        doc="Any members, 65,536 characters of JSON; null removes one.",
        example={"order": "A-1001"},
    ),
]
Company = Annotated[str, Text(max=200, example="Parcels Ltd")]
Language = Annotated[str, Text(min=2, max=2, pattern="^[a-z]{2}$", doc="ISO 639-1.", example="en")]
Country = Annotated[str, Text(min=2, max=2, pattern="^[A-Z]{2}$", doc="ISO 3166 alpha-2.", example="PT")]
City = Annotated[str, Text(max=100, example="Porto")]
Limit = Annotated[int, Number(min=1, max=100, doc="How many at the most.")]
Cursor = Annotated[
    str, Text(min=1, max=1000, doc="`next_cursor` of the page before, with the same filters and sort.")
]
Query = Annotated[
    str, Text(min=1, max=200, doc="Words that must all occur; the last may be a beginning.", example="parcel")
]
NOBODY = "none"
Assignee = Annotated[
    str,
    Text(
        min=4,
        max=36,
        pattern=r"^(none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        doc="A user's id, or `none`: nobody's.",
        example=NOBODY,
    ),
]


def assignee_of(text: str | None) -> tuple[UserId | None, bool]:
    """The user whom an Assignee names, and whether it is nobody who is meant."""
    if text is None or text == NOBODY:
        return None, text is not None
    return UserId(UUID(text)), False
