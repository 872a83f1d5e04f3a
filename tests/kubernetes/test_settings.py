"""What a process is told in a cluster is what its settings ask for, and production finds it safe."""

import base64
import hashlib
import json
import os
from unittest import mock
from urllib.parse import unquote, urlsplit

import pytest

import chassis.environment
from chassis.settings import service_settings
from deploy.kubernetes.make_secrets import all_secrets
from deploy.local.environment import SERVICES
from deploy.rabbitmq import users
from tests.kubernetes.cluster import COMPONENT, NAME

# Read by gunicorn, which the settings do not know: chassis/gunicorn.conf.py, and gunicorn itself.
OF_THE_SERVER = {"WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"}


def secrets_of(cluster):
    """What the Secrets hold, by their names: those of the overlay, else those that a person makes for it."""
    written = {
        one["metadata"]["name"]: {key: base64.b64decode(text).decode() for key, text in one["data"].items()}
        for one in cluster.all("Secret")
    }
    return written or {one["metadata"]["name"]: one["stringData"] for one in all_secrets()}


def told(cluster, secrets, one):
    """The environment of a container, as the kubelet would put it together."""
    configured = {each["metadata"]["name"]: each["data"] for each in cluster.all("ConfigMap")}
    environment: dict[str, str] = {}
    for source in one.get("envFrom", []):
        if "configMapRef" in source:
            environment |= configured[source["configMapRef"]["name"]]
        else:
            environment |= secrets[source["secretRef"]["name"]]
    return environment | {each["name"]: each["value"] for each in one.get("env", [])}


def every_process(cluster):
    """Service, kind and environment of each container that runs our code, in the order of their names."""
    secrets = secrets_of(cluster)
    for _, template in sorted(cluster.ours().items()):
        labels, pod = template["metadata"]["labels"], template["spec"]
        for one in [*pod.get("initContainers", []), *pod["containers"]]:
            yield labels[NAME], labels[COMPONENT], told(cluster, secrets, one)


def started(service, environment):
    """The settings of a service in an environment, and the names that they asked for."""
    asked = set()
    look = chassis.environment._text

    def listening(name, **options):
        asked.add(name)
        return look(name, **options)

    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(chassis.environment, "_text", listening),
    ):
        return service_settings(service, apps=[]), asked


def test_every_process_starts_with_what_it_is_told_and_is_told_nothing_that_it_does_not_ask(cluster):
    seen = {}
    for service, kind, environment in every_process(cluster):
        key = (service, tuple(sorted(environment.items())))
        seen[key] = seen.get(key) or started(service, environment)
        _, asked = seen[key]
        assert set(environment) - asked <= OF_THE_SERVER, (service, kind)
    assert len(seen) >= 3 * len(SERVICES)


@pytest.mark.parametrize(("overlay", "strict"), [("production", True), ("local", False)])
def test_production_is_strict_and_a_laptop_is_not(overlays, overlay, strict):
    for service, kind, environment in every_process(overlays[overlay]):
        if kind == "web":
            settings, _ = started(service, environment)
            assert settings.get("SESSION_COOKIE_SECURE", False) == strict
            assert not settings["DEBUG"] and settings["REST_FRAMEWORK"]["NUM_PROXIES"] == int(strict)


def test_production_would_refuse_a_password_that_is_a_name(production):
    service, _, environment = next(every_process(production))
    weak = environment | {"AMQP_URL": f"amqp://{service}:{service}@rabbitmq:5672/%2F"}

    with pytest.raises(SystemExit, match="AMQP_URL cannot be used in production"):
        started(service, weak)


def test_each_service_comes_as_its_own_user_to_its_own_database(cluster):
    for service, kind, environment in every_process(cluster):
        broker, database = urlsplit(environment["AMQP_URL"]), urlsplit(environment["DATABASE_URL"])
        assert (broker.username, broker.hostname, broker.port) == (service, "rabbitmq", 5672), kind
        assert (database.username, database.hostname) == (service, f"{service}-db-rw"), kind
        assert database.path == f"/{service}", kind


