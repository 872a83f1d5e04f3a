"""Hosts on this machine: network namespaces with an address each, joined by a bridge, that can be cut off."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BRIDGED_THROUGH_IPTABLES = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")


def impossible() -> str:
    """Why this machine has no such hosts; empty if it has."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    for program in ("ip", "iptables"):
        if shutil.which(program) is None:
            return f"needs the program {program}: apt-get install iproute2 iptables"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    return f"needs network namespaces: {tried.stderr.strip()}" if tried.returncode else ""


def run(*command: str) -> None:
    """Run a command that has nothing to say; raises CalledProcessError, with what it said, if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)


class Host:
    """One namespace; ``address`` is known to this machine and to the other hosts."""

    def __init__(self, network: "Network", number: int) -> None:
        self.address = f"{network.prefix}.{number}"
        self.namespace = f"{network.name}-{number}"
        self._bridge = network.name
        self._outside, self._inside = f"{network.name}o{number}", f"{network.name}i{number}"

    def make(self) -> None:
        run("ip", "netns", "add", self.namespace)
        run("ip", "link", "add", self._outside, "type", "veth", "peer", "name", self._inside)
        run("ip", "link", "set", self._inside, "netns", self.namespace)
        run("ip", "link", "set", self._outside, "master", self._bridge, "up")
        run(*self.inside("ip", "address", "add", f"{self.address}/24", "dev", self._inside))
        run(*self.inside("ip", "link", "set", self._inside, "up"))
        run(*self.inside("ip", "link", "set", "lo", "up"))

    def inside(self, *command: str) -> list[str]:
        """A command line that runs on this host."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def cut_off(self, *others: "Host") -> None:
        """Drop every packet from and to the others, or, with none named, from and to everybody else."""
        for match in [("-s", other.address) for other in others] or [("-i", self._inside)]:
            run(*self.inside("iptables", "-A", "INPUT", *match, "-j", "DROP"))
        for match in [("-d", other.address) for other in others] or [("-o", self._inside)]:
            run(*self.inside("iptables", "-A", "OUTPUT", *match, "-j", "DROP"))

    def heal(self) -> None:
        for chain in ("INPUT", "OUTPUT"):
            run(*self.inside("iptables", "-F", chain))

    def remove(self) -> None:
        for command in (["ip", "netns", "del", self.namespace], ["ip", "link", "del", self._outside]):
            with suppress(
                subprocess.CalledProcessError
            ):  # it may never have been made, or went with the other
                run(*command)


class Network:
    """A bridge whose first hosts are there; this machine itself is the last address."""

    def __init__(self, hosts: int) -> None:
        self.name = f"td{os.getpid() % 100000}"  # names of interfaces have 15 letters at most
        self.prefix = f"10.213.{os.getpid() % 250}"
        self.hosts = [Host(self, number) for number in range(1, hosts + 1)]
        self._rule = ["FORWARD", "-i", self.name, "-o", self.name, "-j", "ACCEPT"]

    def make(self) -> None:
        run("ip", "link", "add", self.name, "type", "bridge")
        run("ip", "address", "add", f"{self.prefix}.254/24", "dev", self.name)
        run("ip", "link", "set", self.name, "up")
        if BRIDGED_THROUGH_IPTABLES.exists():  # Docker has what crosses a bridge dropped
            run("iptables", "-I", *self._rule)
        for host in self.hosts:
            host.make()

    def remove(self) -> None:
        for host in self.hosts:
            host.remove()
        for command in (["iptables", "-D", *self._rule], ["ip", "link", "del", self.name]):
            with suppress(subprocess.CalledProcessError):
                run(*command)


@contextmanager
def network(hosts: int) -> Iterator[Network]:
    """So many hosts, as long as the block lasts."""
    made = Network(hosts)
    try:
        made.make()
        yield made
    finally:
        made.remove()
