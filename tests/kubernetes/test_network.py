"""The policies, evaluated: for each pair of pods, who reaches whom."""

import pytest

from deploy.local.environment import SERVICES
from tests.kubernetes.cluster import COMPONENT, NAME, OURS, Pod

POSTGRES, AMQP, HTTP, METRICS, OTLP, DNS = 5432, 5672, 8000, 9100, 4318, 53
KEEPING = {"web", "relay", "worker", "tasks", "migrate"}
TALKING = {"relay", "worker", "tasks", "topology"}


def of(pod: Pod) -> tuple[str, str]:
    labels = dict(pod.labels)
    return labels[NAME], labels[COMPONENT]


def elsewhere(name: str, **labels: str) -> Pod:
    namespace = {"kubernetes.io/metadata.name": name} | {
        f"tidings/{key}": text for key, text in labels.items()
    }
    return Pod(name, (("k8s-app", name),), tuple(namespace.items()))


def one(cluster, name, component):
    return next(pod for pod in cluster.pods() if of(pod) == (name, component))


# Each way alone has to be closed: the other may be open, when somebody adds a policy.
@pytest.mark.parametrize("way", ["lets_out", "lets_in", "reaches"])
def test_a_database_is_reached_by_its_own_service_alone(cluster, way):
    databases = [pod for pod in cluster.pods() if of(pod)[1] == "database"]
    assert {of(pod)[0] for pod in databases} == set(SERVICES)

    for database in databases:
        owner = of(database)[0]
        reaching = {of(pod) for pod in bound(cluster, way) if getattr(cluster, way)(pod, database, POSTGRES)}
        own = {of(pod) for pod in cluster.pods() if of(pod)[0] == owner and of(pod)[1] in KEEPING}
        assert reaching - {of(database)} == own, owner
        assert len(own) >= 3


@pytest.mark.parametrize("way", ["lets_out", "lets_in", "reaches"])
def test_the_broker_is_reached_by_what_tells_and_hears_and_by_no_web_process(cluster, way):
    broker = one(cluster, "rabbitmq", "rabbitmq")

    reaching = {of(pod) for pod in bound(cluster, way) if getattr(cluster, way)(pod, broker, AMQP)}

    assert reaching - {of(broker)} == {of(pod) for pod in cluster.pods() if of(pod)[1] in TALKING}
    assert {name for name, _ in reaching - {of(broker)}} == set(SERVICES)


def bound(cluster, way):
    """Whom a way is closed to: what runs no code of ours may go where it likes, and gets in nowhere."""
    return [pod for pod in cluster.pods() if way != "lets_out" or of(pod)[1] in OURS]


def test_no_service_reaches_another_in_any_way(cluster):
    ours = [pod for pod in cluster.pods() if of(pod)[1] in OURS]

    for source in ours:
        for target in ours:
            for port in (HTTP, METRICS, POSTGRES, 22):
                assert not cluster.reaches(source, target, port), (source.name, target.name, port)


@pytest.mark.parametrize("port", [1, 22, 4369, HTTP, METRICS, 15672, 25672])
def test_nothing_of_a_store_is_open_to_our_processes_but_its_one_port(cluster, port):
    stores = [pod for pod in cluster.pods() if of(pod)[1] in ("database", "rabbitmq")]

    for source in cluster.pods():
        if of(source)[1] in OURS:
            assert not any(cluster.reaches(source, store, port) for store in stores), source.name


def test_only_web_is_open_to_the_gateway(production):
    gateway, stranger = elsewhere("gateway", gateway="true"), elsewhere("default")

    open_to = {of(pod) for pod in production.pods() if production.reaches(gateway, pod, HTTP)}

    assert open_to == {(service, "web") for service in SERVICES}
    for port in (HTTP, METRICS, POSTGRES, AMQP, 15672, 15692):
        assert not any(production.reaches(stranger, pod, port) for pod in production.pods()), port


def test_monitoring_sees_metrics_and_nothing_else(production):
    monitoring = elsewhere("monitoring", monitoring="true")

    for port, seen in ((METRICS, {"relay", "worker", "tasks"}), (HTTP, {"web"}), (15692, {"rabbitmq"})):
        assert {
            of(pod)[1] for pod in production.pods() if production.reaches(monitoring, pod, port)
        } == seen, port
    for port in (POSTGRES, AMQP, 15672):
        assert not any(production.reaches(monitoring, pod, port) for pod in production.pods()), port


def test_traces_and_lines_reach_a_collector_beside_monitoring(cluster):
    collector, stranger = elsewhere("monitoring", monitoring="true"), elsewhere("default")

    for pod in cluster.pods():
        if of(pod)[1] in {"web", "relay", "worker", "tasks"}:
            assert cluster.reaches(pod, collector, OTLP), pod.name
            assert not cluster.reaches(pod, stranger, OTLP), pod.name


def test_each_of_ours_may_ask_for_names_and_go_no_further(cluster):
    names, somebody = elsewhere("kube-system"), elsewhere("default")
    inside, outside = Pod("machine", (), (), "10.0.0.7"), Pod("issuer", (), (), "203.0.113.7")

    for pod in cluster.pods():
        if of(pod)[1] in OURS:
            assert cluster.reaches(pod, names, DNS, "UDP") and cluster.reaches(pod, names, DNS)
            assert not cluster.reaches(pod, names, 443) and not cluster.reaches(pod, somebody, DNS)
            assert not cluster.reaches(pod, inside, 443) and not cluster.reaches(pod, outside, 80)
            assert cluster.reaches(pod, outside, 443) == (of(pod)[1] == "web")


def test_operators_reach_what_they_run(production):
    database, broker = one(production, "posts", "database"), one(production, "rabbitmq", "rabbitmq")
    other = one(production, "query", "database")

    for port in (POSTGRES, 8000):
        assert production.reaches(elsewhere("cnpg-system"), database, port)
        assert production.reaches(database, database, port)
    assert not production.reaches(other, database, POSTGRES)
    for port in (4369, 25672, 6000, 6500, 35672):
        assert production.reaches(broker, broker, port)
    assert production.reaches(elsewhere("rabbitmq-system"), broker, 15672)
    assert production.reaches(elsewhere("keda"), broker, AMQP)
    assert not production.reaches(elsewhere("keda"), broker, 15672)


def test_on_a_laptop_anybody_reaches_the_web_processes_and_nothing_else(local):
    anybody = Pod("browser", (), (), "192.168.1.20")

    reached = {
        of(pod)
        for pod in local.pods()
        for port in (HTTP, POSTGRES, AMQP)
        if local.reaches(anybody, pod, port)
    }

    assert reached == {(service, "web") for service in SERVICES}
