"""What the rendered objects say of each other and of the code."""

import json
import re

import pytest

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from deploy.rabbitmq import users
from shared_events import topology
from tests.kubernetes.cluster import COMPONENT, NAME, OURS
from tests.kubernetes.reading import EVERY, container, containers, selected

# Read and not imported: the module stands on Django's settings, of which there are none here.
THREADS = re.search(r"^threads = (\d+)$", (REPOSITORY / "chassis/gunicorn.conf.py").read_text(), re.MULTILINE)
LIVENESS = (REPOSITORY / "shared_events/worker/liveness.py").read_text()
RIGHTS = {one["user"]: one for one in json.loads(users.DEFINITIONS.read_text())["permissions"]}


def test_every_process_of_every_service_is_there_once(cluster):
    assert sorted(one["metadata"]["name"] for one in cluster.all("Deployment")) == sorted(EVERY)
    for name in EVERY:
        service, job = name.split("-")
        wanted = None if job == "web" else ["python", "manage.py", service, job]
        assert container(cluster, name).get("command") == wanted
        assert container(cluster, name)["image"] == f"tidings/{service}:unreleased"


def test_a_selector_takes_its_own_pods_and_no_others(cluster):
    for one in cluster.all("Deployment", "StatefulSet"):
        assert selected(cluster, one["spec"]["selector"]) == [one["metadata"]["name"]]


def test_a_service_leads_to_one_kind_of_pod_on_a_port_that_it_has(cluster):
    services = [one for one in cluster.all("Service") if "selector" in one["spec"]]
    assert {one["metadata"]["name"] for one in services} >= set(SERVICES)

    for one in services:
        (behind,) = selected(cluster, {"matchLabels": one["spec"]["selector"]})
        ports = {
            port["name"] for each in containers(cluster.templates()[behind]) for port in each.get("ports", [])
        }
        assert {port["targetPort"] for port in one["spec"]["ports"]} <= ports
    for service in SERVICES:
        assert selected(cluster, {"matchLabels": cluster.get("Service", service)["spec"]["selector"]}) == [
            f"{service}-web"
        ]


def test_only_a_laptop_opens_ports_of_its_nodes(production, local):
    assert {one["spec"].get("type", "ClusterIP") for one in production.all("Service")} == {"ClusterIP"}
    ports = {one["metadata"]["name"]: one["spec"]["ports"][0].get("nodePort") for one in local.all("Service")}
    assert {name: ports[name] for name in SERVICES} == {
        "posts": 30001,
        "comments": 30002,
        "query": 30003,
        "moderation": 30004,
    }
    assert not any(port for name, port in ports.items() if name not in SERVICES)


def test_a_drain_of_a_node_never_takes_all_of_a_process(cluster):
    budgets = {
        tuple(selected(cluster, one["spec"]["selector"])): one for one in cluster.all("PodDisruptionBudget")
    }
    assert set(budgets) - {()} == {(name,) for name in EVERY}

    for name in EVERY:
        spec = budgets[(name,)]["spec"]
        assert spec.get("maxUnavailable") == 1 or spec["minAvailable"] == 1


def test_what_is_scaled_has_no_fixed_number_and_what_is_not_has_one(production):
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]
        for one in production.all("HorizontalPodAutoscaler", "ScaledObject")
    }
    fixed = {
        one["metadata"]["name"]: one["spec"]["replicas"]
        for one in production.all("Deployment")
        if "replicas" in one["spec"]
    }

    assert scaled == {name for name in EVERY if name.endswith(("-web", "-worker"))}
    assert fixed == {name: 1 if name.endswith("-tasks") else 2 for name in EVERY if name not in scaled}


def test_workers_are_scaled_by_a_queue_that_the_code_declares_and_they_may_read(production):
    for service in SERVICES:
        (trigger,) = production.get("ScaledObject", f"{service}-worker")["spec"]["triggers"]
        queue = trigger["metadata"]["queueName"]
        login = production.get("TriggerAuthentication", trigger["authenticationRef"]["name"])["spec"]
        assert queue == topology.queue_of(service)
        assert trigger["metadata"]["mode"] == "QueueLength" and trigger["metadata"]["protocol"] == "amqp"
        assert re.match(RIGHTS[service]["read"], queue)
        assert login["secretTargetRef"] == [
            {"parameter": "host", "name": f"{service}-secrets", "key": "AMQP_URL"}
        ]
        assert production.get("ScaledObject", f"{service}-worker")["spec"]["minReplicaCount"] >= 1


