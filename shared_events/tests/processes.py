"""A real worker in a process of its own, on the database and the broker of the test."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pika
from django.db import connection

from shared_events import topology
from shared_events.worker.delivery import Delivery


def database_url() -> str:
    """How another process opens the test's database."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    login = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    return f"postgres://{login}{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


class WorkerProcess:
    """``python -m django worker``, started and ended by the test."""

    def __init__(self, broker: str, folder: Path) -> None:
        self.log = folder / "worker.log"
        self.gate = folder
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "AMQP_URL": broker,
            "TEST_GATE": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "django", "worker"],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def terminate(self) -> int:
        """Ask for a warm shutdown and return the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(20)

    def ask_to_stop(self) -> None:
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(20)

    def kill(self) -> None:
        """End the worker and its pool as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def reached_the_gate(self) -> bool:
        return (self.gate / "reached").exists()

    def open_the_gate(self) -> None:
        (self.gate / "open").touch()


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
