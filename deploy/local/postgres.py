"""A private PostgreSQL cluster: a database and a role per service, closed to one another."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import psycopg

from deploy.local import cluster, marked, ports, roles
from deploy.local.trouble import Trouble

SECRET = "postgres"
KILL_SECONDS = 10
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
# Tests throw their databases away: what a power cut would cost them is nothing.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster: `start` returns when it takes connections, `stop` when nothing of it is left."""

    def __init__(
        self,
        folder: Path,
        *,
        first_port: int,
        roles: Sequence[str],
        secret: Callable[[str], str],
        throwaway: bool = False,
    ) -> None:
        self.folder = folder.resolve()
        self.first_port, self.roles, self.secret, self.throwaway = first_port, roles, secret, throwaway
        self.process: subprocess.Popen[bytes] | None = None

    def __str__(self) -> str:
        elsewhere = "" if self.home == self.folder else f", data in {self.home}"
        return f"PostgreSQL on port {self.port}{elsewhere}"

    @cached_property
    def home(self) -> Path:
        """Where the cluster lives, decided once PostgreSQL is installed and with it the user who runs it."""
        return cluster.home(self.folder)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    def url(self, role: str) -> str:
        return f"postgres://{role}:{self._password(role)}@127.0.0.1:{self.port}/{role}"

    def start(self) -> None:
        """Start the cluster, or adopt the one that a killed owner left running; make what it lacks."""
        if not (self.data / "PG_VERSION").exists():
            cluster.create(self.data, self._password(cluster.OWNER), log=self.home / "initdb.log")
        if not self.alive():
            self.kill()
            self._launch()
        self._wait()
        rights = "LOGIN CREATEDB" if self.throwaway else "LOGIN"
        with self.connect() as owner:
            for role in self.roles:
                roles.ensure(owner, role, password=self._password(role), rights=rights)

    def alive(self) -> bool:
        return bool(self.running())

    def running(self) -> list[marked.Found]:
        """The cluster's parent process; it belongs to another user, who keeps its environment to himself."""
        return marked.with_arguments("-D", str(self.data))

    def stop(self, seconds: float = 20) -> None:
        """End the cluster in order, cutting off whoever is connected."""
        for found in self.running():
            found.send(signal.SIGINT)
        marked.until(lambda: not self.alive(), seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the cluster, as a power cut would; it recovers when it is started again."""
        for found in self.running():
            for process in (found, *found.children()):
                process.send(signal.SIGKILL)
        marked.until(lambda: not self.alive(), KILL_SECONDS)
        if self.process is not None:
            self.process.wait(KILL_SECONDS)
            self.process = None

    def remove(self) -> None:
        """Kill the cluster and delete its data, wherever they are."""
        self.kill()
        shutil.rmtree(self.home)

    def connect(self, role: str = cluster.OWNER, database: str = "postgres") -> roles.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=role,
            password=self._password(role),
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _password(self, role: str) -> str:
        return self.secret(f"{SECRET}.{role}")

    def _launch(self) -> None:
        program, who = cluster.programs(self.data), cluster.account()
        if program is None:
            raise Trouble(f"no PostgreSQL fits the data in {self.data}", mend=f"rm -r {self.home}")
        self._forget_a_dead_postmaster()
        wanted = self.port if (self.home / "port").exists() else self.first_port
        (self.home / "port").write_text(str(ports.free(wanted)[0]))
        settings = SETTINGS | {"port": str(self.port)} | (THROWAWAY if self.throwaway else {})
        command = [str(program / "postgres"), "-D", str(self.data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                user=who.pw_uid,
                group=who.pw_gid,
                extra_groups=[],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _forget_a_dead_postmaster(self) -> None:
        # PostgreSQL refuses to start while the process number it wrote down lives, even as another program.
        lock = self.data / "postmaster.pid"
        if lock.exists() and marked.program_of(int(lock.read_text().split()[0])):
            lock.unlink()

    def _wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (self.process is None or self.process.poll() is None):
            with suppress(psycopg.OperationalError), self.connect():
                return
            time.sleep(0.05)
        self.stop()
        said = self.log.read_text(errors="replace")
        raise Trouble("PostgreSQL did not start", mend=f"look into {self.log}", log=said)
