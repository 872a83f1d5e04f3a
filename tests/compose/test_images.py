"""What an image holds, and what its process may do."""

import json
import subprocess

import pytest

from deploy.local.environment import SERVICES
from tests.compose.engine import BUILT_ON

MOST_BYTES = 150_000_000  # on top of the image it is built on
COMPILERS = ("cc", "gcc", "g++", "clang", "ld", "make", "uv", "cargo", "rustc")
# Everything that can be imported, by the file or folder that says so.
FOREIGN = """
import importlib.util, sys
print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name)))
"""


def image(name):
    done = subprocess.run(["docker", "image", "inspect", name], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)[0]


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_one_service_and_nothing_of_the_others(stack, service):
    others = set(SERVICES) - {service}
    held = set(stack.say("exec", "-T", service, "ls", "-A", "/app").split())
    folders = [argument for other in others for argument in ("-name", other, "-o")]
    found = stack.say(
        "exec", "-T", service, "find", "/app", "/venv", "-type", "d", "(", *folders, "-name", "tests", ")"
    )

    assert held - {"__pycache__"} == {service, "chassis", "shared_events", "manage.py"}
    assert (
        stack.say("exec", "-T", service, "python", "-c", FOREIGN, *others, "deploy", "pytest").strip() == ""
    )
    assert [path for path in found.split() if path.startswith("/app")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_brings_no_tool_to_build_or_install_with(stack, service):
    tools = stack.say("exec", "-T", service, "ls", "/venv/bin", "/app").split()
    compilers = stack.inside(service, "sh", "-c", f"command -v {' '.join(COMPILERS)}").stdout

    assert not {"pip", "pip3", "uv"} & set(tools)
    assert compilers == ""


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_small_and_says_what_it_is(stack, service):
    own, base = image(f"tidings/{service}"), image(BUILT_ON)
    labels = own["Config"]["Labels"]

    print(f"{service}: {(own['Size'] - base['Size']) / 1e6:.0f} MB on top of {BUILT_ON}")
    assert own["Size"] - base["Size"] <= MOST_BYTES
    assert own["RootFS"]["Layers"][: len(base["RootFS"]["Layers"])] == base["RootFS"]["Layers"]
    assert own["Config"]["User"] == "10001:10001" and own["Config"]["Healthcheck"]["Test"]
    assert labels["org.opencontainers.image.title"] == f"tidings-{service}"
    assert {f"org.opencontainers.image.{name}" for name in ("description", "licenses", "version")} <= set(
        labels
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_is_nobody_in_particular_and_writes_nowhere(stack, service):
    assert stack.say("exec", "-T", service, "id", "-u").strip() == "10001"
    assert stack.inside(service, "touch", f"/app/{service}/new").returncode != 0
    assert stack.inside(service, "touch", "/new").returncode != 0
    assert stack.inside(service, "test", "-s", "/run/minting/jwt_private.pem").returncode == (
        0 if service == "posts" else 1
    )
