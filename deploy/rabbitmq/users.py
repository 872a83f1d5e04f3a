"""Gives the broker's users their passwords: `python users.py definitions.json user=password ...`.

Who may do what stands in definitions.json; no password does. RabbitMQ keeps salted hashes:
https://www.rabbitmq.com/docs/passwords
"""

import base64
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TOPOLOGY = "topology"  # the one user who may declare things
DEFINITIONS = Path(__file__).with_name("definitions.json")


def filled(passwords: Mapping[str, str], definitions: Path = DEFINITIONS) -> dict[str, Any]:
    """The definitions with a password for every user; raises KeyError for a user without one."""
    content: dict[str, Any] = json.loads(definitions.read_text())
    for user in content["users"]:
        user["hashing_algorithm"] = "rabbit_password_hashing_sha256"
        user["password_hash"] = password_hash(passwords[user["name"]])
    return content


def password_hash(password: str) -> str:
    salt = os.urandom(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode()


if __name__ == "__main__":
    path, *pairs = sys.argv[1:]
    given = dict(pair.partition("=")[::2] for pair in pairs)
    print(json.dumps(filled(given, Path(path)), indent=2))
