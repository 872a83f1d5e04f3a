"""The objects of one cluster, and who in it may open a connection to whom."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from tests.kubernetes import tools

NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
OURS = ("web", "relay", "worker", "tasks", "migrate", "topology")


@dataclass(frozen=True)
class Pod:
    """Something with an address: a pod by its labels and those of its namespace, or a machine outside."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    namespace: tuple[tuple[str, str], ...] = (("kubernetes.io/metadata.name", "tidings"),)
    address: str = ""

    @property
    def is_ours(self) -> bool:
        return dict(self.namespace).get("kubernetes.io/metadata.name") == "tidings"


class Cluster:
    """What `kubectl apply -k` would send."""

    def __init__(self, text: str) -> None:
        self.text, self.objects = text, tools.objects(text)

    def all(self, *kinds: str) -> list[dict[str, Any]]:
        return [one for one in self.objects if one["kind"] in kinds]

    def get(self, kind: str, name: str) -> dict[str, Any]:
        return next(one for one in self.all(kind) if one["metadata"]["name"] == name)

    def templates(self) -> dict[str, dict[str, Any]]:
        """The pod template of everything that is written down with one, by its name."""
        found = self.all("Deployment", "StatefulSet", "Job")
        return {one["metadata"]["name"]: one["spec"]["template"] for one in found}

    def ours(self) -> dict[str, dict[str, Any]]:
        """The pod templates that run this project's own code."""
        return {
            name: template
            for name, template in self.templates().items()
            if template["metadata"]["labels"][COMPONENT] in OURS
        }

    def pods(self) -> list[Pod]:
        """One for each kind there is, also of those that an operator makes, labelled as it does."""
        found = {name: template["metadata"]["labels"] for name, template in self.templates().items()}
        for one in self.all("Cluster"):
            name = one["metadata"]["name"]
            found[name] = one["spec"]["inheritedMetadata"]["labels"] | {"cnpg.io/cluster": name}
        for one in self.all("RabbitmqCluster"):
            found[one["metadata"]["name"]] = {NAME: one["metadata"]["name"], COMPONENT: "rabbitmq"}
        return [Pod(name, tuple(labels.items())) for name, labels in found.items()]

    def reaches(self, source: Pod, target: Pod, port: int, protocol: str = "TCP") -> bool:
        """Whether the policies let a connection through, on its way out and on its way in."""
        return self.lets_out(source, target, port, protocol) and self.lets_in(source, target, port, protocol)

    def lets_out(self, source: Pod, target: Pod, port: int, protocol: str = "TCP") -> bool:
        return self._lets(source, "Egress", target, port, protocol)

    def lets_in(self, source: Pod, target: Pod, port: int, protocol: str = "TCP") -> bool:
        return self._lets(target, "Ingress", source, port, protocol)

    def _lets(self, one: Pod, way: str, other: Pod, port: int, protocol: str) -> bool:
        if not one.is_ours:
            return True
        bound = [
            policy["spec"]
            for policy in self.all("NetworkPolicy")
            if way in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], one.labels)
        ]
        rules = [rule for spec in bound for rule in spec.get(way.lower(), [])]
        return not bound or any(allows(rule, way, other, port, protocol) for rule in rules)


def allows(rule: dict[str, Any], way: str, other: Pod, port: int, protocol: str) -> bool:
    """Whether one rule of a policy is about this other end and this port; what it leaves out, it lets be."""
    peers = rule.get("to" if way == "Egress" else "from")
    ports = rule.get("ports")
    return (peers is None or any(is_meant(peer, other) for peer in peers)) and (
        ports is None or any(covers(one, port, protocol) for one in ports)
    )


def is_meant(peer: dict[str, Any], other: Pod) -> bool:
    if block := peer.get("ipBlock"):
        return bool(other.address) and within(other.address, block)
    if other.address:
        return False
    namespace, pod = peer.get("namespaceSelector"), peer.get("podSelector")
    near = other.is_ours if namespace is None else selects(namespace, other.namespace)
    return near and (pod is None or selects(pod, other.labels))


def within(address: str, block: dict[str, Any]) -> bool:
    return ip_address(address) in ip_network(block["cidr"]) and not any(
        ip_address(address) in ip_network(one) for one in block.get("except", [])
    )


def covers(one: dict[str, Any], port: int, protocol: str) -> bool:
    return one.get("protocol", "TCP") == protocol and one["port"] <= port <= one.get("endPort", one["port"])


def selects(selector: dict[str, Any], labels: Any) -> bool:
    """Whether a label selector takes these labels; an empty one takes any. Fails on what it does not know."""
    given = dict(labels)
    unknown = set(selector) - {"matchLabels", "matchExpressions"}
    assert not unknown, f"a selector that is not understood: {unknown}"
    exact = all(given.get(key) == text for key, text in selector.get("matchLabels", {}).items())
    return exact and all(holds(one, given) for one in selector.get("matchExpressions", []))


def holds(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    assert expression["operator"] == "In", f"an operator that is not understood: {expression}"
    return labels.get(expression["key"]) in expression["values"]
