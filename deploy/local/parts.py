"""The steps that the tests are made of, part by part."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from deploy.local.environment import SERVICES

SQLITE, POSTGRES = ENGINES = ("sqlite", "postgres")
PARTS = ("lint", "shared_events", "chassis", *SERVICES, "local", "benchmarks", "system", "security")
# Settings on which the tests of a package stand that is no service.
SETTINGS = {"shared_events": "shared_events.tests.settings", "chassis": "chassis.tests.settings"}
# Of checks, or of all checks of a part.
WEIGHTS = {
    "system postgres": 9,
    "system mixed": 8,
    "security": 7,
    "system sqlite": 6,
    "shared_events": 5,
    "system others": 4,
    "local": 3,
    "mypy": 3,
}
# The databases on which the assembled system runs. Each is a check that starts the system once; the others
# are of tests that need no system, or one of their own. In one check they would take longer than all else.
MIXES, OTHERS = (SQLITE, POSTGRES, "mixed"), "others"
SECURITY = ("tests/security", "tests/trust", "tests/kubernetes")
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-v", "--color=no", "--tb=short", "-ra")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One command of the tests, with the part whose settings and database it uses."""

    name: str
    part: str
    argv: Sequence[str]
    engine: str = SQLITE
    settings: str = ""
    chosen: bool = False  # the arguments for pytest choose some of its tests, or none

    @property
    def weight(self) -> int:
        """How long it takes compared with others, roughly: what is long must not come last."""
        return WEIGHTS.get(self.name, WEIGHTS.get(self.part, 1))

    @property
    def needs_bench(self) -> bool:
        return self.part not in ("lint", "benchmarks")


def checks_of(parts: Sequence[str], pytest_arguments: Sequence[str]) -> list[Check]:
    """All checks of the wanted parts, in the order of the table."""
    wanted = [part for part in PARTS if part in parts]
    checks = [check for part in wanted for check in checks_of_part(part, pytest_arguments)]
    return [replace(check, chosen=bool(pytest_arguments)) for check in checks]


def checks_of_part(part: str, pytest_arguments: Sequence[str]) -> list[Check]:
    if part == "lint":
        return lint()
    if part == "local":
        return [tests("local", "deploy/local/tests", SQLITE, ("-p", "no:django", *pytest_arguments))]
    if part == "benchmarks":
        return [tests(part, "benchmarks/tests", SQLITE, ("-p", "no:django", *pytest_arguments))]
    if part == "system":
        return [system(on, pytest_arguments) for on in (*MIXES, OTHERS)]
    if part == "security":
        return [tests(part, SECURITY[0], SQLITE, (*SECURITY[1:], *pytest_arguments))]
    settings = SETTINGS.get(part, f"{part}.config.settings" if part in SERVICES else "")
    both = [tests(part, part, engine, pytest_arguments, settings) for engine in ENGINES]
    return [migrations(part), *both] if part in SERVICES else both


def lint() -> list[Check]:
    commands = {
        "ruff check": ("ruff", "check", "."),
        "ruff format": ("ruff", "format", "--check", "."),
        "mypy": ("mypy", "manage.py", "deploy", "benchmarks", "shared_events", "chassis", *SERVICES),
        "import contracts": ("lint-imports",),
    }
    return [Check(name=name, part="lint", argv=argv) for name, argv in commands.items()]


def migrations(service: str) -> Check:
    argv = (sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run")
    return Check(name=f"{service} migrations", part=service, argv=argv, settings=f"{service}.config.settings")


def system(on: str, pytest_arguments: Sequence[str]) -> Check:
    elsewhere = [f"--ignore={folder}" for folder in SECURITY]
    argv = (sys.executable, *PYTEST, "tests", *elsewhere, f"--on={on}", *pytest_arguments)
    return Check(name=f"system {on}", part="system", argv=argv)


def tests(part: str, folder: str, engine: str, pytest_arguments: Sequence[str], settings: str = "") -> Check:
    argv = (sys.executable, *PYTEST, folder, *pytest_arguments)
    where = "" if part in ("local", "benchmarks", "security") else f" {engine}"
    return Check(name=f"{part}{where}", part=part, argv=argv, engine=engine, settings=settings)
