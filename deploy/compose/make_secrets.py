"""Makes the development secrets, each service's in a folder of its own; what exists is kept.

Usage: make_secrets.py FOLDER SERVICE...   The key that tokens are signed with goes into FOLDER/minting alone.
"""

import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# The services run as a user that is no owner of these files but of their group.
GROUP_MAY_READ = 0o440


def main(arguments: Sequence[str]) -> None:
    folder, services = Path(arguments[0]), arguments[1:]
    os.umask(0o077)
    private = kept(folder / "minting" / "jwt_private.pem", make_private_key)
    for service in services:
        kept(folder / service / "secret_key", make_secret_key)
        write(folder / service / "jwt_public.pem", public_key(private))


def kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds, made first if there is none."""
    if not path.exists():
        write(path, make())
    return path.read_text()


def write(path: Path, text: str) -> None:
    """Put a file in its place whole: whoever reads it meanwhile finds the old one or the new one."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.write_text(text)
    new.chmod(GROUP_MAY_READ)
    new.replace(path)


def make_secret_key() -> str:
    return secrets.token_urlsafe(48)


def make_private_key() -> str:
    encoding, plain = form.PrivateFormat.PKCS8, form.NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(form.Encoding.PEM, encoding, plain).decode()


def public_key(private: str) -> str:
    key = form.load_pem_private_key(private.encode(), password=None).public_key()
    return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()


if __name__ == "__main__":
    main(sys.argv[1:])
