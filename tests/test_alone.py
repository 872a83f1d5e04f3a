"""A service without the others: its siblings deleted, it migrates, runs and passes its own tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY

WANTED = "TIDINGS_TEST_ALONE"
ALWAYS = "comments"
KEPT = ("chassis", "shared_events", "manage.py", "conftest.py", "pyproject.toml")
SECONDS = 600
# The web process's application answers for itself, as gunicorn would load it.
SERVES = """
import os, importlib
service = os.environ["DJANGO_SETTINGS_MODULE"].partition(".")[0]
importlib.import_module(f"{service}.config.wsgi").application
from django.test import Client
answer = Client().get(f"/{service}/", headers={"host": "localhost"})
assert answer.status_code == 200, answer
assert Client().get(f"/{service}/readyz").status_code == 200
print(answer.content.decode())
"""


def only_if_wanted() -> None:
    if os.environ.get(WANTED) != "1":
        pytest.skip(f"it runs the tests of every service once more, in two minutes; {WANTED}=1 does so")


@pytest.fixture(params=SERVICES)
def service(request) -> str:
    return request.param


@pytest.fixture
def alone(service, tmp_path) -> Path:
    """A copy of the tree in which there is no other service, nor anything that knows of one."""
    for name in (service, *KEPT):
        source = REPOSITORY / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


def run(folder: Path, service: str, *arguments: str) -> str:
    """What a command says that ends well, run where there is no other service."""
    own = {
        "DJANGO_SETTINGS_MODULE": f"{service}.config.settings",
        "DATABASE_URL": f"sqlite:///{folder / 'own.sqlite3'}",
        "PYTHONPATH": str(folder),
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_service_migrates_and_runs_with_its_siblings_deleted(service, alone):
    if service != ALWAYS:
        only_if_wanted()
    assert "Applying" in run(alone, service, "manage.py", service, "migrate")
    assert f"{service}/api/v1" in run(alone, service, "-c", SERVES)
    assert "no issues" in run(alone, service, "manage.py", service, "check")


def test_a_service_passes_its_own_tests_with_its_siblings_deleted(service, alone):
    only_if_wanted()

    said = run(alone, service, "-m", "pytest", "-q", "-p", "no:cacheprovider", service)

    assert " passed" in said
    print(said.splitlines()[-1])
