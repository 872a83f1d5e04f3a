"""docs/deploy.md: every command in it is one that can be given."""

import json
import re
import shlex
import subprocess
import sys
from textwrap import dedent

import pytest

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from deploy.release.plan import jobs
from tests.kubernetes import tools

TEXT = (REPOSITORY / "docs" / "deploy.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"^ *```sh\n(.*?)```", TEXT, re.DOTALL | re.MULTILINE)
    for line in dedent(block).splitlines()
]
RELEASES = [line for line in COMMANDS if line.startswith("python3 manage.py release ")]
CLUSTER = [line for line in COMMANDS if line.startswith("kubectl ")]
SECRETS = "python3 -m deploy.kubernetes.make_secrets | kubectl create -f -"
NOWHERE = ("--server", "http://127.0.0.1:1")


def test_there_is_no_command_that_nothing_below_looks_at():
    assert set(COMMANDS) == {*RELEASES, *CLUSTER, SECRETS}
    assert len(RELEASES) >= 6 and len(CLUSTER) >= 15


@pytest.mark.parametrize("line", RELEASES)
def test_a_release_of_the_runbook_would_be_carried_out(machine, line):
    _, _, _, *arguments = shlex.split(line)

    assert machine.release(*arguments, "--dry-run") == 0


@pytest.mark.parametrize("line", CLUSTER)
def test_kubectl_understands(line, overlays):
    _, *arguments = shlex.split(line)
    # What comes after the -- is for the program inside.
    border = arguments.index("--") if "--" in arguments else len(arguments)

    done = tools.run("kubectl", *arguments[:border], *NOWHERE, *arguments[border:])

    assert "127.0.0.1:1" in done.stderr and "refused" in done.stderr, done.stderr


@pytest.mark.parametrize("line", [line for line in CLUSTER if " -- " in line])
def test_what_is_run_inside_a_process_is_a_command_of_its_service(line):
    name, service, command = re.search(r"deployment/(\S+) -- python manage\.py (\w+) (\w+)", line).groups()

    assert name in [f"{service}-{job}" for job in jobs(service)]
    places = [f"{place}/management/commands/{command}.py" for place in (service, "shared_events")]
    assert command == "createsuperuser" or any((REPOSITORY / place).exists() for place in places)


def test_what_the_runbook_names_is_there(production):
    for kind, name in re.findall(r"(deployment|rabbitmqclusters)/([\w-]+)", "\n".join(COMMANDS)):
        assert production.get({"deployment": "Deployment", "rabbitmqclusters": "RabbitmqCluster"}[kind], name)
    for path in re.findall(r"`?(deploy/[\w/.-]+)", TEXT):
        assert (REPOSITORY / path.rstrip(".")).exists(), path
    for component in ("postgres-operator", "managed-database", "monitoring"):
        assert component in TEXT and (tools.KUBERNETES / "components" / component).is_dir()


def test_the_secrets_are_printed_for_kubectl(overlays):
    done = subprocess.run(
        [sys.executable, "-m", "deploy.kubernetes.make_secrets"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )

    printed = json.loads(done.stdout)
    assert printed["kind"] == "List" and len(printed["items"]) == 3 + 2 * len(SERVICES)
    assert {one["metadata"]["namespace"] for one in printed["items"]} == {"tidings"}
