"""How durable the running servers are, as they say themselves and not as they were told."""

import base64
import json
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.rig import ADMINISTRATOR, HEARER, Rig
from deploy.local import environment
from shared_events import topology

ASKED = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


def read(rig: Rig) -> dict[str, str]:
    """PostgreSQL's settings, and what RabbitMQ says of itself and of the queue that is drained."""
    overview = management(rig, "overview")
    queue = management(rig, f"queues/%2F/{topology.queue_of(HEARER)}")
    return {
        **database(rig),
        "rabbitmq": overview["rabbitmq_version"],
        "erlang": overview["erlang_version"],
        "queue": f"{queue['type']}, durable {str(queue['durable']).lower()}",
        "messages": "published persistent, mandatory and with confirms",
    }


def database(rig: Rig) -> dict[str, str]:
    with rig.database(HEARER) as connection:
        rows = [connection.execute(f"SHOW {name}").fetchone() for name in ASKED]
    return {
        name.replace("server_version", "postgresql"): str(row[0])
        for name, row in zip(ASKED, rows, strict=True)
        if row
    }


def management(rig: Rig, path: str) -> Any:
    assert rig.system.broker is not None
    login = f"{ADMINISTRATOR}:{environment.broker_password(ADMINISTRATOR, rig.state)}"
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    request = Request(f"{rig.system.broker.management_url}/api/{path}", headers=headers)
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)
