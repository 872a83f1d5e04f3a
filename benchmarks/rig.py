"""The private broker and databases that the contestants share, as durable as in production."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from deploy.local import broker, environment, marked, ports, processes
from deploy.local.environment import BROKER_OFFSET, OFFSETS
from deploy.local.processes import Program, Running
from deploy.local.progress import Step
from deploy.local.state import REPOSITORY, State
from deploy.local.system import System
from shared_events import topology

PORTS = (*OFFSETS.values(), *range(BROKER_OFFSET, BROKER_OFFSET + 20))
ADMINISTRATOR, TELLER, HEARER = "topology", "posts", "query"
BYSTANDERS = ("comments", "moderation")
Connection = psycopg.Connection[tuple[Any, ...]]


class Rig:
    """RabbitMQ and PostgreSQL under a folder of their own, started as `up --postgres` starts them."""

    def __init__(self, folder: Path) -> None:
        self.state = State(folder)
        self.system = System(self.state, base_port=ports.free_base(PORTS), postgres=True)
        self.python = str(folder / "venv" / "bin" / "python")  # of the benchmarks' own environment
        self.profiler = str(folder / "venv" / "bin" / "py-spy")

    def install(self, step: Step) -> None:
        self.system.install(step)

    def start(self) -> None:
        self.system.clear()
        self.system.start_stores()
        self.prepare()

    def prepare(self) -> None:
        """Migrate all services and declare every queue that is missing."""
        self.system.prepare(demo=False)

    def stop(self) -> None:
        self.system.clear()
        self.system.stop_stores()

    # ---- the broker

    def amqp_url(self, user: str = ADMINISTRATOR) -> str:
        return environment.amqp_url(user, self.state)

    def only_query_hears(self) -> None:
        """Leave the exchange of posts with two queues: query's, and the event store."""
        with self._channel() as channel:
            for service in BYSTANDERS:
                channel.queue_delete(topology.queue_of(service))

    def empty_queue(self, name: str, *, declare: bool = False) -> None:
        """Throw away what waits in a queue; a contestant's own quorum queue is declared first."""
        with self._channel() as channel:
            if declare:
                channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_purge(name)

    @contextmanager
    def _channel(self) -> Iterator[Any]:
        connection = topology.connect(self.amqp_url())
        try:
            yield connection.channel()
        finally:
            connection.close()

    # ---- the databases

    def database_url(self, service: str) -> str:
        assert self.system.postgres is not None
        return self.system.postgres.url(service)

    def database(self, service: str) -> Connection:
        return psycopg.connect(self.database_url(service), autocommit=True)

    # ---- processes

    def program(self, service: str, name: str, *argv: str, **variables: str) -> Program:
        """A program with the settings of a service, and with the benchmarks at hand."""
        own = processes.environment(service, self.state)
        return Program(
            name=name, service=service, argv=argv, environment={**own, **self._shared(), **variables}
        )

    def command(self, service: str, name: str) -> Program:
        """One of the service's own long-running commands, just as `up` runs it."""
        return self.program(service, f"{service} {name}", *processes.command(service, name))

    @contextmanager
    def running(self, program: Program) -> Iterator[Running]:
        running = Running(program, self.system.log(program.name.replace(" ", "-")))
        running.start()
        try:
            yield running
            with suppress(subprocess.TimeoutExpired):  # all is measured by now, and it is killed
                running.stop()
        finally:
            running.kill()

    def run(self, program: Program) -> str:
        """Run a program to its end; what it printed. Raises CalledProcessError with what it complained of."""
        done = subprocess.run(
            program.argv,
            cwd=REPOSITORY,
            env=dict(program.environment),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def module(self, service: str, name: str, *arguments: str, **variables: str) -> Program:
        """A module of the benchmarks as a program with the settings of a service."""
        return self.program(service, name, sys.executable, "-m", name, *arguments, **variables)

    def publish(self, user: str, exchange: str, routing_key: str, count: int) -> str:
        """Publish posts in a process of its own; what that says."""
        url = self.amqp_url(user)
        return self.run(self.module(TELLER, "benchmarks.publish", url, exchange, routing_key, str(count)))

    def store_pids(self) -> dict[str, int]:
        """The processes of the broker and of PostgreSQL under which all their others are."""
        assert self.system.broker is not None and self.system.postgres is not None
        nodes = marked.find(broker.PART, self.system.broker.folder)
        (node,) = [found.pid for found in nodes if found.program == "beam.smp"]
        return {"RabbitMQ": node, "PostgreSQL": self.system.postgres.running()[0].pid}

    def _shared(self) -> Mapping[str, str]:
        return {"CONTESTANT_AMQP_URL": self.amqp_url(), "PYTHONPATH": str(REPOSITORY)}
