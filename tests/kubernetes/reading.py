"""How the tests look at rendered objects."""

from deploy.local.environment import SERVICES
from deploy.release.plan import jobs
from tests.kubernetes.cluster import selects

EVERY = [f"{service}-{job}" for service in SERVICES for job in jobs(service)]


def containers(template):
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def container(cluster, name):
    """The one container of a Deployment that stays."""
    found = cluster.get("Deployment", name)["spec"]["template"]["spec"]["containers"]
    assert len(found) == 1
    return found[0]


def variables(one):
    return {variable["name"]: variable["value"] for variable in one.get("env", [])}


def selected(cluster, selector):
    """The names of what a selector takes of all that is written down with a pod template."""
    return [
        name
        for name, template in cluster.templates().items()
        if selects(selector, template["metadata"]["labels"].items())
    ]
