"""Makes one service ready to run: its database, a person to log in as, demo data, its queues.

Run as `python -m deploy.local.prepare posts` with the service's environment: one start of Django for it all.
"""

import logging
import sys
import time
from collections.abc import Callable, Sequence

ADMIN = "admin"
BROKER_SECONDS = 30
# In a new database the demo of this service finds no posts: it is run again when they have arrived.
HEARING, LATE_DEMO = "comments", "late_demo"
# The rules that come with this service's are what the proof goes by.
RULING = "moderation"


def main(arguments: Sequence[str]) -> int:
    """Prepare the service that the environment describes; `--demo` adds demo data."""
    service, *options = arguments
    import django

    django.setup()
    timed("migrations", lambda: call("migrate", verbosity=0))
    if has("build_documents"):  # of copies that are older than the documents
        timed("documents", lambda: call("build_documents"))
    timed("superuser", lambda: ensure_admin(service))
    if ("--demo" in options or service == RULING) and has("demo"):
        timed("demo", lambda: call("demo"))
    timed("topology", declare_topology)
    return 0


def timed(name: str, job: Callable[[], None]) -> None:
    began = time.monotonic()
    job()
    print(f"{name}: {time.monotonic() - began:.2f} s", flush=True)


def call(command: str, **options: object) -> None:
    from django.core.management import call_command

    call_command(command, **options)


def has(command: str) -> bool:
    from django.core.management import get_commands

    return command in get_commands()


def ensure_admin(service: str) -> None:
    """A superuser with this machine's password, made once and not changed afterwards."""
    from django.contrib.auth import get_user_model

    from deploy.local import keys
    from deploy.local.state import State

    users = get_user_model()._default_manager
    if users.filter(username=ADMIN).exists():
        return
    users.create_superuser(ADMIN, f"{ADMIN}@example.org", keys.secret(State(), ADMIN, letters=16))
    if service == HEARING:
        State().write(LATE_DEMO, {"wanted": True})


def declare_topology() -> None:
    """Declare the service's queues as soon as the broker, which starts meanwhile, can take them."""
    import pika.exceptions

    # Every refused attempt would be logged with a traceback.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    # A node that was restarted answers 404 for its streams until these have found themselves again.
    not_yet = (pika.exceptions.AMQPConnectionError, pika.exceptions.ChannelClosedByBroker)
    deadline = time.monotonic() + BROKER_SECONDS
    while True:
        try:
            return call("topology")
        except not_yet:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
