from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_events import configuration
from shared_events.worker import liveness
from shared_events.worker.liveness import CONNECTING_FOR, STALE_AFTER, WORKING

EPILOG = """\
Made for probes, which restart what exits with 1:
  Compose      healthcheck: {test: [CMD, python, manage.py, posts, alive]}
  Kubernetes   livenessProbe: {exec: {command: [python, manage.py, posts, alive]}, timeoutSeconds: 10}

A worker is alive while it applies what comes, while nothing waits in its queues, and while it waits for
its database or for the broker. It is not when messages are ready and nothing is applied. Worker and probe
must agree on the file, which is in LIVENESS_PATH; each worker on a machine needs one of its own.
"""


class Command(BaseCommand):
    help = "Tell whether this service's worker gets somewhere: exits with 0 if it does, else with 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument(
            "--within",
            type=float,
            default=STALE_AFTER,
            metavar="SECONDS",
            help="how old the last sign of life may be (default: %(default).0f; "
            "below CELERY_TASK_TIME_LIMIT a slow batch is taken for a dead one)",
        )

    def handle(self, *args: Any, within: float, **options: Any) -> None:
        path, service = configuration.liveness_path(), configuration.service()
        sign = liveness.read(path)
        if sign is None:
            raise CommandError(
                f"no worker of {service} runs with {path}: start it, or set LIVENESS_PATH alike"
            )
        if sign.state != WORKING:  # empty while it is being written
            if sign.age > max(within, CONNECTING_FOR):
                raise CommandError(
                    f"no broker for {sign.age:.0f} s: look at AMQP_URL, then restart the worker"
                )
            self.stdout.write(
                f"the worker of {service} has been connecting to the broker for {sign.age:.0f} s"
            )
        elif sign.age > within:
            raise CommandError(
                f"the worker of {service} has got nowhere for {sign.age:.0f} s ({within:.0f} are allowed) "
                "although messages wait: restart it"
            )
        else:
            self.stdout.write(f"the worker of {service} got somewhere {sign.age:.0f} s ago")
