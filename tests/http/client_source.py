"""Writes src/helpdesk_http/client/generated from the operations: `.venv/bin/python -m tests.http.client_source`."""

import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

import attrs
from attrs import Factory, define
from starlette.responses import Response

from helpdesk_adapters.container import in_memory
from helpdesk_http.annotations import kind_of, members_of
from helpdesk_http.app import operations
from helpdesk_http.operations import Operation, takes_condition, takes_key
from helpdesk_http.parameters import header_name
from helpdesk_http.schemas import component_name as class_name
from helpdesk_http.views import Listed
from tests.docs.pages import ROOT

FOLDER: Final = ROOT / "src" / "helpdesk_http" / "client" / "generated"
WRITTEN: Final = "Written by `python -m tests.http.client_source`: change the declarations, not this."
HEADER: Final = f'"""{{doc}}\n\n{WRITTEN}\n"""\n\n'
SHARED: Final = "shared"


def render() -> dict[str, str]:
    """The modules as they ought to be, by file name."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations(in_memory()):
        groups.setdefault(snake(operation.tag), []).append(operation)
    users: dict[Any, set[str]] = {}
    for group, members in groups.items():
        for cls in classes_of(members):
            users.setdefault(cls, set()).add(group)
    home = {cls: SHARED if len(of) > 1 else next(iter(of)) for cls, of in users.items()}
    sources = {f"{group}.py": group_module(group, members, home) for group, members in groups.items()}
    sources["shared.py"] = shared_module(home)
    sources["__init__.py"] = index_module(list(groups))
    return laid_out(sources)


def index_module(groups: list[str]) -> str:
    lines = [HEADER.format(doc="Every operation of the API, by family."), CALLS_IMPORT]
    lines += [f"from helpdesk_http.client.generated.{group} import {camel(group)}\n" for group in groups]
    lines.append('\n\nclass Groups:\n    """The families of operations."""\n\n')
    lines.append("    def __init__(self, calls: Calls) -> None:\n")
    lines += [f"        self.{group} = {camel(group)}(calls)\n" for group in groups]
    return "".join(lines)


def shared_module(home: Mapping[Any, str]) -> str:
    module = Module(SHARED, home)
    classes = [cls for cls in home if home[cls] == SHARED]
    body = "".join(module.class_source(cls) for cls in classes)
    return HEADER.format(doc="What several families show.") + module.imports() + body


def group_module(group: str, members: list[Operation], home: Mapping[Any, str]) -> str:
    module = Module(group, home)
    classes = [cls for cls in classes_of(members) if home[cls] == group]
    body = "".join(module.class_source(cls) for cls in classes)
    module.need("attrs", "frozen")
    body += f'\n\n@frozen\nclass {camel(group)}:\n    """{members[0].tag}."""\n\n    _calls: Calls\n\n'
    names = method_names(group, members)
    body += "\n".join(module.method_source(operation, names[operation.name]) for operation in members)
    return HEADER.format(doc=f"{members[0].tag}.") + CALLS_IMPORT + module.imports() + body


def method_names(group: str, members: list[Operation]) -> dict[str, str]:
    """Names without the words that the group says already; of two that would be the same then, the plural's stays."""
    singular = group[:-3] + "y" if group.endswith("ies") else group.removesuffix("s")
    said = re.compile(rf"_({group}|{singular})(?=_|$)")
    short = {one.name: said.sub("", one.name, count=1) or one.name for one in members}
    taken = list(short.values())

    def is_plain(name: str) -> bool:
        return taken.count(short[name]) == 1 or name == f"{short[name]}_{singular}"

    return {name: safe(word if is_plain(name) else name) for name, word in short.items()}


def classes_of(members: Sequence[Operation]) -> list[Any]:
    """The attrs classes that these operations' values are made of, those that others need first."""
    found: dict[Any, None] = {}
    for operation in members:
        for annotation in (*answers_of(operation), *fields_in_body(operation).values()):
            _collect(annotation, found)
    return list(found)


def answers_of(operation: Operation) -> list[Any]:
    answers = [operation.answer, *operation.also.values()]
    return [answer for answer in answers if answer is not None and answer is not Response]


def fields_in_body(operation: Operation) -> dict[str, Any]:
    if operation.body is None or operation.body is bytes:
        return {}
    return {member.name: member.annotation for member in members_of(operation.body)}


