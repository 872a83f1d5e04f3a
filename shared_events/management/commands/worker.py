from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_events import configuration, metrics
from shared_events.worker.app import arguments, event_app


class Command(BaseCommand):
    help = "Hear the other services' events until SIGTERM, with a Celery worker. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        service = configuration.service()
        try:
            metrics.serve(configuration.metrics_port())
        except metrics.PortTaken as problem:
            raise CommandError(str(problem)) from None
        app = event_app(service)
        app.worker_main(arguments(app, service))
