"""Makes the Secrets of a new installation, with nothing but Python; each password is new.

    python3 -m deploy.kubernetes.make_secrets | kubectl create -f -

No file is written. `kubectl create` refuses what exists: passwords that are in use are not overwritten.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from deploy.rabbitmq import users

SERVICES = ("posts", "comments", "moderation", "query")
NAMESPACE = "tidings"
BROKER = "rabbitmq:5672"
RELEASED_WITH = {"tidings/phase": "stores", "app.kubernetes.io/part-of": "tidings"}


def main() -> None:
    print(json.dumps({"apiVersion": "v1", "kind": "List", "items": all_secrets()}, indent=2))


def all_secrets() -> list[dict[str, Any]]:
    """A Secret for each service and for its database; for the broker, its operator, and its one declarer."""
    broker = {user: password() for user in (*SERVICES, users.TOPOLOGY)}
    made = [secret("rabbitmq-definitions", {"definitions.json": json.dumps(users.filled(broker))})]
    made.append(secret("rabbitmq-administrator", administrator(broker[users.TOPOLOGY])))
    made.append(secret("topology-secrets", {"AMQP_TOPOLOGY_URL": amqp_url(users.TOPOLOGY, broker)}))
    for service in SERVICES:
        database = {"username": service, "password": password()}
        made.append(secret(f"{service}-db", database, kind="kubernetes.io/basic-auth"))
        made.append(secret(f"{service}-secrets", settings(service, database["password"], broker)))
    return made


def settings(service: str, database_password: str, broker: Mapping[str, str]) -> dict[str, str]:
    """What a service's processes are told and nobody else is."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": f"postgres://{service}:{quote(database_password)}@{service}-db-rw:5432/{service}",
        "AMQP_URL": amqp_url(service, broker),
    }


def administrator(password: str) -> dict[str, str]:
    """A login at the broker as its operator expects it."""
    host, _, port = BROKER.partition(":")
    login = {"username": users.TOPOLOGY, "password": password, "host": host, "port": port}
    configuration = f"default_user = {users.TOPOLOGY}\ndefault_pass = {password}\n"
    return login | {"provider": "rabbitmq", "type": "rabbitmq", "default_user.conf": configuration}


def amqp_url(user: str, broker: Mapping[str, str]) -> str:
    return f"amqp://{user}:{quote(broker[user])}@{BROKER}/%2F"


def password() -> str:
    return secrets.token_urlsafe(30)


def secret(name: str, content: Mapping[str, str], *, kind: str = "Opaque") -> dict[str, Any]:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": RELEASED_WITH}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": kind,
        "metadata": metadata,
        "stringData": dict(content),
    }


if __name__ == "__main__":
    main()