def _collect(annotation: Any, found: dict[Any, None]) -> None:
    for arm in kind_of(annotation).arms:
        origin = get_origin(arm) or arm
        if attrs.has(origin):
            if arm in found:
                continue
            for member in members_of(arm):
                _collect(member.annotation, found)
            if origin is not Listed:
                found[arm] = None
        elif origin is not Literal:
            for inner in get_args(arm):
                if inner is not ...:
                    _collect(inner, found)


@define
class Module:
    """One module in the making: what it needs to import comes up while its lines are written."""

    name: str
    home: Mapping[Any, str]
    _needs: set[tuple[str, str]] = Factory(set)

    def imports(self) -> str:
        lines = [f"from {module} import {name}\n" for module, name in sorted(self._needs)]
        return "".join(lines) + "\n\n"

    def need(self, module: str, name: str) -> str:
        self._needs.add((module, name))
        return name

    def class_source(self, cls: Any) -> str:
        origin = get_origin(cls) or cls
        self.need("attrs", "frozen")
        doc = cleandoc(origin.__dict__.get("__doc__") or "") or f"{class_name(cls)}."
        is_camel = getattr(origin, "__wire_camel__", False)
        if is_camel:
            self.need("helpdesk_http.fields", "camel")
        lines = ["\n\n", "@camel\n" if is_camel else "", "@frozen(kw_only=True)\n"]
        lines += [f"class {class_name(cls)}:\n", docstring(doc, 4), "\n"]
        lines += [self.field_source(member) for member in members_of(cls)]
        return "".join(lines)

    def field_source(self, member: Any) -> str:
        kind = kind_of(member.annotation)
        # What one may leave out is UNSET: the desk's own default counts.
        optional = kind.omissible or not member.required
        hint = self.hint(member.annotation, optional=optional)
        default = f" = {self.need('helpdesk_core.unset', 'UNSET')}" if optional else ""
        doc = kind.said("doc", "")
        return f"    {member.name}: {hint}{default}\n" + (docstring(doc, 4) if doc else "")

    def hint(self, annotation: Any, *, optional: bool = False, several: bool = False) -> str:
        """The annotation as it is written; `several`: one may be given in place of an array of them."""
        kind = kind_of(annotation)
        parts = [self._arm(arm, several) for arm in kind.arms]
        parts += ["None"] if kind.nullable or not kind.arms else []
        parts += [self.need("helpdesk_core.unset", "Unset")] if optional or kind.omissible else []
        return " | ".join(dict.fromkeys(parts))

    def _arm(self, arm: Any, several: bool) -> str:
        origin, arguments = get_origin(arm) or arm, get_args(arm)
        if arm in BUILT_IN:
            return str(arm.__name__)
        if arm is Any:
            return self.need("typing", "Any")
        if arm in IMPORTED:
            return self.need(*IMPORTED[arm])
        if attrs.has(origin):
            place = self.home[arm]
            if place != self.name:
                return self.need(f"helpdesk_http.client.generated.{place}", class_name(arm))
            return class_name(arm)
        if origin is Literal:
            return f"{self.need('typing', 'Literal')}[{', '.join(map(repr, arguments))}]"
        if isinstance(origin, type) and issubclass(origin, StrEnum):
            if origin.__module__.startswith("helpdesk_core."):
                return self.need(origin.__module__, origin.__name__)
            return f"{self.need('typing', 'Literal')}[{', '.join(repr(each.value) for each in origin)}]"
        if origin in (list, tuple, Sequence):
            one = self.hint(arguments[0])
            many = f"{self.need('collections.abc', 'Sequence')}[{one}]"
            return f"{many} | {one}" if several else many
        if origin in (dict, Mapping):
            inner = self.hint(arguments[1])
            return f"{self.need('collections.abc', 'Mapping')}[str, {inner}]"
        raise TypeError(f"{arm!r} cannot be written down")

    def method_source(self, operation: Operation, name: str) -> str:
        return Method(self, operation, name).source()


