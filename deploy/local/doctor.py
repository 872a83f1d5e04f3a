"""`manage.py doctor`: look at this machine and at what runs, a line each, with the mend for each fault."""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from deploy.local import broker, marked, ports, processes
from deploy.local.environment import BASE_PORT, SERVICES, SYSTEM, missing
from deploy.local.finding import Finding
from deploy.local.state import REPOSITORY, State
from deploy.local.supervisor import PROCESSES

UP = "python3 manage.py up"


def main(arguments: Sequence[str]) -> int:
    """Print what is well and what is not; 0 when everything is well."""
    parser = argparse.ArgumentParser(
        prog="manage.py doctor",
        description="Check this machine and the system that `manage.py up` runs on it.",
        epilog="example:  python3 manage.py doctor     while `up` runs in another terminal",
    )
    parser.parse_args(arguments)
    well = True
    for finding in examine(State()):
        print(finding, flush=True)
        well = well and finding.well
    print("\nall is well" if well else "\nnot all is well: see the lines with FAIL")
    return 0 if well else 1


def examine(state: State) -> Iterator[Finding]:
    """Everything that is looked at, the machine first."""
    yield Finding(thing="Python", well=True, text=platform.python_version())
    yield Finding(thing="environment", well=True, text=f"{sys.prefix}, as locked")
    yield rabbitmq()
    yield from web_ports(state)
    yield reachable_broker(state)
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        for findings in pool.map(lambda service: from_inside(service, state), SERVICES):
            yield from findings
    yield from running(state)


def rabbitmq() -> Finding:
    found = broker.server()
    mend = "sudo apt-get install rabbitmq-server"
    text = f"installed, {found}" if found else "not installed"
    well = found is not None or "AMQP_URL" in os.environ
    return Finding(thing="RabbitMQ", well=well, text=text, mend=mend)


def web_ports(state: State) -> Iterator[Finding]:
    """Each port is free, or held by the service that it is for."""
    ours = {found.pid for found in marked.find(processes.PART, state.folder)}
    mend = f"{UP} --base-port {int(state.read(SYSTEM).get('base_port', BASE_PORT)) + 1000}"
    for service in SERVICES:
        number = processes.port(service, state)
        holder = ports.holder_pid(number)
        free = ports.is_free(number)
        text = f"{number} is free" if free else f"{number} is held by {ports.holder(number)}"
        yield Finding(thing=f"{service} port", well=free or holder in ours, text=text, mend=mend)


def reachable_broker(state: State) -> Finding:
    import pika
    import pika.exceptions

    url = missing("posts", {}, state)["AMQP_URL"] if "AMQP_URL" not in os.environ else os.environ["AMQP_URL"]
    nodes = [pika.URLParameters(address) for address in url.split(";")]
    where = " or ".join(f"{node.host}:{node.port}" for node in nodes)
    try:
        connection = pika.BlockingConnection(nodes)
    except pika.exceptions.AMQPConnectionError:
        return Finding(thing="broker", well=False, text=f"nothing answers at {where}", mend=UP)
    told = connection._impl.server_properties or {}
    connection.close()
    version = told.get("version", b"?")
    text = version.decode() if isinstance(version, bytes) else str(version)
    return Finding(thing="broker", well=True, text=f"RabbitMQ {text} at {where}")


def from_inside(service: str, state: State) -> list[Finding]:
    """What the service itself sees, in a process with its settings."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.examine", service],
        cwd=REPOSITORY,
        env=processes.environment(service, state) | {marked.NAME: ""},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        text = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        return [Finding(thing=service, well=False, text=text, mend=f"python3 manage.py {service} check")]
    return [Finding(**found) for found in json.loads(done.stdout.splitlines()[-1])]


def running(state: State) -> Iterator[Finding]:
    """Whether each process of the system lives, as `up` wrote them down."""
    recorded = state.read(PROCESSES)
    ours = {found.pid for found in marked.find(processes.PART, state.folder)}
    for program in processes.table(state):
        pid = recorded.get(program.name)
        well = pid in ours
        text = f"runs (pid {pid})" if well else "does not run"
        yield Finding(thing=program.name, well=well, text=text, mend=UP)
