import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import profile
from benchmarks.profile import Profile, Role, sort_out

ROLES = (
    Role("main", "^run", (("database", r"Cursor\."), ("wait", r"sleep"))),
    Role("thread", "^serve", ()),
)


def test_the_innermost_frame_that_is_known_decides():
    lines = [
        "process 1;run (a.py:1);sleep (b.py:2);Cursor.execute (c.py:3);read (d.py:4) 3",
        "process 1;run (a.py:1);sleep (b.py:2) 1",
        "process 1;serve (a.py:9);poll (e.py:1) 5",
        "process 2;unknown (a.py:9) 100",
    ]

    assert sort_out(lines, ROLES) == {
        "main": {"database": 0.75, "wait": 0.25},
        "thread": {"other": 1.0},
    }


def test_a_profiler_that_may_not_look_leaves_a_reason_and_no_stages(tmp_path):
    refuses = tmp_path / "py-spy"
    refuses.write_text("#!/bin/sh\necho 'Permission denied: try sudo' >&2\nexit 1\n")
    refuses.chmod(0o755)
    seen = Profile(str(refuses), tmp_path / "stacks.txt", ROLES)

    seen.begin(1)
    seen._process.wait(10)
    seen.end()

    assert seen.shares() == {}
    assert "Permission denied" in seen.fault


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("shared_events.relay.loop", "Relay.run"),
        ("shared_events.relay.link", "Link._serve"),
        ("celery.worker.loops", "asynloop"),
        ("billiard.pool", "Worker.workloop"),
    ],
)
def test_the_functions_by_which_the_roles_are_known_are_there(module, name):
    # Read, not imported: these modules want Django's settings.
    source = ast.parse(Path(find_spec(module).origin).read_text())
    roots = [role.root for role in (*profile.RELAY, *profile.DRAIN)]

    assert name in functions(source)
    assert any(re.search(root, f"{name} (file.py:1)") for root in roots)


def functions(source: ast.Module) -> set[str]:
    methods = {
        f"{node.name}.{part.name}"
        for node in source.body
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }
    return methods | {node.name for node in source.body if isinstance(node, ast.FunctionDef)}
