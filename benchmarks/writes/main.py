"""`bench writes`: a POST with and without its event, then a steady load on the service as it is."""

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks import load, settings
from benchmarks.options import number, writable
from benchmarks.rig import Rig
from benchmarks.writes import comparing, report, steady
from benchmarks.writes.found import Found
from deploy.local import signals
from deploy.local.progress import Step, Steps
from deploy.local.state import State

DESCRIPTION = """\
What it costs to tell of a write, and how soon a write is answered under a steady load. PostgreSQL and
RabbitMQ are private, and as durable as in production.

contestants, POSTs of a post to one gunicorn and one database by turns, as fast as they are answered:
  with_outbox      the service as it is: the post and its event in one transaction
  without_append   the same, telling nobody
  without_outbox   nor is it asked which version was told last, for Tidings-Version

Then 100 writes per second go to the service, with its relay running, at moments chosen beforehand: a time
counts from when the write was due. Last, the server is stopped for 2 seconds; a load that does not show that
in its p99 is no measure, and the exit code is 1.
"""


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, and keep every figure if a file is named; 1 when the load hides a stop."""
    options = parse(arguments)
    state, found = State(State().path("bench")), Found()
    steps = Steps(5)
    with state.held("bench"):
        rig = Rig(state.folder)
        try:
            with steps.step("servers") as step:
                install(rig, step)
            measure(rig, options, steps, found)
        finally:
            signals.ignore()
            rig.stop()
            print(f"\n{report.text(found)}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found.as_json(), indent=2) + "\n")
    if options.chart:
        options.chart.write_text(report.svg(found))
    if found.lies:
        print(
            "the server stood still and the load did not notice: believe none of its times", file=sys.stderr
        )
    return int(found.lies)


def install(rig: Rig, step: Step) -> None:
    load.ensure_installed(step)
    rig.install(step)


def measure(rig: Rig, options: argparse.Namespace, steps: Steps, found: Found) -> None:
    with steps.step("setup") as step:
        step.say("starting RabbitMQ and PostgreSQL, migrations, topology")
        rig.start()
        found.settings = settings.read(rig)
        step.say("RabbitMQ and PostgreSQL are ready")
    comparing.compare(rig, options.rounds, steps, found)
    steady.measure(rig, options.seconds, options.rounds, steps, found)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py bench writes",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=number, default=3, help="of each contestant and load (default: 3)")
    parser.add_argument(
        "--seconds", type=number, default=15, help="of each round of the steady load (default: 15)"
    )
    parser.add_argument("--json", type=writable, metavar="FILE", help="keep every figure in this file")
    parser.add_argument("--chart", type=writable, metavar="FILE", help="draw the figures as SVG")
    return parser.parse_args(arguments)
