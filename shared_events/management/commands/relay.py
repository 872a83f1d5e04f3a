import logging
import signal
from typing import Any

import pika
from django.core.management.base import BaseCommand, CommandError

from shared_events import addresses, configuration, metrics
from shared_events.relay.carrier import Carrier
from shared_events.relay.forgetting import may_forget
from shared_events.relay.lease import Lease
from shared_events.relay.loop import Relay
from shared_events.relay.publisher import Publisher
from shared_events.relay.wakeup import wakeup

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Carry this service's outbox to the broker until SIGTERM. Several may run: one leads."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            metrics.serve(configuration.metrics_port())
        except metrics.PortTaken as problem:
            raise CommandError(str(problem)) from None
        may_forget()
        url = configuration.amqp_url()
        publisher = Publisher(url, name=f"relay of {configuration.service()}")
        user = pika.URLParameters(addresses.each(url)[0]).credentials.username
        carrier = Carrier(publisher, user=user)
        relay = Relay(carrier, Lease(), wakeup())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stopping.set())
        publisher.start()
        log.info("relay of %s started", configuration.service())
        relay.run()
        publisher.stop()
