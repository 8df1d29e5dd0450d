"""Charts as shapes, for a template to draw as SVG: nothing but geometry, in a box of 600 by 160. Total."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

WIDTH: Final = 600
HEIGHT: Final = 160
FOOT: Final = 20
"""Room for what stands under the bars."""
STEPS: Final = (1, 2, 2.5, 5, 10)


@frozen
class Bar:
    """One bar; `height` 0 where there is nothing to show."""

    x: float
    y: float
    width: float
    height: float
    label: str
    told: str
    """What a pointer is told that rests on it."""


@frozen
class Chart:
    """Bars, or a line with its points, over a scale from 0 to `top`; `marks`: what stands under it, and where."""

    bars: Sequence[Bar]
    line: str
    points: Sequence[tuple[float, float, str]]
    top: float
    top_text: str
    marks: Sequence[tuple[float, str]]


@frozen
class Value:
    """One value of a series; None: there is none."""

    label: str
    value: float | None
    text: str


def bars(values: Sequence[Value], text_of_top: str = "") -> Chart:
    """A bar for each value."""
    top = nice_top([one.value or 0 for one in values])
    slot = WIDTH / max(1, len(values))
    made = []
    for place, one in enumerate(values):
        height = _height(one.value or 0, top)
        told = f"{one.label}: {one.text}"
        made.append(
            Bar(
                round(place * slot + slot * 0.12, 2),
                round(HEIGHT - FOOT - height, 2),
                round(slot * 0.76, 2),
                height,
                one.label,
                told,
            )
        )
    return Chart(made, "", (), top, text_of_top or f"{top:g}", _marks(values))


def line(values: Sequence[Value], text_of_top: str = "") -> Chart:
    """A line through the values; it breaks where there is none."""
    top = nice_top([one.value or 0 for one in values])
    slot = WIDTH / max(1, len(values))
    path, points, drawing = [], [], False
    for place, one in enumerate(values):
        if one.value is None:
            drawing = False
            continue
        x = round(place * slot + slot / 2, 2)
        y = round(HEIGHT - FOOT - _height(one.value, top), 2)
        path.append(f"{'L' if drawing else 'M'}{x} {y}")
        points.append((x, y, f"{one.label}: {one.text}"))
        drawing = True
    return Chart((), " ".join(path), points, top, text_of_top or f"{top:g}", _marks(values))


def nice_top(values: Sequence[float]) -> float:
    """The next round number at or above the greatest: 1, 2, 2.5 or 5 times a power of ten; at least 1."""
    greatest = max(values, default=0)
    if greatest <= 1:
        return 1
    power = 10.0 ** (len(str(int(greatest))) - 1)
    return next(step * power for step in STEPS if step * power >= greatest)


def _height(value: float, top: float) -> float:
    return round(max(0.0, value) / top * (HEIGHT - FOOT - 8), 2)


def _marks(values: Sequence[Value]) -> Sequence[tuple[float, str]]:
    """The first label, the last, and some between, as many as can be read."""
    slot = WIDTH / max(1, len(values))
    every = max(1, -(-len(values) // 6))
    return [
        (round(place * slot + slot / 2, 2), one.label)
        for place, one in enumerate(values)
        if place % every == 0
    ]
