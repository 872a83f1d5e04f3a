"""One node of RabbitMQ on a host of its own."""

import json
import secrets
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import HTTPBasicAuthHandler, HTTPPasswordMgrWithDefaultRealm, build_opener

from deploy.local import broker, marked, node_files
from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from deploy.rabbitmq import users
from tests.cluster.network import Host

PART = "cluster"
PORTS = {"amqp": 5672, "management": 15672, "distribution": 25672, "epmd": 4369}
SHIPPED = REPOSITORY / "deploy" / "rabbitmq" / "cluster.conf"
# What the machine of a test wants, and not what is tested.
OURS = """\
listeners.tcp.default = 5672
management.tcp.port = 15672
log.console = false
log.file = node.log
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 67108864
"""
ERLANG = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -rabbit collect_statistics_interval 1000"


class Shared:
    """What the nodes of a cluster have in common."""

    def __init__(self, peers: Sequence[Host]) -> None:
        self.peers = peers
        self.cookie = secrets.token_hex(20)
        self.passwords = {user: secrets.token_hex(8) for user in (*SERVICES, users.TOPOLOGY)}
        self.definitions = json.dumps(users.filled(self.passwords))


class Node:
    """Starts at once; `answers` once it takes connections; `kill` leaves nothing of it but its folder."""

    def __init__(self, host: Host, folder: Path, shared: "Shared") -> None:
        self.host, self.folder = host, folder
        self._password = shared.passwords[users.TOPOLOGY]
        self._process: subprocess.Popen[bytes] | None = None
        self._write(shared)

    @property
    def name(self) -> str:
        return f"rabbit@{self.host.address}"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "node.log"

    def _write(self, shared: "Shared") -> None:
        cookie = self.folder / "home" / ".erlang.cookie"
        cookie.parent.mkdir(parents=True)
        cookie.write_text(shared.cookie)
        cookie.chmod(0o400)
        node_files.write(self.folder, PORTS)
        shipped = SHIPPED.read_text()
        for number, peer in enumerate(shared.peers, start=1):
            shipped = shipped.replace(f"rabbit@rabbitmq-{number}\n", f"rabbit@{peer.address}\n")
        loading = node_files.users(self.folder, shared.definitions)
        (self.folder / "rabbitmq.conf").write_text(OURS + loading + shipped)

    def start(self) -> None:
        program = broker.server()
        assert program is not None
        environment = node_files.variables(self.folder, PORTS) | marked.mark(PART, self.folder)
        del environment["ERL_EPMD_ADDRESS"]
        environment |= {
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        }
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                self.host.inside(str(program)),
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        marked.kill(PART, self.folder)
        if self._process is not None:
            self._process.wait(10)
            self._process = None

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection((self.host.address, PORTS["amqp"]), 1) as client:
            client.sendall(broker.PROTOCOL_HEADER)
            return client.recv(1) == broker.METHOD_FRAME
        return False

    def asked(self, path: str) -> Any:
        """What the node's management API says; raises OSError if it does not answer."""
        url = f"http://{self.host.address}:{PORTS['management']}/api/{path}"
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, users.TOPOLOGY, self._password)
        with build_opener(HTTPBasicAuthHandler(passwords)).open(url, timeout=3) as answer:
            return json.loads(answer.read())

    def url(self) -> str:
        return f"amqp://{users.TOPOLOGY}:{self._password}@{self.host.address}:{PORTS['amqp']}/%2F"
