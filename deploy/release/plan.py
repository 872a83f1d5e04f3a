"""The commands that a release consists of, as data: nothing is run here."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import SERVICES
from deploy.local.processes import TASKS, TELLING
from deploy.local.state import REPOSITORY, State

NAMESPACE = "tidings"
# The Jobs give up by themselves after half an hour: deploy/kubernetes/base/common/job.yaml.
JOBS_END_WITHIN, ROLLED_OUT_WITHIN = "35m", "10m"
STORES, PREPARE, RUN = "tidings/phase=stores", "tidings/phase=prepare", "!tidings/phase"
REVISION = r"{.metadata.annotations.deployment\.kubernetes\.io/revision}"
# The first condition that a Job has is how it ended.
END = "{.status.conditions[0].type}"
GOOD_ENDS = ("Complete", "SuccessCriteriaMet")

Command = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Release:
    """One tag of some services, to be run in one cluster."""

    tag: str
    overlay: str
    services: Sequence[str]
    registry: str = ""
    context: str = ""

    def image(self, service: str) -> str:
        return f"{self.registry or 'tidings'}/{service}"

    @property
    def is_whole(self) -> bool:
        return set(self.services) == set(SERVICES)

    def selector(self, phase: str) -> str:
        """What objects belong to a phase, of the services that are released alone."""
        return phase if self.is_whole else f"{phase},app.kubernetes.io/name in ({', '.join(self.services)})"

    @property
    def deployments(self) -> list[str]:
        return [f"{service}-{job}" for service in self.services for job in jobs(service)]

    @property
    def folder(self) -> Path:
        """Where the overlay is named together with the tag, for kubectl to read."""
        return State().folder / "release" / self.overlay

    def kubectl(self, *arguments: str) -> Command:
        chosen = ("--context", self.context) if self.context else ()
        return ("kubectl", *chosen, "--namespace", NAMESPACE, *arguments)


Step = Callable[[Release], list[Command]]


def jobs(service: str) -> list[str]:
    """The Deployments of a service, by what they do."""
    telling = ["relay"] if service in TELLING else []
    tasks = ["tasks"] if service in TASKS else []
    return ["web", *telling, "worker", *tasks]


def look(release: Release) -> list[Command]:
    """Fails before anything is built if there is no cluster to release to."""
    return [] if release.context else [("kubectl", "config", "current-context")]


def build(release: Release) -> list[Command]:
    return [
        (
            *("docker", "build", "--file", "deploy/Dockerfile", "--build-arg", f"SERVICE={service}"),
            *("--tag", f"{release.image(service)}:{release.tag}", "."),
        )
        for service in release.services
    ]


def push(release: Release) -> list[Command]:
    """Without a registry the cluster has to find the images where docker keeps them."""
    if not release.registry:
        return []
    return [("docker", "push", f"{release.image(service)}:{release.tag}") for service in release.services]


def apply(release: Release, phase: str) -> Command:
    return release.kubectl("apply", "-k", shown(release.folder), "--selector", release.selector(phase))


def prepare(release: Release) -> list[Command]:
    """Migrate and declare queues, and wait until that has come to an end, good or bad."""
    chosen = ("--selector", release.selector(PREPARE))
    return [
        *([apply(release, STORES)] if release.is_whole else []),
        release.kubectl("delete", "job", *chosen, "--ignore-not-found"),
        apply(release, PREPARE),
        release.kubectl("wait", "job", *chosen, f"--for=jsonpath={END}", f"--timeout={JOBS_END_WITHIN}"),
    ]


def ends(release: Release) -> Command:
    """How each Job ended."""
    return release.kubectl("get", "job", "--selector", release.selector(PREPARE), "--output", each(END))


def explain(release: Release) -> Command:
    """What the Jobs said."""
    chosen = f"app.kubernetes.io/component in (migrate, topology),{names(release)}"
    return release.kubectl("logs", "--selector", chosen, "--tail=40", "--prefix", "--ignore-errors")


def revisions(release: Release) -> Command:
    """Which revision of each Deployment runs now: what an undo goes back to."""
    return release.kubectl("get", "deployment", "--selector", names(release), "--output", each(REVISION))


def roll_out(release: Release) -> list[Command]:
    watched = [
        release.kubectl("rollout", "status", f"deployment/{name}", f"--timeout={ROLLED_OUT_WITHIN}")
        for name in release.deployments
    ]
    return [apply(release, RUN), *watched]


def undo(release: Release, name: str, revision: str) -> Command:
    return release.kubectl("rollout", "undo", f"deployment/{name}", f"--to-revision={revision}")


def each(what: str) -> str:
    """A line for each of what is found: its name, and something of it."""
    return "jsonpath={range .items[*]}{.metadata.name}=" + what + r"{'\n'}{end}"


def names(release: Release) -> str:
    return f"app.kubernetes.io/name in ({', '.join(release.services)})"


def shown(path: Path) -> str:
    """A path as a person in the repository would write it."""
    return os.path.relpath(path, REPOSITORY)