def test_databases_and_services_know_the_same_password(cluster):
    secrets = secrets_of(cluster)

    for service in SERVICES:
        made_with = next(text for name, text in secrets.items() if name.startswith(f"{service}-db"))
        url = next(text for name, text in secrets.items() if name.startswith(f"{service}-secrets"))[
            "DATABASE_URL"
        ]
        assert made_with["username"] == service
        assert made_with["password"] == unquote(urlsplit(url).password or "")


def test_the_broker_has_the_users_of_the_committed_file_with_the_passwords_that_are_used(cluster):
    secrets = secrets_of(cluster)
    definitions = json.loads(
        next(text for name, text in secrets.items() if name.startswith("rabbitmq-definitions"))[
            "definitions.json"
        ]
    )
    committed = json.loads(users.DEFINITIONS.read_text())
    used = {urlsplit(text).username: urlsplit(text).password for text in amqp_urls(secrets)}

    assert definitions["permissions"] == committed["permissions"]
    assert definitions["vhosts"] == committed["vhosts"]
    assert [(one["name"], one["tags"]) for one in definitions["users"]] == [
        (one["name"], one["tags"]) for one in committed["users"]
    ]
    for user in definitions["users"]:
        assert is_password(unquote(used[user["name"]]), user["password_hash"]), user["name"]


def amqp_urls(secrets):
    return [text for content in secrets.values() for key, text in content.items() if key.startswith("AMQP_")]


def is_password(password, hashed):
    salt, digest = base64.b64decode(hashed)[:4], base64.b64decode(hashed)[4:]
    return hashlib.sha256(salt + password.encode()).digest() == digest


def test_the_operator_of_the_broker_comes_as_an_administrator_that_the_broker_has():
    made = {one["metadata"]["name"]: one["stringData"] for one in all_secrets()}
    login, url = made["rabbitmq-administrator"], urlsplit(made["topology-secrets"]["AMQP_TOPOLOGY_URL"])

    assert (login["username"], login["password"]) == (url.username, unquote(url.password or ""))
    assert (login["host"], int(login["port"])) == (url.hostname, url.port)
    committed = {one["name"]: one["tags"] for one in json.loads(users.DEFINITIONS.read_text())["users"]}
    assert committed[login["username"]] == ["administrator"]


def test_only_the_jobs_that_declare_come_as_the_user_who_may(cluster):
    declaring = {
        (service, kind) for service, kind, told in every_process(cluster) if "AMQP_TOPOLOGY_URL" in told
    }

    assert declaring == {(service, "topology") for service in SERVICES}


def test_nobody_mints_tokens_but_posts_on_a_laptop(production, local):
    def minting(cluster):
        return {
            (service, kind) for service, kind, told in every_process(cluster) if "JWT_PRIVATE_KEY" in told
        }

    assert minting(production) == set()
    assert minting(local) == {("posts", "web")}


def test_no_secret_of_production_is_written_down(production):
    assert production.all("Secret") == []
    for one in production.all("ConfigMap"):
        assert not {"SECRET_KEY", "DATABASE_URL", "AMQP_URL", "AMQP_TOPOLOGY_URL", "JWT_PRIVATE_KEY"} & set(
            one["data"]
        )
    assert "local-" not in production.text


def test_two_installations_share_no_secret():
    first, second = ({text for one in all_secrets() for text in one["stringData"].values()} for _ in range(2))

    # The names of users and of the broker.
    assert first & second == {*SERVICES, users.TOPOLOGY, "rabbitmq", "5672"}


def test_every_secret_that_is_asked_for_is_made(production):
    made = {one["metadata"]["name"] for one in all_secrets()}
    asked = {
        source["secretRef"]["name"]
        for template in production.ours().values()
        for one in [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]
        for source in one["envFrom"]
        if "secretRef" in source
    }
    asked |= {one["spec"]["bootstrap"]["initdb"]["secret"]["name"] for one in production.all("Cluster")}
    (broker,) = production.all("RabbitmqCluster")
    (volume,) = broker["spec"]["override"]["statefulSet"]["spec"]["template"]["spec"]["volumes"]
    asked |= {volume["secret"]["secretName"], broker["spec"]["secretBackend"]["externalSecret"]["name"]}

    assert asked == made
