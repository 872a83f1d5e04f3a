import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.local import marked, ports
from deploy.local.tests.commands import wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# A parent that starts a child in a session of its own and waits for it
PARENT = [sys.executable, "-c", f"import subprocess; subprocess.run({SLEEP!r}, start_new_session=True)"]


@pytest.fixture
def family(tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    parent = subprocess.Popen(PARENT, env={**os.environ, **marked.mark("up", tmp_path)})
    wait_until(lambda: len(marked.find("up", tmp_path)) == 2)
    yield parent
    marked.kill("up", tmp_path)
    parent.wait()


def test_children_are_found_after_their_parent_was_killed(family, tmp_path):
    family.kill()
    family.wait()

    (orphan,) = marked.find("up", tmp_path)
    assert orphan.pid != family.pid


def test_an_end_takes_all_of_ours_and_nobody_elses(family, tmp_path):
    elsewhere = subprocess.Popen(SLEEP, env={**os.environ, **marked.mark("up", tmp_path / "other")})

    ended = marked.end("up", tmp_path, seconds=5)

    assert len(ended) == 2
    assert marked.find("up", tmp_path) == []
    assert elsewhere.poll() is None
    elsewhere.kill()
    elsewhere.wait()


def test_what_ignores_the_request_is_killed(tmp_path):
    stubborn = [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)",
    ]
    process = subprocess.Popen(stubborn, env={**os.environ, **marked.mark("up", tmp_path)})
    wait_until(lambda: ignores(process.pid))

    marked.end("up", tmp_path, seconds=0.2)

    assert process.wait(5) == -9


@pytest.mark.parametrize("how", [marked.kill, lambda part, folder: marked.end(part, folder, seconds=10)])
def test_the_port_of_what_was_ended_is_free_at_once(tmp_path, how):
    # The system takes back the memory of a dead process before its sockets, and much of it takes a while;
    # the process has no other end than the one that is tested.
    holder = [
        sys.executable,
        "-c",
        "import socket, time; server = socket.create_server(('127.0.0.1', 0));"
        "memory = b'x' * 2**30; print(server.getsockname()[1], flush=True); time.sleep(600)",
    ]
    environment = {**os.environ, **marked.mark("up", tmp_path)}
    with subprocess.Popen(holder, env=environment, stdout=subprocess.PIPE) as process:
        port = int(process.stdout.readline())

        how("up", tmp_path)

        assert ports.is_free(port)


def status(pid: int) -> str:
    with open(f"/proc/{pid}/status") as file:
        return file.read()


def ignores(pid: int) -> bool:
    line = next(line for line in status(pid).splitlines() if line.startswith("SigIgn:"))
    return bool(int(line.split()[1], 16) & (1 << 14))
