"""Operations at the door: who may call, what is read, what is answered, and how each refusal looks."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response
from starlette.routing import Router
from starlette.testclient import TestClient

from helpdesk_core import errors as core
from helpdesk_core.users import Scope
from helpdesk_http.fields import Text
from helpdesk_http.operations import Auth, Reply, key, operation
from helpdesk_http.parameters import no_query, query_reader
from helpdesk_http.problems import REFUSALS, Problem, problem_of
from helpdesk_http.scalars import InvalidParameters
from helpdesk_http.serving import Exchange, build_routes
from tests.http.shelf import DUNE, OPERATIONS, BookQuery, Shelf, application, authenticate

BOOK = {"title": "Dune", "author": {"name": "Frank Herbert"}}
ADA = {"authorization": "Bearer ada"}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    return TestClient(application(shelf))


def problem(response: Any) -> tuple[int, str, list[str]]:
    """Status, code and the paths of a problem, whose form is checked."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == "about:blank"
    assert body["status"] == response.status_code
    assert all(
        isinstance(body[member], str) and body[member] for member in ("title", "detail", "error", "code")
    )
    return response.status_code, body["code"], [error["path"] for error in body.get("errors", [])]


def test_a_body_is_read_handled_and_answered(client: TestClient, shelf: Shelf) -> None:
    response = client.post("/api/v1/books", json={**BOOK, "tags": ["sand"]}, headers=ADA)
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "id": str(DUNE),
        "title": "Dune",
        "author": {"name": "Frank Herbert", "email": None},
        "genre": "novel",
        "pages": None,
        "tags": ["sand"],
        "added_at": None,
    }
    assert client.get(f"/api/v1/books/{DUNE}").json() == response.json()


def test_whoever_proves_nothing_is_asked_to(client: TestClient, shelf: Shelf) -> None:
    response = client.post("/api/v1/books", json=BOOK)
    assert problem(response) == (401, "unauthorized", [])
    assert response.headers["www-authenticate"] == 'Bearer realm="helpdesk"'
    assert shelf.books == {}


def test_the_caller_is_asked_for_before_anything_is_read(client: TestClient) -> None:
    assert problem(client.post("/api/v1/books", content=b"{"))[0] == 401
    assert problem(client.delete("/api/v1/books/nonsense"))[0] == 401


def test_a_caller_without_the_scope_is_refused(client: TestClient) -> None:
    assert problem(client.delete(f"/api/v1/books/{DUNE}", headers=ADA)) == (403, "forbidden", [])


def test_a_limit_that_is_used_up_says_when_there_is_room_again(client: TestClient) -> None:
    response = client.post("/api/v1/books", json=BOOK, headers={"authorization": "Bearer hasty"})
    assert problem(response) == (429, "rate_limited", [])
    assert response.headers["retry-after"] == "7"


def test_a_refusal_of_the_desk_is_a_problem(client: TestClient) -> None:
    response = client.post("/api/v1/books", json={**BOOK, "title": "Ulysses"}, headers=ADA)
    assert problem(response) == (409, "conflict", [])
    assert response.json()["detail"] == "ada has not read it."
    assert problem(client.get(f"/api/v1/books/{DUNE}")) == (404, "not_found", [])
    assert problem(client.patch(f"/api/v1/books/{DUNE}", json={"title": "Old"})) == (
        422,
        "invalid_value",
        ["title"],
    )


def test_syntax_is_400_and_values_are_422_in_the_api(client: TestClient) -> None:
    assert problem(client.post("/api/v1/books", content=b'{"a":', headers=ADA)) == (400, "malformed_json", [])
    assert problem(client.post("/api/v1/books", content=b"", headers=ADA)) == (400, "malformed_json", [])
    response = client.post("/api/v1/books", json={"title": "", "author": {}, "pages": 0}, headers=ADA)
    assert problem(response) == (422, "invalid_body", ["title", "author.name", "pages"])
    assert response.json()["detail"] == "title must not be empty (and 2 more, see errors)."


