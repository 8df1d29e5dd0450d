"""Providers' events, to try a desk with."""

from typing import TYPE_CHECKING, Annotated

import typer

from helpdesk_http.cli.desk import container
from helpdesk_http.cli.options import Json, examples
from helpdesk_http.cli.output import answer
from helpdesk_http.cli.trouble import Failure

if TYPE_CHECKING:
    from helpdesk_core.webhooks import Simulated


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.command(
        "simulate",
        epilog=examples(
            "helpdesk simulate stripe invoice.paid",
            "helpdesk simulate shopify orders/create --url https://desk.example",
        ),
    )(simulate)


def simulate(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Who posts it, such as stripe.")],
    event: Annotated[str, typer.Argument(metavar="EVENT", help="What, as the provider spells it.")],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Where the desk runs; else its public address."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Post a signed example of an event to a running desk.

    It is signed with the secret of the settings, which must be the running desk's, and is another event each time. A
    name that is not known is answered with those that are.
    """
    import anyio

    from helpdesk_core.jobs import GiveUp, TryLater

    desk = container()
    base = url or desk.settings().public_url or "http://127.0.0.1:8000"

    async def work() -> "Simulated":
        try:
            done: Simulated = await desk.simulate()(provider, event, base)
            return done
        except (TryLater, GiveUp) as error:
            raise Failure(str(error)) from error
        finally:
            await desk.http().close()

    done = anyio.run(work)
    told = {"url": done.url, "delivery_id": done.delivery_id, "status": done.status, "answer": done.answer}
    answer(told, as_json, f"{done.url} answered {done.status}: {done.answer}")
    if not 200 <= done.status < 300:
        raise Failure(f"The desk did not take it: {done.status}")
