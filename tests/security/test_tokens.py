"""A. Who somebody is."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local import keys
from deploy.local.environment import AUDIENCE, ISSUER
from tests.security.harm import harmless
from tests.security.inventory import WRITES, named
from tests.security.site import Site

NOW = datetime.now(UTC)
GOOD = {"sub": "eve", "iss": ISSUER, "aud": AUDIENCE, "iat": NOW, "exp": NOW + timedelta(hours=2)}
MINE = "api/v1/posts/"


@pytest.mark.parametrize(("route", "method"), WRITES, ids=named)
def test_s1_nobody_writes_without_saying_who_they_are(site, route, method):
    answer = harmless(site.ask(route.service, method, route.address, {}))

    assert answer.status == 401, answer
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def part(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def hmac_signed(site: Site, algorithm: str) -> str:
    """A token whose shared secret is the public key that everybody knows."""
    text = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{good_payload()}"
    method = jwt.algorithms.HMACAlgorithm(getattr(jwt.algorithms.HMACAlgorithm, f"SHA{algorithm[2:]}"))
    signature = method.sign(text.encode(), keys.key_pair(site.state)[1].encode())
    return f"{text}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def good_payload() -> str:
    return part(GOOD | {"iat": int(NOW.timestamp()), "exp": int(GOOD["exp"].timestamp())})


def signed(site: Site, claims: dict, **header: object) -> str:
    return jwt.encode(claims, keys.key_pair(site.state)[0], algorithm="EdDSA", headers=header or None)


def without(claim: str) -> dict:
    return {name: value for name, value in GOOD.items() if name != claim}


TOKENS = {
    "S2 three words": lambda site: "a.b.c",
    "S2 not ASCII": lambda site: "ä.ö.ü",
    "S2 empty": lambda site: "",
    "S2 two parts": lambda site: signed(site, GOOD).rpartition(".")[0],
    "S3 no algorithm": lambda site: f"{part({'alg': 'none'})}.{good_payload()}.",
    "S3 no algorithm, in capitals": lambda site: f"{part({'alg': 'NONE'})}.{good_payload()}.",
    "S4 the public key as a secret, HS256": lambda site: hmac_signed(site, "HS256"),
    "S4 the public key as a secret, HS512": lambda site: hmac_signed(site, "HS512"),
    "S5 another key": lambda site: jwt.encode(GOOD, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
    "S5 a key of its own": lambda site: jwt.encode(
        GOOD,
        Ed25519PrivateKey.generate(),
        algorithm="EdDSA",
        headers={"jku": "http://127.0.0.1:1/", "kid": "x"},
    ),
    "S6 expired": lambda site: signed(site, GOOD | {"exp": NOW - timedelta(minutes=5)}),
    "S6 not yet": lambda site: signed(site, GOOD | {"nbf": NOW + timedelta(hours=1)}),
    "S6 for ever": lambda site: signed(site, without("exp")),
    "S7 not for access": lambda site: signed(site, without("aud") | {"token_type": "refresh"}),
    "S8 another audience": lambda site: signed(site, GOOD | {"aud": "elsewhere"}),
    "S8 another issuer": lambda site: signed(site, GOOD | {"iss": "https://evil.example"}),
    "S16 of 6 kB": lambda site: "x" * 6_000,
}


@pytest.mark.parametrize("name", TOKENS)
def test_token(site, name):
    token = TOKENS[name](site)
    answer = site.ask("posts", "GET", MINE, headers={"Authorization": f"Bearer {token}".encode("latin-1")})

    assert harmless(answer).status == 401, answer
    assert harmless(site.ask("posts", "GET", MINE, token=signed(site, GOOD))).status == 200


@pytest.mark.parametrize(
    "name", ["access_token", "token", "jwt", "Authorization"], ids=lambda name: f"S12 {name}"
)
def test_token_in_the_address(site, name):
    assert harmless(site.ask("posts", "GET", f"{MINE}?{name}={site.anybody()}")).status == 401


LOGIN = "/{0}/admin/login/?next=/{0}/admin/"
CLAIMS = {
    "is_staff": True,
    "is_superuser": True,
    "groups": ["moderator"],
    "role": "moderator",
    "scope": "admin",
}


@pytest.mark.parametrize("service", ["posts", "comments", "moderation", "query"])
def test_s10_no_claim_makes_anybody_staff(site, service):
    token = signed(site, GOOD | {"sub": "admin", "roles": ["admin", "staff", "moderator"]} | CLAIMS)

    answer = site.ask(service, "GET", "admin/", token=token)

    assert (answer.status, answer.headers["Location"]) == (
        302,
        f"/{service}/admin/login/?next=/{service}/admin/",
    )


def test_s10_only_the_claim_that_counts_makes_a_moderator(site):
    assert site.ask("moderation", "GET", "api/v1/cases/", token=signed(site, GOOD | CLAIMS)).status == 403
    assert site.ask("moderation", "GET", "api/v1/cases/", token=site.anybody("moderator")).status == 200
