"""Annotations taken apart once, for those who read by them, write by them and describe them."""

from collections.abc import Callable
from functools import cache
from threading import RLock
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import NOTHING, frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.fields import About

F = TypeVar("F", bound=Callable[..., Any])


@frozen
class Kind:
    """An annotation taken apart: what a value may be, and what else was said of it."""

    arms: tuple[Any, ...]
    notes: tuple[About, ...] = ()
    nullable: bool = False
    omissible: bool = False

    def said(self, attribute: Literal["doc", "example"], otherwise: Any) -> Any:
        """The first of the notes that says something about `attribute`."""
        values = (getattr(note, attribute) for note in self.notes)
        return next((value for value in values if value is not UNSET and value != ""), otherwise)


@cache
def kind_of(annotation: Any) -> Kind:
    """Sees through Annotated, NewType and unions with None or Unset, in whatever order they are nested."""
    if get_origin(annotation) is Annotated:
        inner, *extras = get_args(annotation)
        kind = kind_of(inner)
        return attrs.evolve(kind, notes=(*(note for note in extras if isinstance(note, About)), *kind.notes))
    if get_origin(annotation) in (Union, UnionType):
        members = get_args(annotation)
        arms = [member for member in members if member not in (NoneType, Unset)]
        flags = {"nullable": NoneType in members, "omissible": Unset in members}
        if len(arms) != 1:
            return Kind(tuple(arms), (), **flags)
        inner_kind = kind_of(arms[0])
        return attrs.evolve(
            inner_kind,
            nullable=flags["nullable"] or inner_kind.nullable,
            omissible=flags["omissible"] or inner_kind.omissible,
        )
    if hasattr(annotation, "__supertype__"):
        return kind_of(annotation.__supertype__)
    if annotation is NoneType or annotation is None:
        return Kind((), nullable=True)
    return Kind((annotation,))


@frozen
class Member:
    """One field of an attrs class: its name in Python and in JSON, its type and its default or NOTHING.

    A word that Python keeps for itself is written with an underscore behind it, which JSON does not show (`from_`).
    """

    name: str
    wire: str
    annotation: Any
    default: Any

    @property
    def kind(self) -> Kind:
        return kind_of(self.annotation)

    @property
    def required(self) -> bool:
        return self.default is NOTHING

    @property
    def fallback(self) -> Any:
        """The default itself, where one is made for each instance."""
        factory = getattr(self.default, "factory", None)
        return factory() if callable(factory) else self.default


@cache
def members_of(cls: Any) -> tuple[Member, ...]:
    """The fields of an attrs class, also of a generic one with its parameters filled in (`Page[Ticket]`)."""
    origin = get_origin(cls) or cls
    hints = get_type_hints(origin, include_extras=True)
    given = dict(zip(getattr(origin, "__parameters__", ()), get_args(cls), strict=False))
    is_camel = getattr(origin, "__wire_camel__", False)
    names = [field.name for field in attrs.fields(origin)]
    return tuple(
        Member(name, _camel(name) if is_camel else name.rstrip("_"), _fill(hints[name], given), field.default)
        for name, field in zip(names, attrs.fields(origin), strict=True)
    )


def is_lenient(cls: Any) -> bool:
    """Whether unknown fields are passed over."""
    return bool(getattr(get_origin(cls) or cls, "__wire_lenient__", False))


def made_once(make: Callable[[Any], F]) -> Callable[[Any], F]:
    """Decorator for what makes a function of an annotation: each is made once, by one thread.

    A class inside itself gets a function that looks up the finished one when it is called.
    """
    made: dict[Any, Any] = {}
    being_made: set[Any] = set()
    lock = RLock()

    def made_for(annotation: Any) -> Any:
        if annotation in made:
            return made[annotation]
        with lock:
            if annotation in being_made:
                return lambda *arguments: made[annotation](*arguments)
            being_made.add(annotation)
            try:
                made[annotation] = make(annotation)
            finally:
                being_made.discard(annotation)
            return made[annotation]

    return made_for


def _fill(annotation: Any, given: dict[Any, Any]) -> Any:
    if annotation in given:
        return given[annotation]
    parameters = getattr(annotation, "__parameters__", ())
    return annotation[tuple(given.get(p, p) for p in parameters)] if parameters and given else annotation


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
