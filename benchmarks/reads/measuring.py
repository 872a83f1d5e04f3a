"""Fills the database as often as is asked, and lets the contestants take turns."""

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from benchmarks import load
from benchmarks.load import Asked
from benchmarks.reads import contestants, filling, serving
from benchmarks.reads.report import Found
from deploy.local import environment
from deploy.local.progress import Step, Steps
from deploy.local.state import REPOSITORY, State

GROWTH = (10_000, 1_000_000)


def sizes(options: argparse.Namespace) -> list[int]:
    """How many posts there are to be, one after the other."""
    return sorted({options.posts, *GROWTH}) if options.growth else [options.posts]


def run(url: str, options: argparse.Namespace, state: State, steps: Steps) -> Found:
    server = serving.Server(workers=options.workers, worker_class=options.worker_class)
    found = Found(settings=said(options))
    variables = serving.settings_of(url, environment.variables("query", state))
    with steps.step("tables") as step:
        command(variables, "migrate", "-v0", step=step)
    for posts in sizes(options):
        with steps.step(f"{posts:,} posts") as step:
            fill(url, posts, variables, step)
        with (
            serving.serving(server, variables, state.path("logs")) as base,
            steps.step("measuring") as step,
        ):
            contestants.compare(base)
            asked = contestants.asked(base)
            if posts == options.posts:
                found.rounds = measure(base, asked, options, state.folder, step)
            deep = {"query": contestants.deep_pages(base), "django_hello": asked["django_hello"]}
            if options.growth:
                found.growth[posts] = measure(base, deep, options, state.folder, step)
    return found


def measure(
    base: str, asked: dict[str, Asked], options: argparse.Namespace, folder: Path, step: Step
) -> dict[str, list[float]]:
    """The rates of every round; forth and back, so that nobody is always first."""
    rates: dict[str, list[float]] = {name: [] for name in asked}
    for name in asked:  # warm
        load.ask(base, asked[name], seconds=1, connections=options.connections, folder=folder)
    for number in range(options.rounds):
        for name in list(asked) if number % 2 == 0 else list(reversed(asked)):
            step.say(f"round {number + 1} of {options.rounds}: {name}")
            done = load.ask(
                base, asked[name], seconds=options.seconds, connections=options.connections, folder=folder
            )
            rates[name].append(round(done.rate, 1))
    return rates


def fill(url: str, posts: int, variables: Mapping[str, str], step: Step) -> None:
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        step.say(f"{done:,} of {posts:,} posts")

    with psycopg.connect(url, autocommit=True) as session:
        filling.fill(session, posts, told)
        command(variables, "build_documents", step=step)
        filling.settle(session)


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
