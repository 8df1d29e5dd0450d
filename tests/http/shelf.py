"""A tiny library of books, declared as operations: something for the tests of the doors to knock at."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

from attrs import Factory, define, frozen
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.errors import (
    Conflict,
    InvalidValue,
    NotAllowed,
    NotFound,
    TooManyAttempts,
    WrongCredentials,
)
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Role, Scope
from helpdesk_http.fields import About, Many, Number, Text, camel, lenient
from helpdesk_http.middleware import Shield
from helpdesk_http.operations import Auth, Operation, Reply, key, operation, proof, session_or_key
from helpdesk_http.problems import on_http_exception
from helpdesk_http.serving import Around, build_routes

BookId = NewType("BookId", UUID)
DUNE = BookId(UUID("019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"))


class Genre(StrEnum):
    """What kind of book it is."""

    NOVEL = "novel"
    POEMS = "poems"


Title = Annotated[str, Text(min=1, max=40, doc="As on the cover.", example="Dune")]
Tag = Annotated[str, Text(min=1, max=10, pattern="^[a-z]+$", example="sand")]


@frozen(kw_only=True)
class Author:
    """Who wrote it."""

    name: Annotated[str, Text(min=1, max=40, example="Frank Herbert")]
    email: Annotated[str, Text(max=254, format="email")] | None = None


@frozen(kw_only=True)
class NewBook:
    """A book to put on the shelf."""

    title: Title
    author: Author
    genre: Genre = Genre.NOVEL
    pages: Annotated[int, Number(min=1, max=9999)] | None = None
    tags: Annotated[tuple[Tag, ...], Many(max=3)] = ()
    price: Decimal | None = None
    notes: dict[str, Any] = Factory(dict)
    lendable: bool = True

    def __attrs_post_init__(self) -> None:
        if self.genre is Genre.POEMS and self.pages is not None and self.pages > 500:
            raise ValueError("a book of poems has no more than 500 pages")


@frozen(kw_only=True)
class BookPatch:
    """What is to be different."""

    title: Title | Unset = UNSET
    pages: int | None | Unset = UNSET


@frozen
class BookView:
    """A book on the shelf."""

    id: BookId
    title: str
    author: Author
    genre: Genre
    pages: int | None
    tags: tuple[str, ...]
    added_at: datetime | None
    readers: Annotated[list[str] | Unset, About(doc="With `readers=true`.")] = UNSET


@frozen(kw_only=True)
class BookQuery:
    genre: tuple[Genre, ...] = ()
    lendable: bool | None = None
    readers: bool = False
    added_after: datetime | None = None
    sort: Literal["title", "-title"] = "title"
    limit: Annotated[int, Number(min=1, max=100, doc="How many at the most.")] = 25


@frozen(kw_only=True)
class Conditions:
    due_date: Annotated[str | None, About(doc="When it is to be back.")] = None


@camel
@lenient
@frozen(kw_only=True)
class Loan:
    """A loan, as the kiosk in the hall sends it."""

    book_id: UUID
    reader_name: Annotated[str, Text(min=1, max=40, example="Ada")]
    due_days: Annotated[int, Number(min=1, max=60)] = 14


@camel
@frozen
class LoanView:
    success: bool
    reader_name: str


@define
class Shelf:
    """The desk of this library."""

    books: dict[BookId, BookView] = Factory(dict)
    uploaded: int = 0


async def list_books(desk: Shelf, query: BookQuery) -> Reply[list[BookView]]:
    """List books."""
    found = [book for book in desk.books.values() if not query.genre or book.genre in query.genre]
    return Reply(found[: query.limit], headers={"Link": '</books>; rel="next"'})


async def add_book(desk: Shelf, who: str, body: NewBook) -> BookView:
    """Put a book on the shelf.

    Whoever puts it there has read it.
    """
    if body.title == "Ulysses":
        raise Conflict(f"{who} has not read it.")
    desk.books[DUNE] = BookView(DUNE, body.title, body.author, body.genre, body.pages, body.tags, None)
    return desk.books[DUNE]


async def read_book(desk: Shelf, book_id: BookId) -> BookView:
    """Read a book."""
    if book_id not in desk.books:
        raise NotFound("book", book_id)
    return desk.books[book_id]


async def newest_book(desk: Shelf) -> BookView | Response:
    """The book that came last."""
    return next(reversed(desk.books.values()), Response(status_code=204))


async def change_book(book_id: BookId, body: BookPatch, headers: Conditions) -> dict[str, Any]:
    """Change a book."""
    if body.title == "Old":
        raise InvalidValue("title", "was given to another book")
    return {"title": None if body.title is UNSET else body.title, "match": headers.due_date}


async def remove_book(desk: Shelf, book_id: BookId) -> None:
    """Take a book from the shelf."""
    desk.books.pop(book_id, None)


async def upload_cover(desk: Shelf, request: Request) -> dict[str, int]:
    """Upload a cover."""
    async for piece in request.stream():
        desk.uploaded += len(piece)
    return {"size": desk.uploaded}


async def receive_scan(body: bytes) -> dict[str, int]:
    """Receive a scanner's bytes."""
    return {"size": len(body)}


