"""`manage.py release`, with a docker and a kubectl that write down what they are told."""

import os
import shlex

import pytest

from deploy.local.environment import SERVICES
from deploy.local.tests.commands import manage
from deploy.release import plan
from tests.kubernetes import tools
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.machine import REGISTRY, TAG

ONE = plan.Release(tag=TAG, overlay="local", services=["query"])
MINE = "app.kubernetes.io/name in (posts)"


def shown(text: str) -> list[str]:
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]


def test_a_dry_run_shows_every_command_and_does_nothing(machine):
    assert machine.release(TAG, "--registry", REGISTRY, "--service", "posts", "--dry-run") == 0

    folder = os.path.relpath(machine.folder / "local/release/production", tools.REPOSITORY)
    kubectl = "kubectl --namespace tidings"
    prepare, run = f"'tidings/phase=prepare,{MINE}'", f"'!tidings/phase,{MINE}'"
    revision = r"{.metadata.annotations.deployment\.kubernetes\.io/revision}"
    ended = "'--for=jsonpath={.status.conditions[0].type}'"
    ends = shlex.quote(r"jsonpath={range .items[*]}{.metadata.name}={.status.conditions[0].type}{'\n'}{end}")
    names = shlex.quote("jsonpath={range .items[*]}{.metadata.name}=" + revision + r"{'\n'}{end}")
    assert shown(machine.said) == [
        "kubectl config current-context",
        f"docker build --file deploy/Dockerfile --build-arg SERVICE=posts --tag {REGISTRY}/posts:{TAG} .",
        f"docker push {REGISTRY}/posts:{TAG}",
        f"{kubectl} delete job --selector {prepare} --ignore-not-found",
        f"{kubectl} apply -k {folder} --selector {prepare}",
        f"{kubectl} wait job --selector {prepare} {ended} --timeout=35m",
        f"{kubectl} get job --selector {prepare} --output {ends}",
        f"{kubectl} get deployment --selector '{MINE}' --output {names}",
        f"{kubectl} apply -k {folder} --selector {run}",
        f"{kubectl} rollout status deployment/posts-web --timeout=10m",
        f"{kubectl} rollout status deployment/posts-relay --timeout=10m",
        f"{kubectl} rollout status deployment/posts-worker --timeout=10m",
        f"{kubectl} rollout undo deployment/posts-web '--to-revision=<the one before>'",
        f"{kubectl} rollout undo deployment/posts-relay '--to-revision=<the one before>'",
        f"{kubectl} rollout undo deployment/posts-worker '--to-revision=<the one before>'",
    ]
    assert machine.told == []
    assert not (machine.folder / "local").exists()


def test_a_release_of_everything_begins_with_the_stores_and_ends_with_twelve_deployments(machine):
    assert machine.release_all() == 0

    assert machine.verbs() == [
        "kubectl config current-context",
        *["docker build --file"] * 4,
        *[f"docker push {REGISTRY}/{service}:{TAG}" for service in SERVICES],
        "kubectl apply -k",
        "kubectl delete job",
        "kubectl apply -k",
        "kubectl wait job",
        "kubectl get job",
        "kubectl get deployment",
        "kubectl apply -k",
        *["kubectl rollout status"] * 12,
    ]
    applied = [line.split("--selector ")[1] for line in machine.told if " apply " in line]
    assert applied == ["tidings/phase=stores", "tidings/phase=prepare", "!tidings/phase"]
    assert f"{TAG} runs: posts, comments, query, moderation" in machine.said


def test_what_is_shown_is_what_is_run(machine):
    machine.release_all()

    assert [" ".join(shlex.split(line)) for line in shown(machine.said)] == machine.told


@pytest.mark.parametrize("services", [("comments", "query"), SERVICES])
def test_the_images_of_what_is_released_are_put_in_and_no_others(machine, overlays, services):
    chosen = [word for service in services for word in ("--service", service)]
    machine.release(TAG, "--overlay", "local", "--registry", REGISTRY, *chosen)

    cluster = Cluster(tools.rendered(machine.kustomization))

    for service in SERVICES:
        image = cluster.get("Deployment", f"{service}-web")["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        wanted = f"{REGISTRY}/{service}:{TAG}" if service in services else f"tidings/{service}:unreleased"
        assert image == wanted
    if tuple(services) == SERVICES:
        assert "unreleased" not in cluster.text


def test_a_laptop_needs_no_registry(machine):
    assert machine.release("try-1", "--overlay", "local") == 0

    assert not any("docker push" in line for line in machine.told)
    assert "tidings/posts:try-1" in "".join(machine.told)


def test_a_chosen_context_is_named_to_every_kubectl(machine):
    assert machine.release_one("--context", "staging", "--no-build") == 0

    assert machine.told and all(line.startswith("kubectl --context staging ") for line in machine.told)


def test_the_registry_may_be_in_the_environment(machine):
    machine.monkeypatch.setenv("TIDINGS_REGISTRY", f"{REGISTRY}/")

    assert machine.release(TAG, "--overlay", "local", "--service", "query") == 0

    assert f"docker push {REGISTRY}/query:{TAG}" in machine.told


def test_manage_py_hands_it_on_and_it_explains_itself(tmp_path):
    done = manage("release", "--help", TIDINGS_LOCAL=str(tmp_path))

    assert done.returncode == 0
    assert f"python3 manage.py release {TAG}" in done.stdout and "docs/deploy.md" in done.stdout
    assert "manage.py release TAG" in manage("--help").stdout


@pytest.mark.parametrize("command", [plan.undo(ONE, "query-web", "3"), plan.explain(ONE)])
def test_kubectl_understands_what_is_run_after_a_failure(overlays, command):
    """No cluster answers: a command that is understood fails when it looks for one."""
    done = tools.run("kubectl", "--server", "http://127.0.0.1:1", *command[1:])

    assert "127.0.0.1:1" in done.stderr and "refused" in done.stderr, done.stderr
