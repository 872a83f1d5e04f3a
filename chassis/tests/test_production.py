import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from chassis.settings import service_settings
from chassis.tests.settings import ENVIRONMENT

REPOSITORY = Path(__file__).resolve().parents[2]
SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "kZ3-pQ9_vT5xWm7Lr2Ns8Yc4Hd6Jf1Gb0Ka-eUiOoAaXyRq3Vt7Bw9Cz",
    "ALLOWED_HOSTS": "blog.example",
    "AMQP_URL": "amqp://posts:a-good-one@broker:5672/%2F",
}


def settings_with(monkeypatch, **variables: str) -> dict:
    for name, value in (SAFE | variables).items():
        monkeypatch.setenv(name, value)
    return service_settings("example", apps=[])


def test_safe_settings_are_taken(monkeypatch):
    assert settings_with(monkeypatch)["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("said", "longest"),
    [
        ({}, timedelta(minutes=15)),
        ({"JWT_LONGEST_LIFETIME": "1h"}, timedelta(hours=1)),
        ({"JWT_LONGEST_LIFETIME": "off"}, None),
        ({"ENVIRONMENT": "development"}, None),
    ],
)
def test_s11_a_token_lives_a_quarter_of_an_hour_unless_told_otherwise(monkeypatch, said, longest):
    assert settings_with(monkeypatch, **said)["JWT"]["LONGEST_LIFETIME"] == longest


def test_a_lifetime_that_is_none_is_refused(monkeypatch):
    with pytest.raises(SystemExit, match="JWT_LONGEST_LIFETIME cannot be used"):
        settings_with(monkeypatch, JWT_LONGEST_LIFETIME="long")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "abc" * 20),
        ("SECRET_KEY", "django-insecure-" + SAFE["SECRET_KEY"]),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "blog.example,*"),
        ("AMQP_URL", "amqp://guest:guest@broker/"),
        ("AMQP_URL", "amqp://guest:a-good-one@broker/"),
        ("AMQP_URL", "amqp://broker/"),
        ("AMQP_URL", "amqp://guest:a-good-one@one/;amqp://guest:a-good-one@two/"),
        ("AMQP_URL", "amqp://tidings:tidings@broker/"),
        ("AMQP_TOPOLOGY_URL", "amqp://guest:guest@broker/"),
        ("DATABASE_URL", "postgres://posts:posts@db/posts"),
    ],
)
def test_s82_what_is_not_safe_is_refused_in_one_line_with_the_mend(monkeypatch, name, value):
    with pytest.raises(
        SystemExit,
        match=rf"^{name} cannot be used in production \(.+\): .+, or set ENVIRONMENT to development$",
    ) as ending:
        settings_with(monkeypatch, **{name: value})
    assert "\n" not in str(ending.value)
    assert settings_with(monkeypatch, **{name: value, "ENVIRONMENT": "development"})


def test_s82_a_database_file_that_everybody_may_read_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "posts.sqlite3"
    file.touch(0o644)

    with pytest.raises(SystemExit, match=rf"chmod o= {re.escape(str(file))}"):
        settings_with(monkeypatch, DATABASE_URL=f"sqlite:///{file}")
    file.chmod(0o640)
    settings_with(monkeypatch, DATABASE_URL=f"sqlite:///{file}")


def test_whoever_does_not_say_so_is_in_production(monkeypatch):
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.delenv("ENVIRONMENT")

    with pytest.raises(SystemExit, match="in production"):
        service_settings("example", apps=[])


def test_there_is_no_third_environment(monkeypatch):
    with pytest.raises(
        SystemExit, match=r"^ENVIRONMENT cannot be used \(neither production nor development\)"
    ):
        settings_with(monkeypatch, ENVIRONMENT="staging")


def test_people_browse_the_api_in_development_and_where_they_are_let(monkeypatch):
    def renderers(**variables: str) -> int:
        return len(settings_with(monkeypatch, **variables)["REST_FRAMEWORK"]["DEFAULT_RENDERER_CLASSES"])

    assert renderers() == 1
    assert renderers(BROWSABLE_API="true") == 2
    monkeypatch.delenv("BROWSABLE_API")
    assert renderers(ENVIRONMENT="development") == 2


def test_s82_a_refused_start_ends_with_one_line():
    environment = os.environ | ENVIRONMENT | SAFE | {"DEBUG": "true"}
    command = [sys.executable, "-m", "django", "check"]
    ended = subprocess.run(
        command,
        env=environment | {"DJANGO_SETTINGS_MODULE": "posts.config.settings"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert ended.stderr == (
        "DEBUG cannot be used in production (its pages show the inside): "
        "set it to false, or set ENVIRONMENT to development\n"
    )


def test_django_finds_nothing_to_say_about_production(monkeypatch):
    with override_settings(**_changed(settings_with(monkeypatch))):
        call_command("check", deploy=True, fail_level="WARNING")


def _changed(settings: dict) -> dict:
    """What the checks for production look at; the rest cannot be changed while Django runs."""
    looked_at = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "SILENCED_", "SECRET_KEY", "DEBUG", "ALLOWED_")
    return {name: value for name, value in settings.items() if name.startswith(looked_at)}
