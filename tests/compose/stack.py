"""The system as `docker compose` runs it, under a name and on a port of its own."""

import csv
import functools
import json
import os
import socket
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.local.environment import SERVICES
from deploy.local.journey import Journey
from deploy.local.state import REPOSITORY, State
from tests import comparison
from tests.assembly import until

PROJECT = "tidings-test-compose"
UP_SECONDS = 600
# What a person may have set for Compose itself or for the file.
LEFT_OUT = ("COMPOSE_", "TIDINGS_")


class Stack:
    """One `docker compose up` apart from any other on this machine; `down` leaves nothing of it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.token = functools.cache(self.mint)

    def up(self, *options: str) -> None:
        done = self.run("up", "--wait", *options, seconds=UP_SECONDS)
        assert done.returncode == 0, f"docker compose up failed:\n{done.stderr[-2000:]}"

    def again(self, *containers: str) -> None:
        """Start what was stopped, nothing else, and wait until it is healthy."""
        self.up("--no-deps", "--no-recreate", *containers)

    def down(self) -> None:
        """End it and remove all that it stored; what it said is kept."""
        State().path("logs", "compose.log").write_text(self.run("logs", "--no-color").stdout)
        self.say("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5")

    def journey(self) -> Journey:
        return Journey(dict.fromkeys(SERVICES, self.url), self.token, seconds=60)

    def mint(self, author: str) -> str:
        return self.say("exec", "-T", "posts", "python", "manage.py", "posts", "token", author).strip()

    def select(self, service: str, statement: str) -> list[tuple[Any, ...]]:
        """What a statement finds in one service's database, every value as text."""
        psql = ("psql", "--username", "postgres", "--dbname", service, "--csv", "--tuples-only")
        found = self.say("exec", "-T", "postgres", *psql, "--command", statement)
        return list(map(tuple, csv.reader(found.splitlines())))

    def quiet(self) -> None:
        """Wait until nothing is under way and every replica equals its source, row for row."""
        until(lambda: not self.differences(), seconds=120, saying=self.differences)

    def differences(self) -> list[str]:
        return comparison.differences_found_by(self.select)

    def containers(self) -> list[dict[str, Any]]:
        """Those that run, as `docker compose ps` describes them."""
        return [json.loads(line) for line in self.say("ps", "--format", "json").splitlines()]

    def inside(self, container: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a container that runs."""
        return self.run("exec", "-T", container, *command)

    def say(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def run(
        self, *arguments: str, seconds: float = 120, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return compose(*self.of_its_own(arguments), port=self.port, seconds=seconds, **variables)

    def of_its_own(self, arguments: Iterable[str]) -> list[str]:
        return ["--project-name", PROJECT, *arguments]


def compose(
    *arguments: str, port: int = 8000, seconds: float = 60, **variables: str
) -> subprocess.CompletedProcess[str]:
    """`docker compose` on the repository's file, with nothing that a person has set."""
    return subprocess.run(
        command(arguments),
        env={**surroundings(port), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def command(arguments: Iterable[str]) -> list[str]:
    file = str(REPOSITORY / "compose.yaml")
    return ["docker", "compose", "--env-file", os.devnull, "--file", file, *arguments]


def surroundings(port: int) -> Mapping[str, str]:
    given = {name: text for name, text in os.environ.items() if not name.startswith(LEFT_OUT)}
    return given | {"TIDINGS_PORT": str(port), "TIDINGS_SECRETS": os.devnull}


def described(*arguments: str, **variables: str) -> dict[str, Any]:
    """What the file says, as Compose itself understands it; no engine is asked."""
    done = compose(*arguments, "config", "--format", "json", **variables)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
