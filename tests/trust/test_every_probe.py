"""Every probe of the checklist's group on broker and trust has a test, or a reason why it has none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared_events.tests import poison

PROBES = {f"S{number}" for number in range(98, 123)}
WITHOUT = {
    "S100": "no such probe",
    "S104": "no such probe",
    "S109": "optional: who told an event is vouched for by the broker, which validates user_id (S107, S108); "
    "a signature would guard against the broker itself, and asks for a key in every relay",
    "S117": "no such probe",
}
ID = re.compile(r"\b(?:test_)?[sS](\d{2,3})(?:\b|_)")


def named() -> Iterator[str]:
    """Names of the tests beside this one, and of the rows of their tables."""
    yield from poison.ALL
    here = Path(__file__)
    for path in {*here.parent.glob("test_*.py")} - {here}:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                yield node.name
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
                yield from (key.value for key in node.value.keys if isinstance(key, ast.Constant))


def test_every_probe_has_a_test_or_a_reason_why_not():
    tested = {f"S{found[1]}" for name in named() if (found := ID.match(name))}

    assert PROBES - tested == WITHOUT.keys()
