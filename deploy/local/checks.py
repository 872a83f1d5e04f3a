"""`manage.py test`: set up what the tests need, run them all, say how many passed."""

import argparse
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.local import bench, outcome, parts, signals
from deploy.local.outcome import Outcome
from deploy.local.progress import Step, Steps
from deploy.local.state import REPOSITORY, State

TAIL_LINES = 60
ENDING_SECONDS = 60
UNDER_WAY = re.compile(r"\S+::(\S+) .*\[\s*(\d+%)\]")
EPILOG = """\
examples:
  python3 manage.py test                        everything, on SQLite and on PostgreSQL
  python3 manage.py test lint posts             two parts
  python3 manage.py test posts -- -k withdraw   arguments after the -- go to pytest
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
    wanted = parser.parse_args(own).part or list(parts.PARTS)
    if unknown := [part for part in wanted if part not in parts.PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are: {' '.join(parts.PARTS)}")
    signals.interrupt()
    try:
        return run(parts.checks_of(wanted, pytest_arguments))
    except KeyboardInterrupt:
        print("\ninterrupted; everything that was started is stopped", file=sys.stderr)
        return 130


def split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if "--" not in arguments:
        return arguments, ()
    border = list(arguments).index("--")
    return arguments[:border], arguments[border + 1 :]


def run(checks: Sequence[parts.Check]) -> int:
    """Run every check, the later ones also after a failure, and print the closing line."""
    needs_bench = any(check.needs_bench for check in checks)
    steps = Steps(len(checks) + needs_bench)
    total, failed = Outcome(), []
    with ExitStack() as stack:
        environment: Callable[[parts.Check], dict[str, str]] = without_bench
        if needs_bench:
            with steps.step("setup") as step:
                held = stack.enter_context(bench.running(step))
                held.broker.wait()
                step.say(f"{held.broker.amqp_url} · {held.postgres}")
            environment = with_bench(held)
        for check in checks:
            came_to = run_check(check, environment(check), steps)
            total += came_to
            failed += [check.name] if came_to.failed else []
    return close(total, failed)


def without_bench(check: parts.Check) -> dict[str, str]:
    return bench.clean(os.environ) | {"PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"}


def with_bench(held: bench.Bench) -> Callable[[parts.Check], dict[str, str]]:
    def environment(check: parts.Check) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": check.settings} if check.settings else {}
        return held.variables(check.part, check.engine) | settings

    return environment


def run_check(check: parts.Check, environment: dict[str, str], steps: Steps) -> Outcome:
    with steps.step(check.name) as step:
        output, exit_code = hear(check.argv, environment, step)
        came_to = outcome.read(output, exit_code)
        step.say(verdict(came_to, exit_code))
    log = State().path("test", "logs", f"{check.name.replace(' ', '-')}.log")
    log.write_text(output)
    if came_to.failed:
        shown = output.rstrip().splitlines()[-TAIL_LINES:]
        print("\n".join(f"      {line}" for line in shown) + f"\n      whole output: {log}", flush=True)
    return came_to


def hear(argv: Sequence[str], environment: dict[str, str], step: Step) -> tuple[str, int]:
    """Run a command and show its last line while it runs."""
    said: list[str] = []
    with subprocess.Popen(
        argv,
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                step.say(last_words(line))
        except KeyboardInterrupt:
            # The tests end what they have started, if they are let.
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=ENDING_SECONDS)
            raise
    return "".join(said), process.returncode


def last_words(line: str) -> str:
    """What a line of output says about the progress: of pytest's, how far it is and in which test."""
    if found := UNDER_WAY.match(line):
        return f"{found[2]} {found[1]}"[:60]
    return line.strip()[:60]


def verdict(came_to: Outcome, exit_code: int) -> str:
    if came_to.passed or came_to.skipped:
        return str(came_to)
    return f"FAILED (exit code {exit_code})" if came_to.failed else "ok"


def close(total: Outcome, failed: Sequence[str]) -> int:
    for reason in total.reasons:
        print(f"  {reason}")
    for name in failed:
        print(f"  FAILED {name}")
    print(total, flush=True)
    return 1 if total.failed else 0
