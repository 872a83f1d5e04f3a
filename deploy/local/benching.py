"""`manage.py bench`: Tidings beside what its users would pick instead, all on this machine in one run."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from deploy.local import bench, cluster, interpreter, signals
from deploy.local import broker as nodes
from deploy.local.progress import alone
from deploy.local.state import REPOSITORY, State

LOCK = "requirements/bench.txt"
DESCRIPTION = """\
Measure Tidings beside what its users would pick instead.

benchmarks:
  pipeline    from the outbox through RabbitMQ into the table of another service
  reads       the feed, beside what one would write instead of ready documents
  writes      a POST with and without its event, and how soon it is answered at 100 per second
"""
EPILOG = """\
examples:
  python3 manage.py bench pipeline                        everything, about five minutes
  python3 manage.py bench pipeline --json found.json      and keep every figure
  python3 manage.py bench pipeline --only relay raw_publish --rounds 5
  python3 manage.py bench pipeline --events 2000 --rounds 1      a quick look
  python3 manage.py bench reads                           the feed of 100,000 posts, about five minutes
  python3 manage.py bench reads --no-growth               without what it loses from 10,000 posts to a million
  python3 manage.py bench writes --json found.json        about three minutes
"""
PIPELINE = """\
A private RabbitMQ and a private PostgreSQL are started: fsync on, durable quorum queues, persistent messages,
publisher confirms. Contestants take turns, forth and back, and the median of their rounds counts. The clock
starts when a twentieth of the events has been carried, and stops at the last one.

contestants:
  raw_publish            pika, pipelined, the same bodies: the limit of any relay
  relay                  posts' outbox -> confirmed by the broker and marked, by `manage.py posts relay`
  drain                  query's queue -> applied, by `manage.py query worker`
  celery_task_per_event  a Celery task per event, update_or_create, default settings (a tenth of the events)
  celery_tuned           the same with database connections kept and prefetch 100 (a fifth)
  faststream             a FastStream subscriber, pooled psycopg upsert per message (a quarter)
  visible_ms             POST answered -> readable in query, at 50 writes per second, everything running

Close whatever else keeps this machine busy: the ratios bear some of it, visible_ms bears none.
"""


def main(arguments: Sequence[str]) -> int:
    """Measure what is wanted; 0 when that came to its end, whatever was found."""
    from benchmarks.clock import Stuck

    signals.interrupt()
    try:
        if arguments[:1] in (["reads"], ["writes"]):
            return over_http(arguments[0], arguments[1:])
        return run(parse(arguments))
    except Stuck as stuck:
        print(f"\n{stuck}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; everything that was started is stopped", file=sys.stderr)
        return 130


def over_http(name: str, arguments: Sequence[str]) -> int:
    """The benchmarks of web servers, which explain themselves."""
    forget_settings()
    chosen = import_module(f"benchmarks.{name}.main")
    return int(chosen.main(arguments))


def forget_settings() -> None:
    """What a person has set for a service must not reach the contestants."""
    for name in [name for name in os.environ if bench.is_ours(name)]:
        del os.environ[name]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="manage.py bench", description=DESCRIPTION, epilog=EPILOG, formatter_class=plain
    )
    benchmarks = parser.add_subparsers(dest="benchmark", metavar="benchmark", required=True)
    pipeline = benchmarks.add_parser("pipeline", description=PIPELINE, epilog=EPILOG, formatter_class=plain)
    from benchmarks.options import number, writable
    from benchmarks.pipeline import NAMES

    only = "measure these alone"
    pipeline.add_argument("--only", nargs="+", metavar="NAME", choices=NAMES, default=NAMES, help=only)
    pipeline.add_argument(
        "--events", type=number, default=20_000, help="of a fast contestant (default: 20000)"
    )
    pipeline.add_argument("--rounds", type=number, default=3, help="of each contestant (default: 3)")
    pipeline.add_argument("--json", type=writable, metavar="FILE", help="keep every figure in this file")
    pipeline.add_argument("--chart", type=writable, metavar="FILE", help="draw the figures as SVG")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    from benchmarks import chart, pipeline, report
    from benchmarks.result import Result
    from benchmarks.rig import Rig

    state = State(State().path("bench"))
    forget_settings()
    with state.held("bench"):
        install(state)
        result = Result()
        try:
            pipeline.run(Rig(state.folder), options.only, options.events, options.rounds, result)
        finally:
            print(f"\n{report.text(result)}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(result.as_json(), indent=2) + "\n")
    if options.chart:
        options.chart.write_text(chart.svg(result))
    return 0


def install(state: State) -> None:
    """The servers, and an environment of their own for what only the benchmarks need."""
    with alone(" servers        ") as step:
        nodes.ensure_installed(step)
        cluster.ensure_installed(step)
    interpreter.ensure(REPOSITORY, state.path("venv"), lock=LOCK)
