from typing import Any

from django.core.management.base import BaseCommand

from shared_events import configuration
from shared_events.worker.app import arguments, event_app


class Command(BaseCommand):
    help = "Hear the other services' events until SIGTERM, with a Celery worker. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        service = configuration.service()
        app = event_app(service)
        app.worker_main(arguments(app, service))
