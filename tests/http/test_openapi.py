"""The contract: valid, complete, of one mind with the border, and readable without any outside host."""

import json
import re
from typing import Annotated, Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from helpdesk_core.users import Scope
from helpdesk_http.fields import Text
from helpdesk_http.openapi import document
from helpdesk_http.operations import operation, proof
from helpdesk_http.routes.docs import FILES, docs_routes
from helpdesk_http.schemas import Schemas, example_of
from helpdesk_http.wire import InvalidBody, reader
from tests.http.shelf import DUNE, OPERATIONS, SCHEMES, BookPatch, BookView, Loan, NewBook

CONTRACT = document(
    OPERATIONS,
    title="Library",
    version="1.2.3",
    description="A shelf.",
    tags={"Books": "What is on the shelf."},
    schemes=SCHEMES,
)
SCHEMAS = CONTRACT["components"]["schemas"]


def page_of(line: str) -> Any:
    method, _, path = line.partition(" ")
    return CONTRACT["paths"][path][method.lower()]


def resolved(schema: dict[str, Any]) -> OAS31Validator:
    return OAS31Validator({**schema, "components": CONTRACT["components"]})


def test_the_document_is_valid() -> None:
    validate(CONTRACT)
    assert CONTRACT["openapi"] == "3.1.0"
    assert CONTRACT["info"] == {"title": "Library", "version": "1.2.3", "description": "A shelf."}
    assert CONTRACT["tags"] == [
        {"name": "Books", "description": "What is on the shelf."},
        {"name": "Covers"},
        {"name": "Loans"},
    ]


def test_the_same_declarations_give_the_same_bytes() -> None:
    again = document(OPERATIONS, title="Library", version="1.2.3", schemes=SCHEMES)
    assert json.dumps(again) == json.dumps(
        document(OPERATIONS, title="Library", version="1.2.3", schemes=SCHEMES)
    )
    backwards = document(OPERATIONS[::-1], title="Library", version="1.2.3", schemes=SCHEMES)
    assert json.dumps(backwards["components"]) == json.dumps(again["components"])


def test_an_operation_has_its_page() -> None:
    page = page_of("POST /api/v1/books")
    assert page["operationId"] == "add_book"
    assert page["summary"] == "Put a book on the shelf."
    assert page["description"] == "Whoever puts it there has read it."
    assert page["tags"] == ["Books"]
    assert page["security"] == [{"apiKey": ["write"]}, {"session": ["agent"]}]
    assert page["requestBody"] == {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/NewBook"},
                "example": {"title": "Dune", "author": {"name": "Frank Herbert"}, "tags": ["sand"]},
            }
        },
    }
    assert list(page["responses"]) == ["201", "400", "401", "403", "409", "413", "415", "422", "429"]
    assert page["responses"]["409"] == {"$ref": "#/components/responses/Conflict"}


def test_only_an_operation_that_anyone_may_call_asks_for_nothing() -> None:
    assert page_of("GET /api/v1/books")["security"] == []
    assert page_of("DELETE /api/v1/books/{book_id}")["security"] == [{"apiKey": ["admin"]}]
    assert page_of("POST /api/scan")["security"] == [{"scanner": []}]
    schemes = CONTRACT["components"]["securitySchemes"]
    assert schemes["scanner"] == SCHEMES["scanner"]
    assert (schemes["apiKey"]["scheme"], schemes["apiKey"]["x-scopes"]) == (
        "bearer",
        ["read", "write", "admin"],
    )
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", "helpdesk_session")


def test_an_unknown_security_scheme_is_refused() -> None:
    async def knock() -> None:
        """Knock."""

    with pytest.raises(TypeError, match="palm"):
        document([operation("POST /x", knock, tag="X", auth=proof("palm"))], title="t", version="1")


