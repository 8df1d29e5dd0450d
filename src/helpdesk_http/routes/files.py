"""The bytes of files, for whoever brings a link: always to be saved, never shown, and never run."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment, content_disposition
from helpdesk_core.errors import NotFound
from helpdesk_core.media_types import UNKNOWN
from helpdesk_http.etags import knows
from helpdesk_http.operations import Operation, operation
from helpdesk_http.problems import Problem
from helpdesk_http.ranges import Span, Unsatisfiable, wanted_span

SAFEGUARDS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "cross-origin",  # the widget shows pictures on other people's pages
    "referrer-policy": "no-referrer",
    "cache-control": "private, max-age=3600",
    "accept-ranges": "bytes",
}
"""What a file brings along, so that nothing in it can act on behalf of who opens it."""


async def download_file(desk: Container, request: Request, token: str) -> Response:
    """Download a file by its link.

    Answers single ranges (206, 416) and `If-None-Match` (304). A link that has ended or was changed is a 404.
    """
    try:
        attachment = await desk.open_file()(token)
    except NotFound as gone:
        raise Problem(404, gone.code, "There is no file at this address.", str(gone)) from None
    return await bytes_of(desk, request, attachment, content_disposition(attachment.filename))


async def bytes_of(desk: Container, request: Request, attachment: Attachment, disposition: str) -> Response:
    """The file, or the range of it that is asked for; NotFound where it has no bytes."""
    if attachment.digest is None:
        raise NotFound("file", attachment.id)
    tag = f'"{attachment.digest}"'
    headers = {**SAFEGUARDS, "etag": tag}
    if knows(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers["content-type"] = _media_type(attachment)
    headers["content-disposition"] = disposition
    return await _bytes(desk, request, attachment, headers, _span(request, attachment, tag))


async def _bytes(
    desk: Container, request: Request, attachment: Attachment, headers: dict[str, str], span: Span | None
) -> Response:
    start, stop = (0, attachment.size) if span is None else (span.start, span.stop)
    headers["content-length"] = str(stop - start)
    if span is not None:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{attachment.size}"
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    content = await desk.open_file().stream(attachment, start, stop)
    return StreamingResponse(content, status, headers)


def _span(request: Request, attachment: Attachment, tag: str) -> Span | None:
    """The range that is wanted; all of it where the part that the caller has is of another file."""
    if request.headers.get("if-range", tag) != tag:
        return None
    try:
        return wanted_span(request.headers.get("range"), attachment.size)
    except Unsatisfiable:
        detail = f"The file has {attachment.size} bytes."
        headers = {"content-range": f"bytes */{attachment.size}"}
        raise Problem(
            416, "range_not_satisfiable", "The range is not in the file.", detail, headers=headers
        ) from None


def _media_type(attachment: Attachment) -> str:
    """As it is stored; what came with mail may be no media type at all."""
    return attachment.content_type if _MEDIA_TYPE.fullmatch(attachment.content_type) else UNKNOWN


_MEDIA_TYPE: Final = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.IGNORECASE
)

OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /files/{token}",
        download_file,
        tag="Files",
        answer_media="*/*",
        also={206: Response, 304: None},
        errors=(404, 416, 503),
    ),
)
