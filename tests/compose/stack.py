"""The system as `docker compose` runs it, under a name and on a port of its own."""

import functools
import json
import os
import socket
import subprocess
from typing import Any

from deploy.local.environment import SERVICES
from deploy.local.journey import Journey
from deploy.local.state import REPOSITORY, State

PROJECT = "tidings-test-compose"
UP_SECONDS = 600
# What a person may have set for Compose itself or for the file.
LEFT_OUT = ("COMPOSE_", "TIDINGS_", "RABBITMQ_", "POSTGRES_", "POSTS_", "COMMENTS_", "MODERATION_", "QUERY_")


class Stack:
    """One `docker compose up` apart from any other on this machine; `down` leaves nothing of it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.token = functools.cache(self.mint)

    def up(self, *options: str) -> None:
        done = self.run("up", "--wait", *options, seconds=UP_SECONDS)
        assert done.returncode == 0, f"docker compose up failed:\n{done.stderr[-2000:]}"

    def down(self) -> None:
        """End it and remove all that it stored; what it said is kept."""
        State().path("logs", "compose.log").write_text(self.run("logs", "--no-color").stdout)
        self.say("down", "--volumes", "--remove-orphans", "--timeout", "5")

    def journey(self) -> Journey:
        return Journey(dict.fromkeys(SERVICES, self.url), self.token, seconds=60)

    def mint(self, author: str) -> str:
        return self.say("exec", "-T", "posts", "python", "manage.py", "posts", "token", author).strip()

    def inside(self, container: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a container that runs."""
        return self.run("exec", "-T", container, *command)

    def say(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        return compose("--project-name", PROJECT, *arguments, port=self.port, seconds=seconds)


def compose(*arguments: str, port: int = 8000, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """`docker compose` on the repository's file, with nothing that a person has set."""
    given = {name: text for name, text in os.environ.items() if not name.startswith(LEFT_OUT)}
    return subprocess.run(
        ["docker", "compose", "--env-file", os.devnull, "--file", REPOSITORY / "compose.yaml", *arguments],
        env=given | {"TIDINGS_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def described() -> dict[str, Any]:
    """What the file says, as Compose itself understands it; no engine is asked."""
    done = compose("config", "--format", "json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
