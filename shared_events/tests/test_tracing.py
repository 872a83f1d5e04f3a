import pytest
from django.db import transaction

from shared_events import causation, outbox, tracing
from shared_events.models import OutboxEntry
from shared_events.tests.events import post_created

CAME_WITH = {"correlation_id": "request-1", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}


class Present:
    """A tracer that has a span under way."""

    def headers(self):
        return {"traceparent": f"00-{'a' * 32}-{'c' * 16}-01"}


@pytest.mark.django_db
def test_what_answers_an_event_goes_on_in_its_trace_though_nothing_is_traced_here():
    with transaction.atomic(), causation.because_of("event-1", CAME_WITH):
        outbox.append(post_created())

    assert OutboxEntry.objects.get().headers["traceparent"] == CAME_WITH["traceparent"]


@pytest.mark.django_db
def test_an_entry_keeps_the_span_that_it_was_told_in(monkeypatch):
    monkeypatch.setattr(tracing, "tracer", Present())
    with transaction.atomic(), causation.because_of("event-1", CAME_WITH):
        outbox.append(post_created())

    assert OutboxEntry.objects.get().headers == {
        "correlation_id": "request-1",
        "causation_id": "event-1",
        **Present().headers(),
    }


def test_without_a_tracer_a_batch_is_nothing():
    assert tracing.begin("publish", publishes=True) is None
    with tracing.batch("apply") as traced:
        assert traced is None
