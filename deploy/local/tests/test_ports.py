import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.local import ports
from deploy.local.state import REPOSITORY, State
from deploy.local.system import System
from deploy.local.tests.commands import manage
from deploy.local.trouble import Trouble

BASE = ports.free_base(range(5))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", BASE + 2))
        server.listen()
        yield BASE + 2


def test_a_taken_port_is_left_for_the_next_free_one(taken):
    assert ports.free(taken, taken + 1) == [taken + 1, taken + 2]


def test_whoever_looks_before_the_first_has_used_its_ports_gets_others(monkeypatch):
    monkeypatch.setattr(ports.SystemRandom, "sample", lambda self, population, k: list(population)[:k])

    assert ports.free_base([1]) != ports.free_base([1])


def test_what_this_process_keeps_is_kept_from_others():
    mine = ports.free_base([1])
    looking = "import sys; from deploy.local import ports; print(ports.keep(int(sys.argv[1])))"

    done = subprocess.run([sys.executable, "-c", looking, str(mine)], cwd=REPOSITORY, capture_output=True)

    assert done.stdout.split() == [b"False"], done.stderr


def test_the_holder_of_a_port_is_known(taken):
    assert ports.holder_pid(taken) == os.getpid()
    assert f"(pid {os.getpid()})" in ports.holder(taken)


def test_taken_ports_are_reported_by_service_number_and_holder(taken, tmp_path):
    with pytest.raises(Trouble) as told:
        System(State(tmp_path), base_port=BASE).check_ports()

    assert f"comments needs port {taken}" in str(told.value)
    assert f"(pid {os.getpid()})" in str(told.value)
    assert "--base-port" in str(told.value)
    assert "posts" not in str(told.value)


def test_up_ends_with_exit_code_1_and_starts_nothing_when_a_port_is_taken(taken, tmp_path):
    done = manage("up", "--base-port", str(BASE), TIDINGS_LOCAL=str(tmp_path))

    assert done.returncode == 1
    assert f"comments needs port {taken}" in done.stderr
    assert not (tmp_path / "broker").exists()


def test_up_refuses_one_database_for_all_services(tmp_path):
    done = manage("up", TIDINGS_LOCAL=str(tmp_path), DATABASE_URL="postgres://one")

    assert done.returncode == 1
    assert "POSTS_DATABASE_URL" in done.stderr
