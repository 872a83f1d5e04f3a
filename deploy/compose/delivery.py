"""Who gets which secret: a folder for each, which is mounted where it is needed and nowhere else."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from deploy.rabbitmq import users

OWN = ("SECRET_KEY", "DATABASE_PASSWORD", "BROKER_PASSWORD")
# The services run as a user that is no owner of these files but of their group.
GROUP_MAY_READ = 0o440
# The numbers of PostgreSQL's and RabbitMQ's users differ between images; nobody else is in their containers.
ALL_MAY_READ = 0o444


def deliver(folder: Path, services: Sequence[str], secrets: Mapping[str, str]) -> None:
    """Write every secret to the folders of those who need it."""
    for service in services:
        for name, text in of_service(service, secrets).items():
            write(folder / service / name, text, mode=GROUP_MAY_READ)
    # Empty where tokens come from elsewhere: nobody here can mint any then.
    write(folder / "minting" / "jwt_private.pem", secrets.get("JWT_PRIVATE_KEY", ""), mode=GROUP_MAY_READ)
    to_postgres(folder / "postgres", services, secrets)
    passwords = {user: secrets[f"{user.upper()}_BROKER_PASSWORD"] for user in (*services, users.TOPOLOGY)}
    topology = amqp_url(users.TOPOLOGY, passwords[users.TOPOLOGY])
    write(folder / "topology" / "amqp_url", topology, mode=GROUP_MAY_READ)
    definitions = json.dumps(users.filled(passwords))
    write(folder / "rabbitmq" / "definitions.json", definitions, mode=ALL_MAY_READ)


def to_postgres(folder: Path, services: Sequence[str], secrets: Mapping[str, str]) -> None:
    """The superuser's password and each role's, in files of their names."""
    write(folder / "postgres", secrets["POSTGRES_PASSWORD"], mode=ALL_MAY_READ)
    for service in services:
        write(folder / service, secrets[f"{service.upper()}_DATABASE_PASSWORD"], mode=ALL_MAY_READ)


def of_service(service: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """The files of one service by their names, as its variables NAME_FILE expect them."""
    key, database, broker = (secrets[f"{service.upper()}_{name}"] for name in OWN)
    return {
        "secret_key": key,
        "database_url": f"postgres://{service}:{quote(database, safe='')}@postgres:5432/{service}",
        "amqp_url": amqp_url(service, broker),
        "jwt_public.pem": secrets.get("JWT_PUBLIC_KEY", ""),
    }


def amqp_url(user: str, password: str) -> str:
    return f"amqp://{user}:{quote(password, safe='')}@rabbitmq:5672/%2F"


def write(path: Path, text: str, *, mode: int) -> None:
    """Put a file in its place whole: whoever reads it meanwhile finds the old one or the new one."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.write_text(text)
    new.chmod(mode)
    new.replace(path)