def test_both_are_400_on_the_routes_outside_the_api(client: TestClient) -> None:
    assert problem(client.post("/api/loans", content=b"[[")) == (400, "malformed_json", [])
    response = client.post("/api/loans", json={"bookId": "x", "readerName": "Ada"})
    assert problem(response) == (400, "invalid_body", ["bookId"])
    assert problem(client.get("/api/loans/3", params={"limit": "x"})) == (
        400,
        "invalid_parameters",
        ["query.limit"],
    )


def test_camel_names_and_unknown_fields_of_a_lenient_body(client: TestClient) -> None:
    response = client.post("/api/loans", json={"bookId": str(DUNE), "readerName": "Ada", "kiosk": 4})
    assert (response.status_code, response.json()) == (200, {"success": True, "readerName": "Ada"})


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "x"]
)
def test_a_body_of_another_type_is_refused(client: TestClient, media_type: str) -> None:
    headers = {**ADA, "content-type": media_type}
    response = client.post("/api/v1/books", content=json.dumps(BOOK), headers=headers)
    assert problem(response) == (415, "unsupported_media_type", [])


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json", None],
)
def test_json_may_be_called_by_each_of_its_names_or_by_none(
    client: TestClient, media_type: str | None
) -> None:
    headers = {**ADA, **({"content-type": media_type} if media_type else {})}
    assert client.post("/api/v1/books", content=json.dumps(BOOK), headers=headers).status_code == 201


def test_an_optional_body_may_be_missing(client: TestClient) -> None:
    assert client.post("/api/returns").json() == {"all": True}
    assert client.post("/api/returns", json={"bookId": str(DUNE), "readerName": "A"}).json() == {"all": False}


def test_a_body_announced_too_large_is_refused(client: TestClient) -> None:
    response = client.post("/api/v1/books", content=b'"' + b"x" * 2000, headers=ADA)
    assert problem(response) == (413, "too_large", [])
    assert response.json()["detail"] == "The body is larger than 2,000 bytes."


async def test_a_body_without_a_length_is_refused_while_it_is_read(shelf: Shelf) -> None:
    for path, most in (("/api/v1/books", 3), ("/api/scan", 6), ("/api/cover", 6)):
        assert await call(application(shelf), path, [b"x" * 1000] * 1000) == (most, 413)
    assert shelf.uploaded == 5000


async def test_a_body_in_pieces_is_put_together(shelf: Shelf) -> None:
    raw = json.dumps(BOOK).encode()
    pulled, status = await call(
        application(shelf), "/api/v1/books", [raw[i : i + 1] for i in range(len(raw))]
    )
    assert (pulled, status) == (len(raw), 201)


async def test_a_sender_who_goes_away_leaves_nothing_behind(shelf: Shelf) -> None:
    _, status = await call(application(shelf), "/api/v1/books", [b'{"title":', None])
    assert (status, shelf.books) == (None, {})


async def call(
    app: Callable[..., Awaitable[None]], path: str, pieces: list[bytes | None]
) -> tuple[int, int | None]:
    """Posts pieces without a length (None: the sender goes away); how many were taken, and the status."""
    taken = 0
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        piece = pieces[taken - 1]
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": taken < len(pieces)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"authorization", b"Bearer ada"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    return taken, statuses[0] if statuses else None


def test_a_handler_may_read_the_request_itself(client: TestClient) -> None:
    assert client.post("/api/cover", content=b"x" * 5000).json() == {"size": 5000}


