"""The web processes of all services on one engine, filled with a few rows, and without a broker."""

import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import bench, keys, processes, tokens
from deploy.local.environment import SERVICES, variables
from deploy.local.postgres import Postgres
from deploy.local.processes import Program, Running
from deploy.local.state import REPOSITORY, State
from tests.assembly import until

STARTING_SECONDS = 300  # sixteen processes at once, on a machine that may be busy
ASKED_OFTEN = 10
READS, WRITES = 100, 50  # a minute
# Nobody listens there: a write needs no broker.
NO_BROKER = "amqp://nobody:nothing@127.0.0.1:1/%2F"
CALLERS = itertools.count(1)
Body = bytes | str | dict[str, Any] | list[Any] | None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def problem(self) -> Any:
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"{self.status} {self.headers.get('Content-Type')} {self.body[:500]!r}"


class Site:
    """Four services on ports of their own; ``ask`` comes from a new address each time, as a new person."""

    def __init__(self, folder: Path, ports: Mapping[str, int], postgres: Postgres | None) -> None:
        self.state, self.ports, self.postgres = State(folder), ports, postgres
        keys.key_pair(self.state)
        self.running = {service: self._web(service) for service in SERVICES}
        self.filling: list[subprocess.Popen[bytes]] = []

    def environment(self, service: str) -> dict[str, str]:
        on_postgres = {"DATABASE_URL": self.postgres.url(service)} if self.postgres else {}
        return {
            **bench.clean(os.environ),
            **variables(service, self.state),
            **on_postgres,
            "AMQP_URL": NO_BROKER,
            "REQUEST_SECONDS": "2",
            "JWT_LONGEST_LIFETIME": f"{tokens.HOURS}h",
            "THROTTLE_READS": f"{READS}/m",
            "THROTTLE_WRITES": f"{WRITES}/m",
            "DJANGO_SETTINGS_MODULE": f"{service}.config.settings",
            "PYTHONPATH": str(REPOSITORY),
            "TIDINGS_LOCAL": str(self.state.folder),
        }

    def fill(self) -> None:
        """Begin to make the databases; ``start`` waits for them."""
        for service in SERVICES:
            argv = (sys.executable, "-m", "tests.security.rows", service)
            self.filling.append(subprocess.Popen(argv, cwd=REPOSITORY, env=self.environment(service)))

    def start(self) -> None:
        assert [process.wait(STARTING_SECONDS) for process in self.filling] == [0] * len(SERVICES)
        for running in self.running.values():
            running.start()

    def wait_ready(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        for service in SERVICES:
            while not self._is_ready(service):
                running = self.running[service]
                assert running.alive() and time.monotonic() < deadline, running.log.read_text()
                time.sleep(0.05)  # between two looks over HTTP

    def stop(self) -> None:
        for process in self.filling:
            process.kill()
            process.wait()
        for running in self.running.values():
            running.kill()  # eight that end in order, one after the other, take seconds for nothing

    @contextmanager
    def databases_away(self) -> Iterator[None]:
        """Lets nobody into the databases meanwhile, and throws out whoever is in."""
        assert self.postgres is not None
        with self.postgres.connect() as owner:
            for service in SERVICES:
                owner.execute(f'ALTER DATABASE "{service}" ALLOW_CONNECTIONS false')
            owner.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname <> 'postgres'"
            )
            try:
                yield
            finally:
                for service in SERVICES:
                    owner.execute(f'ALTER DATABASE "{service}" ALLOW_CONNECTIONS true')
        # Every worker process finds out by itself.
        until(lambda: all(self._is_ready(service) for service in SERVICES for _ in range(ASKED_OFTEN)))

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Body = None,
        *,
        token: str | None = None,
        **more: Any,
    ) -> Answer:
        """One request under the service's prefix; ``caller`` names the address that it comes from."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        headers |= more.pop("headers", {})
        if isinstance(body, dict | list):
            body = json.dumps(body)
        return self.send(
            service, method, f"/{service}/{path}", body, headers, caller=more.get("caller") or caller()
        )

    def send(self, service: str, method: str, path: str, body: Any, headers: Any, *, caller: str) -> Answer:
        """One request exactly as given."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.ports[service], timeout=30, source_address=(caller, 0)
        )
        try:
            # A service that has refused a body does not read the rest of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.msg, answer.read())
        finally:
            connection.close()

    def token(self, name: str, *roles: str) -> str:
        return tokens.mint(self.state, name, roles=roles)

    def anybody(self, *roles: str) -> str:
        """A token of somebody who has never asked before."""
        return self.token(f"person-{next(CALLERS)}", *roles)

    def _web(self, service: str) -> Running:
        argv = processes.web(service, self.ports[service])
        program = Program(name=service, service=service, argv=argv, environment=self.environment(service))
        return Running(program, self.state.path("logs", f"{service}.log"))

    def _is_ready(self, service: str) -> bool:
        try:
            return self.ask(service, "GET", "readyz").status == 200
        except OSError:
            return False


def read(connection: socket.socket) -> Answer:
    """One answer; raises ConnectionError when there is none."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return Answer(answer.status, answer.msg, answer.read())


def caller() -> str:
    """An address of this machine that nobody has called from yet."""
    number = next(CALLERS)
    return f"127.{1 + number // 65536}.{number // 256 % 256}.{number % 256}"