async def lend(body: Loan) -> LoanView:
    """Lend a book."""
    if body.reader_name == "Crash":
        raise RuntimeError("the till is jammed: password=hunter2")
    return LoanView(True, body.reader_name)


async def returned(body: Loan | None) -> dict[str, bool]:
    """Take a book back, or all of them."""
    return {"all": body is None}


async def find_loan(number: int, query: BookQuery) -> Reply[dict[str, int]]:
    """Find a loan by its number."""
    return Reply({"number": number}, 203, {"x-limit": str(query.limit)})


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/books", list_books, tag="Books", answer_headers={"Link": "The next page."}),
    operation(
        "POST /api/v1/books",
        add_book,
        tag="Books",
        auth=session_or_key(Role.AGENT, Scope.WRITE),
        status=201,
        errors=(409,),
        limit=2000,
    ),
    operation("GET /api/v1/books/newest", newest_book, tag="Books", also={204: None}),
    operation("GET /api/v1/books/{book_id}", read_book, tag="Books"),
    operation("PATCH /api/v1/books/{book_id}", change_book, tag="Books", errors=(412,)),
    operation("DELETE /api/v1/books/{book_id}", remove_book, tag="Books", auth=key(Scope.ADMIN)),
    operation(
        "POST /api/cover", upload_cover, tag="Covers", form=Loan, body_media=("image/png",), limit=5000
    ),
    operation(
        "POST /api/scan",
        receive_scan,
        tag="Covers",
        auth=proof("scanner", handler_checks=True),
        body_media=("application/octet-stream",),
        limit=5000,
    ),
    operation("POST /api/loans", lend, tag="Loans"),
    operation("POST /api/returns", returned, tag="Loans"),
    operation("GET /api/loans/{number}", find_loan, tag="Loans", also={203: dict[str, int]}),
)
SCHEMES = {"scanner": {"type": "apiKey", "in": "header", "name": "x-scanner"}}


async def authenticate(request: Request, auth: Auth) -> str:
    """The caller's name, which here is the API key itself."""
    name = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not name:
        raise WrongCredentials("Send an API key.")
    if name == "hasty":
        raise TooManyAttempts("Slow down.", retry_after=7)
    if auth.key is Scope.ADMIN and name != "admin":
        raise NotAllowed("This needs the scope admin.")
    return name


def application(shelf: Shelf, around: Around | None = None) -> Starlette:
    app = Starlette(
        routes=build_routes(OPERATIONS, lambda request: shelf, authenticate, around),
        middleware=[Middleware(Shield)],
        exception_handlers={HTTPException: on_http_exception},
    )
    app.router.redirect_slashes = False
    return app
