from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from rest_framework.test import APIClient

from chassis import tokens
from chassis.testing import bearer
from chassis.tests.settings import PRIVATE_KEY

WHO_AM_I = "/example/api/v1/who-am-i/"
NOW = datetime.now(UTC)
GOOD = {
    "sub": "alice",
    "iss": "https://issuer.example",
    "aud": "example",
    "iat": NOW,
    "exp": NOW + timedelta(minutes=5),
}


def ask(token: str):
    return APIClient().get(WHO_AM_I, HTTP_AUTHORIZATION=f"Bearer {token}")


def signed(claims: dict, *, key=PRIVATE_KEY, algorithm="EdDSA", **header) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers=header or None)


def without(claim: str) -> dict:
    return {name: value for name, value in GOOD.items() if name != claim}


def test_the_bearer_of_a_token_writes_as_its_subject():
    assert bearer("alice", "moderator").get(WHO_AM_I).data == {"author": "alice", "roles": ["moderator"]}
    assert ask(signed(GOOD)).data == {"author": "alice", "roles": []}


def test_who_shows_no_token_is_asked_for_one():
    answer = APIClient().get(WHO_AM_I)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="example"'


@pytest.mark.parametrize("token", ["", "a.b.c", "ä.ö.ü", "one", "e30.e30.e30", "a b", "x" * 20_000])
def test_what_is_no_token_is_refused(token):
    assert ask(token).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        GOOD | {"exp": NOW - timedelta(minutes=5)},
        GOOD | {"nbf": NOW + timedelta(minutes=5)},
        GOOD | {"aud": "another service"},
        GOOD | {"iss": "https://another.example"},
        *(without(claim) for claim in GOOD),
        GOOD | {"sub": ""},
        GOOD | {"sub": "a" * 151},
        GOOD | {"sub": "a\x00b"},
        GOOD | {"sub": "a\ud800b"},
        GOOD | {"sub": 7},
        GOOD | {"roles": "moderator"},
        GOOD | {"roles": [1]},
    ],
    ids=str,
)
def test_a_token_with_wrong_claims_is_refused(claims):
    assert ask(signed(claims)).status_code == 401


def test_a_token_signed_by_anyone_else_is_refused():
    assert ask(signed(GOOD, key=Ed25519PrivateKey.generate())).status_code == 401


def test_a_token_without_a_signature_is_refused():
    assert ask(signed(GOOD, key=None, algorithm="none")).status_code == 401


def test_the_public_key_is_no_shared_secret():
    payload = signed(GOOD).split(".")[1]
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","typ":"JWT"}').decode()
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = hmac.sign(f"{header}.{payload}".encode(), settings.JWT["PUBLIC_KEY"].encode())

    assert ask(f"{header}.{payload}.{jwt.utils.base64url_encode(signature).decode()}").status_code == 401


def test_only_the_algorithms_of_the_settings_are_accepted(settings):
    settings.JWT = settings.JWT | {"ALGORITHMS": ["RS256"]}

    assert ask(signed(GOOD)).status_code == 401


def test_a_token_of_another_kind_of_key_is_refused():
    header = jwt.utils.base64url_encode(b'{"alg":"RS256"}').decode()
    assert ask(f"{header}.{signed(GOOD).split('.', 1)[1]}").status_code == 401


def test_a_token_in_the_address_does_not_count():
    assert APIClient().get(WHO_AM_I, {"access_token": signed(GOOD), "token": signed(GOOD)}).status_code == 401


def test_only_people_in_a_role_enter_its_room():
    staffroom = "/example/api/v1/staffroom/"

    assert APIClient().get(staffroom).status_code == 401
    assert bearer("alice").get(staffroom).status_code == 403
    assert bearer("mira", "moderator").get(staffroom).status_code == 200


def test_a_claim_makes_nobody_staff_of_the_admin():
    token = signed(GOOD | {"is_staff": True, "is_superuser": True})

    assert APIClient().get("/example/admin/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 302
    assert (
        APIClient().get("/example/api/v1/staffroom/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 403
    )


@pytest.mark.django_db
def test_a_person_with_a_session_writes_under_their_user_name(django_user_model):
    person = django_user_model.objects.create_user("bruno")
    person.groups.create(name="moderator")
    client = APIClient()
    client.force_login(person)

    assert client.get(WHO_AM_I).data == {"author": "bruno", "roles": ["moderator"]}
    assert client.get("/example/api/v1/staffroom/").status_code == 200


def test_s11_a_token_is_good_for_as_long_as_the_service_allows_and_no_longer(settings):
    settings.JWT = settings.JWT | {"LONGEST_LIFETIME": timedelta(minutes=15)}
    long = {"iat": NOW - timedelta(minutes=10)}

    assert ask(signed(GOOD | long)).status_code == 200
    refused = ask(signed(GOOD | long | {"exp": NOW + timedelta(minutes=5, seconds=1)}))
    assert (refused.status_code, refused.json()["code"]) == (401, "authentication_failed")
    assert "more than the 15 minutes" in refused.json()["detail"]
    with pytest.raises(tokens.CannotMint, match="0:15:00"):
        tokens.mint("alice", lifetime=timedelta(minutes=16))
    assert ask(tokens.mint("alice", lifetime=timedelta(minutes=15))).status_code == 200
