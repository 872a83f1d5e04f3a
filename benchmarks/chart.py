"""The figures as a picture: bars on a logarithmic scale, with a mark where the aim is."""

from collections.abc import Callable, Collection, Mapping
from html import escape
from math import log10
from typing import NamedTuple

from benchmarks import aims
from benchmarks.result import Result

LEFT, WIDTH, BAR, GAP, TOP = 190, 520, 20, 12, 46
OURS, THEIRS, AIM = "#2b6cb0", "#a0aec0", "#c53030"
OUR_OWN = ("relay", "drain")
FONT = 'font-family="sans-serif" font-size="13"'


class Bar(NamedTuple):
    """One bar; ``aim`` is where its mark stands, or 0."""

    name: str
    value: float
    text: str
    aim: float
    colour: str


def svg(result: Result) -> str:
    """The picture of the pipeline."""
    return picture(
        {
            "Events per second (longer is better)": rates(result),
            "POST answered → readable in query (shorter is better)": times(result),
        }
    )


def picture(panels: Mapping[str, list[Bar]]) -> str:
    """Panels with bars, one below the other, of their own size on a white ground."""
    lines, top = ['<rect width="100%" height="100%" fill="white"/>'], TOP
    for title, bars in panels.items():
        if bars:
            lines += panel(title, bars, top)
            top += len(bars) * (BAR + GAP) + 50
    height = top - 50
    size = f'width="{LEFT + WIDTH + 100}" height="{height}" viewBox="0 0 {LEFT + WIDTH + 100} {height}"'
    shapes = "\n".join(lines)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {FONT}>\n{shapes}\n</svg>\n'


def rates(result: Result) -> list[Bar]:
    return per_second(result.medians, OUR_OWN, lambda name: aims.floor(name, result.medians))


def per_second(
    rates: Mapping[str, float], ours: Collection[str], aim: Callable[[str], float] = lambda name: 0
) -> list[Bar]:
    """A bar for each rate, those that are ours in a colour of their own."""
    return [
        Bar(name, rate, f"{rate:,.0f}/s", aim(name), OURS if name in ours else THEIRS)
        for name, rate in rates.items()
    ]


def times(result: Result) -> list[Bar]:
    return [
        Bar(f"visible {name}", result.latency[name], f"{result.latency[name]:.1f} ms", limit, OURS)
        for name, limit in aims.VISIBLE.items()
        if name in result.latency
    ]


def panel(title: str, bars: list[Bar], top: int) -> list[str]:
    """A title and the bars below it, on a scale of their own."""
    values = [value for bar in bars for value in (bar.value, bar.aim) if value > 0]
    if not values:
        return []
    low, high = min(values) / 3, max(values) * 1.3

    def place(value: float) -> float:
        return LEFT + WIDTH * log10(max(value, low) / low) / log10(high / low)

    lines = [f'<text x="{LEFT}" y="{top - 16}" font-weight="bold">{escape(title)}</text>']
    for number, bar in enumerate(bars):
        lines += drawn(bar, place(bar.value), place(bar.aim), top + number * (BAR + GAP))
    return lines


def drawn(bar: Bar, end: float, aim: float, y: int) -> list[str]:
    middle = y + BAR - 5
    lines = [
        f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{bar.colour}"/>',
        f'<text x="{max(end, aim if bar.aim else 0) + 6:.1f}" y="{middle}">{escape(bar.text)}</text>',
    ]
    if bar.aim:
        lines.append(
            f'<line x1="{aim:.1f}" x2="{aim:.1f}" y1="{y - 4}" y2="{y + BAR + 4}" stroke="{AIM}" '
            f'stroke-width="3"><title>aim</title></line>'
        )
    return lines
