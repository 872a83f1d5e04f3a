import os

import pytest

from tests.kubernetes import tools
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.machine import Machine

OVERLAYS = ("local", "production")


@pytest.fixture(scope="session")
def overlays() -> dict[str, Cluster]:
    """Each overlay as a cluster would be told it."""
    try:
        return {name: Cluster(tools.rendered(tools.KUBERNETES / "overlays" / name)) for name in OVERLAYS}
    except tools.Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=OVERLAYS)
def cluster(request, overlays) -> Cluster:
    return overlays[request.param]


@pytest.fixture
def production(overlays) -> Cluster:
    return overlays["production"]


@pytest.fixture
def local(overlays) -> Cluster:
    return overlays["local"]


@pytest.fixture(scope="session")
def variant(overlays, tmp_path_factory):
    """The base with some components: what an overlay of one's own would be."""

    def render(*components: str) -> Cluster:
        folder = tmp_path_factory.mktemp("overlay")
        # kustomize takes no absolute path.
        manifests = os.path.relpath(tools.KUBERNETES, folder)
        added = "".join(f"  - {manifests}/components/{name}\n" for name in components)
        (folder / "kustomization.yaml").write_text(
            f"namespace: tidings\nresources:\n  - {manifests}/base\ncomponents:\n{added}"
        )
        return Cluster(tools.rendered(folder))

    return render


@pytest.fixture
def machine(tmp_path, monkeypatch, capfd) -> Machine:
    machine = Machine(tmp_path, monkeypatch, capfd)
    machine.have("docker", "kubectl")
    return machine