def test_every_service_migrates_and_declares_before_it_is_rolled_out(cluster):
    made = {one["metadata"]["name"]: one for one in cluster.all("Job")}

    assert set(made) == {f"{service}-{job}" for service in SERVICES for job in ("migrate", "topology")}
    for name, one in made.items():
        service, job = name.split("-")
        (command,) = (" ".join(each["command"]) for each in one["spec"]["template"]["spec"]["containers"])
        assert f"python manage.py {service} {job}" in command
        assert one["metadata"]["labels"]["tidings/phase"] == "prepare"
        assert one["spec"]["activeDeadlineSeconds"] == 1800
    query = made["query-migrate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    assert query[-1].endswith("&& python manage.py query build_documents")


def test_a_release_of_one_service_finds_all_that_is_its_own(cluster):
    """`--selector` takes by label: whatever bears a service's name has its label, and its phase."""
    for one in cluster.objects:
        name, labels = one["metadata"]["name"], one["metadata"].get("labels", {})
        owner = re.split(r"-", name)[0]
        if owner in SERVICES and one["kind"] != "NetworkPolicy":
            assert labels.get(NAME) == owner, name
        phases = {"Deployment": None, "Job": "prepare", "StatefulSet": "stores", "NetworkPolicy": "stores"}
        if one["kind"] in phases:
            assert labels.get("tidings/phase") == phases[one["kind"]], name
    for service in SERVICES:
        used = cluster.get("Deployment", f"{service}-web")["spec"]["template"]["spec"]["containers"][0][
            "envFrom"
        ]
        settings = cluster.get("ConfigMap", used[0]["configMapRef"]["name"])["metadata"]["labels"]
        assert settings[NAME] == service and settings["tidings/phase"] == "prepare"


def test_no_image_is_taken_by_a_tag_that_moves_silently(cluster):
    images = {one["image"] for template in cluster.templates().values() for one in containers(template)}
    images |= {one["spec"]["image"] for one in cluster.all("RabbitmqCluster")}

    for image in images:
        assert re.fullmatch(r"tidings/\w+:unreleased|(postgres|rabbitmq):[0-9][\w.-]*", image), image


def test_all_web_processes_at_once_get_their_connections(production):
    for service in SERVICES:
        scaled = production.get("HorizontalPodAutoscaler", f"{service}-web")["spec"]["maxReplicas"] + 1
        heard = production.get("ScaledObject", f"{service}-worker")["spec"]["maxReplicaCount"] + 1
        settings = next(
            one["data"]
            for one in production.all("ConfigMap")
            if one["metadata"]["name"].startswith(f"{service}-")
        )
        most = production.get("Cluster", f"{service}-db")["spec"]["postgresql"]["parameters"][
            "max_connections"
        ]
        per_pod = int(settings["WEB_CONCURRENCY"]) * int(THREADS[1])
        # Two for each worker, and some for relays, tasks, Jobs, the operator and a person who looks.
        assert scaled * per_pod + heard * 2 + 20 <= int(most)


def test_the_gateway_leads_each_prefix_to_its_service(production):
    rules = production.get("HTTPRoute", "tidings")["spec"]["rules"]
    led = {
        match["path"]["value"]: [(one["name"], one["port"]) for one in rule.get("backendRefs", [])]
        for rule in rules
        for match in rule["matches"]
    }

    assert led == {"/": []} | {f"/{service}": [(service, 8000)] for service in SERVICES}


def test_so_does_an_ingress(variant):
    cluster = variant("ingress")
    (ingress,) = cluster.all("Ingress")
    (rule,) = ingress["spec"]["rules"]
    led = {one["path"]: one["backend"]["service"] for one in rule["http"]["paths"]}

    assert led == {f"/{service}": {"name": service, "port": {"name": "http"}} for service in SERVICES}
    assert "annotations" not in ingress["metadata"]


def test_a_managed_database_has_the_name_that_the_services_call(variant, production):
    cluster = variant("managed-database", "network-policies")

    named = {
        one["metadata"]["name"] for one in cluster.all("Service") if one["spec"]["type"] == "ExternalName"
    }
    assert named == {f"{service}-db-rw" for service in SERVICES}


def test_queues_and_the_event_store_are_on_three_nodes(production):
    broker = production.get("RabbitmqCluster", "rabbitmq")["spec"]

    assert broker["replicas"] == 3
    assert (
        "continuous_membership_reconciliation.target_group_size = 3" in broker["rabbitmq"]["additionalConfig"]
    )
    assert topology.queue_arguments("posts")["x-queue-type"] == "quorum"


@pytest.mark.parametrize("line", ["max_message_size = 16777216", "log.console.level = warning"])
def test_the_broker_is_told_what_it_is_told_elsewhere(production, local, line):
    assert line in (REPOSITORY / "deploy/rabbitmq/tidings.conf").read_text()
    assert line in production.get("RabbitmqCluster", "rabbitmq")["spec"]["rabbitmq"]["additionalConfig"]
    assert line in local.get("ConfigMap", "rabbitmq-configuration")["data"]["tidings.conf"]


def test_a_node_that_is_cut_off_is_given_up_as_soon_as_in_a_cluster_of_one_s_own(production):
    line = "net_ticktime = 15"

    assert line in (REPOSITORY / "deploy/rabbitmq/cluster.conf").read_text()
    assert line in production.get("RabbitmqCluster", "rabbitmq")["spec"]["rabbitmq"]["additionalConfig"]


def test_our_components_are_all_there_are(cluster):
    stores = {"database", "rabbitmq"}
    assert {one["metadata"]["labels"][COMPONENT] for one in cluster.templates().values()} <= set(
        OURS
    ) | stores
