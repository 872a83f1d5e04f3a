"""Whether pages of the feed take longer when there is more of it: all sizes at once, asked by turns."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

import psycopg

from benchmarks import load
from benchmarks.load import Asked, Round
from benchmarks.reads.serving import Served
from deploy.local.progress import Step

SIZES = (10_000, 1_000_000)
# Short rounds, and many: what a busy minute takes, it takes from all sizes alike.
ROUNDS, SECONDS = 15, 1
WARM_SECONDS = 3

Growth = dict[int, list[Round]]


def schema_of(posts: int) -> str:
    return f"posts_{posts}"


def url_of(url: str, posts: int) -> str:
    """The address of the tables that hold so many posts; each size has tables of its own."""
    return f"{url}{'&' if '?' in url else '?'}options={quote(f'-csearch_path={schema_of(posts)}')}"


@contextmanager
def schemas(url: str, sizes: Sequence[int]) -> Iterator[None]:
    """A schema for each size, which is gone afterwards."""
    with psycopg.connect(url, autocommit=True) as session:
        for posts in sizes:
            session.execute(f"DROP SCHEMA IF EXISTS {schema_of(posts)} CASCADE")
            session.execute(f"CREATE SCHEMA {schema_of(posts)}")
        yield
        for posts in sizes:
            session.execute(f"DROP SCHEMA {schema_of(posts)} CASCADE")


def measure(
    served: Mapping[int, tuple[Served, Asked]],
    options: argparse.Namespace,
    database: Sequence[int],
    folder: Path,
    step: Step,
) -> Growth:
    """The rounds of each size; those of the same number were asked one after another.

    Processor time is that of the server and of the ``database``, whose processes these are.
    """
    rounds: Growth = {posts: [] for posts in served}

    def once(posts: int, seconds: float) -> Round:
        server, asked = served[posts]
        return load.ask(
            server.base,
            asked,
            seconds=seconds,
            connections=options.connections,
            folder=folder,
            servers=[*server.pids, *database],
        )

    for posts in served:
        once(posts, WARM_SECONDS)
    for number in range(options.growth_rounds):
        for posts in sorted(served, reverse=bool(number % 2)):
            step.say(f"round {number + 1} of {options.growth_rounds}: {posts:,} posts")
            rounds[posts].append(once(posts, SECONDS))
    return rounds


def lost_rate(growth: Growth) -> float:
    """The share of the rate that is lost from the fewest posts to the most, in most pairs of rounds."""
    fewest, most = growth[min(growth)], growth[max(growth)]
    return 1 - median(large.rate / small.rate for small, large in zip(fewest, most, strict=True))


def added_cpu(growth: Growth) -> float:
    """The share of processor time that is added, likewise."""
    fewest, most = growth[min(growth)], growth[max(growth)]
    return median(large.cpu_ms / small.cpu_ms for small, large in zip(fewest, most, strict=True)) - 1