def test_bytes_are_handed_over_as_they_came(client: TestClient) -> None:
    assert client.post("/api/scan", content=b"\xff{" * 10, headers={"content-type": "a/b"}).json() == {
        "size": 20
    }


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("limit=0", ["query.limit"]),
        ("limit=101", ["query.limit"]),
        ("limit=1.0", ["query.limit"]),
        ("limit=+5", ["query.limit"]),
        ("limit=", ["query.limit"]),
        ("limit=%D9%A3", ["query.limit"]),
        ("limit=5&limit=6", ["query.limit"]),
        ("limit=99999999999999999999", ["query.limit"]),
        ("lendable=1", ["query.lendable"]),
        ("lendable=True", ["query.lendable"]),
        ("genre=plays", ["query.genre[0]"]),
        ("genre=novel,plays&genre=,", ["query.genre[1]", "query.genre[2]", "query.genre[3]"]),
        ("added_after=yesterday", ["query.added_after"]),
        ("added_after=2026-01-02T03:04:05%2b25:00", ["query.added_after"]),
        ("sort=pages", ["query.sort"]),
        ("color=red", ["query.color"]),
        ("color=red&limit=0", ["query.color", "query.limit"]),
        ("limit=%ff", ["query"]),
        ("limit=%00", ["query.limit"]),
        ("&".join(f"a{number}=1" for number in range(300)), ["query"]),
    ],
)
def test_a_query_is_read_strictly(client: TestClient, query: str, paths: list[str]) -> None:
    assert problem(client.get(f"/api/v1/books?{query}")) == (422, "invalid_parameters", paths)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=1",
        "limit=100&sort=-title",
        "lendable=false&readers=true",
        "genre=novel,poems",
        "genre=poems&genre=novel",
        "added_after=2026-01-02T03:04:05Z",
        "added_after=2026-01-02T03:04:05%2B05:30",
    ],
)
def test_a_good_query_is_taken(client: TestClient, query: str) -> None:
    client.post("/api/v1/books", json=BOOK, headers=ADA)
    response = client.get(f"/api/v1/books?{query}")
    assert [book["title"] for book in response.json()] == ["Dune"]
    assert response.headers["link"] == '</books>; rel="next"'


def test_an_operation_without_parameters_takes_none(client: TestClient) -> None:
    assert problem(client.get(f"/api/v1/books/{DUNE}?a=1")) == (422, "invalid_parameters", ["query.a"])

    assert client.get("/api/v1/books/newest?").status_code == 204
    assert client.get("/api/v1/books/newest?&").status_code == 204


BITS = st.sampled_from(
    ["limit", "genre", "sort", "=", "&", ",", "1", "novel", "%", "%00", "%ff", "+", "ä", "\0", ";"]
)


@given(st.lists(BITS | st.text(max_size=3), max_size=8).map("".join))
def test_any_query_is_read_or_refused(query: str) -> None:
    # Crawlers send every query there is; none of them may end as a 500.
    raw = query.encode(errors="replace")
    for read in (query_reader(BookQuery), query_reader(BookQuery, ignore_unknown=True), no_query):
        told = refusal_of(read, raw)
        assert told is None or (told.status == 422 and told.errors[0].path.startswith("query"))


def refusal_of(read: Callable[[bytes], Any], raw: bytes) -> Problem | None:
    try:
        read(raw)
    except InvalidParameters as refused:
        return problem_of(refused)
    return None


def test_an_unknown_parameter_is_passed_over_outside_the_api(client: TestClient) -> None:
    response = client.get("/api/loans/3?limit=7&utm_source=mail")
    assert (response.status_code, response.json(), response.headers["x-limit"]) == (203, {"number": 3}, "7")
    response = client.post("/api/loans?cache=0", json={"bookId": str(DUNE), "readerName": "Ada"})
    assert response.status_code == 200


def test_named_headers_are_read(client: TestClient) -> None:
    response = client.patch(f"/api/v1/books/{DUNE}", json={}, headers={"Due-Date": '"7"'})
    assert response.json() == {"title": None, "match": '"7"'}
    twice = [("Due-Date", '"7"'), ("Due-Date", '"8"')]
    response = client.patch(f"/api/v1/books/{DUNE}", json={}, headers=twice)
    assert problem(response) == (422, "invalid_parameters", ["header.Due-Date"])


@pytest.mark.parametrize(
    "name", ["x", "1", DUNE.hex, f"{{{DUNE}}}", f"{DUNE}%00", f" {DUNE}", "%F0%9F%90%8D"]
)
def test_a_name_that_no_thing_can_have_is_not_found(client: TestClient, name: str) -> None:
    assert problem(client.get(f"/api/v1/books/{name}")) == (404, "not_found", [])


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/books/", "/api/v1/books//x", "/", f"/api/v1/books/{DUNE}/x"]
)
def test_an_address_where_nothing_is_is_not_found(client: TestClient, path: str) -> None:
    assert problem(client.get(path)) == (404, "not_found", [])


