"""The environment variables of a service on this machine, for whatever the caller left unset."""

import json
import os
from collections.abc import Mapping

from deploy.local import keys
from deploy.local.state import State

OFFSETS = {"posts": 1, "comments": 2, "query": 3, "moderation": 4}
SERVICES = tuple(OFFSETS)
BASE_PORT = 8000
BROKER_OFFSET = 72
ISSUER, AUDIENCE = "tidings-local", "tidings"
# The private key is given to the commands that mint development tokens and to nothing else.
MINTING = ("token",)
# What `up` writes down for commands that are started beside it.
SYSTEM = "system"


def fill(service: str, *, command: str = "") -> None:
    """Set what is absent from the process's environment to what this machine's state folder says."""
    os.environ.update(missing(service, os.environ, State(), minting=command in MINTING))


def missing(service: str, given: Mapping[str, str], state: State, *, minting: bool = False) -> dict[str, str]:
    """The variables a service still needs; `<SERVICE>_DATABASE_URL` goes before `DATABASE_URL`."""
    own = given.get(f"{service.upper()}_DATABASE_URL")
    wanted = variables(service, state)
    if minting:
        wanted["JWT_PRIVATE_KEY"] = keys.key_pair(state)[0]
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
        "SECRET_KEY": keys.secret(state, f"{service}.secret_key", letters=60),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DATABASE_URL": system.get("database_urls", {}).get(service) or sqlite_url(service, state),
        "AMQP_URL": system.get("amqp_url") or f"amqp://guest:guest@127.0.0.1:{base + BROKER_OFFSET}/%2F",
        "AMQP_SHARED_USER": "guest",
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "PUBLIC_URLS": json.dumps(public_urls(base)),
    }


def sqlite_url(service: str, state: State) -> str:
    return f"sqlite:///{state.path(f'{service}.sqlite3')}"


def public_urls(base_port: int) -> dict[str, str]:
    """Where a browser on this machine finds each service."""
    return {service: f"http://127.0.0.1:{base_port + offset}" for service, offset in OFFSETS.items()}
