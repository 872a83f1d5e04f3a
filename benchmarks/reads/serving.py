"""The contestants' server: gunicorn with the services' own configuration, all contestants in one."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answering import wait
from deploy.local import ports
from deploy.local.processes import Program, Running
from deploy.local.state import REPOSITORY

SITE = "benchmarks.reads.site.wsgi"
UPSTREAM = "BENCH_UPSTREAM"
WORKER = "chassis.serving.Worker"  # that of production
FIRST_PORT = 18900


@dataclass(frozen=True, kw_only=True)
class Server:
    """How gunicorn is to run; the same for every contestant, and for what one of them asks."""

    workers: int = 2
    worker_class: str = WORKER


@dataclass(frozen=True)
class Served:
    """Where the contestants are, and the processes that answer."""

    base: str
    pids: tuple[int, ...]


@contextmanager
def serving(server: Server, environment: Mapping[str, str], logs: Path) -> Iterator[Served]:
    """The contestants, while a second server answers what one of them asks over HTTP."""
    front, upstream = ports.free(FIRST_PORT, FIRST_PORT + 1)
    pids = []
    with ExitStack() as stack:
        for name, port in (("upstream", upstream), ("front", front)):
            given = {**environment, UPSTREAM: address(upstream), "WEB_CONCURRENCY": str(server.workers)}
            program = Program(name=name, service="query", argv=argv(server, port), environment=given)
            pids.append(stack.enter_context(running(program, logs / f"{name}.log", address(port))))
        yield Served(address(front), tuple(pids))


@contextmanager
def serving_alone(
    server: Server, environment: Mapping[str, str], log: Path, first_port: int
) -> Iterator[Served]:
    """The contestants that ask nobody."""
    (port,) = ports.free(first_port)
    given = {**environment, "WEB_CONCURRENCY": str(server.workers)}
    program = Program(name=log.stem, service="query", argv=argv(server, port), environment=given)
    with running(program, log, address(port)) as pid:
        yield Served(address(port), (pid,))


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def argv(server: Server, port: int) -> tuple[str, ...]:
    settings = str(REPOSITORY / "chassis" / "gunicorn.conf.py")
    return (
        *(sys.executable, "-m", "gunicorn", SITE, "-c", settings, "-b", f"127.0.0.1:{port}"),
        *("-k", server.worker_class),
    )


@contextmanager
def running(program: Program, log: Path, base: str) -> Iterator[int]:
    log.parent.mkdir(parents=True, exist_ok=True)
    server = Running(program, log)
    server.start()
    try:
        wait(server, f"{base}/bench/django_hello/")
        assert server.process is not None
        yield server.process.pid
    finally:
        server.stop()


def settings_of(database_url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the contestants: a service's, with this database."""
    return {
        **os.environ,
        **environment,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "benchmarks.reads.site.settings",
        "PYTHONPATH": str(REPOSITORY),
    }
