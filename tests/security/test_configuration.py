"""E, and the passwords of A: how the services are set up."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local import processes
from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from tests.security.harm import harmless
from tests.security.inventory import LISTED
from tests.security.people import LOGIN, Person, staff
from tests.security.rows import PASSWORD, ROUTES, SHOWN, STAFF

IN_PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "blog.example",
    "AMQP_URL": "amqp://posts:a-good-one@broker:5672/%2F",
}
POST = {"title": "A title", "body": "A body"}
PASSWORDS = ("password", "abc", "newcomer", "12345678901")
HOSTS = ("evil.example", "localhost.evil.example", "a b", "[", "")
WORKSHOP = ("silk/", "__debug__/", "metrics", "debug/", ".env", "api/v1/.git/config", "server-status")


def test_s13_s130_who_guesses_passwords_is_locked_out_whatever_address_they_claim(site):
    guesser = Person(site, "posts")
    answers = [
        guesser.submit(
            LOGIN, {"username": "nobody", "password": "?"}, **{"X-Forwarded-For": f"10.0.0.{number}"}
        )
        for number in range(10)
    ]
    right = guesser.submit(LOGIN, {"username": STAFF, "password": PASSWORD})

    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert (right.status_code, right.headers["Retry-After"]) == (429, "900")
    assert staff(site, "posts").look("admin/").status_code == 200


@pytest.mark.parametrize("password", PASSWORDS, ids=lambda name: f"S15 {name}")
def test_password(site, password):
    fields = {"username": "newcomer", "password1": password, "password2": password, "usable_password": "true"}

    answer = staff(site, "posts").submit("admin/auth/user/add/", fields)

    assert answer.status_code == 200
    assert "errorlist" in answer.text


def test_s82_a_web_process_that_is_not_safe_ends_with_one_line(sites):
    environment = sites["sqlite"].environment("posts") | IN_PRODUCTION | {"AMQP_URL": "amqp://guest:guest@b/"}

    ended = subprocess.run(
        processes.web("posts", 0), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60
    )

    assert ended.returncode != 0
    assert "AMQP_URL cannot be used in production (everybody knows the user guest)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_s81_django_finds_nothing_to_say_about_production(sites):
    def checked(service: str) -> subprocess.CompletedProcess[str]:
        environment = sites["postgres"].environment(service) | IN_PRODUCTION
        command = [sys.executable, "manage.py", service, "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)

    with ThreadPoolExecutor(len(SERVICES)) as pool:
        for ended in pool.map(checked, SERVICES):
            assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("host", HOSTS, ids=lambda name: f"S83 {name}")
def test_host(site, host):
    answer = site.ask("posts", "GET", "api/v1/posts/", headers={"Host": host})

    assert harmless(answer).status == 400


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("path", ["", "api/v1/", "nothing/", "livez", "admin/login/"])
def test_s85_headers(site, service, path):
    headers = site.ask(service, "GET", path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-ID"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "X-Powered-By" not in headers and not any(letter.isdigit() for letter in headers["Server"])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_s86_another_site_may_not_read_along(site, service, method):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Cookie": "a=b"}

    answer = site.ask(service, method, "api/v1/", headers=headers)

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_s87_a_form_of_another_site_is_refused(site):
    person = staff(site, "posts")

    for path in ("admin/posts/post/add/", "admin/logout/", "api/auth/login/", "admin/login/"):
        assert person.post(person.root + path, {"title": "Mine"}, timeout=30).status_code == 403
    answer = person.post(person.root + "api/v1/posts/", json=POST, headers={"Accept": "*/*"}, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_s87_cookies(site):
    person = Person(site, "posts")
    set_cookies = person.submit(LOGIN, {"username": STAFF, "password": PASSWORD}).headers["Set-Cookie"]

    assert "posts_sessionid" in set_cookies and "HttpOnly" in set_cookies
    assert set_cookies.count("SameSite=Lax") == set_cookies.count("Path=/posts/") == 2
    assert "Max-Age=28800" in set_cookies


@pytest.mark.parametrize("path", WORKSHOP)
@pytest.mark.parametrize("service", SERVICES)
def test_s88_nothing_of_the_workshop_is_left_open(site, service, path):
    from_outside = {"X-Forwarded-For": "203.0.113.9"}  # as a gateway passes it on
    assert harmless(site.ask(service, "GET", path, headers=from_outside)).status == 404


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("path", ["livez", "readyz"])
def test_s89_health_tells_no_more_than_that_without_a_broker(site, service, path):
    answer = harmless(site.ask(service, "GET", path))

    assert answer.status == 200
    assert answer.problem.keys() <= {"status", "database"}


@pytest.mark.parametrize("service", SERVICES)
def test_s90_every_address_is_listed_with_what_may_be_asked_by_whom(site, service):
    listed = [line for line in LISTED.read_text().splitlines() if line.startswith(f"{service}/")]
    found = [line for line in site.state.read(ROUTES.format(service))["lines"] if line != "/ * anybody"]

    assert found == listed, f"let {LISTED.name} say, if that is meant:\n" + "\n".join(found)


def test_without_its_database_a_service_says_when_to_come_back(sites):
    site = sites["postgres"]
    token, person = site.anybody("moderator"), staff(site, "posts")
    asked = [
        ("posts", "POST", "api/v1/posts/", POST),
        ("posts", "GET", f"api/v1/posts/{SHOWN}/", None),
        ("comments", "POST", f"api/v1/posts/{SHOWN}/comments/", {"body": "a"}),
        ("moderation", "GET", "api/v1/cases/", None),
        ("query", "GET", "api/v1/posts/", None),
    ]
    with site.databases_away(), ThreadPoolExecutor(8) as pool:
        page = pool.submit(person.look, "admin/")
        ready = pool.submit(site.ask, "posts", "GET", "readyz")
        answers = [pool.submit(site.ask, *one, token=token) for one in asked]
        assert site.ask("posts", "GET", "livez").status == 200
        for answer in (harmless(future.result()) for future in answers):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "2"), answer
        assert ready.result().status == 503
        assert (page.result().status_code, page.result().headers["Retry-After"]) == (503, "2")
    assert site.ask("posts", "GET", f"api/v1/posts/{SHOWN}/").status == 200
