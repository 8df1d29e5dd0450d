"""Threads that carry units of work to their connections.

An errand goes to a thread by a queue and its outcome comes back by one call into the event loop: two hand-overs a
unit, whatever its number of statements, and fewer where several units wait.
"""

from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from attrs import define

T = TypeVar("T")
C = TypeVar("C")


@define(eq=False)
class Errand(Generic[C]):
    """A unit on its way, and how it ended: with `result`, or with `error`."""

    unit: Callable[[C], Awaitable[Any]]
    future: Future[Any]
    loop: AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def run(self, given: C) -> None:
        """Runs the unit to its end, here and now. What an earlier run came to is forgotten."""
        self.error = None
        try:
            self.result = without_pause(self.unit(given))
        except BaseException as error:  # noqa: BLE001  it belongs to whoever awaits the errand
            self.error = error

    def tell(self) -> None:
        """Tells whoever awaits; to be called in their event loop."""
        if self.future.done():
            return  # nobody awaits any more
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Lane(Generic[C]):
    """A queue of errands, and the threads that run them; each is handed all that waits, up to `at_once`."""

    def __init__(self, name: str, at_once: int) -> None:
        self._name = name
        self._at_once = at_once
        self._queue: SimpleQueue[Errand[C] | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def start(
        self,
        perform: Callable[[list[Errand[C]]], None],
        idle: Callable[[], None] | None = None,
        every: float | None = None,
    ) -> None:
        """One thread more, which calls `perform` with errands, and `idle` after `every` seconds without any."""
        thread = Thread(target=self._work, args=(perform, idle, every), name=self._name, daemon=True)
        self._threads.append(thread)
        thread.start()

    async def send(self, unit: Callable[[C], Awaitable[T]]) -> T:
        """The result of the unit, which runs in one of the threads, or whatever it raises."""
        loop = get_running_loop()
        errand: Errand[C] = Errand(unit, loop.create_future(), loop)
        self._queue.put(errand)
        result: T = await errand.future
        return result

    def more(self, most: int) -> list[Errand[C]]:
        """Whatever has come by now, up to so many; for those who perform errands and have room for others."""
        errands: list[Errand[C]] = []
        with suppress(Empty):
            while len(errands) < most:
                errand = self._queue.get_nowait()
                if errand is None:
                    self._queue.put(None)  # which the thread is still to see
                    break
                if not errand.future.cancelled():
                    errands.append(errand)
        return errands

    def stop(self) -> None:
        """Finishes what is queued, then returns. Blocks."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _work(
        self,
        perform: Callable[[list[Errand[C]]], None],
        idle: Callable[[], None] | None,
        every: float | None,
    ) -> None:
        going = True
        while going:
            errands, going = self._waiting(every)
            if errands:
                perform(errands)
            elif idle is not None:
                idle()

    def _waiting(self, seconds: float | None) -> tuple[list[Errand[C]], bool]:
        """All that waits, and whether to go on; nothing if nothing came within so many seconds."""
        try:
            first = self._queue.get(timeout=seconds)
        except Empty:
            return [], True
        if first is None:
            return [], False
        begun = [] if first.future.cancelled() else [first]
        return begun + self.more(self._at_once - 1), True


def deliver(errands: Sequence[Errand[Any]]) -> None:
    """Sends the outcomes home, with one call into each event loop."""
    homes: dict[AbstractEventLoop, list[Errand[Any]]] = {}
    for errand in errands:
        homes.setdefault(errand.loop, []).append(errand)
    for loop, homeward in homes.items():
        with suppress(RuntimeError):  # the loop has been closed: nobody awaits any more
            loop.call_soon_threadsafe(_tell, homeward)


def _tell(errands: Sequence[Errand[Any]]) -> None:
    for errand in errands:
        errand.tell()


def without_pause(awaitable: Awaitable[T]) -> T:
    """The result of something that never has to wait; RuntimeError if it does."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    steps.close()
    raise RuntimeError("a unit of work may await nothing but the methods of its work")
