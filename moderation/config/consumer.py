from celery.worker.consumer import Consumer

DELAYED_DELIVERY = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class UndelayedConsumer(Consumer):
    """Celery's own but for one step, which declares 28 queues for delayed tasks beside any quorum queue."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc,valid-type] # the stubs do not know it
        default_steps = [step for step in Consumer.Blueprint.default_steps if step != DELAYED_DELIVERY]
