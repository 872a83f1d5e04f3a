"""What the component for the Prometheus Operator asks, and what it alarms about."""

import re

import pytest
import yaml

from deploy.local.state import REPOSITORY
from tests.kubernetes.cluster import COMPONENT, NAME
from tests.kubernetes.reading import EVERY, container, selected

PROMETHEUS = REPOSITORY / "deploy" / "observability" / "prometheus"
POD_LABEL = "__meta_kubernetes_pod_label_"


@pytest.fixture(scope="module")
def monitored(variant):
    return variant("monitoring")


def monitors(cluster):
    """Every process that a PodMonitor selects, with where it is asked: a pair for each."""
    return [
        (name, endpoint)
        for one in cluster.all("PodMonitor")
        for name in selected(cluster, one["spec"]["selector"])
        for endpoint in one["spec"]["podMetricsEndpoints"]
    ]


def meta(label):
    return POD_LABEL + re.sub(r"\W", "_", label)


def labelled(endpoint, process):
    """What Prometheus knows of a pod once the endpoint's rules have run, as its documentation says."""
    service, job = process.split("-")
    known = {meta(NAME): service, meta(COMPONENT): job}
    for rule in endpoint["relabelings"]:
        (source,) = rule["sourceLabels"]
        known[rule["targetLabel"]] = rule.get("replacement", "$1").replace("$1", known[source])
    return {name: text for name, text in known.items() if not name.startswith(POD_LABEL)}


def test_every_process_is_asked_once_where_it_answers(monitored):
    asked = monitors(monitored)

    assert sorted(name for name, _ in asked) == sorted(EVERY)
    for name, endpoint in asked:
        ports = {port["name"] for port in container(monitored, name)["ports"]}
        assert endpoint["port"] in ports, name


def test_a_process_has_the_labels_that_alerts_go_by(monitored):
    for name, endpoint in monitors(monitored):
        service, job = name.split("-")
        path = {"__metrics_path__": f"/{service}/metrics"} if job == "web" else {}
        assert labelled(endpoint, name) == {"job": job, "service": service} | path


def test_the_alerts_are_those_that_are_tested(monitored):
    (rule,) = monitored.all("PrometheusRule")

    assert rule["spec"] == yaml.safe_load((PROMETHEUS / "alerts.yml").read_text()), (
        "deploy/kubernetes/components/monitoring/alerts.yaml has to say what alerts.yml says"
    )
