"""What reads the manifests: kubectl and the schemas of Kubernetes, in an environment of their own."""

import os
import subprocess
from functools import cache
from pathlib import Path
from unittest import mock

import yaml

from deploy.local import interpreter
from deploy.local.state import REPOSITORY, State
from deploy.local.trouble import Trouble

KUBERNETES = REPOSITORY / "deploy" / "kubernetes"
LOCK = "requirements/kubernetes.txt"


class Missing(Exception):
    """Why the manifests cannot be read here."""


@cache
def home() -> Path:
    """The folder with the programs, made from the lock if it is not there. Raises Missing."""
    place = State().path("kubernetes")
    try:
        # Without a package index it is to be known soon.
        with mock.patch.dict(os.environ, PIP_RETRIES="1"):
            interpreter.ensure(REPOSITORY, place, lock=LOCK)
    except Trouble as trouble:
        raise Missing(f"{trouble.what} ({LOCK}); where pip can fetch them, this runs") from trouble
    return place / "bin"


def rendered(folder: Path) -> str:
    """All objects of a kustomization, as `kubectl apply -k` would send them."""
    done = run("kubectl", "kustomize", os.path.relpath(folder, REPOSITORY))
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(text: str) -> list[dict]:
    return [one for one in yaml.load_all(text, yaml.CSafeLoader) if one]


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [home() / program, *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
