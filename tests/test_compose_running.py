"""What compose.yaml promises, on a real engine with PostgreSQL and RabbitMQ 4."""

import json
from collections.abc import Iterator

import pytest
import requests

from deploy.local.environment import SERVICES
from tests.compose.engine import no_compose, no_engine
from tests.compose.stack import Stack, described

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    if reason := no_compose() or no_engine(foreign_images()):
        pytest.skip(reason)
    stack = Stack()
    try:
        stack.up("--build")
        yield stack
    finally:
        stack.down()


def foreign_images() -> set[str]:
    images = {one["image"] for one in described()["services"].values()}
    return {image for image in images if not image.startswith("tidings/")}


def test_the_broker_is_rabbitmq_4(stack):
    assert stack.say("exec", "-T", "rabbitmq", "rabbitmqctl", "version").startswith("4.")


def test_a_post_and_its_comments_travel_through_all_services(stack):
    hops = stack.journey().travel()

    print("\n".join(f"{hop:<44} {milliseconds:6.0f} ms" for hop, milliseconds in hops.items()))
    assert len(hops) == 7


def test_the_demo_is_there_to_be_read(stack):
    journey = stack.journey()

    journey.hop("demo comments", "comments-demo", lambda: counted(journey) >= 6)


def counted(journey):
    return sum(post["comment_count"] for post in journey.ask("GET", "query", "posts/")[1]["results"])


def test_addresses_in_answers_lead_back_through_the_gateway(stack):
    feed = requests.get(f"{stack.url}/query/api/v1/posts/", timeout=10).json()

    address = feed["results"][0]["url"]
    assert address.startswith(f"{stack.url}/query/")
    assert requests.get(address, timeout=10).status_code == 200


def test_a_write_is_accepted_while_the_broker_is_down_and_arrives_when_it_is_back(stack):
    journey = stack.journey()
    stack.token("alice")
    stack.say("stop", "rabbitmq")
    try:
        written = [journey.ask("POST", "posts", "posts/", "alice", {"title": "Unheard", "body": "So far."})]
        commented = journey.ask("GET", "comments", "posts/00000000-0000-0000-0000-000000000000/comments/")
    finally:
        stack.say("start", "rabbitmq")

    assert [status for status, post in written] == [201]
    assert commented[0] == 404
    journey.hop("post -> query", "posts-relay", lambda: journey.page(written[0][1]["id"])[0] == 200)


def test_what_the_gateway_answers_itself_is_a_problem(stack):
    large = requests.post(f"{stack.url}/posts/api/v1/posts/", data=b" " * 3_000_000, timeout=10)
    unknown = requests.get(f"{stack.url}/nowhere", timeout=10, headers={"X-Request-ID": "asked-1"})
    stack.say("stop", "query")
    try:
        down = requests.get(f"{stack.url}/query/api/v1/posts/", timeout=10)
        others = requests.get(f"{stack.url}/posts/readyz", timeout=10)
    finally:
        stack.say("start", "query")

    assert (large.status_code, large.headers["Content-Type"]) == (413, PROBLEM)
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, PROBLEM)
    assert unknown.json()["instance"] == unknown.headers["X-Request-ID"] == "asked-1"
    assert down.status_code in (502, 504) and down.headers["Content-Type"] == PROBLEM
    assert down.json()["status"] == down.status_code and down.headers["Retry-After"]
    assert others.status_code == 200


def test_a_role_enters_its_own_database_alone(stack):
    for role in SERVICES:
        entered = {database for database in (*SERVICES, "postgres") if enters(stack, role, database)}
        assert entered == {role}


def enters(stack, role, database):
    url = f"postgresql://{role}:{role}@127.0.0.1/{database}"
    done = stack.inside("postgres", "psql", url, "--quiet", "--command", "SELECT 1")
    assert done.returncode == 0 or "permission denied for database" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_one_service_and_nothing_of_the_others(stack, service):
    held = set(stack.say("exec", "-T", service, "ls", "/app").split())
    tests = stack.say("exec", "-T", service, "find", "/app", "-name", "tests")

    assert held - {"__pycache__"} == {service, "chassis", "shared_events", "manage.py"}
    assert tests == ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_is_nobody_in_particular_and_writes_nowhere(stack, service):
    assert stack.say("exec", "-T", service, "id", "-u").strip() == "10001"
    assert stack.inside(service, "touch", f"/app/{service}/new").returncode != 0
    assert stack.inside(service, "test", "-r", "/run/minting/jwt_private.pem").returncode == (
        0 if service == "posts" else 1
    )


def test_a_second_up_changes_nothing(stack):
    before = running(stack)
    secret = stack.say("exec", "-T", "posts", "cat", "/run/secrets/secret_key")

    stack.up()

    assert running(stack) == before
    assert stack.say("exec", "-T", "posts", "cat", "/run/secrets/secret_key") == secret


def running(stack):
    """The containers that run, by id."""
    lines = stack.say("ps", "--status", "running", "--format", "json").splitlines()
    return {one["ID"] for one in map(json.loads, lines)}
