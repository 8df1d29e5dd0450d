"""What was measured, and how it is told."""

from collections.abc import Callable, Sequence
from statistics import median, quantiles

from attrs import Factory, define, frozen

from tests.benchmarks.load import Ran
from tests.benchmarks.servers import Server


@frozen
class Line:
    """One figure; `wanted` says in words what it should be."""

    name: str
    measured: str
    wanted: str = ""
    more: str = ""


@define
class Figures:
    """The figures of one run, in the order in which they were taken."""

    lines: list[Line] = Factory(list)

    def add(self, name: str, measured: str, wanted: str = "", more: str = "") -> None:
        self.lines.append(Line(name, measured, wanted, more))

    def table(self) -> Sequence[str]:
        """A Markdown table, as the reference page keeps it."""
        rows = [
            ("figure", "measured", "wanted", "more"),
            *((line.name, line.measured, line.wanted, line.more) for line in self.lines),
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        told = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in rows
        ]
        told.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
        return told


@frozen
class Comparison:
    """Rounds of two servers under the same load in turn: what each round gave."""

    first: Sequence[Ran]
    second: Sequence[Ran]
    first_processor: float
    second_processor: float

    @property
    def ratios(self) -> list[float]:
        """The second's requests a second, by those of the first just before and just after."""
        around = [
            (before.rate + after.rate) / 2 for before, after in zip(self.first, self.first[1:], strict=False)
        ]
        return [ran.rate / rate for ran, rate in zip(self.second, around, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def told(self) -> str:
        """The median, and between what the middle half of the rounds lies: how far to trust it."""
        ratios = self.ratios
        low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
        return f"{self.ratio:.2f} ({low:.2f}-{high:.2f})"

    @property
    def rates(self) -> str:
        """Requests a second of both, and microseconds of processor a request costs each server."""
        first, second = (median(ran.rate for ran in side) for side in (self.first, self.second))
        by = self.first_processor / max(self.second_processor, 1e-9)
        busy = max(ran.sender_seconds / ran.seconds for ran in (*self.first, *self.second))
        return (
            f"{second:,.0f}/s against {first:,.0f}/s; {self.second_processor * 1e6:.0f} us of processor against "
            f"{self.first_processor * 1e6:.0f} ({by:.2f}); sender {busy:.0%} busy"
        )


def compare(first: Server, second: Server, rounds: int, run_first: "Run", run_second: "Run") -> Comparison:
    """A B A B … A: both get slower together where others use the machine. One round of each goes before, unmeasured."""
    run_first("warm"), run_second("warm")
    sides: tuple[list[Ran], list[Ran]] = ([run_first("0")], [])
    spent = [0.0, 0.0]
    for number in range(1, rounds + 1):
        for place, (server, run) in enumerate(((second, run_second), (first, run_first))):
            before = server.processor()
            ran = run(str(number))
            spent[1 - place] += server.processor() - before
            sides[1 - place].append(ran)
    requests = sides[1][0].requests * rounds
    return Comparison(sides[0], sides[1], spent[0] / requests, spent[1] / requests)


Run = Callable[[str], Ran]
"""Sends one round, whose name is part of its requests, so that none is sent twice."""
