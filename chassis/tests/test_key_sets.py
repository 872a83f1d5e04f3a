import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from chassis.authentication import _key_set
from chassis.testing import bearer
from chassis.tests.settings import PRIVATE_KEY
from chassis.tests.test_authentication import GOOD, WHO_AM_I, signed


def key_set(keys: dict[str, Ed25519PublicKey]) -> bytes:
    described = [
        jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True) | {"kid": kid, "use": "sig", "alg": "EdDSA"}
        for kid, key in keys.items()
    ]
    return json.dumps({"keys": described}).encode()


KEY_SET = key_set({"first": PRIVATE_KEY.public_key()})

PEM, SPKI = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
PKCS8, OPEN = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


class Issuer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def issuer(settings):
    server = HTTPServer(("127.0.0.1", 0), Issuer)
    server.says, server.asked = KEY_SET, 0
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    address = f"http://127.0.0.1:{server.server_port}/keys.json"
    settings.JWT = settings.JWT | {"PUBLIC_KEY": "", "JWKS_URL": address}
    yield server
    server.shutdown()
    server.server_close()


def answer_to(token: str):
    return APIClient().get(WHO_AM_I, HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_key_is_found_in_the_key_set_of_the_issuer(issuer):
    assert answer_to(signed(GOOD, kid="first")).status_code == 200
    assert answer_to(signed(GOOD, kid="unknown")).status_code == 401
    assert answer_to(signed(GOOD)).status_code == 401
    assert answer_to("a.b.c").status_code == 401


def test_the_issuer_is_asked_once_for_many_tokens_and_not_for_every_forged_one(issuer):
    good, forged = signed(GOOD, kid="first"), signed(GOOD, kid="unknown")

    assert [answer_to(token).status_code for token in (good, good, forged, forged, good)] == [
        *(200, 200),
        *(401, 401),
        200,
    ]
    assert issuer.asked == 1


def test_a_new_key_is_found_after_a_while_and_the_old_one_is_no_longer_good(issuer, monkeypatch):
    new = Ed25519PrivateKey.generate()
    old_token, new_token = signed(GOOD, kid="first"), signed(GOOD, key=new, kid="second")
    assert [answer_to(token).status_code for token in (old_token, new_token)] == [200, 401]

    issuer.says = key_set({"second": new.public_key()})
    monkeypatch.setattr(_key_set(django_settings.JWT["JWKS_URL"]), "cooldown_duration", 0)

    assert [answer_to(token).status_code for token in (new_token, old_token)] == [200, 401]


def test_while_keys_change_both_are_good(issuer):
    new = Ed25519PrivateKey.generate()
    issuer.says = key_set({"first": PRIVATE_KEY.public_key(), "second": new.public_key()})

    for token in (signed(GOOD, kid="first"), signed(GOOD, key=new, kid="second")):
        assert answer_to(token).status_code == 200


def test_an_issuer_that_goes_away_stops_nobody_whose_key_is_known(issuer):
    assert answer_to(signed(GOOD, kid="first")).status_code == 200
    issuer.says = b"gone"

    assert answer_to(signed(GOOD, kid="first")).status_code == 200


def test_a_token_cannot_bring_its_own_key_set(issuer):
    assert answer_to(signed(GOOD, kid="mine", jku="http://127.0.0.1:1/keys.json")).status_code == 401


@pytest.mark.parametrize("says", [b"<html>", b"\xff", b'{"keys": []}'])
def test_a_broken_issuer_is_no_fault_of_the_token(issuer, says):
    issuer.says = says

    assert answer_to(signed(GOOD, kid="first")).status_code == 503


def test_an_issuer_out_of_reach_is_no_fault_of_the_token(settings):
    settings.JWT = settings.JWT | {"PUBLIC_KEY": "", "JWKS_URL": "http://127.0.0.1:1/keys.json"}
    answer = answer_to(signed(GOOD, kid="first"))

    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"


def test_a_key_may_be_an_rsa_key(settings):
    key = generate_private_key(public_exponent=65537, key_size=2048)
    settings.JWT = settings.JWT | {
        "PRIVATE_KEY": key.private_bytes(PEM, PKCS8, OPEN).decode(),
        "PUBLIC_KEY": key.public_key().public_bytes(PEM, SPKI).decode(),
    }

    assert bearer("alice").get(WHO_AM_I).status_code == 200
    assert answer_to(signed(GOOD)).status_code == 401
