"""The tables at the end of a run, in Markdown, so that they can stand in a page as they are."""

from collections.abc import Iterable, Sequence

from benchmarks.result import Result, largest
from benchmarks.visible import WRITES_PER_SECOND

MEBI = 1024


def text(result: Result) -> str:
    """The whole report."""
    parts = [
        settings(result),
        rates(result),
        latency(result),
        verdicts(result),
        cores(result),
        memory(result),
        *(stages(result, name) for name in result.stages),
        "\n".join(result.faults),
    ]
    return "\n\n".join(part for part in parts if part)


def settings(result: Result) -> str:
    said = {**result.machine, **result.settings}
    return " · ".join(f"{name} {value}" for name, value in said.items())


def rates(result: Result) -> str:
    rows = []
    for name, rounds in result.rounds.items():
        found = sorted(one.rate for one in rounds)
        spread = f"{found[0]:,.0f} to {found[-1]:,.0f}"
        rows.append([name, f"{result.events[name]:,}", f"{result.medians[name]:,.0f}", spread])
    return table(["contestant", "events", "median per second", "range"], rows) if rows else ""


def latency(result: Result) -> str:
    rows = []
    for number, seen in enumerate(result.as_json()["visible_ms"], 1):
        shown = [
            f"{seen[what].get(name, 0):.1f}" for what in ("visible", "answered") for name in ("p50", "p99")
        ]
        lost = f"{seen['refused']} / {seen['unseen']}"
        rows.append([str(number), str(seen["writes"]), str(seen["samples"]), *shown, lost])
    head = ["round", "writes", "sampled", "visible p50 ms", "p99", "POST answered p50 ms", "p99"]
    return table([*head, "refused / unseen"], rows) if rows else ""


def verdicts(result: Result) -> str:
    rows = [[one.aim, one.found, "met" if one.met else "**missed**"] for one in result.verdicts]
    return table(["aim", "found", ""], rows) if rows else ""


def cores(result: Result) -> str:
    """Who keeps the machine busy under load, the busiest first."""
    busiest = sorted(result.visible_cores.items(), key=lambda pair: -pair[1])
    rows = [[name, f"{100 * share:.1f} %"] for name, share in busiest]
    rows.append(["all together", f"{100 * sum(result.visible_cores.values()):.1f} %"])
    return (
        table([f"process, at {WRITES_PER_SECOND} writes per second", "of one core"], rows) if busiest else ""
    )


def memory(result: Result) -> str:
    sizes = {name: size for rounds in result.rounds.values() for name, size in largest(rounds).items()}
    sizes |= result.store_memory | result.visible_memory
    rows = [[name, f"{size / MEBI:.0f}"] for name, size in sizes.items() if size]
    return table(["process", "peak memory in MiB"], rows) if rows else ""


def stages(result: Result, name: str) -> str:
    """Shares of the time of each thread or process, and what that comes to for one event."""
    rows = []
    for role, found in result.stages[name].items():
        for stage, share in found.items():
            rows.append([role, stage, f"{100 * share:.1f} %", f"{1e6 * share / result.medians[name]:.1f}"])
    return table([name, "stage", "share", "µs per event"], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned; numbers are pushed to the right."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(fit(text, width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def fit(text: str, width: int) -> str:
    return text.rjust(width) if text[:1].isdigit() else text.ljust(width)
