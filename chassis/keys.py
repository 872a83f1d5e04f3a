"""Checks what the environment says about signing keys; each raises ValueError when it is of no use."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from chassis.environment import names

# With a shared secret (HS256) every service that can verify a token could also mint one.
ASYMMETRIC = ("EdDSA", "RS256")
ALL = ",".join(ASYMMETRIC)


def algorithms(text: str) -> list[str]:
    """The algorithms that a token may be signed with."""
    allowed = names(text)
    if not allowed or set(allowed) - set(ASYMMETRIC):
        raise ValueError(f"only {' and '.join(ASYMMETRIC)} are allowed")
    return allowed


def public_key(text: str) -> str:
    """The PEM of an Ed25519 or RSA public key, or nothing."""
    return _pem(text, load_pem_public_key, (Ed25519PublicKey, RSAPublicKey))


def private_key(text: str) -> str:
    """The PEM of an Ed25519 or RSA private key, or nothing."""
    load = partial(load_pem_private_key, password=None)
    return _pem(text, load, (Ed25519PrivateKey, RSAPrivateKey))


def jwks_url(text: str) -> str:
    """The address of a key set, or nothing."""
    if text and urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("not a web address")
    return text


def _pem(text: str, load: Callable[[bytes], object], kinds: tuple[type, ...]) -> str:
    pem = text.replace("\\n", "\n")  # a PEM is often squeezed into one line of an environment file
    if not pem:
        return ""
    try:
        key = load(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("not a PEM of such a key") from None
    if not isinstance(key, kinds):
        raise ValueError("neither Ed25519 nor RSA")
    return pem