def test_another_method_is_told_which_ones_there_are(client: TestClient) -> None:
    response = client.put(f"/api/v1/books/{DUNE}", json={})
    assert problem(response) == (405, "method_not_allowed", [])
    assert response.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    assert client.get("/api/loans").headers["allow"] == "POST"


def test_head_is_get_without_its_body(client: TestClient) -> None:
    client.post("/api/v1/books", json=BOOK, headers=ADA)
    get, head = client.get(f"/api/v1/books/{DUNE}"), client.head(f"/api/v1/books/{DUNE}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert client.head(f"/api/v1/books/{UUID(int=7)}").status_code == 404


async def test_head_sends_no_body_even_where_the_server_would_let_it(shelf: Shelf) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "HEAD", "path": "/api/v1/books", "query_string": b"", "headers": []}
    await application(shelf)(scope, receive, send)
    assert [message.get("body") for message in sent] == [None, b""]
    assert (b"content-length", b"2") in sent[0]["headers"]


def test_a_fixed_segment_goes_before_a_parameter(client: TestClient) -> None:
    client.post("/api/v1/books", json=BOOK, headers=ADA)
    assert client.get("/api/v1/books/newest").json()["title"] == "Dune"
    assert client.get("/api/v1/books/newest").json()["author"]["name"] == "Frank Herbert"


def test_a_fixed_segment_that_leads_nowhere_gives_way_to_a_parameter(shelf: Shelf) -> None:
    async def fixed() -> str:
        """The fixed one."""
        return "fixed"

    async def free(name: str) -> str:
        """The free one."""
        return name

    operations = [operation("GET /api/a/b", fixed, tag="X"), operation("GET /api/a/{name}/c", free, tag="X")]
    client = TestClient(Router(build_routes(operations, lambda _: shelf, authenticate)))
    assert [client.get(path).json() for path in ("/api/a/b", "/api/a/b/c", "/api/a/d/c")] == [
        "fixed",
        "b",
        "d",
    ]
    assert client.get("/api/a/d").status_code == 404


def test_nothing_is_answered_with_204(client: TestClient) -> None:
    response = client.delete(f"/api/v1/books/{DUNE}", headers={"authorization": "Bearer admin"})
    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers
    assert "content-length" not in response.headers


def test_paths_are_found_under_a_root_path(shelf: Shelf) -> None:
    client = TestClient(application(shelf), root_path="/desk")
    assert client.get("/desk/api/v1/books").json() == []


def test_operations_have_addresses_by_name(shelf: Shelf) -> None:
    router = Router(build_routes(OPERATIONS, lambda _: shelf, authenticate))
    assert router.url_path_for("read_book", book_id=DUNE) == f"/api/v1/books/{DUNE}"


def test_what_stands_around_handlers_sees_the_exchange_and_may_answer(shelf: Shelf) -> None:
    seen: list[Exchange] = []

    async def around(exchange: Exchange, proceed: Callable[[], Awaitable[Response]]) -> Response:
        seen.append(exchange)
        if exchange.request.headers.get("idempotency-key") == "again":
            return Response(b"replayed")
        response = await proceed()
        response.headers["ratelimit"] = '"key";r=9'
        return response

    client = TestClient(application(shelf, around))
    first = client.post("/api/v1/books", json=BOOK, headers=ADA)
    assert (first.status_code, first.headers["ratelimit"]) == (201, '"key";r=9')
    again = client.post("/api/v1/books", json=BOOK, headers={**ADA, "idempotency-key": "again"})
    assert (again.status_code, again.content) == (200, b"replayed")
    assert [(one.operation.name, one.who, json.loads(one.body)) for one in seen] == [
        ("add_book", "ada", BOOK)
    ] * 2


