"""Whether a web server that was started answers."""

import time
from contextlib import suppress

import requests

from deploy.local.processes import Running
from deploy.local.trouble import Trouble

START_SECONDS = 30


def wait(server: Running, url: str) -> None:
    """Return once a server answers there; raises Trouble if it ends, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while server.alive() and time.monotonic() < deadline:
        with suppress(requests.RequestException):
            requests.get(url, timeout=5).raise_for_status()
            return
        time.sleep(0.05)  # between two looks; another process gives no other sign
    raise Trouble(f"{server.program.name} does not answer", mend=f"look into {server.log}")
