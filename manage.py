#!/usr/bin/env python3
"""Run Tidings on this machine, or one Django command of one of its services."""

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent
LOCAL_TOOLS = REPOSITORY / "deploy" / "local"
SERVICES = ("posts", "comments", "moderation", "query")
VERBS = ("up", "test", "bench", "doctor", "release")
OLDEST_PYTHON = (3, 11)

USAGE = """\
Tidings: a moderated blog as four Django services that tell each other what happened.

  python3 manage.py up                    start everything, prove that it works, print where to look
  python3 manage.py up --check            the same, then stop everything; exits 0 or 1
  python3 manage.py test [part ...]       run all the tests, or those of: posts comments moderation query
                                          shared_events chassis local benchmarks system security lint
  python3 manage.py bench pipeline        measure the way of an event beside what others would use for it
  python3 manage.py bench reads           measure the feed beside what one would write instead
  python3 manage.py bench writes          measure what an event costs a write, and how soon one is answered
  python3 manage.py doctor                check this machine and what is running, with the mend for each fault
  python3 manage.py release TAG           build, migrate, roll out to Kubernetes, and back if that fails
  python3 manage.py <service> <command>   a Django command of one service: posts comments moderation query

Examples:
  python3 manage.py up --base-port 9000         web ports 9001 to 9004 instead of 8001 to 8004
  python3 manage.py up --postgres               private PostgreSQL databases instead of SQLite files
  python3 manage.py posts token alice           a bearer token for writing as alice
  python3 manage.py comments migrate            bring one service's database up to date
  python3 manage.py test posts -- -k withdraw   one part, with arguments for pytest after the --

Every verb explains itself:  python3 manage.py up --help
"""


def main(arguments):
    """Do what the arguments ask and return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    name, *rest = arguments
    if name not in SERVICES + VERBS:
        print(f"manage.py: there is no service or verb {name!r}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    if sys.version_info < OLDEST_PYTHON:
        print(f"Tidings needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    if LOCAL_TOOLS.is_dir():
        return run_locally(name, rest)
    if name in SERVICES:
        return run_command(name, rest)
    print(f"manage.py: {name} needs deploy/local/, which this installation leaves out", file=sys.stderr)
    return 2


def run_locally(name, rest):
    """Run a verb or a command in the repository's own virtual environment with this machine's settings."""
    from deploy.local import interpreter
    from deploy.local.trouble import Trouble

    try:
        interpreter.enter(REPOSITORY)
        if name in VERBS:
            return run_verb(name, rest)
        from deploy.local import environment

        environment.fill(name, command=rest[0] if rest else "")
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return run_command(name, rest)


def run_verb(name, rest):
    if name == "up":
        from deploy.local.up import main as verb
    elif name == "test":
        from deploy.local.checks import main as verb
    elif name == "bench":
        from deploy.local.benching import main as verb
    elif name == "release":
        from deploy.release.command import main as verb
    else:
        from deploy.local.doctor import main as verb
    return verb(rest)


def run_command(service, rest):
    # A service is its settings: the caller's environment must not point it elsewhere.
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{service}.config.settings"
    from django.core.management import execute_from_command_line

    execute_from_command_line([f"manage.py {service}", *rest])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
