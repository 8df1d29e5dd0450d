"""Paths: from a request's path and method to what answers it, as fast with two hundred paths as with two."""

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import Factory, define
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from helpdesk_http.problems import Problem, problem_response

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class Paths(BaseRoute):
    """Many paths as one Starlette route. A fixed segment goes before a parameter; a parameter is one segment.

    A path that exists under other methods only is answered 405 with Allow, unless another route takes it.
    HEAD is answered as GET is.
    """

    def __init__(self) -> None:
        self._root = _Place()
        self._by_name: dict[str, str] = {}

    def add(self, method: str, path: str, name: str, app: ASGIApp, **scope: Any) -> None:
        """Answers with `app`, whose scope gets `path_params` and the extras; TypeError if it is taken."""
        place = self._root
        for segment in path.split("/")[1:]:
            place = place.step(None if _PARAMETER.fullmatch(segment) else segment)
        if method in place.entries or name in self._by_name:
            raise TypeError(f"{method} {path} or the name {name} is there twice")
        self._by_name[name] = path
        place.entries[method] = (app, tuple(_PARAMETER.findall(path)), scope)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"]
        if root_path := scope.get("root_path"):
            path = path.removeprefix(root_path)
        found = self._root.find(path.split("/"), 1, ())
        if found is None:
            return Match.NONE, {}
        place, values = found
        method = scope["method"]
        entry = place.entries.get(method) or (place.entries.get("GET") if method == "HEAD" else None)
        if entry is None:
            return Match.PARTIAL, {"endpoint": _other_method(place.entries)}
        app, names, extras = entry
        params = dict(zip(names, values, strict=True)) if names else {}
        return Match.FULL, {"endpoint": app, "path_params": params, **extras}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["endpoint"](scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        path = self._by_name.get(name)
        if path is None or set(_PARAMETER.findall(path)) != path_params.keys():
            raise NoMatchFound(name, path_params)
        return URLPath(path=path.format_map(path_params), protocol="http")


@define
class _Place:
    """A place in the tree of paths: the steps that lead on, and what answers here."""

    steps: dict[str | None, "_Place"] = Factory(dict)
    entries: dict[str, tuple[ASGIApp, tuple[str, ...], Mapping[str, Any]]] = Factory(dict)

    def step(self, segment: str | None) -> "_Place":
        return self.steps.setdefault(segment, _Place())

    def find(
        self, segments: list[str], index: int, values: tuple[str, ...]
    ) -> tuple["_Place", tuple[str, ...]] | None:
        if index == len(segments):
            return (self, values) if self.entries else None
        segment = segments[index]
        if fixed := self.steps.get(segment):
            found = fixed.find(segments, index + 1, values)
            if found is not None:
                return found
        free = self.steps.get(None)
        return free.find(segments, index + 1, (*values, segment)) if free and segment else None


def _other_method(entries: Mapping[str, Any]) -> ASGIApp:
    allowed = sorted({*entries, "HEAD"} if "GET" in entries else entries)
    detail = f"This address answers {', '.join(allowed)}."
    headers = {"allow": ", ".join(allowed)}
    return problem_response(
        Problem(405, "method_not_allowed", "Method not allowed.", detail, headers=headers)
    )
