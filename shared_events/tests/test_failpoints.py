import subprocess
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest

from shared_events.tests import failpoints
from shared_events.tests.failpoints import arming
from shared_events.tests.failpoints.seams import SEAMS


@pytest.mark.parametrize("name", SEAMS)
def test_every_seam_is_a_function_of_the_product(name):
    module, _, path = SEAMS[name].place.partition(":")
    found = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    assert callable(found)


@pytest.mark.parametrize(
    "wrong", ["worker.lunch=kill@1", "worker.after_commit=faint@1", "worker.after_commit=kill@0", "kill"]
)
def test_a_failpoint_that_does_not_exist_ends_the_process_that_asks_for_it(wrong, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "print('ran')"],
        env=failpoints.environment(wrong, tmp_path),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "FAILPOINTS: " in done.stderr


def test_it_happens_at_its_hit_alone_whichever_process_comes_there(tmp_path, monkeypatch):
    monkeypatch.setenv("FAILPOINTS_FOLDER", str(tmp_path))
    happened = []

    def process():
        module = SimpleNamespace(work=lambda: "done")
        seam = arming.Seam("after", "module:work")
        arming.wrap(module, arming.Failpoint("worker.x", seam, {2: lambda: happened.append(1)}))
        return module.work

    assert process()() == "done"
    assert (happened, failpoints.reached("worker.x", tmp_path, hit=2)) == ([], False)
    second = process()
    second()
    second()
    assert (happened, failpoints.reached("worker.x", tmp_path, hit=2)) == ([1], True)
