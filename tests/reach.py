"""What a service's code imports, itself and by way of chassis and shared_events, read off its source."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from deploy.local.state import REPOSITORY

OURS = ("posts", "comments", "moderation", "query", "chassis", "shared_events")


def distributions(service: str) -> set[str]:
    """The packages of others that a service needs, by the names under which they are installed."""
    known = packages_distributions()
    return {known[name][0].lower().replace("_", "-") for name in imported(service) if name in known}


def imported(service: str) -> set[str]:
    """The first part of every foreign module that a service's files reach."""
    # Relay and worker are commands of shared_events, which no service imports.
    waiting = [file for part in (service, "shared_events") for file in (REPOSITORY / part).rglob("*.py")]
    seen: set[Path] = set()
    foreign: set[str] = set()
    while waiting:
        file = waiting.pop()
        if file in seen or "tests" in file.parts or file.name == "testing.py":
            continue
        seen.add(file)
        for module in modules(file):
            first = module.partition(".")[0]
            if first in OURS:
                waiting += files_of(module)
            elif first not in sys.stdlib_module_names:
                foreign.add(first)
    return foreign


def modules(file: Path) -> Iterator[str]:
    """Every module that a file may import: ``from a import b`` may mean the module a.b."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_of(module: str) -> list[Path]:
    path = REPOSITORY.joinpath(*module.split("."))
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()]
