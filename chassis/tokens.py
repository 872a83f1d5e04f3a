"""Mints tokens for development: the counterpart of what ``chassis.authentication`` accepts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from chassis.authentication import SUBJECT


class CannotMint(Exception):
    """There is no key to sign with, or nobody could use the token."""


def mint(subject: str, *, roles: Iterable[str] = (), lifetime: timedelta) -> str:
    """A signed token for a subject; raises CannotMint with the reason."""
    pem = settings.JWT["PRIVATE_KEY"]
    if not pem:
        raise CannotMint("JWT_PRIVATE_KEY is missing: set it to a PEM, or ask your issuer for a token")
    if not SUBJECT.fullmatch(subject):
        raise CannotMint("a name has 1 to 150 characters, and no control characters")
    longest = settings.JWT["LONGEST_LIFETIME"]
    if longest and lifetime > longest:
        raise CannotMint(f"no service takes a token for more than {longest}, which JWT_LONGEST_LIFETIME says")
    now = datetime.now(UTC)
    claims = {
        "sub": subject,
        "iss": settings.JWT["ISSUER"],
        "aud": settings.JWT["AUDIENCE"],
        "iat": now,
        "exp": now + lifetime,
        "roles": sorted(roles),
    }
    key = load_pem_private_key(pem.encode(), password=None)
    return jwt.encode(claims, pem, algorithm="EdDSA" if isinstance(key, Ed25519PrivateKey) else "RS256")
