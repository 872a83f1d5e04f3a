"""A run of the tests that is told to end, as a person, a terminal or `timeout` does it."""

import os
import signal
import subprocess
import sys

import pytest

from deploy.local.crew import Crew
from deploy.local.parts import Check
from deploy.local.progress import Steps
from deploy.local.state import REPOSITORY
from deploy.local.tests.commands import clean, wait_until

# Takes a while to put away what it has started, as the tests of the whole system do.
CHECK = """
import pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
try:
    (folder / "begun").touch()
    signal.pause()
finally:
    (folder / "ending").touch()
    while not (folder / "told twice").exists():
        time.sleep(0.05)  # whoever is told to end again here must not hear of it
    (folder / "put away").touch()
"""
RUN = """
import os, pathlib, sys
from deploy.local import signals
from deploy.local.crew import Crew
from deploy.local.parts import Check
from deploy.local.progress import Steps
signals.interrupt()
check = Check(name="fake", part="fake", argv=(sys.executable, "-c", sys.argv[1], sys.argv[2]))
folder = pathlib.Path(sys.argv[2])
try:
    Crew(Steps(1), lambda check: dict(os.environ)).run([check], 1)
finally:
    if (folder / "put away").exists():
        (folder / "over").touch()
"""


@pytest.fixture
def run(tmp_path):
    """A run of one check, both in a process group of their own."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, CHECK, str(tmp_path)],
        cwd=REPOSITORY,
        env=clean(TIDINGS_LOCAL=str(tmp_path / "local")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_check_puts_away_what_it_started_although_the_whole_group_is_told_to_end_twice(
    run, tmp_path, number
):
    wait_until((tmp_path / "begun").exists)

    os.killpg(run.pid, number)
    wait_until((tmp_path / "ending").exists)
    os.killpg(run.pid, number)
    (tmp_path / "told twice").touch()

    assert run.wait(60) != 0
    assert (tmp_path / "over").exists(), "the run did not wait for its check"


def test_what_the_tests_of_a_check_have_written_is_kept_apart_from_that_of_others(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDINGS_LOCAL", str(tmp_path))
    tell = "import os, pathlib; pathlib.Path(os.environ['PYTEST_DEBUG_TEMPROOT'], 'here').touch()"
    checks = [Check(name=name, part="fake", argv=(sys.executable, "-c", tell)) for name in ("a b", "c")]

    for _ in range(2):
        Crew(Steps(2), lambda check: dict(os.environ)).run(checks, 2)

    written = [path.parent.name.rpartition("-")[0] for path in tmp_path.rglob("here")]
    assert sorted(written) == ["a-b", "a-b", "c", "c"]
