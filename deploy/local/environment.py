"""The environment variables of a service on this machine, for whatever the caller left unset."""

import json
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from deploy.local import keys
from deploy.local.state import State

OFFSETS = {"posts": 1, "comments": 2, "query": 3, "moderation": 4}
SERVICES = tuple(OFFSETS)
BASE_PORT = 8000
BROKER_OFFSET = 72
# Above the broker's ports, with room: these are chosen while the broker has not yet taken its own.
POSTGRES_OFFSET = 10
ISSUER, AUDIENCE = "tidings-local", "tidings"
# The private key is given to the command that mints development tokens, and the broker user who may declare
# things to the one that declares them; nothing else gets either.
MINTING, DECLARING = "token", "topology"
# What `up` writes down for commands that are started beside it.
SYSTEM = "system"


def fill(service: str, *, command: str = "") -> None:
    """Set what is absent from the process's environment to what this machine's state folder says."""
    os.environ.update(missing(service, os.environ, State(), command=command))


def missing(service: str, given: Mapping[str, str], state: State, *, command: str = "") -> dict[str, str]:
    """The variables a service still needs; `<SERVICE>_DATABASE_URL` goes before `DATABASE_URL`."""
    own = given.get(f"{service.upper()}_DATABASE_URL")
    wanted = variables(service, state)
    if command == MINTING:
        wanted["JWT_PRIVATE_KEY"] = keys.key_pair(state)[0]
    if command == DECLARING and "AMQP_URL" not in given:
        wanted["AMQP_TOPOLOGY_URL"] = amqp_url(DECLARING, state)
    absent = {
        name: text for name, text in wanted.items() if name not in given and f"{name}_FILE" not in given
    }
    return absent | ({"DATABASE_URL": own} if own else {})


def variables(service: str, state: State) -> dict[str, str]:
    """All that a service reads, as this machine has it."""
    system = state.read(SYSTEM)
    base = int(system.get("base_port", BASE_PORT))
    verifying = {} if "JWT_JWKS_URL" in os.environ else {"JWT_PUBLIC_KEY": keys.key_pair(state)[1]}
    return verifying | {
        "ENVIRONMENT": "development",
        # Whoever tries the system out, or measures it, asks faster than any person.
        "THROTTLE_READS": "off",
        "THROTTLE_WRITES": "off",
        "THROTTLE_COUNTERS": str(state.path(f"{service}-requests.sqlite3")),
        "SECRET_KEY": keys.secret(state, f"{service}.secret_key", letters=60),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DATABASE_URL": system.get("database_urls", {}).get(service) or sqlite_url(service, state),
        "AMQP_URL": amqp_url(service, state),
        "AMQP_SHARED_USER": shared_user(state),
        "LIVENESS_PATH": str(state.path(f"{service}-worker.alive")),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "PUBLIC_URLS": json.dumps(public_urls(base)),
    }


def amqp_url(user: str, state: State) -> str:
    """Where the broker is for one of its users; a broker of the caller's own has one user for all."""
    system = state.read(SYSTEM)
    address = system.get("broker") or f"127.0.0.1:{int(system.get('base_port', BASE_PORT)) + BROKER_OFFSET}"
    return system.get("amqp_url") or f"amqp://{user}:{broker_password(user, state)}@{address}/%2F"


def broker_password(user: str, state: State) -> str:
    return keys.secret(state, f"{user}.amqp")


def shared_user(state: State) -> str:
    """Who publishes everybody's events at a broker of the caller's own; nobody does at the private one."""
    given = os.environ.get("AMQP_URL") or state.read(SYSTEM).get("amqp_url", "")
    return urlsplit(given.partition(";")[0]).username or "guest" if given else ""


def sqlite_url(service: str, state: State) -> str:
    return f"sqlite:///{state.path(f'{service}.sqlite3')}"


def public_urls(base_port: int) -> dict[str, str]:
    """Where a browser on this machine finds each service."""
    return {service: f"http://127.0.0.1:{base_port + offset}" for service, offset in OFFSETS.items()}
