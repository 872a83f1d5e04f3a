import threading
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from moderation import commands
from moderation.domain.cases import NameTaken, NoSuchCase, NoSuchRule, NotNow, OwnText, ReasonMissing
from moderation.domain.checks import InvalidRule
from moderation.domain.rules import Action, Kind
from moderation.models import Rule
from moderation.tests.events import comment_deleted, comment_updated, decision, held, no_oranges, opened
from shared_events.testing import deliver, told
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db


def verdicts() -> list[tuple[int, str, str]]:
    return [(event.version, event.verdict, event.judged_by) for event in told()]


def test_a_person_approves_what_was_held():
    case = commands.decide_case(case_id=held().id, decision=decision(approved=True, reason=" Harmless "))

    assert (case.state, case.reasons, case.judged_by, case.version) == ("approved", ["Harmless"], "mona", 1)
    assert verdicts() == [(1, "approved", "mona")]


def test_a_person_overrules_the_rules_and_another_person():
    case = opened()
    commands.judge_waiting_cases()
    commands.decide_case(case_id=case.id, decision=decision(approved=False, seen_version=1))
    commands.decide_case(case_id=case.id, decision=decision(approved=True, by="max", seen_version=2))

    assert verdicts() == [(1, "approved", "rules"), (2, "rejected", "mona"), (3, "approved", "max")]
    assert told()[1].reasons == ("Not here",)


def test_a_person_may_be_faster_than_the_judge():
    case = opened()
    commands.decide_case(case_id=case.id, decision=decision(approved=False))
    commands.judge_waiting_cases()

    assert verdicts() == [(1, "rejected", "mona")]


@pytest.mark.parametrize("seen_version", [0, 2])
def test_a_decision_over_one_that_was_not_seen_is_refused(seen_version):
    case = held()
    commands.decide_case(case_id=case.id, decision=decision(approved=True, by="max"))
    with pytest.raises(NotNow, match="the case is approved now"):
        commands.decide_case(case_id=case.id, decision=decision(approved=False, seen_version=seen_version))

    assert verdicts() == [(1, "approved", "max")]


@pytest.mark.parametrize("end", [comment_deleted(), comment_updated(2, edition=2)])
def test_a_closed_case_is_not_decided(end):
    case = held()
    deliver(end)
    with pytest.raises(NotNow, match="closed"):
        commands.decide_case(case_id=case.id, decision=decision(approved=True))

    assert told() == []


def test_nobody_decides_about_their_own_text():
    with pytest.raises(OwnText):
        commands.decide_case(case_id=held(author="mona").id, decision=decision(approved=True, by="mona"))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_rejection_needs_a_reason(reason):
    with pytest.raises(ReasonMissing):
        decision(approved=False, reason=reason)


def test_there_is_no_deciding_what_is_not_there():
    with pytest.raises(NoSuchCase):
        commands.decide_case(case_id=uuid4(), decision=decision(approved=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: see PostgreSQL")
def test_of_two_people_who_decide_at_the_same_time_one_is_told():
    case, refused = held(), []

    def decide_as_well() -> None:
        try:
            commands.decide_case(case_id=case.id, decision=decision(approved=False, by="mona"))
        except NotNow as refusal:
            refused.append(str(refusal))
        connections.close_all()

    mona = threading.Thread(target=decide_as_well)
    with transaction.atomic():
        commands.decide_case(case_id=case.id, decision=decision(approved=True, by="max"))
        mona.start()
        until(somebody_waits_for_a_lock)
    mona.join()

    assert verdicts() == [(1, "approved", "max")]
    assert len(refused) == 1


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_a_rule_is_made_changed_and_removed():
    rule = no_oranges()
    assert (rule.made_by, rule.changed_by, rule.is_active) == ("mona", "mona", True)

    changed = commands.change_rule(rule_id=rule.id, by="max", value="lemon", is_active=False)
    assert (changed.value, changed.is_active, changed.made_by, changed.changed_by) == (
        "lemon",
        False,
        "mona",
        "max",
    )

    commands.remove_rule(rule_id=rule.id)
    assert not Rule.objects.exists()
    for command in (commands.change_rule, commands.remove_rule):
        with pytest.raises(NoSuchRule):
            command(rule_id=rule.id, **({"by": "max"} if command is commands.change_rule else {}))


def test_a_rule_that_could_never_be_applied_is_not_kept():
    rule = no_oranges()
    with pytest.raises(InvalidRule):
        commands.change_rule(rule_id=rule.id, by="mona", kind=Kind.PATTERN, value="(")
    with pytest.raises(InvalidRule):
        commands.make_rule(by="mona", name="Broken", kind=Kind.PATTERN, value="(", action=Action.HOLD)

    rule.refresh_from_db()
    assert (rule.value, Rule.objects.count()) == ("orange", 1)


def test_two_rules_have_two_names():
    no_oranges()
    with pytest.raises(NameTaken):
        no_oranges()

    assert Rule.objects.count() == 1
