"""Query's worker on PostgreSQL, which hears as the user query, and what became of what it heard."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg

from deploy.local import keys
from deploy.local.postgres import Postgres
from deploy.local.processes import Program, Running
from deploy.local.state import State
from shared_events.envelope import CONTENT_TYPE, seal
from shared_events.tests.events import comment_created
from tests.assembly import until
from tests.trust.broker import Channel, publish, url_of

NUMBERS = itertools.count(1000)
CREATED = "comments.comment.created"
TOLD = {"user_id": "comments", "content_type": CONTENT_TYPE, "delivery_mode": 2}
SERVICE = "query"
DJANGO = (sys.executable, "-m", "django")


def new() -> tuple[UUID, bytes]:
    """A comment that nobody has heard of, and the message that tells it."""
    comment_id = UUID(int=next(NUMBERS))
    return comment_id, seal(comment_created(comment_id))[1]


def tell(channel: Channel, body: bytes, **properties: object) -> None:
    publish(channel, "comments.events", CREATED, body, **TOLD | properties)


class Parked(NamedTuple):
    body: bytes
    reason: str
    origin: str
    state: str
    routing_key: str


class Hearer:
    """A worker at work; it is asked by way of its database alone."""

    def __init__(self, vhost: str, folder: Path, database_url: str) -> None:
        self._log = folder / "worker.log"
        environment = environment_of(vhost, folder, database_url)
        subprocess.run([*DJANGO, "migrate", "--verbosity=0"], env=environment, check=True)
        argv = (*DJANGO, "worker")
        self.running = Running(
            Program(name="worker", service=SERVICE, argv=argv, environment=environment), self._log
        )
        self._database = psycopg.connect(database_url, autocommit=True)

    def close(self) -> None:
        self.running.stop()
        self._database.close()

    def said(self) -> str:
        return self._log.read_text()

    def holds(self, comment_id: UUID) -> bool:
        found = self._database.execute("SELECT 1 FROM query_commentreplica WHERE id = %s", [comment_id])
        return found.fetchone() is not None

    def wait_for(self, comment_id: UUID) -> None:
        """Until it has applied an event; what was in the queue before it is settled then."""
        until(lambda: self.holds(comment_id), seconds=60, saying=self.said)

    def applies_the_next(self, channel: Channel) -> None:
        """Tell one more event, and wait until it is applied."""
        comment_id, body = new()
        tell(channel, body)
        self.wait_for(comment_id)

    def parked(self, body: bytes) -> Parked | None:
        found = self._database.execute(
            "SELECT body, reason, origin, state, routing_key "
            "FROM shared_events_parkedevent WHERE digest = %s",
            [sha256(body).hexdigest()],
        ).fetchone()
        return Parked(*found) if found else None


def environment_of(vhost: str, folder: Path, database_url: str) -> Mapping[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"{SERVICE}.config.settings",
        "DATABASE_URL": database_url,
        "AMQP_URL": url_of(SERVICE, vhost),
        "AMQP_SHARED_USER": "",
        "LIVENESS_PATH": str(folder / "alive"),
    }


@contextmanager
def database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, as long as the block lasts."""
    state = State()
    server = Postgres(
        state.path("postgres"), first_port=0, roles=(), secret=lambda name: keys.secret(state, name)
    )
    name = f"trust_{uuid4().hex}"
    with server.connect(SERVICE, SERVICE) as owner:
        owner.execute(f"CREATE DATABASE {name}")
        yield server.url(SERVICE).rpartition("/")[0] + f"/{name}"
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
