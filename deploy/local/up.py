"""`manage.py up`: start everything, prove that it works, say where to look, follow the log."""

import argparse
import os
import sys
from collections.abc import Sequence

from deploy.local import signals
from deploy.local.environment import BASE_PORT, SERVICES
from deploy.local.startup import Startup
from deploy.local.state import State
from deploy.local.system import System
from deploy.local.trouble import Trouble

INTERRUPTED = 130
EPILOG = """\
examples:
  python3 manage.py up                     on SQLite files, with a private RabbitMQ
  python3 manage.py up --postgres          on a private PostgreSQL with a database per service
  python3 manage.py up --base-port 9000    posts 9001, comments 9002, query 9003, moderation 9004
  python3 manage.py up --check             start, prove, stop; exits 0 or 1

AMQP_URL and <SERVICE>_DATABASE_URL in the environment are used instead of what would be started here.
"""


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C, or until the proof is done; everything that was started is stopped."""
    options = parse(arguments)
    state = State()
    signals.interrupt()
    try:
        refuse_one_database_for_all()
        with state.held("up"):
            return run(options, System(state, base_port=options.base_port, postgres=options.postgres))
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of the output went away. Python would complain about it once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def run(options: argparse.Namespace, system: System) -> int:
    """Start, prove and follow the log; whatever ends it, nothing is left running."""
    startup = Startup(system, demo=options.demo)
    proven = False
    try:
        startup.start()
        startup.prove()
        proven = True
        if not options.check:
            startup.follow()
    except KeyboardInterrupt:
        return 0 if proven else INTERRUPTED
    finally:
        signals.ignore()
        startup.stop()
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py up",
        description="Start the four services with their relays, workers, broker and databases.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--check", action="store_true", help="prove that it works, stop everything, exit 0 or 1"
    )
    parser.add_argument("--postgres", action="store_true", help="private PostgreSQL instead of SQLite files")
    parser.add_argument(
        "--base-port",
        type=port,
        default=BASE_PORT,
        metavar="N",
        help=f"web ports N+1 to N+4 (default {BASE_PORT})",
    )
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="leave out the demo data")
    return parser.parse_args(arguments)


def port(text: str) -> int:
    number = int(text)
    if not 1024 <= number <= 65000:
        raise argparse.ArgumentTypeError("must be from 1024 to 65000")
    return number


def refuse_one_database_for_all() -> None:
    if "DATABASE_URL" in os.environ:
        names = ", ".join(f"{service.upper()}_DATABASE_URL" for service in SERVICES)
        raise Trouble("DATABASE_URL is set, but every service has a database of its own", mend=f"set {names}")
