"""Every answer that a test gets is held against the page of the contract that describes it."""

from functools import cache
from typing import Any, Final

import httpx2
import orjson
from attrs import Factory, frozen
from jsonschema_rs import Draft202012Validator
from starlette.routing import Match

from helpdesk_adapters.container import in_memory
from helpdesk_http.app import contract
from helpdesk_http.problems import MEDIA_TYPE
from helpdesk_http.routing import Paths

JSON_TYPES: Final = ("application/json", MEDIA_TYPE)
NEVER_LISTED: Final = (405, 500)
"""A method that an address does not have, and a fault of ours: no page lists them."""


class BrokenContract(AssertionError):
    """An answer is not what the contract says of it."""


@frozen
class Contract:
    """The contract, with a validator for each kind of answer, made when the first such answer comes."""

    pages: dict[tuple[str, str], Any]
    components: dict[str, Any]
    paths: Paths
    _validators: dict[str, Any] = Factory(dict)

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Contract":
        pages, paths = {}, Paths()
        for path, item in document["paths"].items():
            for method, page in item.items():
                pages[method.upper(), path] = page
                paths.add(method.upper(), path, page["operationId"], _nowhere, template=path)
        return cls(pages, document["components"], paths)

    def check(self, method: str, path: str, status: int, media: str, body: bytes | None) -> None:
        """BrokenContract where this answer is not described, or is not as it is described.

        A body of None is one that is not to be looked into: a stream's.
        """
        match, found = self.paths.matches({"type": "http", "method": method, "path": path})
        if match is not Match.FULL or status in NEVER_LISTED:
            return
        page = self.pages.get((method, found["template"])) or self.pages["GET", found["template"]]
        what = f"{method} {found['template']} {status}"
        if (described := page["responses"].get(str(status))) is None:
            raise BrokenContract(
                f"{what}: the contract lists only {list(page['responses'])}: {(body or b'')[:300]!r}"
            )
        if reference := described.get("$ref"):
            described = self.components["responses"][reference.rpartition("/")[2]]
        contents = described.get("content", {})
        if method == "HEAD" or not (body or contents):
            return
        if media not in contents and "*/*" not in contents:
            raise BrokenContract(f"{what}: {media or 'no type'} is not one of {list(contents)}")
        if body is not None and media in JSON_TYPES and media in contents:
            self._check_value(f"{what} {media}", contents[media]["schema"], orjson.loads(body))

    def _check_value(self, what: str, schema: Any, value: Any) -> None:
        if what not in self._validators:
            whole = {**schema, "components": self.components}
            self._validators[what] = Draft202012Validator(whole, validate_formats=True)
        faults = [
            f"{'.'.join(map(str, error.instance_path))}: {error.message}"
            for error in self._validators[what].iter_errors(value)
        ]
        if faults:
            raise BrokenContract(f"{what}: {faults[:5]}")


@cache
def the_contract() -> Contract:
    """That of the desk: it depends on no setting."""
    return Contract.of(contract(in_memory()))


async def check_answer(response: httpx2.Response) -> None:
    """An event hook for a client of the desk."""
    media = response.headers.get("content-type", "").partition(";")[0]
    body = None if media == "text/event-stream" else await response.aread()
    request = response.request
    the_contract().check(request.method, request.url.path, response.status_code, media, body)


async def _nowhere(scope: Any, receive: Any, send: Any) -> None:
    raise NotImplementedError
