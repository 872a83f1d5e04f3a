"""The whole system on this machine, part by part."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.local import broker, cluster, environment, keys, marked, ports, preparation, processes
from deploy.local.broker import Broker
from deploy.local.environment import (
    BASE_PORT,
    BROKER_OFFSET,
    OFFSETS,
    POSTGRES_OFFSET,
    SERVICES,
    SYSTEM,
    public_urls,
)
from deploy.local.postgres import Postgres
from deploy.local.progress import Step
from deploy.local.state import State
from deploy.local.trouble import Trouble
from deploy.rabbitmq import users

READY_SECONDS = 60


class System:
    """Broker and databases for one state folder; `AMQP_URL` and `<SERVICE>_DATABASE_URL` override."""

    def __init__(self, state: State, *, base_port: int = BASE_PORT, postgres: bool = False) -> None:
        self.state, self.base_port = state, base_port
        self.urls = public_urls(base_port)
        first = base_port + BROKER_OFFSET
        self.broker = None if "AMQP_URL" in os.environ else private_broker(state, first)
        self.postgres: Postgres | None = None
        if postgres:
            self.postgres = Postgres(
                state.path("postgres"),
                first_port=first + POSTGRES_OFFSET,
                roles=SERVICES,
                secret=lambda name: keys.secret(state, name),
            )

    def install(self, step: Step) -> None:
        """Install what is missing on this machine."""
        if self.broker is not None:
            broker.ensure_installed(step)
        if self.postgres is not None:
            cluster.ensure_installed(step)

    def clear(self) -> list[str]:
        """End what an `up` that was killed left running here; what is not ours is not touched."""
        left = marked.end(processes.PART, self.state.folder, seconds=5)
        return [found.program for found in left]

    def check_ports(self) -> None:
        """Refuse to start when somebody holds a web port, naming all of them at once."""
        taken = {name: self.base_port + offset for name, offset in OFFSETS.items()}
        lines = [
            f"{name} needs port {port}, which {ports.holder(port)} holds"
            for name, port in taken.items()
            if not ports.is_free(port)
        ]
        if lines:
            mend = f"python3 manage.py up --base-port {self.base_port + 1000}   (or end what holds them)"
            raise Trouble("\n".join(lines), mend=mend)

    def start_stores(self) -> None:
        """Start the databases, and the broker without waiting for it; write down where they are."""
        if self.broker is not None:
            self.broker.start()
        if self.postgres is not None:
            self.postgres.start()
        self.state.write(SYSTEM, self._record())

    def stop_stores(self) -> None:
        if self.broker is not None:
            self.broker.stop()
        if self.postgres is not None:
            self.postgres.stop()

    def prepare(self, *, demo: bool) -> None:
        """Migrate, declare the topology, make superusers and demo data: all services at once."""
        keys.key_pair(self.state)
        options = ["--demo"] if demo else []
        preparation.run(self.state, options, meanwhile=self.broker.wait if self.broker else None)

    def programs(self) -> list[processes.Program]:
        return processes.table(self.state)

    def log(self, name: str) -> Path:
        return self.state.path("logs", f"{name}.log")

    def is_ready(self, service: str) -> bool:
        """Whether a service's web process answers and its database is migrated."""
        url = f"{self.urls[service]}/{service}/readyz"
        with suppress(URLError, ConnectionError, TimeoutError), urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def wait_ready(self, check: Callable[[], None], seconds: float = READY_SECONDS) -> None:
        """Return when all services are ready; `check` may raise the reason why one never will be."""
        deadline = time.monotonic() + seconds
        for service in SERVICES:
            while not self.is_ready(service):
                check()
                if time.monotonic() > deadline:
                    log = self.log(f"{service}.web").read_text(errors="replace")
                    raise Trouble(f"{service} did not become ready", log=log)
                time.sleep(0.1)

    def _record(self) -> dict[str, object]:
        given = {service: os.environ.get(f"{service.upper()}_DATABASE_URL") for service in SERVICES}
        own = {service: self.postgres.url(service) for service in SERVICES} if self.postgres else {}
        return {
            "base_port": self.base_port,
            "amqp_url": "" if self.broker else os.environ["AMQP_URL"],
            "broker": self.broker.address if self.broker else "",
            "management_url": self.broker.management_url if self.broker else "",
            "database_urls": own | {service: url for service, url in given.items() if url},
        }


def private_broker(state: State, first_port: int) -> Broker:
    """A node with a user for each service, who may tell that service's events and hear with its queue."""
    passwords = {user: environment.broker_password(user, state) for user in (*SERVICES, users.TOPOLOGY)}
    return Broker(state.path("broker"), first_port=first_port, passwords=passwords)
