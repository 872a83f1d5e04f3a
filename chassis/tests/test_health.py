import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from chassis import production

REPOSITORY = Path(__file__).resolve().parents[2]
ASK_WHETHER_READY = """
import django
django.setup()
from django.test import Client

from chassis import production
answer = Client().get("/example/readyz", headers={"host": "testserver"})
print(answer.status_code, answer.json()["database"])
"""


def test_a_living_process_says_so_without_its_database():
    answer = Client().get("/example/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("probe", ["livez", "readyz"])
def test_a_probe_calls_a_bare_address_and_without_tls(settings, probe):
    settings.ALLOWED_HOSTS = ["blog.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = production.SETTINGS["SECURE_REDIRECT_EXEMPT"]
    client = Client(headers={"host": "10.0.0.7:8000"})

    assert client.get(f"/example/{probe}").status_code == 200
    assert client.get("/example/").status_code in (301, 400)


def test_a_probe_only_looks():
    answer = Client().post("/example/livez")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.django_db
def test_a_service_with_a_current_database_is_ready():
    assert Client().get("/example/readyz").status_code == 200


@pytest.mark.django_db
def test_a_service_with_pending_migrations_is_not_ready():
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    answer = Client().get("/example/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "1 migrations pending")


def test_a_service_without_its_database_is_not_ready():
    environment = os.environ | {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}
    command = [sys.executable, "-c", ASK_WHETHER_READY]
    ended = subprocess.run(
        command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert ended.stdout == "503 unreachable\n"
