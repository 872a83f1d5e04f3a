"""A private RabbitMQ node in a folder of its own, which touches nothing of the system's."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploy.local import marked, node_files, packages, ports
from deploy.local.progress import Step
from deploy.local.trouble import Trouble
from deploy.rabbitmq import users

# Debian's wrapper in /usr/sbin refuses any user but root and rabbitmq and leaves for /var/lib.
DEBIAN_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
UNITS = ("rabbitmq-server.service", "epmd.service", "epmd.socket")
PART = "broker"
PORTS = ("amqp", "management", "distribution", "epmd")
KILL_SECONDS = 10
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"
# By now all connections and stores are closed; what follows is a wait of 5 s for a process that has ended.
ALL_CLOSED = b"Management plugin: to stop collect_statistics"
# Names of queues declared just now reach the disk a second late; killed before, the node loses its streams.
SETTLE_SECONDS = 2.0


def server() -> Path | None:
    if DEBIAN_SERVER.exists():
        return DEBIAN_SERVER
    found = shutil.which("rabbitmq-server")
    return Path(found) if found else None


def ensure_installed(step: Step) -> None:
    """Find RabbitMQ or install it."""
    if server() is None:
        packages.install("rabbitmq-server", why="RabbitMQ", step=step, units=UNITS)


class Broker:
    """One node: `start` returns at once, `wait` once it takes connections, `stop` when nothing is left."""

    def __init__(self, folder: Path, *, first_port: int, passwords: Mapping[str, str] | None = None) -> None:
        """With ``passwords`` the node has the users of deploy/rabbitmq; without, RabbitMQ's own guest."""
        self.folder = folder.resolve()
        self.first_port = first_port
        self.passwords = passwords
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def ports(self) -> dict[str, int]:
        kept: dict[str, int] = json.loads((self.folder / "ports.json").read_text())
        return kept

    @property
    def amqp_url(self) -> str:
        """An address that may do everything."""
        login = f"{users.TOPOLOGY}:{self.passwords[users.TOPOLOGY]}" if self.passwords else "guest:guest"
        return f"amqp://{login}@{self.address}/%2F"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.ports['amqp']}"

    @property
    def management_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['management']}"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "node.log"

    def start(self) -> None:
        """Start the node, or adopt the one that a killed owner left running."""
        if self.answers():
            return
        self.kill()
        program = server()
        if program is None:
            raise Trouble("RabbitMQ is not installed", mend="sudo apt-get install rabbitmq-server")
        chosen = self._choose_ports()
        definitions = json.dumps(users.filled(self.passwords)) if self.passwords else ""
        node_files.write(self.folder, chosen, definitions)
        environment = node_files.variables(self.folder, chosen) | marked.mark(PART, self.folder)
        with (self.folder / "output.log").open("wb") as output:
            self.process = subprocess.Popen(
                [str(program)],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, seconds: float = 60) -> None:
        """Return when the node takes connections; say why when it does not."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > deadline or (self.process and self.process.poll() is not None):
                said = (self.folder / "output.log").read_text(errors="replace")
                self.stop()
                raise Trouble("RabbitMQ did not start", mend=f"look into {self.log}", log=said)
            time.sleep(0.05)

    def alive(self) -> bool:
        return any(found.program == "beam.smp" for found in marked.find(PART, self.folder))

    def answers(self) -> bool:
        """Whether the node is ours and speaks AMQP; it opens its listener last of all."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.ports["amqp"]), 2) as client:
            client.sendall(PROTOCOL_HEADER)
            # The port first: a look at all processes, twenty times a second, slows the node's start.
            return client.recv(1) == METHOD_FRAME and self.alive()
        return False

    def stop(self, seconds: float = 30) -> None:
        """End the node in order, and with it epmd and every other process it started."""
        told = self.log.stat().st_size if self.log.exists() else 0
        for found in marked.find(PART, self.folder):
            if found.program == "beam.smp":
                found.send(15)
        marked.until(lambda: not self.alive() or ALL_CLOSED in self._told_since(told), seconds)
        marked.until(lambda: not self.alive(), SETTLE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill the node with everything that belongs to it, as a power cut would."""
        marked.kill(PART, self.folder)
        if self.process is not None:
            self.process.wait(KILL_SECONDS)
            self.process = None

    def _told_since(self, offset: int) -> bytes:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read()

    def _choose_ports(self) -> dict[str, int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self.folder / "ports.json"
        wanted = list(self.ports.values()) if kept.exists() else range(self.first_port, self.first_port + 4)
        chosen = dict(zip(PORTS, ports.free(*wanted), strict=True))
        kept.write_text(json.dumps(chosen))
        return chosen
