"""Development tokens signed with this machine's private key."""

import time
from collections.abc import Sequence

import jwt

from deploy.local import keys
from deploy.local.environment import AUDIENCE, ISSUER
from deploy.local.state import State

HOURS = 12


def mint(state: State, author: str, *, roles: Sequence[str] = ()) -> str:
    """A bearer token for writing as somebody."""
    now = int(time.time())
    claims = {
        "sub": author,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + HOURS * 3600,
        "roles": sorted(roles),
    }
    return jwt.encode(claims, keys.key_pair(state)[0], algorithm="EdDSA")
