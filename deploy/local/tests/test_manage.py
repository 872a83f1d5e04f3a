import shutil

import pytest

from deploy.local.tests.commands import MANAGE, manage


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_it_teaches_with_examples_when_it_is_asked_nothing(arguments):
    done = manage(*arguments)

    assert done.returncode == 0
    assert "python3 manage.py up" in done.stdout
    assert "Examples:" in done.stdout


@pytest.mark.parametrize("name", ["post", "start", "posts ", "--up"])
def test_an_unknown_service_or_verb_is_answered_with_the_usage_and_exit_code_2(name):
    done = manage(name)

    assert done.returncode == 2
    assert done.stdout == ""
    assert repr(name) in done.stderr
    assert "python3 manage.py <service> <command>" in done.stderr


@pytest.mark.parametrize("verb", ["up", "test", "bench", "doctor", "release"])
def test_every_verb_explains_itself_with_an_example(verb):
    done = manage(verb, "--help")

    assert done.returncode == 0
    assert f"python3 manage.py {verb}" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("up", "--sqlite"),
        ("up", "--base-port", "80"),
        ("test", "posst"),
        ("doctor", "now"),
        ("bench",),
        ("bench", "pipelines"),
        ("bench", "pipeline", "--only", "delay"),
        ("bench", "pipeline", "--events", "0"),
        ("bench", "pipeline", "--json", "/nowhere/found.json"),
    ],
)
def test_a_wrong_argument_of_a_verb_ends_with_exit_code_2(arguments):
    done = manage(*arguments)

    assert done.returncode == 2
    assert "usage: manage.py" in done.stderr


def test_the_benchmark_of_the_pipeline_tells_of_its_contestants():
    done = manage("bench", "pipeline", "--help")

    assert done.returncode == 0
    for name in ("relay", "raw_publish", "drain", "celery_tuned", "faststream", "visible_ms", "--json"):
        assert name in done.stdout


def test_a_service_runs_django_commands_with_its_own_settings(tmp_path):
    shown = manage(
        "posts", "shell", "-c", "from django.conf import settings as s; print(s.ROOT_URLCONF)",
        DJANGO_SETTINGS_MODULE="comments.config.settings",
        TIDINGS_LOCAL=str(tmp_path),
    )  # fmt: skip

    assert shown.returncode == 0, shown.stderr
    assert "posts.config.urls" in shown.stdout


def test_without_the_local_tools_a_service_runs_on_the_environment_alone(tmp_path):
    program = shutil.copy(MANAGE, tmp_path)
    settings = tmp_path / "posts" / "config" / "settings.py"
    settings.parent.mkdir(parents=True)
    for package in (settings.parent, settings.parent.parent):
        (package / "__init__.py").touch()
    settings.write_text("SECRET_KEY = 'of a test'\nINSTALLED_APPS = []\n")

    assert manage("posts", "check", program=tmp_path / program).returncode == 0
    refused = manage("up", program=tmp_path / program)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "deploy/local" in refused.stderr
