"""Files that come in as multipart/form-data (RFC 7578): read piece by piece, on the disk beyond a megabyte."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import frozen
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from helpdesk_core.attachments import MAX_UPLOAD
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ConversationId, TicketId
from helpdesk_core.media_types import HEAD
from helpdesk_core.use_cases.files.upload_file import Upload
from helpdesk_http.problems import BodyTooLarge, Problem
from helpdesk_http.scalars import FieldError, InvalidBody
from helpdesk_http.wire import reader

LIMIT: Final = MAX_UPLOAD + (64 << 10)
"""The most bytes of a whole request: the file, and what stands around it."""
PIECE: Final = 64 << 10
T = TypeVar("T")


@frozen
class Incoming:
    """A file that has arrived whole, and what came with it."""

    upload: Upload
    file: UploadFile

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes from the beginning."""
        await self.file.seek(0)
        while piece := await self.file.read(PIECE):
            yield piece


@asynccontextmanager
async def incoming(
    request: Request, conversation_field: str, ticket_field: str, too_large: int, strict: bool = False
) -> AsyncIterator[Incoming]:
    """The part `file` of a form, until the end of the block; Problem where there is none, or it has the wrong size.

    A body that is too large is refused while it is being read, with the status `too_large`. A field of another name
    is passed over, or refused where this is `strict`. What is refused within the block is told in the form's names.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise _no_file("Send it as multipart/form-data, in the field `file`.")
    try:
        form = await _Form(request).parse()
    except BodyTooLarge:
        raise _too_large(too_large) from None
    except MultiPartException as error:
        raise Problem(400, "malformed_form", "The form cannot be read.", error.message) from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not (file.filename or file.size):
            raise _no_file("The form has no file in the field `file`.")
        if (file.size or 0) > MAX_UPLOAD:
            raise _too_large(too_large)
        unknown = sorted(form.keys() - {"file", conversation_field, ticket_field})
        if strict and unknown:
            raise InvalidBody(tuple(FieldError(name, "is not known here") for name in unknown))
        upload = Upload(
            filename=file.filename,
            declared_type=file.content_type,
            head=await file.read(HEAD),
            conversation_id=_id(form, conversation_field, ConversationId),
            ticket_id=_id(form, ticket_field, TicketId),
        )
        yield Incoming(upload, file)
    except InvalidValue as refusal:
        names = {"conversation_id": conversation_field, "ticket_id": ticket_field}
        raise InvalidValue(names.get(refusal.path, refusal.path), refusal.message) from refusal
    finally:
        await form.close()


class _Form(MultiPartParser):
    """Starlette's parser, but for a form that is cut short, which it takes for one without the part that was cut."""

    def __init__(self, request: Request) -> None:
        super().__init__(
            request.headers, self._whole(request), max_files=10, max_fields=20, max_part_size=64 << 10
        )
        self._ended = False

    def on_end(self) -> None:
        self._ended = True

    async def _whole(self, request: Request) -> AsyncGenerator[bytes, None]:
        begun = False
        async for piece in request.stream():
            begun = begun or bool(piece)
            yield piece
        if begun and not self._ended:
            raise MultiPartException("The form ends before its last boundary.")


def _id(form: FormData, field: str, of: Callable[[UUID], T]) -> T | None:
    text = form.get(field)
    if text is None or text == "":
        return None
    try:
        return of(_read_id(text))
    except InvalidBody as error:
        raise InvalidBody(tuple(FieldError(field, one.message) for one in error.errors)) from None


def _no_file(detail: str) -> Problem:
    return Problem(400, "no_file", "No file provided", detail)


def _too_large(status: int) -> Problem:
    detail = f"A file may have {MAX_UPLOAD:,} bytes at the most."
    return Problem(status, "file_too_large", "File too large (>10MB)", detail)


_read_id: Final[Callable[[Any], UUID]] = reader(UUID)
