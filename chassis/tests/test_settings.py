import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import ConnectionHandler

from chassis.database import database
from chassis.settings import service_settings

REPOSITORY = Path(__file__).resolve().parents[2]


def settings_with(monkeypatch, **variables: str | None) -> dict:
    for name, value in variables.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return service_settings("example", apps=[])


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "AMQP_URL", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_PUBLIC_KEY"]
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named_in_one_line(monkeypatch, name, value):
    with pytest.raises(SystemExit, match=rf"^{name} is (missing|empty): .+$") as ending:
        settings_with(monkeypatch, **{name: value})
    assert "\n" not in str(ending.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "posts"),
        ("DATABASE_URL", "mysql://a:b@c/d"),
        ("DATABASE_URL", "sqlite://posts.sqlite3"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "postgres://a:b@c:port/d"),
        ("AMQP_URL", "http://broker"),
        ("METRICS_PORT", "web"),
        ("METRICS_PORT", "70000"),
        ("AMQP_URL", "amqp://"),
        ("AMQP_URL", "amqp://broker:port/"),
        ("AMQP_URL", "amqp://broker/;"),
        ("AMQP_URL", "amqp://one/;amqps://two/"),
        ("JWT_PUBLIC_KEY", "not a key"),
        ("JWT_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        ("JWT_ALGORITHMS", "HS256"),
        ("JWT_ALGORITHMS", "none"),
        ("JWT_JWKS_URL", "file:///etc/passwd"),
        ("OUTBOX_RETENTION", "7"),
        ("OUTBOX_RETENTION", "0d"),
        ("OUTBOX_RETENTION", "-1d"),
        ("OUTBOX_RETENTION", "99999999999d"),
        ("DIGESTS_EVERY", "10"),
        ("DIGESTS_EVERY", "0m"),
        ("PUBLIC_URLS", "{"),
        ("PUBLIC_URLS", '["http://a"]'),
        ("PUBLIC_URLS", '{"posts": "javascript:alert(1)"}'),
    ],
)
def test_a_broken_variable_is_named_in_one_line(monkeypatch, name, value):
    with pytest.raises(SystemExit, match=rf"^{name} cannot be used \(.+\): .+$") as ending:
        settings_with(monkeypatch, **{name: value})
    assert "\n" not in str(ending.value)


def test_a_variable_may_lie_in_a_file_that_changes(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY")
    for secret in ("first", "second"):
        (tmp_path / "secret").write_text(f"{secret}\n")
        assert settings_with(monkeypatch, SECRET_KEY_FILE=str(tmp_path / "secret"))["SECRET_KEY"] == secret


def test_a_file_that_cannot_be_read_is_named_in_one_line(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match=r"^AMQP_URL_FILE cannot be read \(.+\): .+$"):
        settings_with(monkeypatch, AMQP_URL_FILE=str(tmp_path / "absent"))


def test_a_key_squeezed_into_one_line_is_a_key(monkeypatch):
    pem = os.environ["JWT_PUBLIC_KEY"].strip()
    assert settings_with(monkeypatch, JWT_PUBLIC_KEY=pem.replace("\n", "\\n"))["JWT"]["PUBLIC_KEY"] == pem


def test_a_process_with_a_broken_environment_ends_with_one_line():
    environment = os.environ | {"DEBUG": "perhaps", "DJANGO_SETTINGS_MODULE": "chassis.tests.settings"}
    command = [sys.executable, "-m", "django", "check"]
    ended = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == "DEBUG cannot be used (neither true nor false): set it to true or false\n"


def test_postgresql_is_kept_open_and_a_request_waits_for_it_only_so_long():
    url = "postgres://posts:secret@db:5433/posts?sslmode=require"
    web, worker = database(url, statement_seconds=20), database(url)
    pooled = database(url, statement_seconds=20, pool=4)

    assert pooled["OPTIONS"]["pool"]["max_size"] == 4 and pooled["CONN_MAX_AGE"] == 0
    assert "pool" not in web["OPTIONS"]
    assert web["CONN_MAX_AGE"] is worker["CONN_MAX_AGE"] is None
    assert web["OPTIONS"]["options"] == "-c statement_timeout=20s" and web["OPTIONS"]["connect_timeout"]
    assert not {"options", "connect_timeout"} & worker["OPTIONS"].keys()
    assert web["OPTIONS"]["sslmode"] == worker["OPTIONS"]["sslmode"] == "require"
    assert (web["HOST"], web["PORT"], web["NAME"], web["PASSWORD"]) == ("db", 5433, "posts", "secret")


@pytest.mark.django_db
def test_sqlite_keeps_its_promise_of_durability(tmp_path):
    url = f"sqlite:///{tmp_path}/posts.sqlite3"
    connection = ConnectionHandler({"default": database(url)})["default"]
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    connection.close()
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("12h", 43200), ("7d", 604800), (None, 604800)]
)
def test_how_long_the_outbox_keeps_what_was_published(monkeypatch, text, seconds):
    settings = settings_with(monkeypatch, OUTBOX_RETENTION=text)

    assert settings["SHARED_EVENTS"]["OUTBOX_RETENTION"].total_seconds() == seconds


@pytest.mark.parametrize(("text", "minutes"), [(None, 10), ("30s", 0.5), ("1h", 60)])
def test_how_often_digests_are_told(monkeypatch, text, minutes):
    settings = settings_with(monkeypatch, DIGESTS_EVERY=text)

    assert settings["SHARED_EVENTS"]["DIGESTS_EVERY"].total_seconds() == minutes * 60


def test_digests_need_not_be_told(monkeypatch):
    assert settings_with(monkeypatch, DIGESTS_EVERY="off")["SHARED_EVENTS"]["DIGESTS_EVERY"] is None
