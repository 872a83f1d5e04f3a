"""Every command of the README and of docs/ is run: here, or in the test that is named."""

import re
import shlex
import subprocess
from textwrap import dedent

import pytest

from deploy.local import tokens
from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
# deploy.md has tests of its own: tests/kubernetes/test_runbook.py.
DOCS = sorted(path for path in (REPOSITORY / "docs").glob("*.md") if path.name != "deploy.md")
PAGES = [
    README,
    *(page.read_text() for page in DOCS),
    *((REPOSITORY / service / "README.md").read_text() for service in SERVICES),
]
BLOCK = re.compile(r"^ *```(sh|)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# Of blocks that are not said to be for a shell.
BEGINS = re.compile(r"(python3|docker|curl|\.venv/\S+|cd|promtool|[A-Z_]+=\S+ python3) ")
# In the middle of a sentence: what a service is told.
SPOKEN = re.compile(rf"`(python3 manage\.py (?:{'|'.join(SERVICES)}) [a-z_ -]+)`")
CURL = re.compile(r"```sh\n(curl .*?)```", re.DOTALL)


def commands_of(page: str) -> list[str]:
    """What a reader would give to a shell, each on one line, without what is said about it."""
    lines = [
        line.split("  ")[0]
        for kind, block in BLOCK.findall(page)
        for line in dedent(block).replace("\\\n", "").splitlines()
        if kind == "sh" or BEGINS.match(line)
    ]
    return lines + SPOKEN.findall(" ".join(page.split()))


COMMANDS = list(dict.fromkeys(command for page in PAGES for command in commands_of(page)))
FIXTURES = {
    "wordpress-export.xml": "chassis/tests/wordpress/garden.xml",
    "labelled-comments.csv": "moderation/tests/labelled/comments.csv",
}
BESIDE = "TIDINGS_TEST_BESIDE=v1.2.0 python3 manage.py test system -- -k test_deployment"
RUN_ELSEWHERE = {
    "python3 manage.py up": "deploy/local/tests/test_up.py",
    "python3 manage.py doctor": "deploy/local/tests/test_up.py",
    "python3 manage.py test": ".ci/run",
    "python3 manage.py posts schemas --released": "shared_events/tests/test_compatibility.py",
    "docker compose up --wait": "tests/compose/stack.py",
    "docker compose up --wait --scale query=3 --scale query-worker=2": "tests/test_compose.py",
    "docker compose run --rm load --rate 20 --seconds 60": "tests/compose/load.py",
    "python3 manage.py posts import FILE": "posts/tests/test_import.py",
    ".venv/bin/python -m tests.outage.measure": "tests/test_what_happens_when.py",
    "cd deploy/observability/prometheus": "tests/test_observability.py",
    "promtool check config prometheus.yml": "tests/test_observability.py",
    "promtool test rules alerts_test.yml": "tests/test_observability.py",
    BESIDE: "tests/beside/revisions.py",
    "TIDINGS_TEST_CLUSTER=1 python3 manage.py test system -- -k test_faults -s": "tests/cluster/conftest.py",
}
WORDS = {
    "python3 manage.py up": '"up"',
    "python3 manage.py doctor": '"doctor"',
    "python3 manage.py posts schemas --released": '"schemas", "--released"',
    "docker compose up --wait": '"--wait"',
    "docker compose up --wait --scale query=3 --scale query-worker=2": "query-worker=2",
    "docker compose run --rm load --rate 20 --seconds 60": '"load", "--rate"',
    "python3 manage.py posts import FILE": 'call_command("import"',
    ".venv/bin/python -m tests.outage.measure": r"-m tests\.outage\.measure",
    "cd deploy/observability/prometheus": "cwd=PROMETHEUS",
    "promtool check config prometheus.yml": '"check", "config", "prometheus.yml"',
    "promtool test rules alerts_test.yml": '"test", "rules", "alerts_test.yml"',
    BESIDE: '"TIDINGS_TEST_BESIDE"',
    "TIDINGS_TEST_CLUSTER=1 python3 manage.py test system -- -k test_faults -s": '"TIDINGS_TEST_CLUSTER"',
}
HERE = [one for one in COMMANDS if one not in RUN_ELSEWHERE and not one.startswith("curl ")]


@pytest.mark.parametrize("assembly", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", HERE)
def test_the_readme_is_right_about(command, assembly):
    _, _, service, *arguments = shlex.split(command)

    assembly.manage(service, *(FIXTURES.get(one, one) for one in arguments))


@pytest.mark.parametrize("assembly", ["sqlite"], indirect=True)
def test_the_requests_of_the_readme_work_as_pasted(assembly):
    write, read = CURL.search(README)[1].replace("\\\n", "").splitlines()
    token = tokens.mint(assembly.state, "alice")

    written = pasted(assembly, write.replace("$(python3 manage.py posts token alice)", token))
    version = re.search(r"^Tidings-Version: (\S+)", written, re.MULTILINE | re.IGNORECASE)[1]
    heard = pasted(assembly, read.replace("0198f0c4-…@1", version))

    assert written.startswith("HTTP/1.1 201") and heard.startswith("HTTP/1.1 200")
    assert version.partition("@")[0] in heard


def pasted(assembly, command: str) -> str:
    """What a shell says to a request of the page, sent to the services of the test."""
    for place, service in enumerate(SERVICES, start=1):
        command = command.replace(
            f"http://127.0.0.1:800{place}/{service}/", f"{assembly.system.urls[service]}/{service}/"
        )
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", RUN_ELSEWHERE)
def test_what_is_run_elsewhere_is_in_the_readme_and_is_run_there(command):
    text = (REPOSITORY / RUN_ELSEWHERE[command]).read_text()

    assert command in COMMANDS
    assert WORDS.get(command, command) in text


def test_the_readme_gives_the_promise_word_for_word():
    promise = " ".join(line.removeprefix("> ") for line in README.splitlines() if line.startswith(">"))

    assert promise.startswith(
        "A write answered 2xx is durable in its service's database together with its event."
    )
    assert "each replica ends equal to its source, row for row" in promise
    assert "parked with its reason and blocks nothing behind it" in promise