def test_parameters_are_described() -> None:
    parameters = {p["name"]: p for p in page_of("GET /api/v1/books")["parameters"]}
    assert parameters["limit"] == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 100, "default": 25},
        "description": "How many at the most.",
    }
    assert parameters["genre"] == {
        "name": "genre",
        "in": "query",
        "required": False,
        "schema": {"minItems": 1, "type": "array", "items": {"$ref": "#/components/schemas/Genre"}},
        "style": "form",
        "explode": False,
    }
    assert parameters["lendable"]["schema"] == {"type": "boolean"}
    assert page_of("PATCH /api/v1/books/{book_id}")["parameters"][:2] == [
        {"name": "book_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
        {
            "name": "Due-Date",
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "When it is to be back.",
        },
    ]


def test_what_we_take_is_closed_and_what_we_give_is_whole() -> None:
    book = SCHEMAS["NewBook"]
    assert (book["additionalProperties"], book["required"]) == (False, ["title", "author"])
    assert book["description"] == "A book to put on the shelf."
    assert book["properties"]["title"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 40,
        "description": "As on the cover.",
        "examples": ["Dune"],
    }
    assert book["properties"]["pages"] == {
        "anyOf": [{"type": "integer", "format": "int64", "minimum": 1, "maximum": 9999}, {"type": "null"}],
        "default": None,
    }
    assert book["properties"]["genre"] == {"$ref": "#/components/schemas/Genre", "default": "novel"}
    assert book["properties"]["notes"] == {"type": "object", "additionalProperties": True, "default": {}}
    view = SCHEMAS["BookView"]
    assert "additionalProperties" not in view
    assert view["required"] == ["id", "title", "author", "genre", "pages", "tags", "added_at"]
    assert SCHEMAS["Author"]["additionalProperties"] is False, "taken and given: the stricter of the two"
    assert "additionalProperties" not in SCHEMAS["Loan"], "lenient"
    assert list(SCHEMAS["Loan"]["properties"]) == ["bookId", "readerName", "dueDays"]
    assert SCHEMAS["Genre"] == {
        "type": "string",
        "description": "What kind of book it is.",
        "enum": ["novel", "poems"],
    }
    assert SCHEMAS["BookPatch"].get("required") is None


def test_problems_are_shared_and_have_an_example() -> None:
    responses = CONTRACT["components"]["responses"]
    assert list(responses) == [
        "BadRequest",
        "Unauthorized",
        "Forbidden",
        "NotFound",
        "Conflict",
        "PreconditionFailed",
        "ContentTooLarge",
        "UnsupportedMediaType",
        "UnprocessableContent",
        "TooManyRequests",
    ]
    content = responses["UnprocessableContent"]["content"]["application/problem+json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
    assert content["example"]["errors"] == [{"path": "subject", "message": "is required"}]
    assert list(responses["TooManyRequests"]["headers"]) == ["Retry-After", "RateLimit-Policy", "RateLimit"]


def test_what_holds_for_every_operation_of_the_api_is_described() -> None:
    def names(line: str) -> list[str]:
        return [parameter["name"] for parameter in page_of(line).get("parameters", [])]

    assert names("GET /api/v1/books/{book_id}") == ["book_id", "fields", "If-None-Match"]
    assert names("POST /api/v1/books") == ["Idempotency-Key"]
    assert names("DELETE /api/v1/books/{book_id}") == ["book_id", "Idempotency-Key", "If-Match"]
    assert names("POST /api/loans") == []
    assert "412" in page_of("DELETE /api/v1/books/{book_id}")["responses"]
    answers = page_of("GET /api/v1/books/{book_id}")["responses"]
    assert "304" in answers
    assert answers["200"]["content"]["application/json"]["schema"] == {
        "anyOf": [{"$ref": "#/components/schemas/BookView"}, {"$ref": "#/components/schemas/BookViewPart"}]
    }


def test_the_routes_outside_the_api_answer_400_for_values() -> None:
    assert list(page_of("POST /api/loans")["responses"]) == ["200", "400", "413", "415"]
    assert list(page_of("GET /api/loans/{number}")["responses"]) == ["200", "203", "400", "404"]
    assert list(page_of("POST /api/cover")["requestBody"]["content"]) == ["image/png"]
    assert page_of("POST /api/returns")["requestBody"]["required"] is False


def test_what_an_answer_brings_is_described() -> None:
    answers = page_of("GET /api/v1/books")["responses"]
    assert list(answers["200"]["headers"]) == ["Link", "ETag"]
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/BookView"}}
    assert answers["200"]["content"]["application/json"]["schema"] == schema
    assert page_of("DELETE /api/v1/books/{book_id}")["responses"]["204"]["description"] == "No Content"


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_every_example_is_what_it_is_an_example_of(one: Any) -> None:
    page = page_of(f"{one.method} {one.path}")
    contents = [*page.get("requestBody", {}).get("content", {}).values()]
    contents += [c for answer in page["responses"].values() for c in answer.get("content", {}).values()]
    for content in contents:
        if "example" in content:
            assert list(resolved(content["schema"]).iter_errors(content["example"])) == []
    if one.parses_body and one.body is not bytes:
        reader(one.body)(example_of(one.body))


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text("abcß ", max_size=45)
    | st.lists(st.text("ab"))
)
FIELDS = st.sampled_from(
    ["title", "author", "genre", "pages", "tags", "price", "notes", "lendable", "colour"]
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=2), st.sets(FIELDS, max_size=1))
def test_the_contract_refuses_exactly_what_the_border_refuses(
    changes: dict[str, object], left_out: set[str]
) -> None:
    # A client generated from the contract must never be surprised, nor kept from anything.
    body = {**example_of(NewBook), **changes}
    body = {name: value for name, value in body.items() if name not in left_out}
    by_contract = resolved({"$ref": "#/components/schemas/NewBook"}).is_valid(body)
    assert _is_taken(NewBook, body) is by_contract


