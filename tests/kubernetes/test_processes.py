"""How each process is run: probed, confined, replaced, ended."""

import json
import re

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from deploy.rabbitmq import users
from tests.kubernetes.cluster import COMPONENT, NAME
from tests.kubernetes.reading import EVERY, container, containers, selected, variables

# Read and not imported: these modules stand on Django's settings, of which there are none here.
PROBES = re.findall(r'^    "(\w+)": \1,$', (REPOSITORY / "chassis/health.py").read_text(), re.MULTILINE)
LIVENESS = (REPOSITORY / "shared_events/worker/liveness.py").read_text()
RIGHTS = {one["user"]: one for one in json.loads(users.DEFINITIONS.read_text())["permissions"]}


def test_web_processes_are_asked_at_addresses_that_they_have(cluster):
    for service in SERVICES:
        web = container(cluster, f"{service}-web")
        asked = {kind: web[kind]["httpGet"]["path"] for kind in web if kind.endswith("Probe")}
        assert asked == {
            "startupProbe": f"/{service}/livez",
            "livenessProbe": f"/{service}/livez",
            "readinessProbe": f"/{service}/readyz",
        }
        assert {path.rsplit("/", 1)[1] for path in asked.values()} <= set(PROBES)
        assert {web[kind]["httpGet"]["port"] for kind in asked} == {"http"}
        assert f"0.0.0.0:{web['ports'][0]['containerPort']}" in (REPOSITORY / "deploy/Dockerfile").read_text()


def test_what_answers_no_http_is_asked_where_it_answers(cluster):
    for name in EVERY:
        if not name.endswith("-web"):
            one = container(cluster, name)
            assert one["ports"] == [{"name": "metrics", "containerPort": int(variables(one)["METRICS_PORT"])}]
        if name.endswith("-relay"):
            assert {one[kind]["httpGet"]["port"] for kind in one if kind.endswith("Probe")} == {"metrics"}


def test_a_worker_is_alive_while_it_gets_somewhere_and_ready_once_it_works(cluster):
    for service in SERVICES:
        worker = container(cluster, f"{service}-worker")
        file = variables(worker)["LIVENESS_PATH"]
        alive = {"command": ["python", "manage.py", service, "alive"]}
        assert worker["livenessProbe"]["exec"] == worker["startupProbe"]["exec"] == alive
        assert worker["readinessProbe"]["exec"]["command"] == ["grep", "-q", "working", file]
        assert 'WORKING, CONNECTING = "working", "connecting"' in LIVENESS
        assert file.startswith("/tmp/")


def test_the_tasks_are_well_while_they_hold_a_connection_to_the_broker(cluster):
    tasks = container(cluster, "moderation-tasks")

    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert f":{5672:04X} 01 " in tasks[kind]["exec"]["command"]
    patience = tasks["livenessProbe"]["periodSeconds"] * tasks["livenessProbe"]["failureThreshold"]
    assert f"CONNECTING_FOR = {patience}.0" in LIVENESS


def test_what_needs_tables_waits_until_they_are_migrated(cluster):
    for name in EVERY:
        service, job = name.split("-")
        waits = [one["command"] for one in containers(cluster.templates()[name]) if one["name"] == "migrated"]
        assert waits == ([] if job == "web" else [["python", "manage.py", service, "migrate", "--check"]])


def test_every_process_is_confined_as_the_namespace_demands(cluster):
    labels = cluster.get("Namespace", "tidings")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"

    for name, template in cluster.templates().items():
        pod = template["spec"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for one in containers(template):
            assert one["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert one["resources"]["limits"]["memory"] and one["resources"]["requests"]["cpu"], name


def test_our_processes_write_nowhere_but_to_a_folder_of_their_own(cluster):
    for name, template in cluster.ours().items():
        volumes = {one["name"] for one in template["spec"]["volumes"] if one["emptyDir"]["sizeLimit"]}
        for one in containers(template):
            assert one["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert {mount["mountPath"] for mount in one["volumeMounts"]} == {"/tmp"}, name
            assert {mount["name"] for mount in one["volumeMounts"]} == volumes, name


def test_every_process_that_stays_is_probed(cluster):
    for name, template in cluster.templates().items():
        if template["spec"].get("restartPolicy") != "Never":
            for one in template["spec"]["containers"]:
                assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(one), name


def test_an_update_takes_nothing_away_before_its_successor_is_ready(cluster):
    for name in EVERY:
        spec = cluster.get("Deployment", name)["spec"]
        assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}, name
        assert spec["minReadySeconds"] >= 5, name


def test_whoever_is_asked_to_end_has_the_time_for_it(cluster):
    graceful = re.search(r"graceful_timeout = (\d+)", (REPOSITORY / "chassis/gunicorn.conf.py").read_text())
    assert graceful

    for name in EVERY:
        pod = cluster.get("Deployment", name)["spec"]["template"]["spec"]
        pause = (
            pod["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        )
        takes = int(graceful[1]) if name.endswith("-web") else 10
        assert pod["terminationGracePeriodSeconds"] > pause + takes, name
        assert bool(pause) == name.endswith("-web"), name


def test_replicas_are_spread_over_machines_and_zones(cluster):
    for name in EVERY:
        spread = cluster.get("Deployment", name)["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert {one["topologyKey"] for one in spread} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }
        for one in spread:
            assert {NAME, COMPONENT} <= set(one["matchLabelKeys"])
            assert name in selected(cluster, one["labelSelector"])
