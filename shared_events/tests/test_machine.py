from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent
from shared_events.testing import deliver
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.tests.machine.history import History
from shared_events.tests.machine.machine import ConsumerMachine
from shared_events.tests.machine.mutants import MUTANTS

pytestmark = pytest.mark.django_db(transaction=True)

UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
THOROUGH = settings(max_examples=40, stateful_step_count=25, **UNHURRIED)
# Finding that a mutant is wrong is enough; the smallest example is not looked for.
SEARCHING = settings(
    max_examples=300,
    stateful_step_count=25,
    phases=[Phase.generate],
    derandomize=True,
    report_multiple_bugs=False,
    print_blob=False,
    **UNHURRIED,
)


def test_whatever_happens_the_consumer_ends_with_what_was_told():
    run_state_machine_as_test(ConsumerMachine, settings=THOROUGH)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_machine_finds_what_is_wrong_with(mutant, monkeypatch):
    if connection.vendor == "postgresql":
        pytest.skip("what the machine can find, it shows on SQLite in half the time; itself it runs on both")
    mutant(monkeypatch)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(ConsumerMachine, settings=SEARCHING)


@settings(max_examples=40, **UNHURRIED)
@given(
    changes=st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_a_batch_does_what_its_messages_do_one_by_one(changes, order):
    history = History()
    for number, deleted in changes:
        history.change(number, deleted=deleted)
    history.judge()
    history.poison(1)
    messages = history.told * 2
    order.shuffle(messages)

    states = []
    for batches in ([messages], [[message] for message in messages]):
        for model in (CommentReplica, Answer, InboxEntry, OutboxEntry, ParkedEvent):
            model.objects.all().delete()
        for batch in batches:
            deliver(*batch)
        shown = CommentReplica.objects.order_by("id").values_list(
            "id", "version", "body", "is_deleted", "event_id"
        )
        answers = sorted(Answer.objects.values_list("case_id", flat=True))
        put_aside = sorted(ParkedEvent.objects.values_list("digest", "reason"))
        states.append((list(shown), answers, put_aside))
    assert states[0] == states[1]
    assert {UUID(int=number) for number, _ in changes} == {row[0] for row in states[0][0]}
