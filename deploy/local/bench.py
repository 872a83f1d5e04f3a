"""The private broker and databases that tests run on, apart from those of `up`."""

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import broker, cluster, keys, marked, signals
from deploy.local.broker import Broker
from deploy.local.environment import POSTGRES_OFFSET, SERVICES, variables
from deploy.local.postgres import Postgres
from deploy.local.progress import Step
from deploy.local.state import REPOSITORY, State

PARTS = (*SERVICES, "shared_events", "chassis")
STEP = "check"
# What a person may have set for a service must not reach the tests.
LEFT_OUT = ("AMQP_", "CELERY_", "DJANGO_", "JWT_", "PG", "RABBITMQ_", "THROTTLE_", "TIDINGS_")
# What a person asks of the tests themselves does.
LET_IN = "TIDINGS_TEST_"
LEFT_OUT_WORDS = (
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "PUBLIC_URLS",
    "LIVENESS_PATH",
    "METRICS_PORT",
    "ENVIRONMENT",
    "BROWSABLE_API",
    "TRUSTED_PROXIES",
    "FORWARDED_ALLOW_IPS",
)


class Bench:
    """A broker and a PostgreSQL cluster under `.local/test`, started side by side."""

    def __init__(self) -> None:
        self.state = State(State().path("test"))
        first = first_port(self.state.folder)
        self.broker = Broker(self.state.path("broker"), first_port=first)
        self.postgres = Postgres(
            self.state.path("postgres"),
            first_port=first + POSTGRES_OFFSET,
            roles=PARTS,
            secret=lambda name: keys.secret(self.state, name),
            throwaway=True,
        )

    def install(self, step: Step) -> None:
        broker.ensure_installed(step)
        cluster.ensure_installed(step)

    def start(self) -> None:
        """Start both and return when PostgreSQL is ready; the broker takes longer and is waited for later."""
        marked.kill(STEP, self.state.folder)
        self.broker.start()
        self.postgres.start()

    def stop(self) -> None:
        marked.kill(STEP, self.state.folder)
        self.broker.stop()
        self.postgres.stop()

    def variables(self, part: str, engine: str) -> dict[str, str]:
        """The environment of one step: this bench, a test key pair, and nothing a person had set."""
        # All parts but the services stand on settings of their own; they may still read what a service reads.
        own = variables(part if part in SERVICES else "posts", self.state)
        private, public = keys.key_pair(self.state)
        return (
            clean(os.environ)
            | own
            | {
                "DATABASE_URL": self.database_url(part, engine),
                "AMQP_URL": self.broker.amqp_url,
                "AMQP_SHARED_USER": "guest",
                "RABBITMQ_MANAGEMENT_URL": self.broker.management_url,
                "JWT_PRIVATE_KEY": private,
                "JWT_PUBLIC_KEY": public,
                "PYTHONPATH": str(REPOSITORY),
                "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
                "TIDINGS_LOCAL": str(self.state.folder),
            }
            | marked.mark(STEP, self.state.folder)
        )

    def database_url(self, part: str, engine: str) -> str:
        if engine == "postgres":
            return self.postgres.url(part)
        return f"sqlite:///{self.state.path('sqlite', f'{part}.sqlite3')}"


def first_port(folder: Path) -> int:
    """Ports of its own for every folder, so that two runs seldom ask for the same ones at once."""
    return 14000 + zlib.crc32(str(folder).encode()) % 200 * 20


def clean(given: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in given.items() if not is_ours(name)}


def is_ours(name: str) -> bool:
    if name.startswith(LET_IN):
        return False
    stem = name.removesuffix("_FILE")
    return name.startswith(LEFT_OUT) or stem.endswith(LEFT_OUT_WORDS)


@contextmanager
def running(step: Step) -> Iterator[Bench]:
    """A bench held by this run alone, which leaves nothing running behind."""
    bench = Bench()
    with bench.state.held("test"):
        bench.install(step)
        step.say("starting RabbitMQ and PostgreSQL")
        try:
            bench.start()
            yield bench
        finally:
            signals.ignore()
            bench.stop()
