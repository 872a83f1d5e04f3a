"""A release by kubectl itself, to a server that keeps what it is sent: what comes, and when."""

import json

import pytest

from deploy.local.environment import SERVICES
from tests.kubernetes import tools
from tests.kubernetes.api_server import ApiServer
from tests.kubernetes.machine import REGISTRY, TAG
from tests.kubernetes.reading import EVERY

JOBS = [f"{service}-{job}" for service in SERVICES for job in ("migrate", "topology")]
# The server is no whole one: it has no schemas to hold objects against, and reports no changes.
PREFERENCES = """\
apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults:
  - command: apply
    options: [{name: validate, default: "false"}]
"""


@pytest.fixture
def release(machine, overlays, tmp_path):
    """Releases to a server, and returns the exit code."""
    (machine.programs / "kubectl").unlink()
    (machine.programs / "kubectl").symlink_to(tools.home() / "kubectl")
    (tmp_path / "preferences").write_text(PREFERENCES)
    machine.monkeypatch.setenv("KUBERC", str(tmp_path / "preferences"))
    machine.monkeypatch.setenv("KUBECONFIG", str(tmp_path / "configuration"))
    machine.monkeypatch.setenv("KUBE_FEATURE_WatchListClient", "false")
    machine.monkeypatch.setenv("HOME", str(tmp_path))

    def to(server: ApiServer, *more: str) -> int:
        context = {"name": "here", "context": {"cluster": "here", "user": ""}}
        cluster = {"name": "here", "cluster": {"server": server.url}}
        (tmp_path / "configuration").write_text(
            json.dumps({"current-context": "here", "contexts": [context], "clusters": [cluster]})
        )
        return machine.release(TAG, "--overlay", "local", "--registry", REGISTRY, "--no-build", *more)

    return to


def test_everything_arrives_and_in_its_turn(release, machine, local):
    with ApiServer() as server:
        assert release(server) == 0, machine.complained

    assert sorted(server.names("Job")) == sorted(JOBS)
    assert sorted(server.names("Deployment")) == sorted(EVERY)
    assert len(server.kept) == len(local.objects)
    order = [one["kind"] for one in server.kept.values()]
    assert order.index("NetworkPolicy") < order.index("Job") < order.index("Deployment")
    last_job = len(order) - 1 - order[::-1].index("Job")
    assert last_job < order.index("Deployment") and last_job < order.index("Service", last_job)


def test_of_one_service_nothing_of_another_is_touched(release, machine):
    with ApiServer() as server:
        assert release(server, "--service", "comments") == 0, machine.complained

    assert {
        name.split("-")[0] for kind in ("Job", "Deployment", "Service") for name in server.names(kind)
    } == {"comments"}
    assert {one["metadata"]["name"].split("-")[0] for one in server.kept.values()} == {"comments"}
    images = {
        one["spec"]["template"]["spec"]["containers"][0]["image"]
        for one in server.kept.values()
        if one["kind"] in ("Job", "Deployment")
    }
    assert images == {f"{REGISTRY}/comments:{TAG}"}


def test_after_a_failed_migration_no_deployment_arrives(release, machine):
    with ApiServer(failing=("query-migrate",)) as server:
        assert release(server, "--service", "query") == 1

    assert sorted(server.names("Job")) == ["query-migrate", "query-topology"]
    assert server.names("Deployment") == []
    assert "query-migrate ended with FailureTarget\n" in machine.complained
    assert "no process that runs was changed" in machine.complained
