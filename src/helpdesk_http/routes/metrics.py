"""Figures for Prometheus."""

from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_http.operations import Operation, operation


async def read_metrics(desk: Container, request: Request) -> Response:
    """Read the desk's figures in Prometheus' text format."""
    text, media_type = await desk.metrics()()
    return Response(text, media_type=media_type)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /metrics", read_metrics, tag="Health", answer_media="text/plain"),
)