@define
class Method:
    """One operation as a method."""

    module: Module
    operation: Operation
    name: str

    def source(self) -> str:
        parameters = [*self._positional(), "*", *self._keywords()]
        if parameters[-1] == "*":
            parameters.pop()
        kind, call = self._kind()
        word = "" if self._is_lazy else "async "
        head = f"    {word}def {self.name}({', '.join(['self', *parameters])}) -> {kind}:\n"
        return head + self._doc() + f"        {call}\n"

    @property
    def _is_list(self) -> bool:
        return get_origin(self.operation.answer) is Listed and self._query_has("cursor")

    @property
    def _is_stream(self) -> bool:
        return self.operation.answer_media == "text/event-stream"

    @property
    def _is_lazy(self) -> bool:
        return self._is_list or self._is_stream

    def _query_has(self, name: str) -> bool:
        return self.operation.query is not None and any(
            m.name == name for m in members_of(self.operation.query)
        )

    def _kind(self) -> tuple[str, str]:
        """What it returns, and the line that does."""
        answer, module = self.operation.answer, self.module
        if self._is_stream:
            kind = module.need("helpdesk_http.client.streams", "Stream")
            return (
                kind,
                f"return self._calls.stream({self._path()}, {self._query() or '{}'}{self._last_event_id()})",
            )
        if self._is_list:
            item = module.hint(get_args(answer)[0])
            kind = f"{module.need('helpdesk_http.client.pages', 'Pages')}[{item}]"
            return kind, f"return self._calls.pages({item}, {self._path()}, {self._query()})"
        if answer is Response:
            module.need("httpx2", "Response")
            return "Response", f"return await self._calls.response({self._request()})"
        if answer is None:
            return "None", f"await self._calls.answer(None, {self._request()})"
        hint = self._answer_hint(answer)
        variable = f"answered: {hint} = await self._calls.answer({hint}, {self._request()})"
        return hint, f"{variable}\n        return answered"

    def _answer_hint(self, answer: Any) -> str:
        if get_origin(answer) is Listed:
            item = self.module.hint(get_args(answer)[0])
            return f"{self.module.need('helpdesk_http.client.pages', 'Page')}[{item}]"
        return self.module.hint(answer)

    def _request(self) -> str:
        operation = self.operation
        parts = [repr(operation.method), self._path(), *map(str, sorted(operation.also))]
        if query := self._query():
            parts.append(f"query={query}")
        parts += self._body()
        headers = [f"{header_name(member)!r}: {safe(member.name)}" for member in self._header_members()]
        headers += ["'If-Match': if_match"] if takes_condition(operation) else []
        if operation.body is bytes:
            headers.append("'Content-Type': content_type")
            headers.append("**(headers or {})")
        if headers:
            parts.append(f"headers={{{', '.join(headers)}}}")
        if takes_key(operation):
            parts.append("key=idempotency_key or True")
        return ", ".join(parts)

    def _body(self) -> list[str]:
        if self.operation.body is bytes:
            return ["content=content"]
        members = self._body_members()
        if not members:
            return []
        pairs = ", ".join(f"{member.wire!r}: {safe(member.name)}" for member in members)
        word = "body" if self.operation.body_media[0] == "application/json" else "files"
        return [f"{word}={{{pairs}}}"]

    def _path(self) -> str:
        if not self.operation.segments:
            return repr(self.operation.path)
        segment = self.module.need("helpdesk_http.client.calls", "segment")
        return "f" + repr(re.sub(r"\{(\w+)\}", rf"{{{segment}(\1)}}", self.operation.path))

    def _query(self) -> str:
        pairs = ", ".join(f"{member.wire!r}: {safe(member.name)}" for member in self._query_members())
        return f"{{{pairs}}}" if pairs or self._is_list else ""

    def _last_event_id(self) -> str:
        return ", last_event_id" if any(m.name == "last_event_id" for m in self._header_members()) else ""

    def _positional(self) -> Iterator[str]:
        for name, annotation in self.operation.segments.items():
            (arm,) = kind_of(annotation).arms
            yield f"{name}: {self.module.hint(annotation)}{' | str' if arm is UUID else ''}"
        if self.operation.body is bytes:
            yield "content: bytes"

    def _keywords(self) -> Iterator[str]:
        required: list[str] = []
        optional: list[str] = []
        for member in (*self._body_members(), *self._query_members(), *self._header_members()):
            is_optional = not member.required
            is_query = self.operation.query is not None and member in members_of(self.operation.query)
            hint = self._keyword_hint(member, is_optional, is_query)
            (optional if is_optional else required).append(
                f"{safe(member.name)}: {hint}"
                + (f" = {self._default(member, is_query)}" if is_optional else "")
            )
        if self.operation.body is bytes:
            mapping = self.module.need("collections.abc", "Mapping")
            # A request without a body, whose handler is given what came all the same, names no type.
            media = next(iter(self.operation.body_media), "application/octet-stream")
            optional.append(f"content_type: str = {media!r}")
            optional.append(f"headers: {mapping}[str, str] | None = None")
        if takes_condition(self.operation):
            optional.append("if_match: str | None = None")
        if takes_key(self.operation):
            optional.append("idempotency_key: str | None = None")
        yield from dict.fromkeys([*required, *optional])

    def _keyword_hint(self, member: Any, optional: bool, is_query: bool) -> str:
        if bytes in kind_of(member.annotation).arms:
            return "Any" if self.module.need("typing", "Any") else ""
        hint = self.module.hint(member.annotation, optional=optional and not is_query, several=is_query)
        if any(attrs.has(get_origin(arm) or arm) for arm in kind_of(member.annotation).arms):
            hint += f" | {self.module.need('collections.abc', 'Mapping')}[str, {self.module.need('typing', 'Any')}]"
        return f"{hint} | None" if optional and is_query and "None" not in hint.split(" | ") else hint

    def _default(self, member: Any, is_query: bool) -> str:
        return "None" if is_query else self.module.need("helpdesk_core.unset", "UNSET")

    def _body_members(self) -> tuple[Any, ...]:
        body = self.operation.body
        return () if body is None or body is bytes else members_of(body)

    def _query_members(self) -> tuple[Any, ...]:
        members = members_of(self.operation.query) if self.operation.query else ()
        return tuple(member for member in members if not (self._is_list and member.name == "cursor"))

    def _header_members(self) -> tuple[Any, ...]:
        return members_of(self.operation.headers) if self.operation.headers else ()

    def _doc(self) -> str:
        operation = self.operation
        said = {
            safe(member.name): doc
            for member in (*self._body_members(), *self._query_members(), *self._header_members())
            if (doc := kind_of(member.annotation).said("doc", ""))
        }
        paragraphs = [operation.description, "\n".join(f"{name}: {doc}" for name, doc in said.items())]
        text = "\n\n".join([operation.summary, *filter(None, paragraphs)])
        return docstring(text, 8)


