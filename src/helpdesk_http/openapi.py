"""The contract: an OpenAPI 3.1 document of the operations, from nothing but their declarations.

What is not said of an operation follows from it: the problems it can answer with from its authentication,
path and body, its examples from its types. The same declarations give the same document, to the byte.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_origin

from starlette.responses import Response

from helpdesk_core.users import Role, Scope
from helpdesk_http.annotations import Member, kind_of, members_of
from helpdesk_http.operations import JSON, Auth, Operation, brings_tag, takes_condition, takes_key
from helpdesk_http.parameters import header_name
from helpdesk_http.problems import MEDIA_TYPE, STATUSES, Problem, ProblemDetails, title_of
from helpdesk_http.scalars import FieldError
from helpdesk_http.schemas import Schemas, example_of
from helpdesk_http.sparse import sparse_of
from helpdesk_http.wire import plain

Json = dict[str, Any]

SCHEMES: Final[Json] = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key. `write` includes `read`, `admin` includes both.",
        "x-scopes": [scope.value for scope in Scope],
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "helpdesk_session",
        "description": "A user's log-in. `admin` includes `agent`.",
        "x-scopes": [role.value for role in Role],
    },
}
RATE_LIMIT_HEADERS: Final[Json] = {
    "RateLimit-Policy": {
        "description": "To a key: at most `q` requests within `w` seconds.",
        "schema": {"type": "string"},
        "example": '"api";q=6000;w=60',
    },
    "RateLimit": {
        "description": "To a key: `r` requests are left until the window ends, `t` seconds from now.",
        "schema": {"type": "string"},
        "example": '"api";r=5999;t=42',
    },
}


def document(
    operations: Sequence[Operation],
    *,
    title: str,
    version: str,
    description: str = "",
    tags: Mapping[str, str] | None = None,
    schemes: Mapping[str, Json] | None = None,
) -> Json:
    """The document. `schemes` are the security schemes beyond SCHEMES that `proof` names.

    Raises TypeError for a scheme that is missing, or two classes of one name.
    """
    all_schemes = {**SCHEMES, **(schemes or {})}
    schemas = Schemas()
    schemas.given(ProblemDetails)
    paths: dict[str, Json] = {}
    statuses: set[int] = set()
    for operation in operations:
        problems = _problems(operation)
        statuses |= problems
        page = _page(operation, schemas, problems, all_schemes)
        paths.setdefault(operation.path, {})[operation.method.lower()] = page
    described = {**dict.fromkeys((operation.tag for operation in operations), ""), **(tags or {})}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, **({"description": description} if description else {})},
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": text} if text else {"name": name}
            for name, text in described.items()
        ],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "headers": RATE_LIMIT_HEADERS,
            "responses": {_component(status): _problem_response(status) for status in sorted(statuses)},
            "securitySchemes": all_schemes,
        },
    }


def _page(operation: Operation, schemas: Schemas, problems: set[int], schemes: Mapping[str, Json]) -> Json:
    page: Json = {"operationId": operation.name, "summary": operation.summary, "tags": [operation.tag]}
    if operation.description:
        page["description"] = operation.description
    page["security"] = _security(operation.auth, schemes)
    if parameters := _parameters(operation, schemas):
        page["parameters"] = parameters
    if operation.body is not None:
        page["requestBody"] = {
            "required": operation.body_required,
            "content": {media: _taken(operation.body, schemas) for media in operation.body_media},
        }
    answers = {operation.status: operation.answer, **operation.also}
    if brings_tag(operation):
        answers[304] = None
    page["responses"] = {
        **{
            str(status): _answer(operation, status, answer, schemas)
            for status, answer in sorted(answers.items())
        },
        **{
            str(status): {"$ref": f"#/components/responses/{_component(status)}"}
            for status in sorted(problems)
        },
    }
    return page


def _security(auth: Auth, schemes: Mapping[str, Json]) -> list[Json]:
    ways: list[Json] = []
    if auth.key:
        ways.append({"apiKey": [auth.key.value]})
    if auth.session:
        ways.append({"session": [auth.session.value]})
    if auth.other:
        if auth.other not in schemes:
            raise TypeError(f"no security scheme is called {auth.other}")
        ways.append({auth.other: []})
    return ways


def _parameters(operation: Operation, schemas: Schemas) -> list[Json]:
    query = members_of(operation.query) if operation.query else ()
    headers = members_of(operation.headers) if operation.headers else ()
    return [
        *(_parameter(name, "path", hint, True, schemas) for name, hint in operation.segments.items()),
        *(_from_member(member, member.wire, "query", schemas) for member in query),
        *(_from_member(member, header_name(member), "header", schemas) for member in headers),
        *_conventional(operation),
    ]


def _conventional(operation: Operation) -> list[Json]:
    """The parameters that every operation of its sort takes, see `helpdesk_http.conventions`."""
    offered = [
        (sparse_of(operation.method, operation.path, operation.answer) is not None, _fields_of),
        (takes_key(operation), lambda _: IDEMPOTENCY_KEY),
        (takes_condition(operation), lambda _: IF_MATCH),
        (brings_tag(operation), lambda _: IF_NONE_MATCH),
    ]
    return [parameter(operation) for wanted, parameter in offered if wanted]


def _fields_of(operation: Operation) -> Json:
    sparse = sparse_of(operation.method, operation.path, operation.answer)
    names = list(sparse.names) if sparse else []
    return {
        "name": "fields",
        "in": "query",
        "required": False,
        "description": "Only these fields, and the id.",
        "schema": {"type": "array", "items": {"type": "string", "enum": names}},
        "style": "form",
        "explode": False,
    }


def _from_member(member: Member, name: str, where: str, schemas: Schemas) -> Json:
    parameter = _parameter(name, where, member.annotation, member.required, schemas)
    if member.fallback is not None and not member.required and member.fallback != ():
        parameter["schema"] = {**parameter["schema"], "default": plain(member.fallback)}
    return parameter


def _parameter(name: str, where: str, annotation: Any, required: bool, schemas: Schemas) -> Json:
    kind = kind_of(annotation)
    parameter: Json = {
        "name": name,
        "in": where,
        "required": required,
        "schema": schemas.parameter(annotation),
    }
    if doc := kind.said("doc", ""):
        parameter["description"] = doc
    if where == "query" and get_origin(kind.arms[0]) in (list, tuple, Sequence):
        # An empty one is left out: said with nothing behind it, the parameter is refused.
        parameter["schema"] = {"minItems": 1, **parameter["schema"]}
        parameter |= {"style": "form", "explode": False}
    return parameter


def _taken(body: Any, schemas: Schemas) -> Json:
    if body is bytes:
        return {"schema": {}}
    return {"schema": schemas.taken(body), "example": example_of(body)}


def _answer(operation: Operation, status: int, answer: Any, schemas: Schemas) -> Json:
    response: Json = {"description": title_of(status)}
    told = operation.answer_headers if status == operation.status else {}
    headers = {
        **{name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()},
        **(_RATE_LIMIT if operation.auth.key else {}),
    }
    if headers:
        response["headers"] = headers
    if operation.method == "HEAD":
        return response
    if answer is Response and status < 300 and status != 204:
        response["content"] = {operation.answer_media: {"schema": {}}}
    elif answer is not None and answer is not Response:
        schema = schemas.given(answer)
        if status == operation.status and sparse_of(operation.method, operation.path, operation.answer):
            schema = {"anyOf": [schema, schemas.sparse(answer)]}
        response["content"] = {JSON: {"schema": schema, "example": example_of(answer)}}
    if brings_tag(operation) and status == operation.status:
        response.setdefault("headers", {})["ETag"] = {"schema": {"type": "string"}}
    return response


def _problems(operation: Operation) -> set[int]:
    """The statuses of the problems that this operation can answer with."""
    refused = {400} if operation.legacy else {422}
    statuses = set(operation.errors)
    if operation.query or operation.headers or operation.parses_body or not operation.legacy:
        statuses |= refused
    if operation.segments:
        statuses |= {404}
    if not operation.auth.is_open:
        statuses |= {401, 403, 429}
    if operation.body is not None:
        statuses |= {413}
    if operation.parses_body and operation.body is not bytes:
        statuses |= {400, 415}
    if takes_condition(operation):
        statuses |= {412}
    return statuses - {operation.status, *operation.also}


def _problem_response(status: int) -> Json:
    title = title_of(status)
    code = STATUSES[status][1] if status in STATUSES else f"http_{status}"
    errors = (FieldError("subject", "is required"),) if status in (400, 422) else ()
    example = Problem(status, code, f"{title}.", "What happened this time.", errors).details
    response: Json = {"description": title}
    if status in _HEADERS:
        response["headers"] = {_HEADERS[status]: {"schema": {"type": "string"}}}
    if status == 429:
        response["headers"] |= _RATE_LIMIT
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    response["content"] = {MEDIA_TYPE: {"schema": schema, "example": plain(example)}}
    return response


def _component(status: int) -> str:
    return title_of(status).replace(" ", "").replace("-", "")


def _header(name: str, description: str, example: str, **schema: Any) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


IDEMPOTENCY_KEY: Final = _header(
    "Idempotency-Key",
    "Your own name for this request. Sent again within 24 hours it takes no second effect and is answered as before.",
    "order-1001-refund",
    minLength=1,
    maxLength=255,
    pattern="^[!-~]([ -~]*[!-~])?$",
)
IF_MATCH: Final = _header(
    "If-Match", "The ETag you have read: 412 where the resource has changed since.", "*"
)
IF_NONE_MATCH: Final = _header("If-None-Match", "ETags you know: 304 where one still holds.", '"5f2a"')
_RATE_LIMIT: Final[Json] = {name: {"$ref": f"#/components/headers/{name}"} for name in RATE_LIMIT_HEADERS}
_HEADERS: Final = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}
