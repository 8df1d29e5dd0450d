"""JSON in and out of types: strict, complete in what it reports, and never surprised."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar
from uuid import UUID

import pytest
from attrs import Factory, frozen
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.fields import Many, Number, Text, camel, lenient
from helpdesk_http.wire import (
    InvalidBody,
    MalformedJson,
    parse_json,
    read,
    reader,
    structure,
    timestamp,
    write,
    writer,
)

T = TypeVar("T")
CrateId = NewType("CrateId", UUID)
CRATE = CrateId(UUID("019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"))


class Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"


Label = Annotated[str, Text(min=1, max=8, pattern="^[a-z]+$")]


@frozen(kw_only=True)
class Farmer:
    name: Annotated[str, Text(max=20)] | None = None
    email: Annotated[str, Text(max=60, format="email")] | None = None

    def __attrs_post_init__(self) -> None:
        if self.name is None and self.email is None:
            raise ValueError("needs a name or an email")


@frozen(kw_only=True)
class Crate:
    id: CrateId
    fruit: Fruit
    count: int
    weight: float
    ripe: bool
    picked_at: datetime
    sold_on: date | None
    price: Decimal
    farmer: Farmer
    labels: Annotated[tuple[Label, ...], Many(max=3)] = ()
    sizes: list[int] = Factory(list)
    extra: dict[str, Any] = Factory(dict)
    amount: str | int | None = None
    grade: Literal["a", "b"] = "a"


WHOLE: dict[str, Any] = {
    "id": str(CRATE),
    "fruit": "pear",
    "count": 3,
    "weight": 1.5,
    "ripe": True,
    "picked_at": "2026-01-02T03:04:05.678Z",
    "sold_on": None,
    "price": "12.50",
    "farmer": {"name": "Ada"},
}


def errors_of(cls: Any, value: Any) -> dict[str, str]:
    with pytest.raises(InvalidBody) as refused:
        reader(cls)(value)
    return {error.path: error.message for error in refused.value.errors}


def outcome_of(read: Callable[[Any], Any], value: object) -> object:
    try:
        return read(value)
    except (InvalidBody, MalformedJson) as refusal:
        return refusal


def test_a_body_becomes_a_value() -> None:
    crate = read(Crate, json.dumps({**WHOLE, "labels": ["red"], "amount": 4}).encode())
    assert crate == Crate(
        id=CRATE,
        fruit=Fruit.PEAR,
        count=3,
        weight=1.5,
        ripe=True,
        picked_at=datetime(2026, 1, 2, 3, 4, 5, 678000, UTC),
        sold_on=None,
        price=Decimal("12.50"),
        farmer=Farmer(name="Ada"),
        labels=("red",),
        amount=4,
    )


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("count", True, "must be an integer"),
        ("count", "3", "must be an integer"),
        ("count", 3.5, "must be an integer"),
        ("count", 1e19, "must fit in 64 bits"),
        ("count", None, "must be an integer"),
        ("count", 1 << 63, "must fit in 64 bits"),
        ("weight", "1.5", "must be a number"),
        ("weight", False, "must be a number"),
        ("ripe", 1, "must be true or false"),
        ("ripe", "true", "must be true or false"),
        ("fruit", "plum", "must be one of apple, pear"),
        ("fruit", ["pear"], "must be one of apple, pear"),
        ("grade", "c", "must be one of a, b"),
        ("id", CRATE.hex, "must be a UUID, like 019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"),
        ("id", f"{{{CRATE}}}", "must be a UUID, like 019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"),
        ("picked_at", "2026-01-02", "must be a time with its offset, like 2026-01-02T03:04:05Z"),
        ("picked_at", "2026-01-02T03:04:05", "must be a time with its offset, like 2026-01-02T03:04:05Z"),
        ("picked_at", 1767323045, "must be a time with its offset, like 2026-01-02T03:04:05Z"),
        ("picked_at", "٢٠٢٦-01-02T03:04:05Z", "must be a time with its offset, like 2026-01-02T03:04:05Z"),
        ("picked_at", "2026-02-30T03:04:05Z", "must be a time that exists"),
        ("picked_at", "0001-01-01T00:00:00+05:00", "must be a time that exists"),
        ("sold_on", "2026-1-2", "must be a day, like 2026-01-02"),
        ("sold_on", "2026-02-30", "must be a day that exists"),
        ("price", 12.5, 'must be a decimal number in a string, like "12.50"'),
        ("price", "1e5", 'must be a decimal number in a string, like "12.50"'),
        ("labels", "red", "must be an array"),
        ("labels", {"0": "red"}, "must be an array"),
        ("labels", ["a", "b", "c", "d"], "must have at most 3 items"),
        ("extra", [], "must be an object"),
        ("farmer", "Ada", "must be an object"),
        ("amount", 1.5, "must be an integer"),
        ("amount", True, "must be a string or a number"),
    ],
)
def test_nothing_is_coerced(field: str, value: object, message: str) -> None:
    assert errors_of(Crate, {**WHOLE, field: value}) == {field: message}


def test_every_wrong_field_is_reported_at_once_by_its_path() -> None:
    wrong = {
        "fruit": "pear",
        "count": "3",
        "weight": 1,
        "ripe": True,
        "picked_at": "2026-01-02T03:04:05Z",
        "sold_on": None,
        "price": "1",
        "farmer": {"name": "A" * 21, "email": "ada@", "age": 3},
        "labels": ["red", 7, "", "Red"],
        "sizes": [1, [2]],
        "extra": {"a": {"b c": ["\0"]}},
        "colour": "red",
    }
    assert errors_of(Crate, wrong) == {
        "id": "is required",
        "count": "must be an integer",
        "farmer.name": "must have at most 20 characters",
        "farmer.email": "must be an e-mail address",
        "farmer.age": "is not known here",
        "labels[1]": "must be a string",
        "labels[2]": "must not be empty",
        "labels[3]": "must match ^[a-z]+$",
        "sizes[1]": "must be an integer",
        'extra.a["b c"][0]': "must not contain the character U+0000",
        "colour": "is not known here",
    }


def test_what_a_class_says_of_its_fields_together_has_the_path_of_the_object() -> None:
    assert errors_of(Crate, {**WHOLE, "farmer": {}}) == {"farmer": "needs a name or an email"}
    assert errors_of(Farmer, {}) == {"": "needs a name or an email"}


def test_a_number_without_a_fraction_is_an_integer_however_it_is_written() -> None:
    count = read(int, b"3.0")
    assert (count, type(count)) == (3, int)


@pytest.mark.parametrize("value", [[], "x", 3, None])
def test_the_whole_body_has_the_empty_path(value: object) -> None:
    assert errors_of(Crate, value) == {"": "must be an object"}


def test_a_body_full_of_faults_is_answered_with_a_hundred_of_them() -> None:
    assert len(errors_of(list[int], ["x"] * 5000)) == 100
    assert len(errors_of(Farmer, {"name": "Ada", **{f"f{number}": 1 for number in range(5000)}})) == 100


def test_a_long_or_odd_name_is_quoted_and_cut_in_a_path() -> None:
    (path,) = errors_of(Farmer, {"name": "Ada", "x" * 5000: 1})
    assert path == '["' + "x" * 100 + '"]'


@pytest.mark.parametrize(
    ("text", "message"),
    [("a\0b", "must not contain the character U+0000"), ("a\ud800b", "must not contain a lone surrogate")],
)
def test_text_that_cannot_be_stored_is_refused_wherever_it_stands(text: str, message: str) -> None:
    assert errors_of(str, text) == {"": message}
    assert errors_of(dict[str, Any], {"a": [{"b": text}]}) == {"a[0].b": message}
    assert errors_of(dict[str, str], {text: "x"}) == {"": f"a name in it {message}"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"1e999",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"[" * 100_000,
        b"[" * 101 + b"]" * 101,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b"\xff\xfe{\0}\0",
    ],
)
def test_what_is_not_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedJson, match=r"^This .*\.$"):
        parse_json(raw)


def test_a_hundred_levels_are_read_and_can_be_written_again() -> None:
    raw = b"[" * 100 + b"]" * 100
    assert write(parse_json(raw)) == raw
    assert len(parse_json(b"[" + b"[]," * 500 + b"[]]")) == 501


@given(st.binary(max_size=60))
def test_bytes_are_json_or_malformed_and_nothing_else(raw: bytes) -> None:
    # A body comes from anybody: any other exception would be a 500.
    outcome = outcome_of(parse_json, raw)
    assert isinstance(outcome, MalformedJson) or write(outcome)


ANY_TEXT = st.text(st.characters(codec=None))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON | st.dictionaries(st.sampled_from([*WHOLE, "labels", "extra", "amount"]), JSON))
def test_any_json_becomes_a_value_or_a_list_of_errors(value: object) -> None:
    # Whoever sends rubbish must learn what was rubbish; an exception of any other kind would be a 500.
    outcome = outcome_of(reader(Crate), value)
    if isinstance(outcome, InvalidBody):
        assert 0 < len(outcome.errors) <= 100
        assert all(error.message for error in outcome.errors)
    else:
        assert isinstance(outcome, Crate)


@given(st.sampled_from([*WHOLE, "labels", "sizes", "extra", "amount", "grade"]), JSON)
def test_one_wrong_field_never_spoils_another(field: str, value: object) -> None:
    # The path must point at the field that was changed, or people mend the wrong one.
    outcome = outcome_of(reader(Crate), {**WHOLE, field: value})
    if isinstance(outcome, InvalidBody):
        assert {error.path.split(".")[0].split("[")[0] for error in outcome.errors} == {field}
    else:
        assert isinstance(outcome, Crate)


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
whole_numbers = st.integers(-(1 << 63), (1 << 63) - 1)
labels = st.text("abcdefgh", min_size=1, max_size=8)
plain_json = st.recursive(
    st.none() | st.booleans() | whole_numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
crates = st.builds(
    Crate,
    id=st.uuids().map(CrateId),
    fruit=st.sampled_from(Fruit),
    count=whole_numbers,
    weight=st.floats(allow_nan=False, allow_infinity=False),
    ripe=st.booleans(),
    picked_at=times.filter(lambda at: timedelta(days=1) < at - datetime(1, 1, 1, tzinfo=UTC)),
    sold_on=st.none() | st.dates(),
    price=st.decimals(-(10**20), 10**20, places=3),
    farmer=st.builds(
        Farmer, name=st.text("abc ", max_size=20), email=st.none() | st.just("ada@farm.example")
    ),
    labels=st.lists(labels, max_size=3).map(tuple),
    sizes=st.lists(whole_numbers, max_size=3),
    extra=st.dictionaries(texts, plain_json, max_size=3),
    amount=st.none() | texts | whole_numbers,
    grade=st.sampled_from(["a", "b"]),
)


@given(crates)
def test_what_was_written_reads_as_the_same_value(crate: Crate) -> None:
    # What we show must be what we would take back: an export is an import.
    assert read(Crate, write(crate)) == crate


@given(crates)
def test_the_compiled_writer_writes_what_the_general_one_writes(crate: Crate) -> None:
    assert writer(Crate)(crate) == write(crate)
    assert writer(list[Crate])([crate]) == write([crate])


@given(st.datetimes(timezones=st.timezones()).filter(lambda at: 1 < at.year < 9999))
def test_a_time_goes_out_in_utc_with_milliseconds(at: datetime) -> None:
    # The widget compares times as text, so they must all have one form.
    text = timestamp(at)
    assert text == at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_naive_time_is_not_written() -> None:
    with pytest.raises(ValueError, match="naive"):
        timestamp(datetime(2026, 1, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ["2026-01-02T03:04:05Z", "2026-01-02t03:04:05.0z", "2026-01-02T08:34:05.000000000+05:30"]
)
def test_a_time_comes_in_with_any_offset(text: str) -> None:
    assert structure(datetime, text) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@frozen(kw_only=True)
class Change:
    name: Annotated[str, Text(max=5)] | Unset = UNSET
    note: str | None | Unset = UNSET


def test_absent_differs_from_null() -> None:
    assert structure(Change, {}) == Change()
    assert structure(Change, {"note": None}) == Change(note=None)
    assert errors_of(Change, {"name": None}) == {"name": "must be a string"}
    assert errors_of(Change, {"name": "unset" * 2}) == {"name": "must have at most 5 characters"}


def test_an_answer_leaves_out_what_is_unset() -> None:
    assert write(Change()) == b"{}"
    assert writer(Change)(Change(note=None)) == b'{"note":null}'


@camel
@lenient
@frozen(kw_only=True)
class Visit:
    page_url: str
    visitor_id: int | None = None


def test_camel_names_hold_in_both_directions_and_in_paths() -> None:
    assert structure(Visit, {"pageUrl": "/", "visitorId": 3}) == Visit(page_url="/", visitor_id=3)
    assert write(Visit(page_url="/")) == b'{"pageUrl":"/","visitorId":null}'
    assert errors_of(Visit, {"page_url": "/", "visitorId": "3"}) == {
        "pageUrl": "is required",
        "visitorId": "must be an integer",
    }


def test_a_lenient_class_passes_over_what_it_does_not_know() -> None:
    assert structure(Visit, {"pageUrl": "/", "battery": 0.4}) == Visit(page_url="/")


@frozen
class Page(Generic[T]):
    data: list[T]
    next_cursor: str | None


def test_a_generic_class_reads_and_writes_with_its_parameter() -> None:
    page = Page([Change(note="x")], None)
    assert writer(Page[Change])(page) == write(page) == b'{"data":[{"note":"x"}],"next_cursor":null}'
    assert reader(Page[Change])({"data": [{"note": "x"}], "next_cursor": None}) == page
    assert errors_of(Page[Change], {"data": [{"note": 1}], "next_cursor": 3}) == {
        "data[0].note": "must be a string",
        "next_cursor": "must be a string",
    }


@frozen
class Branch:
    name: str
    twigs: "tuple[Branch, ...]" = ()
    main: "Branch | None" = None


def test_a_class_may_contain_itself() -> None:
    tree = Branch("a", (Branch("b"), Branch("c", (), Branch("d"))))
    assert read(Branch, writer(Branch)(tree)) == tree
    assert errors_of(Branch, {"name": "a", "twigs": [{"name": 1}]}) == {"twigs[0].name": "must be a string"}


@frozen
class Twins:
    either: "Farmer | Visit"


@pytest.mark.parametrize(
    "cls", [set[str], tuple[int, str], bytes, dict[int, str], Twins, Literal[1], list, object]
)
def test_a_type_without_a_strict_form_is_refused_when_its_reader_is_made(cls: Any) -> None:
    with pytest.raises(TypeError):
        reader(cls)


@frozen
class Broken:
    name: str

    def __attrs_post_init__(self) -> None:
        raise KeyError("ours")


def test_a_fault_of_ours_is_not_blamed_on_the_sender() -> None:
    with pytest.raises(KeyError, match="ours"):
        structure(Broken, {"name": "x"})


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ada@farm.example", True),
        ("ada.l+tag@mail.farm.example", True),
        ("o'brien_=?@farm.example", True),
        ("jörg@bücher.example", True),
        ("ada", False),
        ("ada@farm", False),
        ("ada@@farm.example", False),
        ("ada@farm..example", False),
        ("ada@-farm.example", False),
        ("ada@farm-.example", False),
        ("ada @farm.example", False),
        ("ada@farm.example\n", False),
        ("Ada <ada@farm.example>", False),
        ("ada@farm.example,bob@farm.example", False),
        (f"{'a' * 65}@farm.example", False),
    ],
)
def test_an_address_is_told_from_what_is_none(address: str, is_one: bool) -> None:
    assert (Text(max=254, format="email").check()(address) is None) is is_one


@pytest.mark.parametrize(
    ("uri", "is_one"),
    [
        ("https://farm.example/a?b#c", True),
        ("http://127.0.0.1:8000", True),
        ("ftp://farm.example", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https:// farm", False),
        ("https://farm.example/\n", False),
    ],
)
def test_a_uri_is_one_that_a_browser_may_follow(uri: str, is_one: bool) -> None:
    assert (Text(max=254, format="uri").check()(uri) is None) is is_one


def test_a_pattern_means_what_it_means_in_json_schema() -> None:
    check = Text(max=9, pattern="^[0-9]+$").check()
    assert (check("12"), check("12\n")) == (None, "must match ^[0-9]+$")
    assert Text(max=9, pattern="b").check()("abc") is None


def test_a_range_includes_both_its_ends() -> None:
    check = Number(min=1, max=100).check()
    assert [check(value) for value in (0, 1, 100, 101)] == [
        "must be at least 1",
        None,
        None,
        "must be at most 100",
    ]
