"""The commands that go on until they are stopped."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpdesk_http.cli.desk import container
from helpdesk_http.cli.options import Json, examples
from helpdesk_http.cli.output import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from socket import socket

    from helpdesk_adapters.settings import Settings

Host = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 for every network.")
]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes any free one.")]


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.command(
        "serve",
        epilog=examples(
            "helpdesk serve",
            "helpdesk serve --host 0.0.0.0 --port 80 --workers 4",
            "HELPDESK_DATA_DIR=/var/lib/helpdesk helpdesk serve",
        ),
    )(serve)
    app.command("demo", epilog=examples("helpdesk demo", "helpdesk demo --port 8080"))(demo)
    app.command(
        "worker",
        epilog=examples("HELPDESK_DATABASE_URL=postgresql://db.internal/helpdesk helpdesk worker"),
    )(worker)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that share the store.")
    ] = 1,
    as_json: Json = False,
) -> None:
    """Serve the desk over HTTP.

    Brings the database up to date first; background jobs and schedules run inside. Ctrl-C or SIGTERM
    stops it within a few seconds: requests are finished, jobs in hand are given back.
    """
    from helpdesk_adapters.settings import read_settings
    from helpdesk_http.cli.server import listening, port_of, serve_app, stoppable

    stoppable()
    settings = read_settings()
    sockets = listening(host, port)
    settings = _public(settings, port_of(sockets))
    ready = _ready(settings, host, sockets, workers, as_json)
    if workers == 1:
        from helpdesk_http.app import create_app

        serve_app(create_app(container(settings)), sockets, ready)
    else:
        from helpdesk_http.cli.supervisor import Supervisor

        os.environ["HELPDESK_PUBLIC_URL"] = settings.public_url or ""
        Supervisor(workers, sockets).run(ready)


def demo(port: Port = 8000, as_json: Json = False) -> None:
    """Show a sample desk, gone afterwards.

    It has an organization, a log-in and tickets, in a temporary folder. Mail is kept there in place of
    being sent. Nothing of your own desk is read or changed, and all of it is gone when you stop it with
    Ctrl-C.
    """
    from tempfile import TemporaryDirectory

    from helpdesk_http.cli.server import listening, stoppable

    stoppable()
    sockets = listening("127.0.0.1", port)
    with TemporaryDirectory(prefix="helpdesk-demo-") as folder:
        _demonstrate(folder, sockets, as_json)


def worker(as_json: Json = False) -> None:
    """Do background jobs alone.

    For a store that several machines share, beside `helpdesk serve` on others.
    """
    import anyio

    desk = container()

    async def until_stopped() -> None:
        import signal

        await desk.migrations().create()
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async with desk.desk().opened(jobs=True):
                answer({"pid": os.getpid()}, as_json, "The worker does jobs as they come (Ctrl-C stops it).")
                async for _ in signals:
                    break

    anyio.run(until_stopped)


def _ready(
    settings: "Settings", host: str, sockets: "Sequence[socket]", workers: int, as_json: bool
) -> "Callable[[], None]":
    """Brings the store up to date and opens it once: what is wrong is told in one line. Returns how to announce."""
    import anyio

    from helpdesk_http.cli.server import port_of

    desk = container(settings)
    desk.migrations().upgrade()

    async def look() -> str | None:
        async with desk.desk().opened():
            return await desk.set_up_desk().offer()

    token, port = anyio.run(look), port_of(sockets)
    url = f"http://{_clickable(host)}:{port}"
    set_up = None if token is None else f"{url}/setup?token={token}"
    value = {
        "url": url,
        "public_url": settings.public_url,
        "host": host,
        "port": port,
        "workers": workers,
        "setup_url": set_up,
    }
    line = f"Helpdesk is ready: {url}/app (Ctrl-C stops it)"
    hint = f"Nobody can log in yet. Set it up in a browser, once: {set_up}"
    return lambda: answer({**value, "pid": os.getpid()}, as_json, line, *([hint] if set_up else []))


def _demonstrate(folder: str, sockets: "Sequence[socket]", as_json: bool) -> None:
    from pathlib import Path

    import anyio

    from helpdesk_adapters.container import demonstration
    from helpdesk_adapters.settings import Settings, read_settings
    from helpdesk_http.app import create_app
    from helpdesk_http.cli.server import port_of, serve_app

    given = read_settings()
    settings = Settings(data_dir=Path(folder), log_level=given.log_level, log_format=given.log_format)
    desk = demonstration(_public(settings, port_of(sockets)))
    desk.configure_logs()
    desk.migrations().upgrade()

    async def furnish() -> Any:
        async with desk.desk().opened():
            return await desk.furnish()()

    sample, url = anyio.run(furnish), f"http://127.0.0.1:{port_of(sockets)}"
    value = {
        "url": url,
        "email": sample.email,
        "password": sample.password,
        "api_key": sample.api_key,
        "organization": sample.organization.slug,
        "pid": os.getpid(),
    }
    lines = (
        f"A desk to look around in: {url}/app",
        f"  e-mail    {sample.email}",
        f"  password  {sample.password}",
        f"  widget    {url}/ (the chat in the corner)",
        f"  API       {url}/docs, with the key {sample.api_key}",
        "Ctrl-C stops it, and removes everything.",
    )
    serve_app(create_app(desk), sockets, lambda: answer(value, as_json, *lines))


def _public(settings: "Settings", port: int) -> "Settings":
    from attrs import evolve

    return settings if settings.public_url else evolve(settings, public_url=f"http://127.0.0.1:{port}")


def _clickable(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
