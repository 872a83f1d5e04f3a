"""A real worker or relay in a process of its own, on the database and the broker of the test."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pika
from django.db import connection

from shared_events import topology
from shared_events.testing import sealed
from shared_events.tests import failpoints
from shared_events.tests.events import comment_judged
from shared_events.tests.management_api import management
from shared_events.tests.waiting import until
from shared_events.worker.delivery import Delivery

# Seconds in which a worker starts and has applied a few messages, though others keep the machine busy.
START = 60


def database_url() -> str:
    """How another process opens the test's database."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    login = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    return f"postgres://{login}{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def rename(table: str, to: str) -> None:
    """What a database looks like before its migrations ran; renaming it back is the mend."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {to}")


def free_port() -> int:
    """A port for another process to listen on: none that a connection may be given meanwhile."""
    ports = random.sample(range(30100, 32700), 100)  # below those that Linux gives to connections
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) != 0


class WorkerProcess:
    """``python -m django worker``, started and ended by the test."""

    command = "worker"

    def __init__(self, broker: str, folder: Path) -> None:
        self.log = folder / f"{self.command}.log"
        self.folder = folder
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "AMQP_URL": broker,
            "TEST_GATE": str(folder),
            "LIVENESS_PATH": str(folder / "alive"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, armed: str = "", **variables: str) -> None:
        """Start it, with the failpoints that it is armed with and further variables."""
        environment = {**self._environment, **variables}
        if armed:
            environment |= failpoints.environment(armed, self.folder)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "django", self.command],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def terminate(self) -> int:
        """Ask for a warm shutdown and return the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    def ask_to_stop(self) -> None:
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(60)

    def kill_its_main_process(self) -> None:
        """As the kernel does when memory runs out; the pool is left to notice."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def kill(self) -> None:
        """End the worker and its pool as a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def pool_process(self) -> int:
        """The one process of the pool, which applies the batches."""
        assert self._process is not None
        main = self._process.pid
        return int(Path(f"/proc/{main}/task/{main}/children").read_text().split()[0])

    def said(self, words: str) -> bool:
        return words in self.log.read_text()

    def reached(self, failpoint: str, *, hit: int = 1) -> bool:
        return failpoints.reached(failpoint, self.folder, hit=hit)

    def reached_the_gate(self) -> bool:
        return (self.folder / "reached").exists()

    def open_the_gate(self) -> None:
        (self.folder / "open").touch()


def publish(channel, *deliveries: Delivery) -> None:
    """Put messages into the service's exchange or, without a known owner, straight into its queue."""
    channel.confirm_delivery()
    for delivery in deliveries:
        owner = delivery.routing_key.partition(".")[0]
        place = (
            (topology.exchange_of(owner), delivery.routing_key) if owner else ("", topology.queue_of("posts"))
        )
        channel.basic_publish(
            *place,
            delivery.body,
            pika.BasicProperties(delivery_mode=2, user_id=delivery.origin or None),
            mandatory=True,
        )


def judged(numbers: Iterable[int], judged_by: str = "rules") -> list[Delivery]:
    """A verdict on each of these cases, which the example's handler answers once."""
    return [sealed(comment_judged(UUID(int=number), judged_by=judged_by)) for number in numbers]


def settled(broker: str, queue: str) -> bool:
    """Whether every message of the queue was acknowledged, by the broker's own count."""
    name = broker.rpartition("/")[2]
    found = json.loads(management("GET", f"queues/{name}/{quote(queue)}"))
    return found.get("messages") == 0 and found.get("messages_unacknowledged") == 0


def cut_worker_connections(broker: str) -> None:
    """Close what py-amqp has opened, as an operator may do in the management UI."""
    place = f"vhosts/{broker.rpartition('/')[2]}/connections"

    def found() -> list[str]:
        every = json.loads(management("GET", place))
        return [one["name"] for one in every if one["client_properties"].get("product") == "py-amqp"]

    for name in until(found, seconds=60):
        management("DELETE", f"connections/{quote(name)}")
