"""Makes the secrets of a development system, or takes those that are given, and puts each where it is needed.

Usage: python -m deploy.compose.make_secrets FOLDER SERVICE...

The given ones are in the environment; an empty one counts as not given. What is made is kept. Production
takes nothing that was made here.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from deploy.compose import delivery, keys
from deploy.compose.delivery import OWN

SHARED = ("POSTGRES_PASSWORD", "TOPOLOGY_BROKER_PASSWORD")
SHORTEST = 16  # letters of a password that production takes
MADE = "made"  # the folder that no other container sees
PRIVATE_KEY, PUBLIC_KEY, KEY_SET = "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "JWT_JWKS_URL"


def main(arguments: Sequence[str], given: Mapping[str, str]) -> None:
    """Deliver all secrets to FOLDER; ends the process, with one message, over what production refuses."""
    folder, services = Path(arguments[0]), arguments[1:]
    os.umask(0o077)
    given = {name: text for name, text in given.items() if text}
    if given.get("ENVIRONMENT") == "production":
        refuse(list(faults(given, services)))
        delivery.deliver(folder, services, dict(given))
    else:
        delivery.deliver(folder, services, completed(given, services, folder / MADE))


def faults(given: Mapping[str, str], services: Sequence[str]) -> Iterator[str]:
    """What keeps the given secrets from being used in production, a line for each."""
    for name in names(services):
        if len(given.get(name, "")) < SHORTEST:
            yield f"{name} is shorter than {SHORTEST} letters" if name in given else f"{name} is missing"
    if not {PUBLIC_KEY, KEY_SET} & set(given):
        yield f"{PUBLIC_KEY} is missing, the key that tokens are signed with; or {KEY_SET}, where it is found"
    passwords = [given[name] for name in names(services) if name in given]
    if len(set(passwords)) < len(passwords):
        yield "two of them are the same"


def refuse(found: Sequence[str]) -> None:
    if found:
        lines = "\n  ".join(found)
        raise SystemExit(
            f"In production no secret is made up here, and none that was made up is used:\n  {lines}\n"
            "Write them into secrets.env, a line NAME=value for each, or unset TIDINGS_ENVIRONMENT."
        )


def completed(given: Mapping[str, str], services: Sequence[str], made: Path) -> dict[str, str]:
    """The given secrets, and for each that is missing the one made here, now or before."""
    made.mkdir(exist_ok=True)
    found = {name: given.get(name) or kept(made / name, make_password) for name in names(services)}
    if {PUBLIC_KEY, KEY_SET} & set(given):
        return dict(given) | found
    private = kept(made / PRIVATE_KEY, keys.private_key)
    return dict(given) | found | {PRIVATE_KEY: private, PUBLIC_KEY: keys.public_key(private)}


def names(services: Sequence[str]) -> list[str]:
    """Every secret but the keys of tokens."""
    return [*SHARED, *(f"{service.upper()}_{name}" for service in services for name in OWN)]


def kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds, made first if there is none."""
    if not path.exists():
        delivery.write(path, make(), mode=0o400)
    return path.read_text()


def make_password() -> str:
    return secrets.token_urlsafe(48)


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
