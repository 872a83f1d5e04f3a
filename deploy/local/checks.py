"""`manage.py test`: set up what the tests need, run them all, say how many passed."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.local import bench, parts, signals
from deploy.local.crew import Crew
from deploy.local.outcome import Outcome
from deploy.local.progress import Steps

JOBS = 4  # checks wait for a broker or a database half of their time: more than the two cores at hand
EPILOG = """\
A part is one check or several, which run side by side, the longest first: those of a service on SQLite and on
PostgreSQL, those of the whole system (system) on SQLite, on PostgreSQL and on a mix of both.

examples:
  python3 manage.py test                        everything, on SQLite and on PostgreSQL
  python3 manage.py test lint posts             two parts
  python3 manage.py test posts -- -k withdraw   arguments after the -- go to pytest
  python3 manage.py test system -- -k journey   the same for whatever of a part has such a test
"""


def main(arguments: Sequence[str]) -> int:
    """Run the wanted parts; 0 when nothing failed."""
    own, pytest_arguments = split(arguments)
    parser = argparse.ArgumentParser(
        prog="manage.py test",
        description="Run the tests on a private RabbitMQ and a private PostgreSQL.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="*", help=f"one or more of: {' '.join(parts.PARTS)} (default: all)")
    parser.add_argument("--jobs", type=at_least_one, default=JOBS, help=f"how many at once (default: {JOBS})")
    options = parser.parse_args(own)
    wanted = options.part or list(parts.PARTS)
    if unknown := [part for part in wanted if part not in parts.PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are: {' '.join(parts.PARTS)}")
    signals.interrupt()
    try:
        return run(parts.checks_of(wanted, pytest_arguments), jobs=options.jobs)
    except KeyboardInterrupt:
        print("\ninterrupted; everything that was started is stopped", file=sys.stderr)
        return 130


def split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if "--" not in arguments:
        return arguments, ()
    border = list(arguments).index("--")
    return arguments[:border], arguments[border + 1 :]


def at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a number of jobs: {text!r}")
    return int(text)


def run(checks: Sequence[parts.Check], *, jobs: int) -> int:
    """Run every check, the later ones also after a failure, and print the closing line."""
    needs_bench = any(check.needs_bench for check in checks)
    steps = Steps(len(checks) + needs_bench)
    with ExitStack() as stack:
        environment: Callable[[parts.Check], dict[str, str]] = without_bench
        if needs_bench:
            with steps.step("setup") as step:
                held = stack.enter_context(bench.running(step))
                held.broker.wait()
                step.say(f"{held.broker.amqp_url} · {held.postgres}")
            environment = with_bench(held)
        outcomes = Crew(steps, environment).run(checks, jobs)
    total = sum(outcomes.values(), Outcome())
    failed = [check.name for check in checks if outcomes[check].failed]
    if total == Outcome() and any(check.chosen for check in checks):
        failed, total = ["there is no such test"], Outcome(failed=1)
    return close(total, failed)


def without_bench(check: parts.Check) -> dict[str, str]:
    return bench.clean(os.environ) | {"PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"}


def with_bench(held: bench.Bench) -> Callable[[parts.Check], dict[str, str]]:
    def environment(check: parts.Check) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": check.settings} if check.settings else {}
        return held.variables(check.part, check.engine) | settings

    return environment


def close(total: Outcome, failed: Sequence[str]) -> int:
    for reason in total.reasons:
        print(f"  {reason}")
    for name in failed:
        print(f"  FAILED {name}")
    print(total, flush=True)
    return 1 if total.failed else 0
