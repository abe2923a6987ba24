"""The curves of benchmarks/scale.py as an SVG picture: a few lines of ours, and no library."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 300, 56, 96, 34, 40
PANELS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "milliseconds a search, at the median",
        {
            "numpy p50 ms": "numpy",
            "all p50 ms": "Dateline",
            "half p50 ms": "half visible",
            "outlet p50 ms": "one outlet",
            "on top ms": "answer on top",
        },
    ),
    (
        "seconds to load, MB held, ms to add",
        {"load s": "load, s", "MB": "MB", "add ms": "add, ms"},
    ),
)
COLOURS = ("#8a8a8a", "#c0392b", "#2471a3", "#1e8449", "#b9770e")


def drawn(found: Sequence[Mapping[str, float | str]]) -> str:
    """Return a picture of figures against the number of sentences, both in powers of ten."""
    width = WIDTH * len(PANELS)
    parts = [
        part
        for number, (title, lines) in enumerate(PANELS)
        for part in _panel(found, title, lines, WIDTH * number)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'font-family="sans-serif" font-size="11">'
        f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def _panel(
    found: Sequence[Mapping[str, float | str]], title: str, lines: Mapping[str, str], left: int
) -> Iterator[str]:
    rows = [float(each["rows"]) for each in found]
    values = {name: [float(each[name]) for each in found] for name in lines}
    every = [value for column in values.values() for value in column if value > 0]
    powers = range(math.floor(math.log10(min(every))), math.ceil(math.log10(max(every))) + 1)
    sizes = range(round(math.log10(min(rows))), round(math.log10(max(rows))) + 1)

    def x(value: float) -> float:
        share = (math.log10(value) - sizes[0]) / max(sizes[-1] - sizes[0], 1)
        return left + LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = (math.log10(max(value, 10 ** powers[0])) - powers[0]) / (powers[-1] - powers[0])
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    yield f'<text x="{left + LEFT}" y="18" font-size="13">{title}</text>'
    for power in powers:
        at = y(10**power)
        yield (
            f'<line x1="{x(10 ** sizes[0])}" x2="{x(10 ** sizes[-1])}" y1="{at:.1f}" '
            f'y2="{at:.1f}" stroke="#e0e0e0"/>'
        )
        yield (
            f'<text x="{left + LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for power in sizes:
        at = x(10**power)
        yield f'<text x="{at:.1f}" y="{HEIGHT - 20}" text-anchor="middle">{10**power:,}</text>'
    yield f'<text x="{left + LEFT}" y="{HEIGHT - 5}">sentences</text>'
    ends = _apart(y(column[-1]) for column in values.values())
    for (name, column), colour, end in zip(values.items(), COLOURS, ends, strict=False):
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(rows, column, strict=True))
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield (
            f'<text x="{x(rows[-1]) + 6:.1f}" y="{end + 4:.1f}" fill="{colour}">'
            f"{lines[name]}</text>"
        )


def _apart(heights: Iterable[float]) -> list[float]:
    """Return heights for the names of lines, moved so that none lies on another."""
    wanted = list(heights)
    moved = dict.fromkeys(range(len(wanted)), 0.0)
    last = -math.inf
    for at in sorted(range(len(wanted)), key=wanted.__getitem__):
        last = moved[at] = max(wanted[at], last + 12)
    return list(moved.values())
