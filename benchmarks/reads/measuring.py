"""Fills the database as often as is asked, and lets the contestants take turns."""

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from benchmarks import load
from benchmarks.load import Asked, Round
from benchmarks.reads import contestants, filling, serving
from benchmarks.reads.report import Found
from benchmarks.reads.serving import Served
from deploy.local import environment
from deploy.local.progress import Step, Steps
from deploy.local.state import REPOSITORY, State
from deploy.local.trouble import Trouble

GROWTH = (10_000, 1_000_000)
CHECKED = range(50, 70)  # posts


def sizes(options: argparse.Namespace) -> list[int]:
    """How many posts there are to be, one after the other."""
    return sorted({options.posts, *GROWTH}) if options.growth else [options.posts]


def run(url: str, options: argparse.Namespace, state: State, steps: Steps) -> Found:
    server = serving.Server(workers=options.workers, worker_class=options.worker_class)
    found = Found(settings=said(options))
    variables = serving.settings_of(url, environment.variables("query", state))
    with steps.step("tables") as step:
        command(variables, "migrate", "-v0", step=step)
        with psycopg.connect(url, autocommit=True) as session:
            filling.clean(session)
    for posts in sizes(options):
        with steps.step(f"{posts:,} posts") as step:
            fill(url, posts, variables, step, replicas=posts == options.posts)
        with (
            serving.serving(server, variables, state.path("logs")) as served,
            steps.step(f"reading {posts:,}") as step,
        ):
            read(served, posts, options, state.folder, step, found)
    with psycopg.connect(url, autocommit=True) as session:
        filling.clean(session)
    return found


def read(
    served: Served, posts: int, options: argparse.Namespace, folder: Path, step: Step, found: Found
) -> None:
    asked = contestants.asked(served.base)
    if posts == options.posts:
        contestants.compare(served.base)
        found.rounds = measure(served, asked, options, folder, step)
    if options.growth:
        deep = {
            "query": contestants.deep_pages(served.base, posts),
            "django_hello": asked["django_hello"],
        }
        found.growth[posts] = measure(served, deep, options, folder, step)


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
