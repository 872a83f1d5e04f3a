from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pika.exceptions import ChannelClosedByBroker

from shared_events import configuration, handlers, topology

ACCESS_REFUSED = 403
MEND = "give AMQP_TOPOLOGY_URL the address of a broker user who may configure, or let this one do so"


class Command(BaseCommand):
    help = (
        "Declare this service's exchange, queues and bindings at the broker. Safe to repeat. "
        "Run it for every service before the first relay starts: "
        "an event told before a queue exists does not reach it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        service = configuration.service()
        heard = handlers.heard()
        try:
            url, tasks = configuration.topology_url(), configuration.task_queue()
            topology.establish(url, service, heard, tasks=tasks)
        except ChannelClosedByBroker as refusal:
            if refusal.reply_code != ACCESS_REFUSED:
                raise
            raise CommandError(f"the broker refuses it ({refusal.reply_text}): {MEND}") from refusal
        names = ", ".join(sorted(event.type for event in heard)) or "nothing"
        self.stdout.write(f"{topology.queue_of(service)} hears {names}")