@given(st.dictionaries(st.sampled_from(["title", "pages", "x"]), ANYTHING))
def test_they_agree_on_what_may_be_absent_or_null(body: dict[str, object]) -> None:
    # A PATCH lives from the difference between the two.
    by_contract = resolved({"$ref": "#/components/schemas/BookPatch"}).is_valid(body)
    assert _is_taken(BookPatch, body) is by_contract


def _is_taken(cls: Any, body: object) -> bool:
    try:
        reader(cls)(body)
    except InvalidBody:
        return False
    return True


def test_two_classes_of_one_name_are_refused() -> None:
    first, other = frozen(type("Same", (), {})), frozen(type("Same", (), {}))
    schemas = Schemas()
    schemas.given(first)
    with pytest.raises(TypeError, match="Same"):
        schemas.given(other)


def test_examples_are_made_where_none_is_given() -> None:
    assert example_of(BookView) == {
        "id": str(DUNE),
        "title": "text",
        "author": {"name": "Frank Herbert"},
        "genre": "novel",
        "pages": 1,
        "tags": ["text"],
        "added_at": "2026-01-02T03:04:05.123Z",
    }
    assert example_of(Loan) == {"bookId": str(DUNE), "readerName": "Ada"}
    assert example_of(Annotated[str, Text(min=6, max=9)]) == "text.."
    assert example_of(Annotated[str, Text(max=99, format="uri")]) == "https://example.com/"
    with pytest.raises(TypeError, match="needs an example"):
        example_of(Annotated[str, Text(max=9, pattern="^[0-9]+$")])


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=docs_routes(lambda: CONTRACT)))


def test_the_document_is_served_and_need_not_be_sent_twice(client: TestClient) -> None:
    first = client.get("/openapi.json")
    assert (first.headers["content-type"], first.json()) == (
        "application/json",
        json.loads(json.dumps(CONTRACT)),
    )
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = client.get("/openapi.json", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get("/openapi.json", headers={"if-none-match": '"other"'}).status_code == 200


def test_the_document_is_made_once_and_only_when_asked_for() -> None:
    made: list[dict[str, Any]] = []

    def make() -> dict[str, Any]:
        made.append(CONTRACT)
        return CONTRACT

    client = TestClient(Starlette(routes=docs_routes(make)))
    assert made == []
    assert client.get("/openapi.json").content == client.get("/openapi.json").content
    assert len(made) == 1


def test_the_page_needs_no_other_host_and_no_inline_script(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"https?://|<script>|\son\w+=|\sstyle=", page.text)
    referred = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert "/docs/init.js" in referred
    for address in referred:
        assert client.get(address).status_code == 200, address
    assert "http" not in client.get("/docs/init.js").text.partition("\n")[2]


def test_nothing_but_its_own_files_is_served(client: TestClient) -> None:
    names = {path.name for path in FILES.iterdir()}
    assert {"LICENSE", "NOTICE", "swagger-ui-bundle.js", "swagger-ui.css"} <= names
    assert client.get("/docs/swagger-ui.css").headers["content-type"] == "text/css; charset=utf-8"
    for address in ("/docs/../docs.py", "/docs/%2e%2e/%2e%2e/routes/docs.py", "/docs/nothing.js"):
        assert client.get(address).status_code == 404


def test_scopes_of_the_contract_are_those_of_the_core() -> None:
    assert CONTRACT["components"]["securitySchemes"]["apiKey"]["x-scopes"] == [scope.value for scope in Scope]
