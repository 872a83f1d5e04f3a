"""What compose.yaml promises, on a real engine with PostgreSQL and RabbitMQ 4."""

import json
import subprocess
from collections import Counter

import pytest
import requests

from deploy.local.environment import SERVICES
from deploy.local.processes import TASKS, TELLING
from tests.assembly import until
from tests.compose.load import load

PROBLEM = "application/problem+json"
OUTAGE_SECONDS = 20
PUBLISH = """
import os, sys, pika
url = open(os.environ["AMQP_URL_FILE"]).read()
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
channel.confirm_delivery()
channel.basic_publish(sys.argv[1], "nobody.hears.this", b"")
"""


def processes_of(service):
    """All that runs of a service, but for what ends by itself."""
    jobs = ["worker", *(["relay"] if service in TELLING else []), *(["tasks"] if service in TASKS else [])]
    return [service, *(f"{service}-{job}" for job in jobs)]


def test_the_broker_is_rabbitmq_4(stack):
    assert stack.say("exec", "-T", "rabbitmq", "rabbitmqctl", "version").startswith("4.")


def test_the_broker_holds_publishers_back_before_its_container_is_full(stack):
    said = stack.say("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "status", "--formatter", "json")

    assert 0 < json.loads(said)["vm_memory_high_watermark_limit"] < 2 * 2**30 * 0.7


def test_a_post_and_its_comments_travel_through_all_services(stack):
    hops = stack.journey().travel()

    print("\n".join(f"{hop:<44} {milliseconds:6.0f} ms" for hop, milliseconds in hops.items()))
    assert len(hops) == 7


def test_the_demo_is_there_to_be_read(stack):
    journey = stack.journey()

    journey.hop("demo comments", "comments-demo", lambda: counted(stack) >= 6)


def counted(stack):
    """How many comments there are on the demo's posts."""
    titles = "'A garden on the roof', 'Why the tram is late', 'Bread without kneading', 'What the frost left'"
    posts = f"SELECT id FROM query_postreplica WHERE title IN ({titles})"
    return len(stack.select("query", f"SELECT id FROM query_commentreplica WHERE post_id IN ({posts})"))


def test_addresses_in_answers_lead_back_through_the_gateway(stack):
    feed = requests.get(f"{stack.url}/query/api/v1/posts/", timeout=10).json()

    address = feed["results"][0]["url"]
    assert address.startswith(f"{stack.url}/query/")
    assert requests.get(address, timeout=10).status_code == 200


def test_without_a_broker_every_write_is_accepted_and_all_arrive_when_it_is_back(stack):
    with load(stack, rate=5, seconds=OUTAGE_SECONDS + 15) as writes:
        writes.goes_on(5)
        stack.say("stop", "rabbitmq")
        try:
            writes.goes_on(5 + OUTAGE_SECONDS)
        finally:
            stack.say("start", "rabbitmq")

    assert writes.result["refused"] == {}
    assert_all_is_there(stack, writes.result)


def test_services_restarted_in_turn_under_writes_lose_nothing(stack):
    with load(stack, rate=5, seconds=60) as writes:
        writes.goes_on(5)
        for service in SERVICES:
            stack.say("restart", *processes_of(service))
            until(lambda asked=f"{stack.url}/{service}/readyz": ready(asked), seconds=120)
    stack.again(*(name for service in SERVICES for name in processes_of(service)))

    # Of those who ask for a service while it is away, the gateway asks to try again.
    assert set(writes.result["refused"]) <= {"502", "504"}
    assert_all_is_there(stack, writes.result)


def ready(url):
    return requests.get(url, timeout=40).status_code == 200


def test_stores_restarted_under_writes_lose_nothing(stack):
    with load(stack, rate=5, seconds=30) as writes:
        writes.goes_on(5)
        stack.say("restart", "postgres")
        stack.say("restart", "rabbitmq")

    assert set(writes.result["refused"]) <= {"502", "503", "504"}
    assert_all_is_there(stack, writes.result)


def assert_all_is_there(stack, accepted):
    """Whatever was accepted is with its owner and with query, and no replica differs from its source."""
    stack.quiet()
    for service, table, kind in (
        ("posts", "posts_post", "posts"),
        ("query", "query_postreplica", "posts"),
        ("comments", "comments_comment", "comments"),
        ("query", "query_commentreplica", "comments"),
    ):
        held = {row[0] for row in stack.select(service, f"SELECT id FROM {table}")}
        assert accepted[kind] and set(accepted[kind]) <= held, table
    for service in SERVICES:
        assert stack.select(service, "SELECT 1 FROM shared_events_parkedevent") == [], service


def test_reads_are_spread_over_three_and_one_of_two_workers_may_die(stack):
    stack.again("--scale", "query=3", "--scale", "query-worker=2", "query", "query-worker")
    try:
        until(lambda: len(answered_by(stack, "found", 10)) == 3)
        spread = answered_by(stack, "counted", 90)
        workers = [one["Name"] for one in stack.containers() if one["Service"] == "query-worker"]
        assert len(workers) == consumers(stack, "query.events") == 2
        with load(stack, rate=5, seconds=20) as writes:
            writes.goes_on(5)
            subprocess.run(["docker", "kill", workers[0]], check=True, capture_output=True)
    finally:
        stack.again("--scale", "query=1", "--scale", "query-worker=1", "query", "query-worker")

    print(spread)
    assert min(spread.values()) >= 10
    assert writes.result["refused"] == {}
    assert_all_is_there(stack, writes.result)


def answered_by(stack, name, times):
    """How many of so many reads each container of query has answered."""
    for number in range(times):
        headers = {"X-Request-ID": f"{name}-{number}"}
        requests.get(f"{stack.url}/query/api/v1/posts/", timeout=10, headers=headers)
    said = stack.say("logs", "--no-color", "--no-log-prefix", "gateway").splitlines()
    # Some versions of Compose begin a line with a code for terminals.
    lines = [json.loads(line[line.index("{") :]) for line in said if "{" in line]
    return Counter(line["upstream"] for line in lines[-times:] if line["request_id"].startswith(name))


def consumers(stack, queue):
    said = stack.say("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "list_consumers", "queue_name")
    return said.split().count(queue)


def test_what_the_gateway_answers_itself_is_a_problem(stack):
    large = requests.post(f"{stack.url}/posts/api/v1/posts/", data=b" " * 3_000_000, timeout=10)
    unknown = requests.get(f"{stack.url}/nowhere", timeout=10, headers={"X-Request-ID": "asked-1"})
    stack.say("stop", "query")
    try:
        down = requests.get(f"{stack.url}/query/api/v1/posts/", timeout=10)
        others = requests.get(f"{stack.url}/posts/readyz", timeout=10)
    finally:
        stack.again("query")

    assert (large.status_code, large.headers["Content-Type"]) == (413, PROBLEM)
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, PROBLEM)
    assert unknown.json()["instance"] == unknown.headers["X-Request-ID"] == "asked-1"
    assert down.status_code in (502, 504) and down.headers["Content-Type"] == PROBLEM
    assert down.json()["status"] == down.status_code and down.headers["Retry-After"]
    assert others.status_code == 200


def test_a_role_enters_its_own_database_alone(stack):
    for role in SERVICES:
        password = stack.say("exec", "-T", "postgres", "cat", f"/run/secrets/{role}")
        entered = {
            database for database in (*SERVICES, "postgres") if enters(stack, role, password, database)
        }
        assert entered == {role}


def enters(stack, role, password, database):
    url = f"postgresql://{role}:{password}@127.0.0.1/{database}"
    done = stack.inside("postgres", "psql", url, "--quiet", "--command", "SELECT 1")
    assert done.returncode == 0 or "permission denied for database" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("service", TELLING)
def test_a_service_publishes_to_its_own_exchange_alone(stack, service):
    for owner in TELLING:
        done = stack.inside(service, "python", "-c", PUBLISH, f"{owner}.events")
        assert (done.returncode == 0) == (owner == service), done.stderr
        assert owner == service or "ACCESS_REFUSED" in done.stderr


def test_production_takes_no_secret_that_was_made(stack):
    done = stack.run("run", "--rm", "-T", "--no-deps", "secrets", TIDINGS_ENVIRONMENT="production")

    assert done.returncode == 1
    assert "none that was made up is used" in done.stderr
    assert "POSTS_BROKER_PASSWORD is missing" in done.stderr


def test_whatever_runs_says_that_it_is_well(stack):
    until(lambda: health(stack) == {"healthy"}, seconds=60, saying=stack.containers)


def health(stack):
    return {one["Health"] for one in stack.containers() if one["State"] == "running"}


def test_a_second_up_changes_nothing(stack):
    before = running(stack)
    secret = stack.say("exec", "-T", "posts", "cat", "/run/secrets/secret_key")

    stack.up()

    assert running(stack) == before
    assert stack.say("exec", "-T", "posts", "cat", "/run/secrets/secret_key") == secret


def running(stack):
    """The containers that run, by id."""
    return {one["ID"] for one in stack.containers() if one["State"] == "running"}
