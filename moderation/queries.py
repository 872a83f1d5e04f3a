"""Reads cases and rules."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from moderation.domain.cases import NoSuchCase, NoSuchRule, State
from moderation.domain.rules import RuleSpec
from moderation.models import Case, Rule
from shared_events.gauges import Gauge, age, gauged


def cases(*, state: State | None = None) -> QuerySet[Case]:
    return Case.objects.filter(state=state) if state else Case.objects.all()


def case(case_id: UUID) -> Case:
    """One case; raises NoSuchCase."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise NoSuchCase
    return found


def next_held_case() -> Case | None:
    """The one that has waited longest for a person."""
    return cases(state=State.HELD).order_by("opened_at", "id").first()


def rules() -> QuerySet[Rule]:
    return Rule.objects.all()


def rule(rule_id: UUID) -> Rule:
    """One rule; raises NoSuchRule."""
    found = Rule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NoSuchRule
    return found


def active_rules() -> list[RuleSpec]:
    """What the judge goes by, always in the same order."""
    return [rule.spec() for rule in Rule.objects.filter(is_active=True).order_by("name")]


@gauged
def open_cases() -> Iterator[Gauge]:
    """For Prometheus: what waits for the judge, and what for a person."""
    for state in (State.WAITING, State.HELD):
        found = cases(state=state).aggregate(count=Count("pk"), oldest=Min("opened_at"))
        labels = {"state": str(state)}
        yield Gauge("moderation_cases", "Cases without a verdict", found["count"], labels)
        yield Gauge("moderation_cases_seconds", "Age of the oldest of them", age(found["oldest"]), labels)
