"""`bench reads`: fill a database, let the contestants take turns, say how the medians compare."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks import load
from benchmarks.options import number, writable
from benchmarks.reads import growth, measuring, report
from benchmarks.reads.serving import WORKER
from deploy.local import cluster, keys, ports
from deploy.local.postgres import Postgres
from deploy.local.progress import Steps
from deploy.local.state import State

POSTGRES_PORT = 18950
FEWEST = 100  # posts: a few pages
DESCRIPTION = """\
Read the feed, 20 posts with 5 comments each, as fast as the server answers: ready documents beside what one
would write instead. All contestants are addresses of one gunicorn, over the same rows of one PostgreSQL, and
take turns.

contestants:
  query                  the feed as it is served: one statement, documents joined
  not_modified           the same, asked with the tag of the answer
  drf_nested             ModelSerializer with prefetch_related
  sync_fanout            asks posts over HTTP for a page, then comments for each post of it
  sync_fanout_batched    the same, comments of the whole page in one request
  django_hello           an empty JSON answer: the limit of Django on this server
"""


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, and keep every figure if a file is named."""
    options = parse(arguments)
    state = State(State().path("bench-reads"))
    steps = Steps(3 + len(measuring.sizes(options)) + options.growth)
    with steps.step("servers") as step:
        load.ensure_installed(step)
        cluster.ensure_installed(step)
    with database(options.database, state, steps) as (url, processes):
        found = measuring.run(url, options, state, steps, processes)
    print(f"\n{report.text(found)}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found.as_json(), indent=2) + "\n")
    if options.chart:
        options.chart.write_text(report.svg(found))
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py bench reads",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--posts", type=int, default=100_000, help="with five comments each (default: 100000)"
    )
    parser.add_argument(
        "--no-growth",
        dest="growth",
        action="store_false",
        help=f"not with {growth.SIZES[0]:,} and {growth.SIZES[1]:,} posts, which takes most of the time",
    )
    parser.add_argument(
        "--growth-rounds",
        type=number,
        default=growth.ROUNDS,
        help=f"of each number of posts, {growth.SECONDS} s each (default: {growth.ROUNDS})",
    )
    parser.add_argument("--rounds", type=number, default=3, help="of each contestant (default: 3)")
    parser.add_argument("--seconds", type=number, default=5, help="of each round (default: 5)")
    parser.add_argument("--connections", type=number, default=8, help="that ask at once (default: 8)")
    parser.add_argument("--workers", type=number, default=2, help="of gunicorn (default: 2)")
    parser.add_argument("--worker-class", default=WORKER, help="of gunicorn (default: that of the services)")
    parser.add_argument(
        "--database", metavar="URL", help="an empty PostgreSQL database (default: a private one)"
    )
    parser.add_argument("--json", type=writable, metavar="FILE", help="keep every figure in this file")
    parser.add_argument("--chart", type=writable, metavar="FILE", help="draw the figures as SVG")
    options = parser.parse_args(arguments)
    if options.posts < FEWEST:
        parser.error(f"at least {FEWEST} posts")
    return options


@contextmanager
def database(given: str | None, state: State, steps: Steps) -> Iterator[tuple[str, list[int]]]:
    """The given database, or a private PostgreSQL with the settings that it comes with, and its processes."""
    with steps.step("PostgreSQL") as step:
        if given:
            step.say("the one that was given")
        else:
            postgres = Postgres(
                state.path("postgres"),
                first_port=ports.free(POSTGRES_PORT)[0],
                roles=("query",),
                secret=lambda name: keys.secret(state, name),
            )
            postgres.start()
            step.say(str(postgres))
    try:
        yield (given, []) if given else (postgres.url("query"), [one.pid for one in postgres.running()])
    finally:
        if not given:
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
