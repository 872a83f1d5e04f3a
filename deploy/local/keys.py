"""Secrets and the token-signing key pair of this machine, made on first use and kept private."""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.state import State

SECRETS = "secrets"
PRIVATE_KEY = "jwt/private.pem"
PUBLIC_KEY = "jwt/public.pem"


def secret(state: State, name: str, *, letters: int = 40) -> str:
    """The secret of a name, the same ever after; commands started at once agree on it."""
    kept = state.read(SECRETS)
    if name not in kept:
        with making(state):
            kept = state.read(SECRETS)
            kept.setdefault(name, secrets.token_urlsafe(letters)[:letters])
            state.write(SECRETS, kept)
    made: str = kept[name]
    return made


def key_pair(state: State) -> tuple[str, str]:
    """The private and the public Ed25519 key as PEM."""
    private, public = state.path(PRIVATE_KEY), state.path(PUBLIC_KEY)
    if not public.exists():
        with making(state):
            if not public.exists():
                make_key_pair(state)
    return private.read_text(), public.read_text()


def make_key_pair(state: State) -> None:
    # Imported here: most commands find the pair made, and the import costs more than reading it.
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    plain = private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = private.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    state.write_private(PRIVATE_KEY, plain.decode())
    state.write_private(PUBLIC_KEY, public.decode())


@contextmanager
def making(state: State) -> Iterator[None]:
    with state.path("making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
