from typing import Any

from django.core.management.base import BaseCommand

from shared_events import configuration, handlers, topology


class Command(BaseCommand):
    help = (
        "Declare this service's exchange, queues and bindings at the broker. Safe to repeat. "
        "Run it for every service before the first relay starts: "
        "an event told before a queue exists does not reach it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        service = configuration.service()
        heard = handlers.heard()
        topology.establish(configuration.topology_url(), service, heard)
        names = ", ".join(sorted(event.type for event in heard)) or "nothing"
        self.stdout.write(f"{topology.queue_of(service)} hears {names}")
