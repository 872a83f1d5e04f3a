from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_events import configuration, metrics
from shared_events.worker.app import arguments, event_app
from shared_events.worker.liveness import CONNECTING


class Command(BaseCommand):
    help = "Hear the other services' events until SIGTERM, with a Celery worker. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        service = configuration.service()
        self._check(configuration.liveness_path())
        try:
            metrics.serve(configuration.metrics_port())
        except metrics.PortTaken as problem:
            raise CommandError(str(problem)) from None
        app = event_app(service)
        app.worker_main(arguments(app, service))

    @staticmethod
    def _check(path: Path) -> None:
        try:
            path.write_text(CONNECTING)
        except OSError as problem:
            raise CommandError(
                f"LIVENESS_PATH {path} cannot be written ({problem.strerror}): "
                "name a file in a folder that is there and writable"
            ) from None
