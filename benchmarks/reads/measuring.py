"""Fills the database as often as is asked, and lets the contestants take turns."""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from benchmarks import load
from benchmarks.load import Asked, Round
from benchmarks.reads import contestants, filling, growth, serving
from benchmarks.reads.report import Found
from benchmarks.reads.serving import Served
from deploy.local import environment
from deploy.local.progress import Step, Steps
from deploy.local.state import REPOSITORY, State
from deploy.local.trouble import Trouble

CHECKED = range(50, 70)  # posts
FIRST_PORT = 18910  # of those who serve one size each


def sizes(options: argparse.Namespace) -> list[int]:
    """How many posts there are to be, each time in tables of their own."""
    return sorted({options.posts, *growth.SIZES}) if options.growth else [options.posts]


def run(url: str, options: argparse.Namespace, state: State, steps: Steps, database: Sequence[int]) -> Found:
    """Fill and measure; ``database`` are the processes of PostgreSQL, if they are known."""
    server = serving.Server(workers=options.workers, worker_class=options.worker_class)
    found = Found(settings=said(options))
    environ = environment.variables("query", state)
    with growth.schemas(url, sizes(options)):
        variables = {
            posts: serving.settings_of(growth.url_of(url, posts), environ) for posts in sizes(options)
        }
        for posts in sizes(options):
            with steps.step(f"{posts:,} posts") as step:
                fill(
                    growth.url_of(url, posts), posts, variables[posts], step, replicas=posts == options.posts
                )
        with (
            serving.serving(server, variables[options.posts], state.path("logs")) as served,
            steps.step(f"reading {options.posts:,}") as step,
        ):
            contestants.compare(served.base)
            found.rounds = measure(served, contestants.asked(served.base), options, state.folder, step)
        if options.growth:
            with steps.step("growing") as step:
                found.growth = grow(server, variables, options, state, step, database)
    return found


def grow(
    server: serving.Server,
    variables: Mapping[int, Mapping[str, str]],
    options: argparse.Namespace,
    state: State,
    step: Step,
    database: Sequence[int],
) -> growth.Growth:
    """Serve all sizes at once, and ask for pages that begin anywhere in the feed."""
    with ExitStack() as stack:
        served = {}
        for place, (posts, own) in enumerate(variables.items()):
            log = state.path("logs", f"{posts}.log")
            one = stack.enter_context(serving.serving_alone(server, own, log, FIRST_PORT + place))
            served[posts] = one, contestants.deep_pages(one.base, posts)
        return growth.measure(served, options, database, state.folder, step)


def measure(
    served: Served, asked: dict[str, Asked], options: argparse.Namespace, folder: Path, step: Step
) -> dict[str, list[Round]]:
    """The rounds of each; forth and back, so that nobody is always first."""
    rounds: dict[str, list[Round]] = {name: [] for name in asked}

    def once(name: str, seconds: float) -> Round:
        return load.ask(
            served.base,
            asked[name],
            seconds=seconds,
            connections=options.connections,
            folder=folder,
            servers=served.pids,
        )

    for name in asked:  # warm
        once(name, 1)
    for number in range(options.rounds):
        for name in list(asked) if number % 2 == 0 else list(reversed(asked)):
            step.say(f"round {number + 1} of {options.rounds}: {name}")
            rounds[name].append(once(name, options.seconds))
    return rounds


def fill(url: str, posts: int, variables: Mapping[str, str], step: Step, *, replicas: bool) -> None:
    command(variables, "migrate", "-v0", step=step)
    with psycopg.connect(url, autocommit=True) as session:
        filling.extend(session, posts, step.say, replicas=replicas)
        if replicas:
            check(session, variables, step)
        step.say(f"{filling.count(session, 'query_postdocument'):,} documents")


def check(session: filling.Connection, variables: Mapping[str, str], step: Step) -> None:
    """Have query's own code make some of the documents anew; raises Trouble unless they are the same."""
    made = filling.texts(session, CHECKED)
    filling.forget(session, CHECKED)
    command(variables, "build_documents", step=step)
    if filling.texts(session, CHECKED) != made:
        raise Trouble(
            "query makes other documents of these posts", mend="correct benchmarks/reads/filling.py"
        )


def command(variables: Mapping[str, str], *arguments: str, step: Step) -> None:
    """One of Django's commands on the site of the contestants; its last line is shown."""
    argv = [sys.executable, "-m", "django", *arguments]
    with subprocess.Popen(
        argv,
        cwd=REPOSITORY,
        env=dict(variables),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        said = []
        for line in process.stderr or ():
            said.append(line)
            step.say(line.strip()[:60])
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv, stderr="".join(said))


def said(options: argparse.Namespace) -> dict[str, str]:
    return {
        "posts": f"{options.posts:,}",
        "server": f"gunicorn {options.worker_class}, {options.workers} workers",
        "connections": str(options.connections),
        "seconds": f"{options.seconds:g}",
    }