def laid_out(sources: Mapping[str, str]) -> dict[str, str]:
    """As ruff sorts and lays them out."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        for name, source in sources.items():
            (place / name).write_text(source, "utf-8")
        ours = "lint.isort.known-first-party = ['helpdesk_core', 'helpdesk_adapters', 'helpdesk_http']"
        config = ["--config", str(ROOT / "pyproject.toml"), "--config", ours, "--quiet"]
        ruff = [sys.executable, "-m", "ruff"]
        subprocess.run([*ruff, "check", "--select", "I,F401", "--fix", *config, folder], cwd=ROOT, check=True)
        subprocess.run([*ruff, "format", *config, folder], cwd=ROOT, check=True)
        return {name: (place / name).read_text("utf-8") for name in sources}


def snake(tag: str) -> str:
    return re.sub(r"\W+", "_", tag.lower())


def camel(group: str) -> str:
    return "".join(word.capitalize() for word in group.split("_"))


def safe(name: str) -> str:
    """The name of a parameter: in snake_case, and no keyword."""
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return f"{word}_" if keyword.iskeyword(word) else word


def docstring(text: str, by: int) -> str:
    """The text as a docstring, its lines no longer than fit."""
    lines = [
        part for line in text.split("\n") for part in wrap(line, 100 - by, break_on_hyphens=False) or [""]
    ]
    lines[0] = f'"""{lines[0]}'
    lines = [*lines, '"""'] if len(lines) > 1 else [f'{lines[0]}"""']
    return "".join(" " * by + line + "\n" if line else "\n" for line in lines)


CALLS_IMPORT: Final = "from helpdesk_http.client.calls import Calls\n"
BUILT_IN: Final = (str, int, float, bool, bytes)
IMPORTED: Final[dict[Any, tuple[str, str]]] = {
    UUID: ("uuid", "UUID"),
    datetime: ("datetime", "datetime"),
    date: ("datetime", "date"),
    Decimal: ("decimal", "Decimal"),
}


def write_down() -> None:
    sources = render()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for name, source in sources.items():
        (FOLDER / name).write_text(source, "utf-8")


if __name__ == "__main__":
    write_down()
