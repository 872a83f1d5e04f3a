import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

LOGINS = ("/example/admin/login/", "/example/api/auth/login/")
LIMIT = 10

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    # Guessing is meant to take time, but not that of the tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(django_user_model):
    return django_user_model.objects.create_superuser("mona", password="correct horse battery")


def log_in(
    password: str, *, name: str = "mona", path: str = LOGINS[0], address: str = "192.0.2.1", **headers
):
    return Client(REMOTE_ADDR=address).post(path, {"username": name, "password": password}, **headers)


@pytest.mark.parametrize("path", LOGINS)
def test_who_guesses_too_often_is_locked_out(person, path):
    answers = [log_in("wrong", path=path).status_code for _ in range(LIMIT + 1)]

    assert answers == [200] * (LIMIT - 1) + [429] * 2
    refused = log_in("correct horse battery", path=path)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert refused.json()["code"] == "throttled"


def test_a_person_is_told_so_on_a_page(person):
    for _ in range(LIMIT):
        answer = log_in("wrong", headers={"accept": "text/html"})

    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert re.search("15.minutes", answer.content.decode())


def test_a_forged_address_guesses_no_longer(person):
    names = (f"person {number}" for number in range(LIMIT))
    for number, name in enumerate(names):
        log_in("wrong", name=name, headers={"x-forwarded-for": f"10.0.0.{number}"})

    assert log_in("correct horse battery").status_code == 429
    assert log_in("correct horse battery", address="192.0.2.2").status_code == 302


def test_many_addresses_guess_no_longer_at_one_name(person):
    for number in range(LIMIT):
        log_in("wrong", address=f"198.51.100.{number}")

    assert log_in("correct horse battery", address="192.0.2.99").status_code == 429
    assert log_in("wrong", name="nobody", address="192.0.2.99").status_code == 200


def test_a_name_that_nobody_has_is_locked_out_alike(person):
    answers = [log_in("wrong", name="nobody").status_code for _ in range(LIMIT)]

    assert answers[-1] == 429


def test_whoever_waits_may_try_again(person):
    for _ in range(LIMIT):
        log_in("wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert log_in("correct horse battery").status_code == 302


def test_the_right_password_makes_up_for_wrong_ones(person):
    for _ in range(LIMIT - 1):
        log_in("wrong")
    log_in("correct horse battery")

    assert [log_in("wrong").status_code for _ in range(LIMIT - 1)] == [200] * (LIMIT - 1)
