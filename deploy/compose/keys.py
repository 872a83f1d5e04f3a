"""The pair of keys that development tokens are signed and checked with."""

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def private_key() -> str:
    """A new Ed25519 key as PEM."""
    encoding, plain = form.PrivateFormat.PKCS8, form.NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(form.Encoding.PEM, encoding, plain).decode()


def public_key(private: str) -> str:
    """The PEM with which anyone can check what the private key has signed."""
    key = form.load_pem_private_key(private.encode(), password=None).public_key()
    return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()
