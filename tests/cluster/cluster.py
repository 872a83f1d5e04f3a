"""Three nodes of RabbitMQ that are one broker."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from shared_events import addresses
from tests.assembly import until
from tests.cluster.network import network
from tests.cluster.node import Node, Shared

START_SECONDS = 180


class Cluster:
    """Its nodes, and what they say of one another."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def start(self) -> None:
        """Start every node, and return when each takes connections and sees all the others."""
        for node in self.nodes:
            node.start()
        self.wait()

    def wait(self) -> None:
        until(self.is_whole, seconds=START_SECONDS, saying=self.running)

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def url(self) -> str:
        """The addresses of all nodes."""
        return addresses.SEPARATOR.join(node.url() for node in self.nodes)

    def is_whole(self) -> bool:
        everybody = sorted(node.name for node in self.nodes)
        seen = self.running()
        return all(node.answers() and seen.get(node.name) == everybody for node in self.nodes)

    def running(self) -> dict[str, list[str]]:
        """Which nodes run, as each node that answers sees it."""
        found = {}
        for node in self.nodes:
            with suppress(OSError):
                found[node.name] = sorted(one["name"] for one in node.asked("nodes") if one["running"])
        return found

    def asked(self, path: str) -> Any:
        """What the first node says that says anything."""
        for node in self.nodes:
            with suppress(OSError):
                return node.asked(path)
        raise OSError("no node answers")

    def queue(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.asked(f"queues/%2F/{name}")
        return found

    def leader_of(self, queue: str) -> Node:
        name = self.queue(queue)["leader"]
        return next(node for node in self.nodes if node.name == name)

    def clients_of(self, node: Node) -> list[str]:
        """Who is connected to a node: the names of relays, and of others their library."""
        told = [one for one in self.asked("connections") if one.get("node") == node.name]
        properties = [one.get("client_properties", {}) for one in told]
        return [one.get("connection_name") or one.get("product", "") for one in properties]


@contextmanager
def cluster(folder: Path, size: int = 3) -> Iterator[Cluster]:
    """A cluster on hosts of its own, as long as the block lasts."""
    with network(size) as hosts:
        shared = Shared(hosts.hosts)
        nodes = [
            Node(host, folder / f"node-{number}", shared) for number, host in enumerate(hosts.hosts, start=1)
        ]
        made = Cluster(nodes)
        try:
            made.start()
            yield made
        finally:
            made.kill()
