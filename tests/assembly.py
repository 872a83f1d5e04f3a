"""The whole system in a folder of its own, whose parts a test stops, kills and starts again."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from deploy.local import bench, environment, node_files, ports, tokens
from deploy.local.processes import Running, command
from deploy.local.processes import environment as environment_of
from deploy.local.state import REPOSITORY, State
from deploy.local.system import System
from tests import comparison

T = TypeVar("T")
POLL_SECONDS = 0.05


# The four services, the private broker, and PostgreSQL with room.
PORTS = (*environment.OFFSETS.values(), *range(environment.BROKER_OFFSET, environment.BROKER_OFFSET + 20))


class Assembly:
    """Broker, databases and every process; ``running`` knows the processes by name, as ``query.worker``."""

    def __init__(
        self,
        folder: Path,
        *,
        base_port: int,
        postgres: bool,
        sqlite: tuple[str, ...] = (),
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``sqlite`` names services that stay on SQLite although the others are on PostgreSQL.

        ``variables`` are set for every process.
        """
        self.state = State(folder)
        self._variables = bench.clean(os.environ) | {
            f"{service.upper()}_DATABASE_URL": environment.sqlite_url(service, self.state)
            for service in sqlite
        }
        # Nothing is told by the clock alone: tests count what was told, and wait until nothing is under way.
        self._variables |= {"DIGESTS_EVERY": "off", **variables}
        with self._own_variables():
            self.system = System(self.state, base_port=base_port, postgres=postgres)
        self.running: dict[str, Running] = {}

    @contextmanager
    def _own_variables(self) -> Iterator[None]:
        """What the caller had set for a service is left out, as long as the block lasts."""
        kept = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._variables)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)

    def start(self) -> None:
        with self._own_variables():
            self._start()

    def _start(self) -> None:
        self.system.check_ports()
        self.system.start_stores()
        self.system.prepare(demo=False)
        for program in self.system.programs():
            self.running[program.name] = Running(program, self.system.log(program.name))
            self.running[program.name].start()
        self.system.wait_ready(lambda: None)

    def stop(self) -> None:
        for running in self.running.values():
            running.kill()
        self.system.clear()
        if self.system.broker is not None:
            self.system.broker.kill()  # its folder is thrown away: an orderly stop takes seconds for nothing
        self.system.stop_stores()

    def manage(self, service: str, *arguments: str) -> str:
        """Run a command of a service to its end and return what it said."""
        program = command(service, *arguments)
        with self._own_variables():
            own = environment_of(service, self.state, command=arguments[0])
        done = subprocess.run(program, cwd=REPOSITORY, env=own, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rabbitmqctl(self, *arguments: str) -> str:
        """Run RabbitMQ's command line on the private node and return what it said."""
        broker = self.system.broker
        assert broker is not None
        environment = node_files.variables(broker.folder, broker.ports)
        argv = ["/usr/lib/rabbitmq/bin/rabbitmqctl", *arguments]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # ---- over HTTP

    def write(
        self, method: str, service: str, path: str, author: str, body: Any = None, roles: Sequence[str] = ()
    ) -> tuple[int, Any]:
        """One request as somebody: the status and the answer, or the problem."""
        headers = {
            "Authorization": f"Bearer {tokens.mint(self.state, author, roles=roles)}",
            "Content-Type": "application/json",
        }
        content = None if body is None else json.dumps(body).encode()
        url = f"{self.system.urls[service]}/{service}/api/v1/{path}"
        try:
            with urlopen(Request(url, content, headers, method=method), timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read() or b"null")

    def post(self, title: str, author: str = "ann") -> str:
        status, answer = self.write("POST", "posts", "posts/", author, {"title": title, "body": f"{title}."})
        assert status == 201, (status, answer)
        return str(answer["id"])

    def comment(self, post: str, body: str, author: str = "bob") -> tuple[int, Any]:
        return self.write("POST", "comments", f"posts/{post}/comments/", author, {"body": body})

    def posts(self, count: int, marker: str) -> list[str]:
        """Write many posts, four at a time."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda number: self.post(f"{marker} {number}"), range(count)))

    # ---- waiting

    def quiet(self, *, seconds: float = 120) -> None:
        """Wait until nothing is under way and every replica equals its source, row for row."""
        until(lambda: not self.differences(), seconds=seconds, saying=self.differences)

    def differences(self) -> list[str]:
        """What still keeps the services from being equal."""
        return comparison.differences(self.database_urls())

    def database_urls(self) -> Mapping[str, str]:
        given = self._variables
        return {
            name: environment.missing(name, given, self.state)["DATABASE_URL"]
            for name in environment.SERVICES
        }


@contextmanager
def assembled(folder: Path, *, postgres: bool, **settings: Any) -> Iterator[Assembly]:
    """The whole system on free ports, as long as the block lasts."""
    base_port = ports.free_base(PORTS)
    assembly = Assembly(folder, base_port=base_port, postgres=postgres, **settings)
    try:
        assembly.start()
        yield assembly
    finally:
        assembly.stop()


def until(condition: Callable[[], T], *, seconds: float = 90, saying: Callable[[], object] = lambda: "") -> T:
    """Return the first true answer; fails, saying what was last seen, when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {saying()}")
        time.sleep(POLL_SECONDS)
    return answer
