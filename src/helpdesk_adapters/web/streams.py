"""An answer over HTTP that is read as it comes."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from attrs import frozen

from helpdesk_adapters.web.calls import Call, body_of, told_as_ours
from helpdesk_core.jobs import GiveUp

if TYPE_CHECKING:
    import httpx2


@frozen
class Streamed:
    """The head of an answer, and its body as long as the request is open. To be read once."""

    _response: "httpx2.Response"
    _call: Call

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> dict[str, str]:
        """Names in lower case."""
        return dict(self._response.headers)

    @property
    def media_type(self) -> str:
        """In lower case and without parameters; empty where the answer does not tell."""
        return str(self._response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def host(self) -> str:
        return self._call.host

    async def body(self) -> bytes:
        """All of it, unpacked."""
        return await body_of(self._response, self._call)

    async def events(self) -> AsyncGenerator[str, None]:
        """The data of server-sent events (WHATWG HTML §9.2), one after the other, at most a mebibyte each.

        An event that breaks off is none. Comments, which keep a line open, are passed over. Raises TryLater where the
        connection breaks.
        """
        import httpx2

        if self._response.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
            raise GiveUp(f"{self.host} answered in an encoding that was not asked for.")
        self._response.encoding = "utf-8"  # event streams are, whatever they say
        events = aiter(httpx2.EventSource(self._response))
        while True:
            with told_as_ours(self._call):
                event = await anext(events, None)
            if event is None:
                return
            yield event.data
