"""The tables of a run in Markdown, and its picture."""

from benchmarks import chart
from benchmarks.chart import Bar
from benchmarks.report import table
from benchmarks.usage import MACHINE
from benchmarks.visible import Seen
from benchmarks.writes.found import OUTBOX, PLAIN, SMALLEST_SHARE, STOPPED_SECONDS, Found, load
from benchmarks.writes.steady import WRITES_PER_SECOND

PERCENTILES = ("p50", "p99", "p99.9")


def text(found: Found) -> str:
    """The whole report, as far as the run got."""
    said = {**found.machine, **found.settings}
    parts = [
        " · ".join(f"{name} {value}" for name, value in said.items()),
        contestants(found),
        times(found),
        verdicts(found),
        cores(found),
    ]
    return "\n\n".join(part for part in parts if part)


def contestants(found: Found) -> str:
    rows = []
    for name, rounds in found.rounds.items():
        rates = sorted(one.rate for one in rounds)
        share = found.medians[OUTBOX] / found.medians[name] if OUTBOX in found.medians else 0
        spread = f"{rates[0]:,.0f} to {rates[-1]:,.0f}"
        rows.append(
            [name, f"{found.medians[name]:,.0f}", spread, f"{found.cpu_ms[name]:.2f}", f"{share:.2f} x"]
        )
    head = ["contestant", "POSTs per second", "range", "CPU ms of the server per POST", f"{OUTBOX} is"]
    return table(head, rows) if rows else ""


def times(found: Found) -> str:
    rows = [
        row(f"{WRITES_PER_SECOND}/s, round {number}", seen) for number, seen in enumerate(found.steady, 1)
    ]
    if found.steady:
        rows.append(row(f"{WRITES_PER_SECOND}/s, together", together(found.steady)))
    if found.stopped:
        rows.append(row(f"server stopped for {STOPPED_SECONDS:g} s", found.stopped))
    head = ["POST, from when it was due, ms", *PERCENTILES, "max", "writes", "refused", "sent late, p99"]
    return table(head, rows) if rows else ""


def together(rounds: list[Seen]) -> Seen:
    return Seen(
        answered=[time for seen in rounds for time in seen.answered],
        late=[time for seen in rounds for time in seen.late],
        refused=sum(seen.refused for seen in rounds),
    )


def row(name: str, seen: Seen) -> list[str]:
    summed = load(seen)
    shown = [f"{summed['answered'].get(one, 0):.1f}" for one in (*PERCENTILES, "max")]
    late = f"{summed['late'].get('p99', 0):.1f}"
    return [name, *shown, f"{summed['writes']:,}", str(summed["refused"]), late]


def verdicts(found: Found) -> str:
    rows = [[one.aim, one.found, "met" if one.met else "**missed**"] for one in found.verdicts]
    return table(["aim", "found", ""], rows) if rows else ""


def cores(found: Found) -> str:
    """Who kept the machine busy under the steady load, the busiest first, and how much of it was busy."""
    shares = dict(found.cores)
    machine = shares.pop(MACHINE, 0.0)
    rows = [
        [name, f"{100 * share:.1f} %"] for name, share in sorted(shares.items(), key=lambda pair: -pair[1])
    ]
    rows.append([f"{MACHINE}, of {100 * int(found.machine.get('cores', 1))} %", f"{100 * machine:.1f} %"])
    return (
        table([f"process, at {WRITES_PER_SECOND} writes per second", "of one core"], rows) if shares else ""
    )


def svg(found: Found) -> str:
    """The rates of the contestants, and the times under the steady load."""
    medians = found.medians
    floor = SMALLEST_SHARE * medians.get(PLAIN, 0)
    latency = [(name, found.latency[name]) for name in PERCENTILES if name in found.latency]
    return chart.picture(
        {
            "POSTs per second (longer is better)": chart.per_second(
                medians, [OUTBOX], lambda name: floor if name == OUTBOX else 0
            ),
            f"POST answered, at {WRITES_PER_SECOND} per second (shorter is better)": [
                Bar(name, time, f"{time:.1f} ms", 0, chart.OURS) for name, time in latency
            ],
        }
    )
