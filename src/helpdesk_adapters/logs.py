"""Log lines: a constant event name, ids, and nothing that is anybody's secret."""

import logging
import re
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ADDRESS = re.compile(r"([A-Za-z0-9._%+'-])[A-Za-z0-9._%+'-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
CREDENTIAL = re.compile(
    r"(?i)(?<![A-Za-z0-9_])(whsec_|sk_live_|sk_test_|re_|hd_|shp[a-z]{2}_|xox[a-z]-|Bearer )[A-Za-z0-9+/=_-]{8,}"
)

LOG_IN = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")


def configure(level: str, form: Literal["console", "json"]) -> None:
    """Sends every log line of this process to standard error, in this form."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(serializer=_dumps)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso", utc=True),
        structlog.processors.format_exc_info,  # first, so that a traceback is redacted like everything else
        redacted,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.getLevelName(level.upper()), logging.INFO))
    for noisy in ("httpx2", "httpcore", "alembic", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def redacted(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """The line with addresses shortened to their first letter and credentials to their kind."""
    return {name: _redacted(value) for name, value in line.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return CREDENTIAL.sub(r"\1***", ADDRESS.sub(r"\1***@\2", LOG_IN.sub(r"\1:***@", value)))
    if isinstance(value, dict):
        return {name: _redacted(member) for name, member in value.items()}
    return [_redacted(item) for item in value] if isinstance(value, list | tuple) else value


def _dumps(line: Any, **options: Any) -> str:
    import orjson

    return orjson.dumps(line, default=str).decode()
