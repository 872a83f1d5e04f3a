"""Every object is what Kubernetes takes it for, in the oldest version supported and in the newest."""

import re

import pytest
import yaml

from tests.kubernetes import tools

OLDEST, NEWEST = "1.32", "1.37"
# What operators bring: kubernetes-validate knows no schema of it, says WARN, and ends with 0.
BROUGHT = {
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "ScaledObject": "keda.sh/v1alpha1",
    "TriggerAuthentication": "keda.sh/v1alpha1",
    "Cluster": "postgresql.cnpg.io/v1",
    "RabbitmqCluster": "rabbitmq.com/v1beta1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "PrometheusRule": "monitoring.coreos.com/v1",
}
UNKNOWN = re.compile(r"^WARN .* kind (\S+) with api version (\S+) ", re.MULTILINE)


@pytest.fixture(scope="module")
def objects(overlays, variant):
    """All of both overlays and of the components that neither has; what is in several counts once."""
    others = variant("ingress", "managed-database", "monitoring")
    every = [one for cluster in (*overlays.values(), others) for one in cluster.objects]
    return list({yaml.dump(one, Dumper=yaml.CSafeDumper): one for one in every}.values())


def faults(objects, folder, version):
    """What is wrong with some objects, and which of them nobody could look at."""
    file = folder / "objects.yaml"
    file.write_text(yaml.dump_all(objects, Dumper=yaml.CSafeDumper))
    done = tools.run("kubernetes-validate", "--strict", "--quiet", "-k", version, str(file))
    said = done.stdout + done.stderr
    wrong = [line for line in said.splitlines() if not line.startswith("WARN")]
    assert bool(wrong) == bool(done.returncode), said
    return wrong, dict(UNKNOWN.findall(said))


def test_the_oldest_kubernetes_takes_every_object(objects, tmp_path):
    assert faults(objects, tmp_path, OLDEST) == ([], BROUGHT)


def test_the_newest_kubernetes_still_has_every_kind(objects, tmp_path):
    one_of_each = list({(one["kind"], one["apiVersion"]): one for one in objects}.values())

    assert faults(one_of_each, tmp_path, NEWEST) == ([], BROUGHT)


@pytest.mark.parametrize(
    ("kind", "right", "mistyped"),
    [
        ("Deployment", "readinessProbe", "readinesProbe"),
        ("PodDisruptionBudget", "policy/v1", "policy/v3"),
    ],
)
def test_what_is_mistyped_is_found(local, tmp_path, kind, right, mistyped):
    text = yaml.safe_dump(local.get(kind, "posts-worker"))
    assert right in text

    wrong, unknown = faults(tools.objects(text.replace(right, mistyped)), tmp_path, NEWEST)

    assert any(mistyped in line for line in wrong) or unknown == {kind: mistyped}
