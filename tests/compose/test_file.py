"""What compose.yaml promises, read from the file as Compose understands it; nothing is started."""

from pathlib import Path

import pytest

from deploy.local.environment import SERVICES
from deploy.local.processes import TASKS, TELLING
from tests.compose.engine import no_compose
from tests.compose.stack import described

ENDED, HEALTHY = "service_completed_successfully", "service_healthy"
TOPOLOGIES = {f"{service}-topology" for service in SERVICES}


@pytest.fixture(scope="module")
def described_services():
    if reason := no_compose():
        pytest.skip(reason)
    return described()["services"]


@pytest.fixture
def processes(described_services):
    """All that run this project's own code."""
    return {name: one for name, one in described_services.items() if one["image"].startswith("tidings/")}


def waits_for(services, name, condition):
    wanted = services[name].get("depends_on", {})
    return {other for other, how in wanted.items() if how["condition"] == condition}


def all_before(services, name):
    """Whatever must have started, directly or not, before a container starts."""
    direct = set(services[name].get("depends_on", {}))
    return direct.union(*(all_before(services, other) for other in direct))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_serves_hears_migrates_and_declares(described_services, service):
    jobs = {"worker": "worker", "migrate": "migrate", "topology": "topology"}
    if service in TELLING:
        jobs["relay"] = "relay"

    for job, command in jobs.items():
        said = " ".join(described_services[f"{service}-{job}"]["command"])
        assert f"python manage.py {service} {command}" in said
    assert waits_for(described_services, service, ENDED) == {f"{service}-migrate"}


def test_query_has_no_relay(described_services):
    assert "query-relay" not in described_services


@pytest.mark.parametrize("service", TELLING)
def test_no_relay_starts_before_every_queue_exists(described_services, service):
    assert waits_for(described_services, f"{service}-relay", ENDED) >= TOPOLOGIES


@pytest.mark.parametrize("service", SERVICES)
def test_no_web_process_waits_for_the_broker(described_services, service):
    assert "rabbitmq" not in all_before(described_services, service)


@pytest.mark.parametrize("service", SERVICES)
def test_what_hears_and_what_migrates_wait_until_it_can_be_done(described_services, service):
    assert waits_for(described_services, f"{service}-worker", ENDED) >= {
        f"{service}-migrate",
        f"{service}-topology",
    }
    assert "postgres" in waits_for(described_services, f"{service}-migrate", HEALTHY)
    assert "rabbitmq" in waits_for(described_services, f"{service}-topology", HEALTHY)


def test_whatever_ends_is_waited_for_by_somebody(described_services):
    """`up --wait` takes the end of any other container for a failure."""
    ends = {name for name, one in described_services.items() if one.get("restart") == "no"}
    waited = set().union(*(waits_for(described_services, name, ENDED) for name in described_services))

    assert ends == waited


def test_only_the_gateway_is_published_and_only_to_this_machine(described_services):
    published = {
        name: [(port["host_ip"], port["published"]) for port in one["ports"]]
        for name, one in described_services.items()
        if "ports" in one
    }

    assert published == {"gateway": [("127.0.0.1", "8000")]}


def test_every_process_is_confined(described_services, processes):
    for name, one in (processes | {"gateway": described_services["gateway"]}).items():
        assert one["read_only"] and one["tmpfs"] == ["/tmp"], name
        assert one["cap_drop"] == ["ALL"] and "cap_add" not in one, name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["init"] and one["stop_grace_period"] == "30s", name


def test_what_runs_on_comes_back_by_itself(described_services):
    assert {one.get("restart") for one in described_services.values()} == {"no", "unless-stopped"}


def test_a_secret_is_mounted_where_it_is_needed_and_nowhere_else(processes):
    minting = {name for name, one in processes.items() if "minting-secrets" in sources(one)}
    assert minting == {"posts", "secrets"}
    for service in SERVICES:
        own = {name for name, one in processes.items() if one["image"] == f"tidings/{service}"}
        assert {name for name, one in processes.items() if f"{service}-secrets" in sources(one)} == own | {
            "secrets"
        }


def test_only_what_declares_gets_the_user_who_may(described_services):
    """Nor does any but the broker get the users' hashes, or any but PostgreSQL the passwords of all."""
    holders = {
        secret: {name for name, one in described_services.items() if f"{secret}-secrets" in sources(one)}
        for secret in ("topology", "rabbitmq", "postgres", "made")
    }

    assert holders["topology"] == TOPOLOGIES | {"secrets"}
    assert holders["rabbitmq"] == {"rabbitmq", "secrets"}
    assert holders["postgres"] == {"postgres", "secrets"}
    assert holders["made"] == {"secrets"}


def test_nobody_shares_a_user_of_the_broker_and_no_password_stands_in_the_file(described_services):
    for name, one in described_services.items():
        environment = one.get("environment") or {}
        assert "AMQP_SHARED_USER" not in environment, name
        assert not [key for key in environment if "PASSWORD" in key and not key.endswith("_FILE")], name
        assert not {"AMQP_URL", "DATABASE_URL", "SECRET_KEY"} & set(environment), name


def test_tasks_are_done_where_there_are_any(described_services):
    found = {name for name, one in described_services.items() if "tasks" in (one.get("command") or [])}

    assert found == {f"{service}-tasks" for service in TASKS}


def test_every_image_is_built_in_one_place(processes):
    """Two that build the same image at once collide; one that nobody builds would be looked for outside."""
    built = [one["image"] for one in processes.values() if "build" in one]

    assert sorted(built) == sorted({one["image"] for one in processes.values()})
    for service in SERVICES:
        assert processes[service]["build"]["args"] == {"SERVICE": service}


def test_no_health_check_needs_a_newer_engine(described_services):
    checks = [one["healthcheck"] for one in described_services.values() if "healthcheck" in one]

    assert checks and not any("start_interval" in check for check in checks)


def test_data_outlive_the_containers(described_services):
    assert sources(described_services["postgres"])["postgres"] == "/var/lib/postgresql"
    assert sources(described_services["rabbitmq"])["rabbitmq"] == "/var/lib/rabbitmq"
    assert described_services["rabbitmq"]["hostname"] == "rabbitmq"


def sources(one):
    """What a container has mounted, and where."""
    return {mount["source"]: mount["target"] for mount in one.get("volumes", [])}


@pytest.mark.parametrize("profile", [None, "load", "observability"])
def test_whatever_is_mounted_from_the_repository_is_there(described_services, profile):
    services = described("--profile", profile)["services"] if profile else described_services
    mounts = [mount for one in services.values() for mount in one.get("volumes", [])]

    bound = [Path(mount["source"]) for mount in mounts if mount["type"] == "bind"]
    assert bound and [path for path in bound if not path.exists()] == []


def test_nothing_of_a_profile_starts_unasked(described_services):
    assert not {"load", "observability"} & set(described_services)


def test_with_observability_everything_reports_to_it():
    if reason := no_compose():
        pytest.skip(reason)
    services = described(COMPOSE_PROFILES="observability")["services"]

    told = {
        name: one["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
        for name, one in services.items()
        if one["image"].startswith("tidings/") and name != "secrets"
    }
    assert "posts" in told and set(told.values()) == {"http://observability:4318"}
    assert services["observability"]["ports"][0]["host_ip"] == "127.0.0.1"


def test_without_it_nothing_is_sent(processes):
    environments = [one["environment"] for name, one in processes.items() if name != "secrets"]

    assert {one["OTEL_EXPORTER_OTLP_ENDPOINT"] for one in environments} == {""}