def test_no_header_can_break_out_of_its_line(shelf: Shelf) -> None:
    async def break_out() -> Reply[dict[str, int]]:
        """Answer with a header that somebody else has chosen."""
        return Reply({}, headers={"location": "/x\r\nset-cookie: a=b"})

    client = TestClient(
        Router(build_routes([operation("GET /x", break_out, tag="X")], lambda _: shelf, authenticate))
    )
    with pytest.raises(ValueError, match="location"):
        client.get("/x")


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (core.Refusal("No."), 409, "refused"),
        (core.NotFound("book", 7), 404, "not_found"),
        (core.AlreadyTaken("The title is taken."), 409, "already_taken"),
        (core.Conflict("It is lent."), 409, "conflict"),
        (core.Stale("It has changed."), 412, "stale"),
        (core.InvalidValue("title", "is odd"), 422, "invalid_value"),
        (core.NotAllowed("Not you."), 403, "forbidden"),
        (core.WrongCredentials("Who?"), 401, "unauthorized"),
        (core.TooManyAttempts("Slow down.", 3), 429, "rate_limited"),
        (core.MissingSetting("SHELF_SECRET", "shelves are locked"), 503, "missing_setting"),
        (core.StoreUnavailable("Locked."), 503, "store_unavailable"),
    ],
)
def test_every_refusal_of_the_core_has_its_status(refusal: core.Refusal, status: int, code: str) -> None:
    told = problem_of(refusal)
    assert told is not None
    assert (told.status, told.code, told.detail) == (status, code, str(refusal))
    assert told.error == (type(refusal).__doc__ or "").partition("\n")[0]


def test_no_refusal_of_the_core_is_missing_in_the_table() -> None:
    classes = [
        value for value in vars(core).values() if isinstance(value, type) and issubclass(value, core.Refusal)
    ]
    assert set(classes) <= REFUSALS.keys()


def test_another_exception_that_is_listed_is_named_after_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    class TornPage(Exception):
        """A page is torn."""

    class LostPage(TornPage):
        """A page is lost."""

        code = "page_lost"

    assert problem_of(TornPage("Page 3 is torn.")) is None
    monkeypatch.setitem(REFUSALS, TornPage, 410)
    torn, lost = problem_of(TornPage("Page 3 is torn.")), problem_of(LostPage("Page 4 is lost."))
    assert torn is not None
    assert lost is not None
    assert torn.details == Problem(410, "torn_page", "A page is torn.", "Page 3 is torn.").details
    assert lost.details == Problem(410, "page_lost", "A page is lost.", "Page 4 is lost.").details


@frozen
class Name:
    name: Annotated[str, Text(max=10)]


async def silent(body: Name) -> Name:
    return body


def synchronous(body: Name) -> Name:
    """Not async."""
    return body


async def stranger(body: Name, colour: str) -> Name:
    """Wants something that is not offered."""
    return body


async def needs_id(item_id: UUID) -> None:
    """Wants a parameter."""


async def wants_who(who: str) -> None:
    """Wants to know who calls."""


async def takes_set(body: set[str]) -> None:
    """Takes what JSON does not have."""


@pytest.mark.parametrize(
    ("line", "handler"),
    [
        ("POST /x", silent),
        ("POST /x", synchronous),
        ("POST /x", stranger),
        ("POST /x", needs_id),
        ("POST /x/{item_id}/{other_id}", needs_id),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused_at_once(line: str, handler: Any) -> None:
    with pytest.raises(TypeError):
        operation(line, handler, tag="X")


@pytest.mark.parametrize(
    "operations",
    [
        [operation("POST /x", wants_who, tag="X")],
        [operation("POST /x", takes_set, tag="X", auth=key(Scope.READ))],
        [operation("POST /x", wants_who, tag="X", auth=key(Scope.READ))] * 2,
    ],
)
def test_routes_that_cannot_work_are_refused_when_they_are_built(operations: Any) -> None:
    with pytest.raises(TypeError):
        build_routes(operations, lambda _: None, authenticate)


def test_an_open_operation_asks_nobody() -> None:
    assert Auth().is_open
    assert Auth(other="signature", handler_checks=True).is_open
    assert not Auth(other="signature").is_open
    assert not key(Scope.READ).is_open
