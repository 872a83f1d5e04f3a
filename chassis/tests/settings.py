"""A service of its own for the tests of the chassis, whose environment lies in this file."""

import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.settings import service_settings

PRIVATE_KEY = Ed25519PrivateKey.generate()

ENVIRONMENT = {
    "ENVIRONMENT": "development",
    "SECRET_KEY": "only for tests",
    "AMQP_URL": "amqp://guest:guest@127.0.0.1:5672/%2F",
    "JWT_ISSUER": "https://issuer.example",
    "JWT_AUDIENCE": "example",
    "JWT_PRIVATE_KEY": PRIVATE_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode(),
    "JWT_PUBLIC_KEY": PRIVATE_KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode(),
    "PUBLIC_URLS": '{"example": "http://127.0.0.1:8001", "sibling": "http://127.0.0.1:8002"}',
}
for name in (*ENVIRONMENT, "JWT_JWKS_URL"):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ.update(ENVIRONMENT)
os.environ.setdefault("DATABASE_URL", "sqlite:////tmp/chassis-tests.sqlite3")

globals().update(
    service_settings("example", apps=["chassis.tests.example", "chassis.idempotency"], colour="violet")
)

ROOT_URLCONF = "chassis.tests.example.urls"
ALLOWED_HOSTS = ["testserver"]
# The example's views are there to fail in many ways, not to be described.
SPECTACULAR_SETTINGS = {"ENABLE_DJANGO_DEPLOY_CHECK": False}
